"""Every form of the pages: who sends it, where to, and what is right; and what a page's form holds, read as a browser would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.trust.ground import Ground
from tests.trust.order_cases import FROM, form_of

TEXTS = frozenset({"text", "search", "tel", "number", "date", "datetime-local", "email"})
HELPS = frozenset({"accept", "refuse", "claim", "deliver"})
ASKS = frozenset({"confirm", "return", "cancel"})


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
    """All of them."""
    yield from _own(ground)
    yield from _orders(ground)
    marks = {f"mark-{ground.member_id('member3')}": "PRESENT", "rule": "B02", "held_on": "2026-11-20", "note": "例会"}
    yield Filled("roll-call-new", "worker", f"/bank/roll-calls/new?branch={ground.second_branch.pk}", marks)
    yield Filled(
        "roll-call", "secretary", f"/bank/roll-calls/{ground.roll_calls['here']}/", {"approve": "0", "reason": "名字不对"}, again=False
    )
    yield Filled("correction-new", "worker", f"/bank/postings/{ground.postings['here'][1]}/correct", {"reason": "记错了人"})
    yield Filled("correction-decide", "secretary", f"/bank/corrections/{ground.corrections['here']}/decide", {"approve": "1"}, again=False)
    yield Filled("organisation-new", "worker", "/people/organisations/new", {"name": "新来公司", "short_name": "新来", "kind": "OFFICE"})
    give = {"login": "resident2", "role": "worker", "place": str(ground.community.pk), "organisation": ""}
    yield Filled("grant-new", "secretary", "/people/grants/new", give)
    yield Filled("grant-end", "secretary", f"/people/grants/{ground.grants['here']}/end", {"reason": "换岗"}, again=False)
    yield Filled("login-open", "worker", f"/people/persons/{ground.who('resident2').pk}/login", {"username": "xinming"}, done=200)
    ended = f"/people/registrations/{ground.registrations['here']}"
    yield Filled("registration-end", "worker", f"{ended}/end", {"reason": "走了", "back": "members"}, again=False)
    yield Filled("registration-confirm", "worker", f"{ended}/confirm", {"back": "members"}, again=False)


def _own(ground: Ground) -> Iterator[Filled]:
    yield Filled("sign-in", "", "/sign-in", {"username": "resident", "password": "demo-zengyi", "next": "/mine/"})
    yield Filled("password", "worker", "/me/password", {"old": "demo-zengyi", "new": "seven bridges in the rain"})
    yield Filled("act-as", "worker", "/act-as", {"acting_as": ground.actor("worker").acting_as, "next": "/desk/"}, again=False)
    yield Filled("appearance", "", "/appearance", {"care": "1", "theme": "dark", "language": "en", "next": "/help/"}, again=False)


def _orders(ground: Ground) -> Iterator[Filled]:
    words = {"kind": "DEMAND", "category": "ROAD", "title": "桥面破损", "text": "西段桥面有两处大坑。", "spot": "桥上"}
    more = {"urgency": "2", "place": str(ground.bridge.pk), "contact": "13900001206", "anonymous": "on", "private": "on"}
    yield Filled("order-new", "resident", "/orders/new", {**words, **more})
    behalf = {"name": "王五", "phone": "13900001299", "channel": "PHONE"}
    yield Filled("order-new-behalf", "worker", "/orders/new", {**words, **behalf, "urgency": "2"})
    for verb, state in FROM.items():
        who = "unit" if verb in HELPS else "resident" if verb in ASKS else "worker"
        holder = "unit" if verb in HELPS and verb != "claim" else ""
        fact = ground.order(state, owner="resident" if verb in ASKS else "", holder=holder)
        data = form_of(ground, verb, fact)
        extra = {
            "triage": {"due_at": "2026-11-25T17:30", "needs": "沥青", "provides": "围挡"},
            "assign": {"points": "2"},
            "return": {"due_at": "2026-11-25T17:30"},
            "merge": {"number": ""},
            "deliver": {f"sent_{ground.member_id('colleague')}": "1"},
        }
        yield Filled(
            verb,
            who,
            f"/orders/{fact.id}/{verb}",
            {**data, **extra.get(verb, {})},
            again=verb not in ("publish", "accept", "claim", "close"),
        )
    delivered = ground.order("DELIVERED")
    yield Filled("confirm-for", "worker", f"/orders/{delivered.id}/confirm", {"channel": "PHONE"})


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
