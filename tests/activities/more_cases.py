"""Every way to rolls, records and patrols. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.activities.plans import CHILD, planned
from tests.cast import AT
from tests.trust.cases import LOGINS, READ, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground, child_of, jpeg
from zengyi.activities import actions
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, FindingPhoto
from zengyi.activities.queries.roll import token_of
from zengyi.people.models import Place

STAFF = {HERE: "worker2", AWAY: "far_worker"}
OWNERS = {"resident": HERE, "member": HERE, "far_resident": AWAY}
REPORTERS = {HERE: "member3", AWAY: "far_member"}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Done:
    """Occasions that run, that are over, and that are closed; what came of them; and what was found on patrols."""

    today: dict[str, int]
    seats: dict[str, int]
    over: dict[str, int]
    signed: dict[str, int]
    came: dict[str, int]
    absent: dict[str, int]
    records: dict[str, tuple[int, str]]
    findings: dict[str, int]
    photos: dict[str, str]
    ledgers: dict[str, int]
    drilled: dict[str, int]


def lay_done(ground: Ground) -> Done:
    """One of each, here and away."""
    today, seats, over = {}, {}, {}
    signed, came, absent, records = {}, {}, {}, {}
    findings, photos, ledgers, drilled = {}, {}, {}, {}
    for where, who in STAFF.items():
        by = ground.actor(who)
        owners = [name for name, place in OWNERS.items() if place == where]
        now = planned(by, title=f"纪事今天{where}", starts_at=AT + 2 * HOUR, ends_at=AT + 4 * HOUR)
        for name in owners:
            actions.sign_up(now.pk, by=ground.actor(name), at=AT)
        today[where], seats[where] = now.pk, Attendee.objects.filter(occasion=now).order_by("pk")[0].pk
        over[where] = planned(by, title=f"纪事散场{where}", starts_at=AT, ends_at=AT + HOUR).pk
        before = AT - timedelta(days=3)
        closed = planned(by, at=before - HOUR, title=f"纪事办完{where}", starts_at=before, ends_at=before + HOUR)
        for name in owners:
            made = actions.sign_up(
                closed.pk, seats=2, children=[replace(CHILD, called=child_of(name))], by=ground.actor(name), at=before - HOUR
            )
            signed[name] = made.pk
            one, child = Attendee.objects.filter(sign_up=made).order_by("letter")
            came[name], absent[name] = one.pk, child.pk
            actions.record_attendance(closed.pk, [Marked(one.pk, "IN")], by=by, at=before)
        actions.close_occasion(closed.pk, by=by, at=before + HOUR)
        for name in owners:
            issued = actions.issue_record(signed[name], before.date(), AT.date(), by=by, at=AT)
            records[name] = (issued.pk, issued.number)
        found = actions.report_finding(
            "GOLDENROD", spot="纪事河边", basis="COUNTED", count=210, fixed=True, photos=[jpeg()], by=ground.actor(REPORTERS[where]), at=AT
        )
        findings[where], ledgers[where] = found.pk, found.ledger_id or 0
        hour_ago = {"starts_at": AT - 2 * HOUR, "ends_at": AT - HOUR, "capacity": None}
        drilled[where] = planned(by, at=AT - 3 * HOUR, title=f"纪事演练{where}", kind="DRILL", **hour_ago).pk
        photos[where] = str(FindingPhoto.objects.get(finding=found).pk)
    return Done(today, seats, over, signed, came, absent, records, findings, photos, ledgers, drilled)


FINDING = {"category": "RUBBISH", "place_id": "", "spot": "北岸", "basis": "COUNTED", "count": "3", "fixed": "no", "note": ""}
VISIT = {"on_day": "2026-11-23", "spot": "", "found": "10", "basis": "COUNTED", "removed": "10", "people": "", "who": "党员和居民"}
DRILL = {"content": "报警、疏散", "departments": "消防站", "people_count": "40", "minutes": "4", "seconds": "12"}
DRILL |= {"problems": "安全出口堆了货", "every_months": "12"}
DAYS = {"first": "2026-01-01", "last": "2026-11-23"}


def more_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Rolls, records and patrols, here and away."""
    laid: Done = ground.of["activities"].done
    names = frozenset(OWNERS) | frozenset(STAFF.values())
    yield from visits("records", "/activities/records/", READ, whose=names)
    yield from visits("hours", "/activities/hours/", READ, whose=names)
    yield from visits("hours-sheet", "/activities/hours.xlsx", READ, whose=names)
    yield from visits("patrols", "/patrols/", READ)
    yield from visits("drills", "/activities/drills/", READ)
    yield from visits("finding-new", "/patrols/new", READ, FINDING)
    yield from visits("finding-nothing", "/patrols/nothing", READ, {"spot": "北岸"})
    body = {"text": "北岸", "category": "RUBBISH", "basis": "PRESENT"}
    yield Case("api:report_finding", "POST", "/api/v1/findings", body, frozenset({201}))
    for where in (HERE, AWAY):
        yield from _rolls(laid, role, where)
        yield from _drills(ground, laid, role, where)
        yield from _patrols(laid, role, where)
    for whose in OWNERS:
        yield from _records(laid, role, whose)


