"""Every way to orders: the lists, looking at one in every state, and every move, by the API and by its page."""

from collections.abc import Iterator
from typing import Any

from tests.cast import AT
from tests.orders import door_cases
from tests.trust.cases import LOGINS, READ, SENT, SHOWN_OR_SENT, WRONG_METHOD, Case, lies, lies_order, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, BEYOND, HERE, Fact, Ground
from tests.trust.table import Table
from zengyi.bank import actions as bank
from zengyi.bank.models import Posting
from zengyi.orders import actions
from zengyi.orders.models import Claim, Order, Sign
from zengyi.orders.rules import OnBehalf

#: A state from which each move leads on.
FROM = {
    "triage": "PLACED",
    "publish": "TRIAGED",
    "assign": "PUBLISHED",
    "accept": "ASSIGNED",
    "refuse": "ASSIGNED",
    "claim": "PUBLISHED",
    "release": "CLAIMED",
    "deliver": "CLAIMED",
    "confirm": "DELIVERED",
    "return": "DELIVERED",
    "decline": "PLACED",
    "merge": "PUBLISHED",
    "cancel": "PUBLISHED",
    "close": "DELIVERED",
    "note": "CLAIMED",
    "exclude": "PUBLISHED",
    "mask": "PUBLISHED",
}
#: What can be done to a confirmed order: once its points are taken back, or when it was drawn. They lie by themselves.
AFTER = ("reopen", "callback")
#: Moves whose form is the same for every order: it is sent without opening it first.
PLAIN = frozenset({"publish", "accept", "refuse", "claim", "return", "decline", "cancel", "close", "note", "reopen", "callback"})
#: Moves whose form is opened as well; all moves share one page, so that these few stand for all.
SHOWN = frozenset({"triage", "claim", "confirm", "merge", "note", "reopen", "callback"})
#: Who fills in the form of a move: those who help, those who asked, and for all other moves the community's staff.
HELPS = frozenset({"accept", "refuse", "claim", "deliver"})
ASKS = frozenset({"confirm", "return", "cancel", "exclude", "mask"})
#: Nobody has a say in their own order or their own work here, whatever the table allows.
NOT_ONES_OWN = frozenset({"claim"})
NOT_ONES_WORK = frozenset({"confirm", "return"})


def variants(ground: Ground, role: str, state: str) -> Iterator[Fact]:
    """Orders in that state as they lie to a role: one's own, one's work, a neighbour's, a private one, and others' elsewhere."""
    login = LOGINS.get(role, "")
    for fact in ground.orders:
        theirs = fact.holder in ("", "unit2", "mute") and fact.owner == "resident2"
        lies_elsewhere = fact.where in (AWAY, BEYOND)
        if fact.state == state and (login in (fact.owner, fact.holder) or theirs or lies_elsewhere):
            yield fact


def lay(ground: Ground) -> dict[tuple[str, str], Any]:
    """Here and away a confirmed order whose points are taken back, and one that was drawn to be rung up; and what was asked at a door."""
    _lay_without_login(ground)
    found: dict[tuple[str, str], Any] = {}
    for where, owner, holder, clerk, decider in (
        (HERE, "resident2", "unit2", "worker2", "secretary"),
        (AWAY, "far_resident", "far_unit", "far_worker", "far_secretary"),
    ):
        for verb in AFTER:
            order = _confirmed(ground, owner, holder, clerk)
            found[verb, where] = Fact(order.pk, where, owner, holder, "CONFIRMED", False, order.title)
            ground.orders.append(found[verb, where])
            if verb == "callback":
                Order.objects.filter(pk=order.pk).update(drawn=True)
                continue
            for posting in Posting.objects.filter(debit=order.account, kind="CONFIRM"):
                proposed = bank.propose_correction(posting.pk, "没有办", by=ground.actor(clerk), at=AT)
                bank.decide_correction(proposed.pk, True, by=ground.actor(decider), at=AT)
    return found | {("door", where): one for where, one in door_cases.lay(ground).items()}


#: Members without a login, by where they are; and what the desk writes down for them.
MUTE = {HERE: "mute", AWAY: "far_mute"}
HEARD = frozenset({"accept", "refuse", "deliver"})
STAFF = ("worker", "secretary")


