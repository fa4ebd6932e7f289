"""Which forms a page has that somebody can type into, read off its HTML without opening it in a browser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

#: As ``filling.js`` has it.
NOT_TYPED = frozenset({"hidden", "password", "file", "submit"})


@dataclass
class Form:
    """Where it leads, whether its words are kept while they are typed, and what it is about."""

    address: str
    name: str
    posts: bool
    marked: bool = False
    about: str = ""
    typed: bool = False


@dataclass
class FormsIn(HTMLParser):
    """Reads a page. Hidden forms are found, too, so there may be more than a browser would show."""

    url: str
    found: list[Form] = field(default_factory=list)
    _now: Form | None = None
    _fields: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or a field of one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            address = urlsplit(urljoin(self.url, given.get("action") or self.url)).path
            self._now = Form(address, given.get("id", ""), given.get("method", "").lower() == "post")
            self.found.append(self._now)
        elif tag in ("input", "select", "textarea") and given.get("name"):
            if "form" in given:
                self._fields.append((tag, given))
            elif self._now is not None:
                _take(self._now, tag, given)

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._now = None

    def forms(self) -> list[Form]:
        """Those into which something can be typed, fields that stand outside of them included."""
        for tag, given in self._fields:
            for form in self.found:
                if form.name == given["form"]:
                    _take(form, tag, given)
        return [form for form in self.found if form.posts and form.typed]


def _take(form: Form, tag: str, given: dict[str, str]) -> None:
    if given["name"] == "_key":
        form.marked, form.about = True, given.get("data-of", "")
    if tag != "input" or (given.get("type", "text").lower() not in NOT_TYPED and given.get("autocomplete") != "one-time-code"):
        form.typed = True


def forms_in(html: str, url: str) -> list[Form]:
    """The forms of a page that was found at this address."""
    page = FormsIn(url)
    page.feed(html)
    return page.forms()