def _rolls(laid: Done, role: str, where: str) -> Iterator[Case]:
    here = frozenset(name for name, place in OWNERS.items() if place == where)
    led: dict[str, Any] = {"relations": lies(role, where) - {"public"}, "sees": True, "whose": here}
    path, over = f"/activities/occasions/{laid.today[where]}/roll", f"/activities/occasions/{laid.over[where]}/roll"
    seat = laid.seats[where]
    yield from visits("roll", path, READ, **led)
    yield from visits("roll-kept", f"{path}/kept", READ, **{**led, "whose": frozenset()})
    yield from visits("roll-sheet", f"{path}.pdf", READ, **led)
    yield from visits("roll-mark", f"{path}/mark", READ, {"attendee": seat, "mark": "IN"}, **led)
    yield from visits("roll-paper", f"{path}/paper", READ, {"numbers": "1"}, **led)
    yield from visits("roll-close", f"{over}/close", post={}, **led)
    api = f"/api/v1/occasions/{laid.today[where]}"
    yield Case("api:get_roll", "GET", f"{api}/roll", **led)
    marks = {"marks": [{"attendee_id": seat, "mark": "IN"}]}
    yield Case("api:record_attendance", "POST", f"{api}/attendance", marks, **led)
    yield Case("api:close_occasion", "POST", f"/api/v1/occasions/{laid.over[where]}/close", **led)
    own = {"own"} if role in ("resident", "member") and where == HERE else set()
    yield from visits("here", f"/activities/here/{token_of(laid.today[where])}", READ, {}, relations=frozenset(own), whose=here)


def _drills(ground: Ground, laid: Done, role: str, where: str) -> Iterator[Case]:
    led: dict[str, Any] = {"relations": lies(role, where) - {"public"}, "sees": True}
    path = f"/activities/occasions/{laid.drilled[where]}/drill"
    yield from visits("drill-record", path, READ, {**DRILL, "place_id": str(place_of(ground, where))}, **led)


def place_of(ground: Ground, where: str) -> int:
    """A building of the community there."""
    rows = Place.objects.filter(path__startswith=(ground.community if where == HERE else ground.elsewhere).path)
    return rows.filter(kind="BUILDING").values_list("pk", flat=True)[0]


def _own(role: str, whose: str) -> frozenset[str]:
    own = {"own"} if LOGINS.get(role) == whose else set()
    return frozenset((lies(role, OWNERS[whose]) - {"public", "neighbour"}) | own)


def _records(laid: Done, role: str, whose: str) -> Iterator[Case]:
    lie: dict[str, Any] = {"relations": _own(role, whose), "whose": frozenset({whose, *STAFF.values()})}
    only: dict[str, Any] = {**lie, "relations": lie["relations"] & {"own"}}
    sign_up, (pk, number) = f"/activities/sign-ups/{laid.signed[whose]}/", laid.records[whose]
    led = {**lie, "relations": lies(role, OWNERS[whose]) - {"public"}, "sees": True}
    words = {"attendee": laid.absent[whose], "words": "孩子来了"}
    yield from visits("sign-up-contest", f"{sign_up}contest", READ, words, **only)
    yield from visits(
        "roll-correct", f"/activities/attendees/{laid.came[whose]}/correct", READ, {"minutes": "30", "reason": "记错了"}, **led
    )
    yield from visits("record-new", f"{sign_up}record", READ, DAYS, **lie)
    yield Case("api:issue_record", "POST", f"/api/v1/sign-ups/{laid.signed[whose]}/records", DAYS, frozenset({201}), **lie)
    yield from visits("record-paper", f"/activities/records/{pk}.pdf", READ, **lie)
    yield from visits("record-revoke", f"/activities/records/{pk}/revoke", READ, {"reason": "记错了人"}, **lie)
    public: dict[str, Any] = {**lie, "relations": lies(role, OWNERS[whose])}
    yield from visits("record", f"/activities/records/{number}/", READ, **public)
    yield Case("api:check_record", "GET", f"/api/v1/records/{number}", **public)


def _patrols(laid: Done, role: str, where: str) -> Iterator[Case]:
    public: dict[str, Any] = {"relations": lies(role, where)}
    led: dict[str, Any] = {"relations": lies(role, where) - {"public"}, "sees": True}
    finding, ledger = f"/patrols/findings/{laid.findings[where]}/", f"/patrols/eradications/{laid.ledgers[where]}/"
    yield from visits("finding", finding, READ, **public)
    yield from visits("finding-photo", f"/patrols/photos/{laid.photos[where]}.jpg", READ, **public)
    yield from visits("finding-preview", f"/patrols/photos/{laid.photos[where]}.preview.jpg", READ, **public)
    yield from visits("finding-verify", f"{finding}verify", READ, {"true": "yes", "reason": ""}, **led)
    yield from visits("eradication", ledger, READ, **public)
    yield from visits("eradication-visit", f"{ledger}visit", READ, VISIT, **led)
    api = f"/api/v1/eradications/{laid.ledgers[where]}"
    yield Case("api:get_eradication", "GET", api, **public)
    yield Case("api:visit_eradication", "POST", f"{api}/visits", {"on_day": "2026-11-23", "found": 10, "removed": 10}, **led)


