"""Which pages there are, and for whom: every named address of the site, with the arguments and the states that change its face."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.browser.town import Town
from tests.trust.cases import modules
from zengyi.bank.models import Account
from zengyi.core.errors import NotThere
from zengyi.orders import queries
from zengyi.people.queries import actor_for_user
from zengyi.people.rules import NOBODY, STAFF_ROLES, Actor, Role, action_of_url, may


@dataclass(frozen=True)
class Visit:
    """An address, and the status it answers with."""

    path: str
    status: int = 200


Paths = Callable[[Town, Actor], list[str]]

#: These open every page in each of its states; the two workers share theirs.
THOROUGH = ("", "resident", "member", "unit", "worker", "worker2")
#: These open each of their pages once.
ONCE = ("secretary", "district", "property", "supervisor", "admin")
#: These belong to an empty community, and open only the pages that look different when there is nothing to show.
EMPTY = {
    "far_resident": ("my-orders", "orders", "topics", "activities", "inbox"),
    "far_member": ("account", "board", "duties", "deeds", "records"),
    "far_unit": ("account",),
    "far_worker": (
        "desk", "roll-calls", "corrections", "organisations", "topics", "sessions", "ballots", "projects",
        "facilities", "rounds", "patrols", "drills", "news-desk",
    ),
    "far_secretary": ("grants", "residents", "closing", "appraisals"),
}  # fmt: skip
WALKERS = (*THOROUGH, *ONCE, *EMPTY)

#: Addresses that are no pages: answers for machines, files, and buttons that only ever send. What a sent form may answer
#: with is looked at in test_passing_pages.
NO_PAGES = frozenset(
    {
        "roll-call-template", "roll-call-paper", "account-paper", "account-table", "my-data-file",
        "quarter-sheet", "quarter-poster", "quarter-text", "quarter-file", "quarter-book",
        "deed-photo", "deed-preview", "deed-worth", "deed-link", "deed-mine",
        "health", "ready", "robots-txt", "held", "similar", "order-contact", "person-contact", "staged-photo",
        "order-photo", "order-preview", "import-template", "appearance", "sign-out", "act-as", "register", "naming", "login-open",
        "closing-tally", "closing-prepare", "closing-publish", "closing-seal",
        "objection-answer", "objection-contest", "objection-review", "objection-tell",
        "appraisal-paper", "appraisal-table", "appraisal-draft-paper", "appraisal-draft-table",
        "activities-calendar", "occasion-calendar", "sign-up-accept", "roll-close", "record-paper", "finding-photo", "finding-preview",
        "vacancy-close", "duty-give-up", "turn-cancel", "turn-attest",
        "defect-join", "round-walk", "round-start", "round-hand-in", "round-review", "round-paper",
        "facility-template", "facility-label-sheet", "facility-clock", "facility-label-new", "facility-change", "report-settle",
        "registration-confirm", "registration-end", "grant-end", "correction-decide", "second-factor",
    }
    | {name for module in modules() for name in getattr(module, "NO_PAGES", ())}
)  # fmt: skip


def visits(town: Town, login: str) -> list[Visit]:
    """Every page this person may open, each in every state it has for them; and the pages that refuse them."""
    by = actor_for_user(town.cast.users[login].pk, "", at=town.now) if login else NOBODY
    if login in EMPTY:
        return [Visit((PAGES[name](town, by) or [reverse(name)])[0]) for name in EMPTY[login]]
    each = {name: paths(town, by) for name, paths in PAGES.items() if may(by, action_of_url()[name])}
    if by.role == Role.WORKER:
        each = {name: paths for name, paths in each.items() if (name in OF_WORKER2) == (login == "worker2")}
    if login in ONCE:
        each = {name: paths if name in ALWAYS else paths[:1] for name, paths in each.items()}
    return [Visit(path) for paths in each.values() for path in paths] + list(_refusals(town, by))


def _refusals(town: Town, by: Actor) -> Iterator[Visit]:
    yield Visit("/no/such/page", 404)
    if not by.signed_in:
        return
    if not may(by, "desk.use"):
        yield Visit("/desk/", 403)
    if may(by, "order.list"):
        yield Visit("/orders/999999/", 404)
    if may(by, "order.triage") or may(by, "order.claim"):
        yield Visit(f"/orders/{town.orders['confirmed']}/{'triage' if may(by, 'order.triage') else 'claim'}", 409)


def _orders(town: Town, by: Actor) -> dict[str, queries.OrderDetail]:
    """The town's orders that this person may see."""
    found = {}
    for name, pk in town.orders.items():
        try:
            found[name] = queries.detail(pk, by=by, at=town.now)
        except NotThere:
            continue
    return found


def _order(town: Town, by: Actor) -> list[str]:
    """One order of each face: its state, whether it is mine, what I can do. Staff see them in the desk's pane, too."""
    seen = _orders(town, by).values()
    faces = {} if by.role in STAFF_ROLES else {(o.state, o.is_mine, o.moves): o.id for o in seen}
    return [reverse("order", args=[pk]) for pk in {*_some(town, by, "long", "placed", "confirmed"), *faces.values()}]


def _some(town: Town, by: Actor, *names: str) -> list[int]:
    seen = _orders(town, by)
    return [seen[name].id for name in names if name in seen]


