"""What Django reads of the English catalogues: compiled from the packages' own at the first start after a change."""

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def catalogues(house: Path = HOUSE) -> list[Path]:
    """The English catalogue of every package that has one."""
    return sorted(house.glob("*/locale/en/LC_MESSAGES/django.po"))


def compile_into(locale: Path, sources: Sequence[Path] | None = None) -> bool:
    """Compile the catalogues, together, into the folder ``locale`` unless that was done before; returns whether there was anything to do.

    The compiled file carries the sources' hash: time stamps would be wrong after an upgrade or from a backup. It is
    read at every start, before anything is translated, and replaced in one step, so that several processes may start at once.
    """
    target = locale / "en" / "LC_MESSAGES" / "django.mo"
    written = [source.read_bytes() for source in (catalogues() if sources is None else sources)]
    mark = hashlib.sha256(b"\0".join(written)).hexdigest()
    if target.exists() and mark.encode() in target.read_bytes():
        return False
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    together = Catalog(locale="en", project="zengyi", version=mark)
    for catalogue in written:
        for message in read_po(io.BytesIO(catalogue), locale="en"):
            if message.id:
                together.add(message.id, message.string, context=message.context, flags=message.flags)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    with beside.open("wb") as file:
        write_mo(file, together)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    return True