def _lay_without_login(ground: Ground) -> None:
    """Here and away an order that is proposed to a member without a login, and one that such a member has taken."""
    for where, owner, clerk in ((HERE, "resident2", "worker2"), (AWAY, "far_resident", "far_worker")):
        member = ground.without_login(MUTE[where], "荀闷名", "0097", far=where == AWAY)
        for state in ("ASSIGNED", "CLAIMED"):
            title, by = f"纪事{len(ground.orders):03d}号", ground.actor(clerk)
            behalf = OnBehalf(person_id=ground.who(owner).pk)
            words: dict[str, Any] = {"kind": "DEMAND", "category": "ROAD", "title": title, "text": f"{title}的情况。"}
            pk = actions.place(**words, on_behalf=behalf, by=by, at=AT).pk
            actions.triage(pk, difficulty=4, by=by, at=AT)
            actions.assign(pk, member_id=member.pk, by=by, at=AT)
            if state == "CLAIMED":
                actions.accept(pk, channel="PHONE", by=by, at=AT)
            ground.orders.append(Fact(pk, where, owner, MUTE[where], state, False, title))


def _confirmed(ground: Ground, owner: str, holder: str, clerk: str) -> Order:
    """An order that was weighed by the clerk, done by the unit and confirmed by whoever asked."""
    title, by, unit = f"纪事{len(ground.orders):03d}号", ground.actor(clerk), ground.actor(holder)
    behalf = OnBehalf(person_id=ground.who(owner).pk)
    pk = actions.place(kind="DEMAND", category="ROAD", title=title, text=f"{title}的情况。", on_behalf=behalf, by=by, at=AT).pk
    actions.triage(pk, difficulty=4, by=by, at=AT)
    actions.assign(pk, organisation_id=unit.organisation_id, by=by, at=AT)
    actions.accept(pk, by=unit, at=AT)
    actions.deliver(pk, text="办好了。", by=unit, at=AT)
    return actions.confirm(pk, by=ground.actor(owner), at=AT)


def see_requester(table: Table, role: str, fact: Fact) -> bool:
    """Whether a role may read who asked; whoever was asked to help only while they are at it."""
    relations = set(lies_order(role, fact))
    if fact.state not in ("CLAIMED", "DELIVERED"):
        relations.discard("assigned")
    return bool(table["order.see_requester"].scopes.get(role, frozenset()) & relations)


def order_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Looking at orders, and moving them."""
    for state in ("PLACED", "TRIAGED", "PUBLISHED", "ASSIGNED", "CLAIMED", "DELIVERED", "CONFIRMED", "CLOSED"):
        for fact in variants(ground, role, state):
            lie: dict[str, Any] = {"relations": lies_order(role, fact), "fact": fact}
            yield Case("api:get_order", "GET", f"/api/v1/orders/{fact.id}", **lie)
            yield Case("order", "GET", f"/orders/{fact.id}/", **lie)
            if state in ("PLACED", "CLAIMED"):
                yield Case("order-history", "GET", f"/orders/{fact.id}/history", **lie)
    for way, path in (("order", ""), ("order-history", "history")):
        fact = ground.order("PLACED")
        yield from visits(way, f"/orders/{fact.id}/{path}", READ, relations=lies_order(role, fact), fact=fact)
    lie = {"relations": lies_order(role, ground.photographed), "fact": ground.photographed}
    yield from visits("order-photo", f"/photos/{ground.photo}.jpg", READ, **lie)
    yield from visits("order-preview", f"/photos/{ground.photo}.preview.jpg", READ, **lie)
    for verb, state in FROM.items():
        for fact in variants(ground, role, state):
            yield from _moves(ground, role, verb, fact)
    for verb in AFTER:
        for where in (HERE, AWAY):
            yield from _moves(ground, role, verb, ground.of["orders"][verb, where])
    yield from unknown(role)


def _readmitted(ground: Ground, role: str) -> Iterator[Case]:
    """Letting a unit in again that was not kept away, which is refused to those who might."""
    for fact in variants(ground, role, "PUBLISHED"):
        lie: dict[str, Any] = {"relations": lies_order(role, fact), "fact": fact, "objection": 409}
        body = {"organisation_id": ground.unit.pk}
        yield Case("api:readmit_order", "POST", f"/api/v1/orders/{fact.id}/readmit", body, action="order.exclude", **lie)


def _contact(ground: Ground, role: str) -> Iterator[Case]:
    """Opening the asker's phone and door: those who are at it now, the asker, and the community."""
    for state in ("PLACED", "ASSIGNED", "CLAIMED", "CONFIRMED"):
        for fact in variants(ground, role, state):
            relations = lies_order(role, fact) - (frozenset() if state == "CLAIMED" else frozenset({"assigned"}))
            lie: dict[str, Any] = {"relations": relations, "fact": fact}
            yield Case("api:open_contact", "POST", f"/api/v1/orders/{fact.id}/contact", {}, **lie)
            yield Case("order-contact", "POST", f"/orders/{fact.id}/contact", {}, SENT, blind=True, **lie)
    fact = ground.order("CLAIMED")
    for method in ("GET", "DELETE"):
        yield Case("order-contact", method, f"/orders/{fact.id}/contact", good=WRONG_METHOD, relations=lies_order(role, fact), fact=fact)
    yield Case("api:open_contact", "POST", "/api/v1/orders/999999999999999999/contact", {}, relations=frozenset())


