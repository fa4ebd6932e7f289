# Chinese in this file is data: words that stay as they are.
"""The catalogue beside the code: bringing it up to date, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from zengyi.develop.catalogue.sources import CHINESE, KEPT, ROOT, Message, packages, read

# Neither dates nor a tool's version, so that the file changes only when a text does.
_HEADER = """# English of 增一 zengyi. Brought up to date by "python -m zengyi.develop.catalogue update".
msgid ""
msgstr ""
"Project-Id-Version: zengyi\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
#: Chinese words that English sentences quote: people type them into a spreadsheet, or read them in one.
QUOTED = frozenset(
    "姓名 在册 在职报到 新业态 议事岗 治理岗 奉献岗 监督岗 单位类别 机关单位 两新组织 物业公司 是 否 能用 还没装 已拆除".split()
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]")
_TAG = re.compile(r"<[^>]+>")


def source_of(package: Path) -> Path:
    """Where a package's catalogue is kept."""
    return package / "locale" / "en" / "LC_MESSAGES" / "django.po"


def update_all(house: Path = ROOT) -> int:
    """Bring every package's catalogue up to date; returns how many messages wait for a translator.

    A translation that another package already has is taken over, so that texts can move between packages.
    """
    folders = packages(house)
    known = {key: message for folder in folders for key, message in _messages(source_of(folder)).items() if _settled(message)}
    return sum(update(folder, source_of(folder), known) for folder in folders)


def update(package: Path, source: Path, known: Mapping[Message, Entry] | None = None) -> int:
    """Write a package's catalogue anew from its code; returns how many of its messages wait for a translator.

    A message whose wording changed keeps the English of the wording before, marked fuzzy, until somebody looks at it. ``known`` are
    messages that stand translated elsewhere.
    """
    template = Catalog(locale="en")
    for message, names in read(package).messages.items():
        text = (message.text, message.plural) if message.plural else message.text
        template.add(text, locations=[(f"{package.name}/{name}", 0) for name in names], context=message.context or None)
    catalogue = _load(source)
    catalogue.update(template)
    for entry in catalogue:
        elsewhere = (known or {}).get(_key(entry)) if entry.id else None
        if elsewhere is not None and not _settled(entry):
            entry.string = elsewhere.string
            entry.flags.discard("fuzzy")
            entry.previous_id = []
        elif entry.id and not any(_forms(entry)):
            entry.flags.discard("fuzzy")
    if not len(catalogue):
        source.unlink(missing_ok=True)
        return 0
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, catalogue, width=0, omit_header=True, ignore_obsolete=True, include_previous=True, include_lineno=False)
    return sum(1 for message in catalogue if message.id and not _settled(message))


def check_all(house: Path = ROOT) -> list[str]:
    """What is wrong, one line each, with every package's catalogue, and where two of them translate the same differently.

    Also where one counts what another does not: Django puts the catalogues together, and there both go by one name.
    """
    lines: list[str] = []
    english: dict[Message, tuple[str, tuple[str, ...]]] = {}
    counted: dict[tuple[str, str], tuple[str, bool]] = {}
    for folder in packages(house):
        lines += [f"{folder.name}: {line}" for line in check(folder, source_of(folder))]
        for key, message in _messages(source_of(folder)).items():
            package, forms = english.setdefault(key, (folder.name, _forms(message)))
            if forms != _forms(message):
                lines.append(f"{folder.name}: “{forms[0]}” in {package}, but “{_forms(message)[0]}” here: {key.text}")
            package, counts = counted.setdefault((key.context, key.text), (folder.name, bool(key.plural)))
            if counts != bool(key.plural):
                lines.append(f"{folder.name}: counted in one place and not in another, see {package}: {key.text}")
    return lines


def check(package: Path, source: Path) -> list[str]:
    """What is wrong, one line each: with the code's marks, with the catalogue beside the code, with each translation."""
    found, catalogue = read(package), _load(source)
    known = _messages(source)
    lines = list(found.complaints)
    lines += [
        f"not in the catalogue: {wanted.text} ({', '.join(names)})" for wanted, names in found.messages.items() if wanted not in known
    ]
    lines += [f"no longer in the code: {key.text}" for key in known if key not in found.messages]
    lines += [f"obsolete: {message.id}" for message in catalogue.obsolete.values()]
    for key, message in known.items():
        lines += [f"{complaint}: {key.text}" for complaint in _wrong(message)]
    return lines


def _messages(source: Path) -> dict[Message, Entry]:
    return {_key(message): message for message in _load(source) if message.id}


def _settled(message: Entry) -> bool:
    return not message.fuzzy and all(_forms(message))


def _load(source: Path) -> Catalog:
    if not source.exists():
        return Catalog(locale="en")
    with source.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def _key(message: Entry) -> Message:
    singular, plural = (*_texts(message.id), "")[:2]
    return Message(singular, plural, message.context or "")


def _forms(message: Entry) -> tuple[str, ...]:
    return _texts(message.string)


def _texts(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """The text, or the singular and the plural."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def _wrong(message: Entry) -> Iterator[str]:
    said = _texts(message.id)[0]
    if message.fuzzy:
        yield "fuzzy, to be looked at"
    if not all(_forms(message)):
        yield "not translated"
        return
    for english in _forms(message):
        if sorted(_PLACEHOLDER.findall(english)) != sorted(_PLACEHOLDER.findall(said)):
            yield f"other placeholders than in “{english}”"
        elif _PLACEHOLDER.search(said) and not _fills_in(english):
            yield f"a lone % in “{english}”"
        if sorted(_TAG.findall(english)) != sorted(_TAG.findall(said)):
            yield f"other tags than in “{english}”"
        if '"' in _TAG.sub("", english) and "“" not in said:
            yield f"a quotation mark, which would end an attribute, in “{english}”"
        if left := [words for words in CHINESE.findall(english) if words not in KEPT | QUOTED]:
            yield f"still Chinese ({' '.join(left)}) in “{english}”"


def _fills_in(text: str) -> bool:
    try:
        _PLACEHOLDER.sub("", text) % ()
    except (TypeError, ValueError):
        return False
    return True
