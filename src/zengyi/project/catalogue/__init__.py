"""The English catalogue: its source is committed, what Django reads is compiled from it at the first start after a change.

``python -m zengyi.project.catalogue update`` brings the source up to date with the code, ``… check`` says what is missing.
"""

import hashlib
import io
import os
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.po"


def compile_into(locale: Path, source: Path = SOURCE) -> bool:
    """Compile ``source`` into the folder ``locale`` unless that was done before; whether there was anything to do.

    The compiled file carries the source's hash: time stamps say little about what an upgrade, an image or a backup brought. It is
    read at every start, before anything is translated, and replaced in one step, so that several processes may start at once.
    """
    target = locale / "en" / "LC_MESSAGES" / "django.mo"
    written = source.read_bytes()
    mark = hashlib.sha256(written).hexdigest()
    if target.exists() and mark.encode() in target.read_bytes():
        return False
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalogue = read_po(io.BytesIO(written), locale="en")
    catalogue.project, catalogue.version = "zengyi", mark
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    with beside.open("wb") as file:
        write_mo(file, catalogue)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    return True
