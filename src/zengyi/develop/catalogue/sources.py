"""What the code says to people: the messages it marks, and the Chinese it shows without a mark."""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import constant_re, templatize

ROOT = Path(__file__).parents[2]
#: Chinese characters and Chinese punctuation.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]+")
#: What stays Chinese in every language: the brand, and the name of the language beside the switch.
KEPT = frozenset({"增一", "中文"})
#: Rooms of a package whose Chinese is data: examples and titles in the API's document, and what people of the demo say.
DATA_ROOMS = ("api.py", "api/", "demo/")
#: How a file begins whose Chinese is data and not words of the interface; the reason follows on the same line.
DATA_FILE = "# Chinese in this file is data: "

# Places of the context, the message and its plural among a call's arguments.
_PLAIN, _COUNTED, _NAMED, _NAMED_COUNTED = (None, 0, None), (None, 0, 1), (0, 1, None), (0, 1, 2)
_FUNCTIONS = {
    "gettext": _PLAIN,
    "gettext_lazy": _PLAIN,
    "gettext_noop": _PLAIN,
    "ngettext": _COUNTED,
    "ngettext_lazy": _COUNTED,
    "pgettext": _NAMED,
    "pgettext_lazy": _NAMED,
    "npgettext": _NAMED_COUNTED,
    "npgettext_lazy": _NAMED_COUNTED,
}
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
_TRANSLATED = re.compile(r"""^\s*trans(?:late)?\s+(?:"[^"]*"|'[^']*')""")
_COMMENTS = re.compile(r"/\*.*?\*/|//[^\n]*|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """What stands in the code to be translated; ``context`` and ``plural`` may be empty."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Said:
    """The messages by file, and complaints about Chinese that was not marked as a message."""

    messages: dict[Message, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


def packages(house: Path = ROOT) -> list[Path]:
    """The folders of the packages, each of which has a catalogue of its own as soon as it says something to people."""
    return sorted(path.parent for path in house.glob("*/__init__.py"))


def read(root: Path) -> Said:
    """Everything under ``root``, the folder of a package, in a stable order: by file, then by text."""
    found = Said()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py" and path.parent.name != "migrations":
            text = path.read_text(encoding="utf-8")
            data = name.startswith(DATA_ROOMS) or text.startswith(DATA_FILE)
            _take(found, name, _in_python(text, data=data))
        elif path.suffix == ".html":
            _take(found, name, _in_template(path.read_text(encoding="utf-8")))
        elif path.suffix in (".js", ".css", ".svg"):
            bare = _COMMENTS.sub("", path.read_text(encoding="utf-8"))
            _take(found, name, ((0, text) for text in _unmarked(bare)))
    return found


def _take(found: Said, name: str, items: Iterable[tuple[int, Message | str]]) -> None:
    messages = set()
    for line, item in items:
        if isinstance(item, Message):
            messages.add(item)
        else:
            found.complaints.append(f"{name}:{line}: {item}" if line else f"{name}: {item}")
    for message in sorted(messages):
        found.messages.setdefault(message, []).append(name)


def _unmarked(text: str) -> Iterator[str]:
    for words in CHINESE.findall(text):
        if words not in KEPT:
            yield f"not marked for translation: {words}"


def _in_python(text: str, *, data: bool) -> Iterator[tuple[int, Message | str]]:
    tree = ast.parse(text)
    called = {
        alias.asname or alias.name: _FUNCTIONS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in _FUNCTIONS
    }
    marked: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called:
            texts = [_text(node.args, place) for place in called[node.func.id]]
            if None in texts:
                yield node.lineno, f"{node.func.id}() needs its text written out, or nobody can translate it"
                continue
            marked.update(node.args)
            context, singular, plural = (text or "" for text in texts)
            yield node.lineno, Message(singular, plural, context)
        elif isinstance(node, ast.Expr):
            marked.add(node.value)  # a docstring
    for node in ast.walk(tree) if not data else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in marked:
            yield from ((node.lineno, complaint) for complaint in _unmarked(node.value))


def _text(arguments: list[ast.expr], place: int | None) -> str | None:
    """The text of one of a call's arguments; empty if the function has no such argument, ``None`` if it is not written as a literal."""
    if place is None:
        return ""
    part = arguments[place] if place < len(arguments) else None
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None


def _in_template(text: str) -> Iterator[tuple[int, Message | str]]:
    # Babel reads the result as Python, where indentation left over from the HTML would be an error.
    plain = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    for line, said, _comments, context in extract("python", io.BytesIO(plain.encode()), keywords=_KEYWORDS):
        singular, plural = said[:2] if isinstance(said, tuple) else (said, "")
        yield line, Message(singular, plural, context or "")
    inside = ""
    for token in Lexer(text).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if word in (f"end{inside}", "endcomment") else inside
        elif word in ("comment", "blocktranslate", "blocktrans"):
            inside = word
        elif word in ("translate", "trans") and not _TRANSLATED.match(token.contents):
            yield token.lineno or 0, f"{token.contents} needs its text written out, or nobody can translate it"
        elif token.token_type != TokenType.COMMENT:
            yield from ((token.lineno or 0, complaint) for complaint in _unmarked(_outside_of_marks(token)))


def _outside_of_marks(token: Token) -> str:
    if token.token_type == TokenType.TEXT:
        return token.contents
    return constant_re.sub("", _TRANSLATED.sub("", token.contents))