def _moves(town: Town, by: Actor) -> list[str]:
    """Each move this person can make, on the last order that it can be made on."""
    seen = _orders(town, by)
    verbs = {str(move.verb): o.id for o in seen.values() for move in o.moves}
    verbs.update([("note", o.id) for o in seen.values() if o.may_note])
    return [reverse("order-move", args=[pk, verb]) for verb, pk in verbs.items()]


def _desk(town: Town, by: Actor) -> list[str]:
    """The desk with an order of each state in its pane, filtered, and with nothing in it."""
    states = {o.state: o.id for o in _orders(town, by).values()} | {"long": town.orders["long"]}
    return ["/desk/", *(f"/desk/?order={pk}" for pk in states.values()), "/desk/?light=late", "/desk/?q=没有这样的单"]


def _lists(town: Town, by: Actor) -> list[str]:
    return ["/orders/", "/orders/?q=没有这样的单", f"/orders/?state=PUBLISHED&after={town.orders['delivered']}"]


def _account_paths(town: Town, by: Actor) -> list[str]:
    rows = Account.objects.filter(community_id=by.community_id).order_by("pk")
    if by.organisation_id is not None:
        rows = rows.filter(organisation_id=by.organisation_id)
    elif by.role == Role.MEMBER and by.member_id is not None:
        rows = rows.filter(member_id=by.member_id)
    else:
        rows = rows.filter(kind="BASE")
    return [reverse("entries", args=[pk]) for pk in rows.values_list("pk", flat=True)[:2]]


def _persons(town: Town, by: Actor) -> list[str]:
    cast = town.cast
    shown = [cast.members["member2"].person_id, cast.users["resident"].person_id, by.person_id, town.newcomer.pk]
    return [reverse("person", args=[pk]) for pk in shown]


def _roll_call(town: Town, by: Actor) -> list[str]:
    return [reverse("roll-call", args=[pk]) for pk in town.roll_calls]


def _fixed(*paths: str) -> Paths:
    return lambda town, by: list(paths)


def _imports(town: Town, by: Actor) -> list[str]:
    return ["/people/import/members/", "/people/import/residents/?new=3&changed=2&unchanged=1"]


def _correction(town: Town, by: Actor) -> list[str]:
    return [reverse("correction-new", args=[town.postings[2]])]


def _only_nobody(path: str) -> Paths:
    return lambda town, by: [] if by.signed_in else [path]


#: The pages that the second worker opens and the first one does not.
OF_WORKER2 = (
    "members", "residents", "person", "organisations", "organisation-new", "import", "entries",
    "roll-calls", "roll-call-new", "roll-call", "corrections", "correction-new",
)  # fmt: skip
#: Pages that look different for each role, so that even those who open each page once open these in every state.
ALWAYS = ("order-move", "roll-call")
PAGES: dict[str, Paths] = {
    "home": _only_nobody("/"),  # everybody else is redirected to the start page of their role
    "board": _fixed("/board/"),
    "hub": _fixed("/community/"),
    "waiting": _fixed("/waiting/"),
    "district": _fixed("/district/"),
    "help": _fixed("/help/"),
    "search": _fixed("/search/", "/search/?q=路", "/search/?q=没有这样的事"),
    "sign-in": _only_nobody("/sign-in?over=1"),
    "second-factor-setup": lambda town, by: ["/second-factor-setup"] if by.role in (Role.ORGANISATION, Role.WORKER) else [],
    "me": _fixed("/me/"),
    "password": _fixed("/me/password"),
    "members": _fixed("/people/members/", "/people/members/?q=没有这个人"),
    "residents": _fixed("/people/residents/"),
    "person": _persons,
    "organisations": _fixed("/people/organisations/"),
    "organisation-new": _fixed("/people/organisations/new"),
    "grants": _fixed("/people/grants/", "/people/grants/?ended=1"),
    "grant-new": _fixed("/people/grants/new"),
    "hand-overs": _fixed("/people/hand-overs/"),
    "stand-in": _fixed("/people/grants/stand-in"),
    "import": _imports,
    "account": lambda town, by: ["/bank/"] if by.role in (Role.MEMBER, Role.ORGANISATION) else [],
    "desk": _desk,
    "checks": _fixed("/desk/checks/"),
    "my-orders": lambda town, by: ["/mine/"] if by.signed_in else [],
    "orders": _lists,
    "order-new": _fixed("/orders/new"),
    "order": _order,
    "order-history": lambda town, by: [reverse("order-history", args=[pk]) for pk in _some(town, by, "confirmed", "long")],
    "order-move": _moves,
    "entries": _account_paths,
    "roll-calls": _fixed("/bank/roll-calls/"),
    "roll-call-new": lambda town, by: ["/bank/roll-calls/new", f"/bank/roll-calls/new?branch={town.cast.second_branch.pk}"],
    "roll-call": _roll_call,
    "corrections": _fixed("/bank/corrections/"),
    "correction-new": _correction,
}
# A package may tell with its own tests which pages it has: VISITS, paths by name as above.
for _cases in modules():
    PAGES |= getattr(_cases, "VISITS", {})


def names() -> set[str]:
    """Every name in the table of addresses, without the API's."""

    def below(entries: list[URLPattern | URLResolver]) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, URLPattern):
                yield str(entry.name)
            elif entry.namespace is None:
                yield from below(entry.url_patterns)

    return set(below(get_resolver().url_patterns))
