"""Every way into the product, with what is asked, of what, and what a right answer is. Ways are the names of roles.toml."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.trust.ground import AWAY, BEYOND, HERE, Fact, Ground

#: The login that stands for each role.
LOGINS = {
    "resident": "resident",
    "member": "member",
    "organisation": "unit",
    "worker": "worker",
    "secretary": "secretary",
    "property": "property",
    "supervisor": "supervisor",
    "district": "district",
    "admin": "admin",
}
READ, SENT, SHOWN_OR_SENT, WRONG_METHOD = frozenset({200}), frozenset({303}), frozenset({200, 302}), frozenset({405})
EVERYWHERE = frozenset({"public", "own", "assigned", "unit", "branch", "neighbour", "community", "subtree", "aggregate"})


@dataclass(frozen=True)
class Case:
    """One request of one role.

    ``action`` is the row of the table it asks for beyond its way's own row; ``relations`` how the target lies to whoever asks;
    ``blind``: a page that does not show the order before it acts on it, like the API;
    ``fact`` the order it is about; ``objection`` the status with which a rule beyond the table refuses what the table allows,
    such as that nobody confirms their own work; ``whose`` the people whose names may be read where it is allowed, ``bared``
    those whose phone and door.
    """

    way: str
    method: str
    path: str
    data: Any = None
    good: frozenset[int] = READ
    action: str = ""
    relations: frozenset[str] = EVERYWHERE
    fact: Fact | None = None
    objection: int = 0
    sees: bool = False
    blind: bool = False
    whose: frozenset[str] = frozenset()
    bared: frozenset[str] = frozenset()

    @property
    def api(self) -> bool:
        """Whether it goes to the API."""
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        about = f" {self.fact}" if self.fact else ""
        return f"{self.method} {self.path} ({self.way} {self.action}){about}"


def lies(role: str, where: str) -> frozenset[str]:
    """How anything of that community lies to a role."""
    found = {"public"}
    if where == HERE and role not in ("anonymous", "district", "admin"):
        found |= {"community", "neighbour"}
    if role in ("district", "admin") and where in (HERE, AWAY):
        found |= {"subtree", "aggregate"}
    return frozenset(found)


def lies_order(role: str, fact: Fact) -> frozenset[str]:
    """How an order lies to a role."""
    found, login = set(lies(role, fact.where)), LOGINS.get(role, "")
    if not fact.shown:
        found -= {"public", "neighbour"}
    if fact.owner == login:
        found.add("own")
    if fact.holder == login:
        found.add("assigned")
    return frozenset(found)


def lies_account(role: str, holder: str) -> frozenset[str]:
    """How somebody's account lies to a role: the member and member2 are of one branch."""
    found = set(lies(role, AWAY if holder.startswith("far_") else HERE)) - {"public", "neighbour"}
    if LOGINS.get(role) == holder:
        found.add("own" if role == "member" else "unit")
    if role == "member" and holder in ("member", "member2"):
        found.add("branch")
    return frozenset(found)


def visits(
    way: str, path: str, get: frozenset[int] = WRONG_METHOD, post: Any = None, *, sent: frozenset[int] = SENT, **more: Any
) -> Iterator[Case]:
    """A page asked for by every method: shown, or not by GET; taking a form, or not by POST."""
    yield Case(way, "GET", path, good=get, **more)
    yield Case(way, "POST", path, post or {}, sent if post is not None else WRONG_METHOD, **more)
    yield Case(way, "DELETE", path, good=WRONG_METHOD, **more)


