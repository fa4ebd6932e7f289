"""Every form of the pages: who sends it, where to, and what is right; and what a page's form holds, read as a browser would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.trust.cases import modules
from tests.trust.ground import Ground

TEXTS = frozenset({"text", "search", "tel", "number", "date", "time", "datetime-local", "email"})


@dataclass(frozen=True)
class Filled:
    """A form as it is sent when all is right. ``again``: it is shown again when something is wrong."""

    name: str
    who: str
    path: str
    data: dict[str, Any]
    again: bool = True
    done: int = 303


def forms(ground: Ground) -> Iterator[Filled]:
    """Those of every package."""
    for module in modules():
        if hasattr(module, "forms"):
            yield from module.forms(ground)


@dataclass
class Read(HTMLParser):
    """What the fields of a page hold."""

    texts: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    _area: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An input, or the beginning of a text area."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and given.get("type", "text") in TEXTS:
            self.texts[name] = given.get("value") or ""
        if tag == "input" and "checked" in given:
            self.chosen[name] = given.get("value") or "on"
        if tag == "textarea":
            self._area = name
            self.texts[name] = ""

    def handle_endtag(self, tag: str) -> None:
        """The end of a text area, whose first line end belongs to the page."""
        if tag == "textarea":
            self.texts[self._area] = self.texts[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._area:
            self.texts[self._area] += data


def read(html: str) -> Read:
    """The fields of a page."""
    found = Read()
    found.feed(html)
    return found