def unknown(role: str) -> Iterator[Case]:
    """An order that does not exist looks like one that is out of reach."""
    nowhere: dict[str, Any] = {"relations": frozenset()}
    yield Case("api:get_order", "GET", "/api/v1/orders/999999999999999999", **nowhere)
    yield Case("order", "GET", "/orders/999999999999999999/", **nowhere)
    for verb in (*FROM, *AFTER):
        yield Case(f"api:{verb}_order", "POST", f"/api/v1/orders/999999999999999999/{verb}", bodies(verb, 1, 1, 1), **nowhere)


def bodies(verb: str, member_id: int, into_id: int, unit_id: int) -> dict[str, Any]:
    """What each move asks for, in JSON."""
    given: dict[str, dict[str, Any]] = {
        "triage": {"difficulty": 4},
        "assign": {"member_id": member_id},
        "refuse": {"reason": "这几天不在"},
        "release": {"reason": "这几天不在"},
        "deliver": {"text": "办好了。"},
        "confirm": {"channel": "PHONE"},
        "return": {"reason": "还差一点"},
        "decline": {"reason": "不归社区管"},
        "merge": {"into_id": into_id},
        "cancel": {"reason": "不用了"},
        "note": {"text": "补一句"},
        "exclude": {"organisation_id": unit_id},
        "reopen": {"reason": "居民说没有办"},
        "callback": {"outcome": "TRUE", "text": "说办好了"},
    }
    return given.get(verb, {})


def _unit(ground: Ground, fact: Fact) -> int:
    """A unit registered where the order lies."""
    return (ground.far_unit if fact.where == AWAY else ground.unit).pk


def form_of(ground: Ground, verb: str, fact: Fact) -> dict[str, Any]:
    """What each move asks for, in its form."""
    if verb == "triage":
        return {"difficulty": "4", "places": "1", "category": "ROAD", "urgency": "3"}
    if verb == "assign":
        return {"party": f"member:{ground.member_id('member3')}"}
    if verb == "exclude":
        return {"unit": f"out:{_unit(ground, fact)}"}
    if verb == "release":
        claim = Claim.objects.filter(order_id=fact.id, state="ACTIVE").values_list("pk", flat=True).first()
        return {"reason": "这几天不在", "claim_id": claim or ""}
    return bodies(verb, ground.member_id("member3"), ground.order("PLACED").id, ground.unit.pk)