FORMS = (
    "roll-mark",
    "roll-paper",
    "roll-close",
    "roll-correct",
    "drill-record",
    "here",
    "sign-up-contest",
    "record-new",
    "record-revoke",
    "finding-new",
    "finding-nothing",
    "finding-verify",
    "eradication-visit",
)


def more_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about rolls, records and patrols."""
    laid: Done = ground.of["activities"].done
    roll, over = f"/activities/occasions/{laid.today[HERE]}/roll", f"/activities/occasions/{laid.over[HERE]}/roll"
    sign_up = f"/activities/sign-ups/{laid.signed['resident']}/"
    yield Filled("roll-mark", "worker", f"{roll}/mark", {"attendee": str(laid.seats[HERE]), "mark": "IN"})
    yield Filled("roll-paper", "worker", f"{roll}/paper", {"numbers": "1"})
    yield Filled("roll-close", "worker", f"{over}/close", {}, again=False)
    correct = f"/activities/attendees/{laid.came['resident']}/correct"
    yield Filled("roll-correct", "worker", correct, {"minutes": "30", "reason": "记错了"})
    drill = {**DRILL, "place_id": str(place_of(ground, HERE))}
    yield Filled("drill-record", "worker", f"/activities/occasions/{laid.drilled[HERE]}/drill", drill)
    yield Filled("here", "resident", f"/activities/here/{token_of(laid.today[HERE])}", {}, again=False)
    yield Filled("sign-up-contest", "resident", f"{sign_up}contest", {"attendee": str(laid.absent["resident"]), "words": "孩子来了"})
    yield Filled("record-new", "worker", f"{sign_up}record", DAYS)
    yield Filled("record-revoke", "worker", f"/activities/records/{laid.records['resident'][0]}/revoke", {"reason": "记错了人"})
    yield Filled("finding-new", "member", "/patrols/new", FINDING)
    yield Filled("finding-nothing", "member", "/patrols/nothing", {"spot": "北岸"})
    yield Filled("finding-verify", "worker", f"/patrols/findings/{laid.findings[HERE]}/verify", {"true": "yes", "reason": ""})
    yield Filled("eradication-visit", "member", f"/patrols/eradications/{laid.ledgers[HERE]}/visit", VISIT)


def own_verification(ground: Ground) -> None:
    """A worker says that their own report is true."""
    by = ground.actor("worker")
    made = actions.report_finding("SEWAGE", spot="桥下", basis="PRESENT", by=by, at=AT)
    actions.verify_finding(made.pk, True, by=by, at=AT)


VISITS = {
    "roll": lambda town, by: [f"/activities/occasions/{pk}/roll" for pk in town.occasions[:3]],
    "roll-mark": lambda town, by: [f"/activities/occasions/{town.occasions[0]}/roll/mark"],
    "roll-paper": lambda town, by: [f"/activities/occasions/{town.occasions[0]}/roll/paper"],
    "roll-correct": lambda town, by: [f"/activities/attendees/{town.done.came}/correct"],
    "drills": lambda town, by: ["/activities/drills/"],
    "drill-record": lambda town, by: [f"/activities/occasions/{town.done.drilled}/drill"],
    "here": lambda town, by: [f"/activities/here/{town.done.token}"] if by.role == "resident" else [],
    "sign-up-contest": lambda town, by: [f"/activities/sign-ups/{town.done.signed}/contest"] if by.role == "resident" else [],
    "hours": lambda town, by: ["/activities/hours/", "/activities/hours/?year=2021"],
    "records": lambda town, by: ["/activities/records/"],
    "record": lambda town, by: [f"/activities/records/{town.done.number}/"],
    "record-new": lambda town, by: [f"/activities/sign-ups/{town.done.signed}/record"],
    "record-revoke": lambda town, by: [f"/activities/records/{town.done.record}/revoke"],
    "patrols": lambda town, by: ["/patrols/"],
    "finding-new": lambda town, by: ["/patrols/new"],
    "finding-nothing": lambda town, by: ["/patrols/nothing"],
    "finding": lambda town, by: [f"/patrols/findings/{pk}/" for pk in town.done.findings],
    "finding-verify": lambda town, by: [f"/patrols/findings/{town.done.findings[0]}/verify"],
    "eradication": lambda town, by: [f"/patrols/eradications/{town.done.ledger}/"],
    "eradication-visit": lambda town, by: [f"/patrols/eradications/{town.done.ledger}/visit"],
}