def page_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages that are not about one order."""
    login = LOGINS.get(role, "resident")
    words = {
        "kind": "DEMAND",
        "category": "ROAD",
        "title": "新的一单",
        "text": "新的一单。",
        "urgency": "3",
        "channel": "PHONE",
        "name": "王五",
    }
    sign_in = {"username": login, "password": "demo-zengyi"}
    yield from visits("home", "/", SHOWN_OR_SENT)
    yield from visits("sign-in", "/sign-in", SHOWN_OR_SENT, sign_in)
    yield from visits("sign-out", "/sign-out", post={})
    yield from visits("appearance", "/appearance", post={"care": "1", "next": "/help/"})
    yield from visits("second-factor", "/second-factor", SENT, {"code": "123456"})
    for name in ("help", "health", "ready"):
        yield from visits(name, {"help": "/help/"}.get(name, f"/{name}"), READ)
    for where, community in ground.communities.items():
        yield Case("board", "GET", f"/board/?community={community.pk}", action="points.sums", relations=lies(role, where))
    yield from visits("board", "/board/", READ, action="points.sums")
    yield from visits("me", "/me/", READ)
    yield from visits("act-as", "/act-as", post={"acting_as": ground.actor(login).acting_as})
    yield from visits("password", "/me/password", READ, {"old": "x", "new": "y"}, sent=frozenset({422}))
    yield from visits("second-factor-setup", "/second-factor-setup", READ, {"code": "1", "password": "x"}, sent=frozenset({422}))
    own = frozenset({"member": {"own"}, "organisation": {"unit"}}.get(role, set()))
    yield from visits("register", "/me/register", post={}, sent=frozenset({303, 409}), relations=own, sees=True)
    naming = frozenset({"own"}) if ground.actor(login).person_id else frozenset()
    yield from visits("naming", "/me/naming", post={"agreed": "1"}, sent=frozenset({303}), relations=naming, sees=True)
    yield from visits("order-new", "/orders/new", READ, words)
    yield from visits("similar", "/orders/similar?title=路面坑洞", READ)
    yield from visits("orders", "/orders/", READ)
    yield from visits("my-orders", "/mine/", READ)
    chosen = ground.order("PLACED")
    yield from visits("desk", f"/desk/?order={chosen.id}", READ, bared=frozenset({chosen.owner}))
    yield from visits("desk", f"/desk/?order={ground.order('PLACED', where=AWAY).id}", READ)
    yield from visits("account", "/bank/", SHOWN_OR_SENT)
    yield from visits("district", "/district/", READ)


def bank_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages of the bank."""
    for holder in ("member", "member2", "member3", "unit", "unit2", "far_member", "far_unit"):
        if holder != "far_member":
            here: dict[str, Any] = {"relations": lies_account(role, holder), "whose": frozenset({holder})}
            yield from visits("entries", f"/bank/accounts/{ground.account(holder)}/", READ, **here)
            yield Case("api:list_postings", "GET", f"/api/v1/bank/accounts/{ground.account(holder)}/postings", **here)
    yield from visits("roll-calls", "/bank/roll-calls/", READ)
    marks = {f"mark-{ground.member_id('member3')}": "PRESENT", "rule": "B02", "held_on": "2026-11-20", "note": ""}
    yield from visits("roll-call-new", f"/bank/roll-calls/new?branch={ground.second_branch.pk}", READ, marks)
    yield from visits("corrections", "/bank/corrections/", READ)
    for where in (HERE, AWAY):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        path = f"/bank/roll-calls/{ground.roll_calls[where]}/"
        yield Case("roll-call", "GET", path, **lie)
        yield Case("roll-call", "POST", path, {"approve": "1"}, SENT, "points.decide", **lie)
        yield from visits(
            "correction-new",
            f"/bank/postings/{ground.postings[where][1 if where == HERE else 0]}/correct",
            READ,
            {"reason": "记错了人"},
            **lie,
        )
        yield from visits("correction-decide", f"/bank/corrections/{ground.corrections[where]}/decide", post={"approve": "1"}, **lie)


def people_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages about people."""
    for name in ("members", "residents", "organisations", "grants"):
        yield from visits(name, f"/people/{name}/", READ)
    yield from visits("organisation-new", "/people/organisations/new", READ, {"name": "新来公司", "short_name": "", "kind": "OFFICE"})
    give = {"login": "resident2", "role": "worker", "place": ground.community.pk}
    yield from visits("grant-new", "/people/grants/new", READ, give)
    yield from visits("import", "/people/import/residents/", READ, {"upload": "nothing"}, sent=frozenset({404, 409}))
    yield from visits("import-template", "/people/import/residents/template", READ)
    for where, whom in ((HERE, "resident2"), (AWAY, "far_resident"), (BEYOND, "beyond_resident")):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        person = ground.who(whom).pk
        yield from visits("person", f"/people/persons/{person}/", READ, bared=frozenset({whom}), **lie)
        yield from visits("login-open", f"/people/persons/{person}/login", post={"username": ""}, sent=READ, **lie)
        yield from visits("grant-end", f"/people/grants/{ground.grants[where]}/end", post={"reason": "换岗"}, **lie)
        if where in ground.registrations:
            for verb in ("confirm", "end"):
                path = f"/people/registrations/{ground.registrations[where]}/{verb}"
                yield from visits(f"registration-{verb}", path, post={"reason": "走了"}, **lie)


def api_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations of the API that are not about one order."""
    login = LOGINS.get(role, "resident")
    yield Case("api:issue_token", "POST", "/api/v1/tokens", {"username": login, "password": "demo-zengyi"}, frozenset({201}))
    yield Case("api:revoke_token", "DELETE", "/api/v1/tokens", None, frozenset({204}))
    yield Case("api:openapi-json", "GET", "/api/v1/openapi.json")
    yield Case("api:api-root", "GET", "/api/v1/", good=frozenset({404}))
    words = {"kind": "DEMAND", "category": "ROAD", "title": "新的一单", "text": "新的一单。"}
    yield Case("api:place_order", "POST", "/api/v1/orders", words, frozenset({201}))
    yield Case("api:list_orders", "GET", "/api/v1/orders?size=100")
    yield Case("api:my_account", "GET", "/api/v1/bank/accounts/me", good=READ if role in ("member", "organisation") else frozenset({404}))
    for where, community in ground.communities.items():
        path = f"/api/v1/bank/statements/{community.pk}/2026Q4"
        yield Case("api:quarter_statement", "GET", path, relations=lies(role, where))


def other_cases(ground: Ground, role: str) -> Iterator[Case]:
    """All that is not about one order."""
    for found in (page_cases, bank_cases, people_cases, api_cases):
        yield from found(ground, role)