def _moves(ground: Ground, role: str, verb: str, fact: Fact) -> Iterator[Case]:
    relations, login = lies_order(role, fact), LOGINS.get(role, "")
    mine = verb in NOT_ONES_OWN and fact.owner == login or verb in NOT_ONES_WORK and fact.holder == login
    mine = mine or verb in HEARD and role in STAFF and fact.holder not in MUTE.values()  # who has a login says it themselves
    more: dict[str, Any] = {"relations": relations, "fact": fact, "objection": 403 if mine else 409 if verb == "mask" else 0}
    body = bodies(verb, ground.member_id("member3"), ground.order("PLACED").id, _unit(ground, fact))
    if verb in HEARD and role in STAFF:
        body = {**body, "channel": "PHONE"}
    yield Case(f"api:{verb}_order", "POST", f"/api/v1/orders/{fact.id}/{verb}", body, **more)
    form, path = form_of(ground, verb, fact), f"/orders/{fact.id}/{verb}"
    if role in STAFF and verb in (*HEARD, "return"):
        form = {**form, "channel": "PHONE"}
    if verb in SHOWN:
        yield Case("order-move", "GET", path, action=f"order.{verb}", **more)
    blind = verb in PLAIN - {"return"} or verb in ("confirm", "return") and role not in STAFF
    yield Case("order-move", "POST", path, form, SENT, f"order.{verb}", blind=blind, **more)


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The lists and the desk, then every order."""
    words = {
        "kind": "DEMAND",
        "category": "ROAD",
        "title": "新的一单",
        "text": "新的一单。",
        "urgency": "3",
        "channel": "PHONE",
        "name": "王五",
    }
    yield from visits("order-new", "/orders/new", READ, words)
    yield from visits("similar", "/orders/similar", post={"title": "路面坑洞"}, sent=READ)
    yield from visits("orders", "/orders/", READ)
    yield from visits("my-orders", "/mine/", READ)
    chosen = ground.order("PLACED")
    yield from visits("desk", f"/desk/?order={chosen.id}", READ, bared=frozenset({chosen.owner}))
    yield from visits("desk", f"/desk/?order={ground.order('PLACED', where=AWAY).id}", READ)
    yield from visits("account", "/bank/", SHOWN_OR_SENT)
    yield from visits("checks", "/desk/checks/", READ)
    for where, community in ground.communities.items():
        path = f"/orders/difficulty/?community={community.pk}"
        yield from visits("difficulty", path, READ, action="points.sums", relations=lies(role, where))
    words = {"kind": "DEMAND", "category": "ROAD", "title": "新的一单", "text": "新的一单。"}
    yield Case("api:place_order", "POST", "/api/v1/orders", words, frozenset({201}))
    yield Case("api:list_orders", "GET", "/api/v1/orders?size=100")
    yield from order_cases(ground, role)
    yield from _contact(ground, role)
    yield from _readmitted(ground, role)
    yield from door_cases.cases(ground, role)


#: The names of the forms, in this order.
FORMS = (
    tuple(
        (
            "order-new order-new-behalf triage publish assign accept refuse claim release deliver confirm return decline merge "
            "cancel close note exclude mask confirm-for order-contact reopen callback"
        ).split()
    )
    + door_cases.FORMS
)


def forms(ground: Ground) -> Iterator[Filled]:
    """A new order, by oneself and by a worker, and the form of each move."""
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
            again=verb not in ("publish", "accept", "claim", "close", "mask"),
            done=409 if verb == "mask" else 303,
        )
    delivered = ground.order("DELIVERED")
    yield Filled("confirm-for", "worker", f"/orders/{delivered.id}/confirm", {"channel": "PHONE"})
    claimed = ground.order("CLAIMED", holder="unit")
    yield Filled("order-contact", "unit", f"/orders/{claimed.id}/contact", {}, again=False)
    for verb in AFTER:
        fact = ground.of["orders"][verb, HERE]
        yield Filled(verb, "worker", f"/orders/{fact.id}/{verb}", form_of(ground, verb, fact))
    yield from door_cases.forms(ground)


def _own_confirmation(ground: Ground) -> None:
    actions.confirm(ground.order("DELIVERED").id, channel="PHONE", by=ground.actor("worker2"), at=AT)


def _own_call(ground: Ground) -> None:
    """Whoever weighed it rings up about it."""
    pk = ground.of["orders"]["callback", HERE].id
    actions.call_back(pk, outcome="TRUE", by=ground.actor("worker2"), at=AT)


ALONE = {"order.confirm": _own_confirmation, "order.callback": _own_call}
VISITS = {
    "difficulty": lambda town, by: [f"/orders/difficulty/?community={town.cast.community.pk}&part={part}" for part in ("new", "balance")],
    "time-limits": lambda town, by: ["/desk/time-limits/"],
    "signs": lambda town, by: ["/desk/signs/"],
    "doorstep": lambda town, by: ["/desk/doorstep/"],
    "door": lambda town, by: [f"/b/{token}/" for token in Sign.objects.filter(revoked_at=None).values_list("token", flat=True)[:1]],
}
READ_ONLY = ("difficulty", "sign-sheet", "doorstep", "door-photo", "door-code")
NO_PAGES = ("sign-sheet", "sign-end", "doorstep-call", "doorstep-drop", "doorstep-check", "door-photo", "door-code")
MACHINE = {"order.lapse"}
