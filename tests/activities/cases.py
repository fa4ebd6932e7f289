"""Every way to activities and patrols."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.activities import more_cases
from tests.activities.plans import CHILD, child_of, planned
from tests.cast import AT
from tests.trust.cases import LOGINS, READ, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from tests.trust.ground import child_of as called
from zengyi.activities import actions
from zengyi.activities.models import SignUp

STAFF = {HERE: "worker2", AWAY: "far_worker"}
OWNERS = {"resident": HERE, "member": HERE, "far_resident": AWAY}
#: Who has the only seat first, so that others wait for it.
BEFORE = {HERE: "resident2", AWAY: "far_member"}


@dataclass(frozen=True)
class Laid:
    """Activities, occasions and sign-ups: by place, and by whose they are."""

    activities: dict[str, int]
    occasions: dict[str, int]
    signed: dict[str, int]
    children: dict[str, int]
    offered: dict[str, int]
    done: more_cases.Done


def lay(ground: Ground) -> Laid:
    """An occasion here and away, with a family on each, and seats that are offered."""
    made = {where: planned(ground.actor(who), title=f"纪事活动{where}") for where, who in STAFF.items()}
    signed = {who: _family(ground, who, made[where].pk) for who, where in OWNERS.items()}
    offered = {who: _offered(ground, who, where) for who, where in OWNERS.items()}
    return Laid(
        activities={where: one.activity_id for where, one in made.items()},
        occasions={where: one.pk for where, one in made.items()},
        signed={who: one.pk for who, one in signed.items()},
        children={who: child_of(one).pk for who, one in signed.items()},
        offered={who: one.pk for who, one in offered.items()},
        done=more_cases.lay_done(ground),
    )


def _family(ground: Ground, who: str, occasion_id: int) -> SignUp:
    return actions.sign_up(occasion_id, seats=2, children=[replace(CHILD, called=called(who))], by=ground.actor(who), at=AT)


def _offered(ground: Ground, who: str, where: str) -> SignUp:
    """Somebody has the only seat, another waits for it and is offered it."""
    small = planned(ground.actor(STAFF[where]), title=f"纪事小场{who}", capacity=1)
    first = actions.sign_up(small.pk, by=ground.actor(BEFORE[where]), at=AT)
    waits = actions.sign_up(small.pk, by=ground.actor(who), at=AT)
    actions.cancel_sign_up(first.pk, by=ground.actor(BEFORE[where]), at=AT)
    waits.refresh_from_db()
    assert waits.state == "OFFERED"
    return waits


TIMES = {"starts_at": "2026-11-29T09:00", "ends_at": "2026-11-29T10:30"}
OCCASION = (
    TIMES | {"every": "", "times": ""} | {"place_id": "", "spot": "活动室", "capacity": "12", "helpers": "剪花 3", "bring": "", "care": ""}
)
ACTIVITY = OCCASION | {"title": "旧衣改造", "kind": "CRAFT", "text": "", "along": "街道妇联"}
API_TIMES = {"starts_at": "2026-11-29T09:00:00+08:00", "ends_at": "2026-11-29T10:30:00+08:00"}
STAFFED = {"worker", "secretary"}


def _own(role: str, whose: str) -> frozenset[str]:
    """The scopes in which a sign-up lies for that role."""
    own = {"own"} if LOGINS.get(role) == whose else set()
    return frozenset((lies(role, OWNERS[whose]) - {"public", "neighbour"}) | own)


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages and operations, here and away, of one's own and of others."""
    laid: Laid = ground.of["activities"]
    yield from visits("activities", "/activities/", READ)
    yield from visits("activities-calendar", "/activities/calendar.ics", READ)
    yield Case("api:list_occasions", "GET", "/api/v1/occasions")
    yield from visits("activity-new", "/activities/new", READ, ACTIVITY)
    yield Case("api:create_activity", "POST", "/api/v1/activities", {"title": "旧衣改造", "kind": "CRAFT"}, frozenset({201}))
    for where in (HERE, AWAY):
        yield from _of_occasion(laid, role, where)
    for whose in OWNERS:
        yield from _of_sign_up(laid, role, whose)
    yield from more_cases.more_cases(ground, role)


def _of_occasion(laid: Laid, role: str, where: str) -> Iterator[Case]:
    path = f"/activities/occasions/{laid.occasions[where]}/"
    lie: dict[str, Any] = {"relations": lies(role, where)}
    led: dict[str, Any] = {"relations": lies(role, where) - {"public"}, "sees": True}
    yield from visits("occasion", path, READ, **lie)
    yield from visits("occasion-calendar", f"{path}calendar.ics", READ, **lie)
    yield from visits("sign-ups", f"{path}sign-ups", READ, whose=frozenset(OWNERS), **led)
    yield from visits("occasion-new", f"/activities/{laid.activities[where]}/occasions/new", READ, OCCASION, **led)
    yield from visits("occasion-move", f"{path}move", READ, {**TIMES, "reason": "场地要用"}, **led)
    yield from visits("occasion-cancel", f"{path}cancel", READ, {"reason": "下雨"}, **led)
    api = f"/api/v1/activities/{laid.activities[where]}/occasions"
    yield Case("api:create_occasion", "POST", api, {**API_TIMES, "capacity": 12}, frozenset({201}), **led)
    who = {"name": "来电居民", "phone": "", "channel": "PHONE"}
    twice = 409 if role in ("resident", "member") else 0
    sent = frozenset({409}) if twice and where == HERE else frozenset({303})
    yield from visits("sign-up", f"{path}sign-up", READ, {"adults": "1", **(who if role in STAFFED else {})}, sent=sent, **led)
    body = {"seats": 1, **(who if role in STAFFED else {})}
    yield Case(
        "api:sign_up",
        "POST",
        f"/api/v1/occasions/{laid.occasions[where]}/sign-ups",
        body,
        frozenset({201}),
        objection=twice if where == HERE else 0,
        **led,
    )


def _of_sign_up(laid: Laid, role: str, whose: str) -> Iterator[Case]:
    lie: dict[str, Any] = {"relations": _own(role, whose), "whose": frozenset({whose})}
    path, offer = f"/activities/sign-ups/{laid.signed[whose]}/", f"/activities/sign-ups/{laid.offered[whose]}/"
    said = {"attendee": laid.children[whose], "purpose": "PHOTOGRAPH", "given": "y", "channel": "PHONE"}
    yield from visits("sign-up-card", path, READ, **lie)
    yield from visits("sign-up-cancel", f"{path}cancel", READ, {"words": "家里有事"}, **lie)
    yield from visits("sign-up-consent", f"{path}consent", READ, said, **lie)
    yield from visits("sign-up-accept", f"{offer}accept", post={}, **lie)
    yield Case("api:cancel_sign_up", "POST", f"/api/v1/sign-ups/{laid.signed[whose]}/cancel", **lie)
    yield Case("api:accept_offer", "POST", f"/api/v1/sign-ups/{laid.offered[whose]}/accept", **lie)


FORMS = (
    "activity-new",
    "occasion-new",
    "occasion-move",
    "occasion-cancel",
    "sign-up",
    "sign-up-cancel",
    "sign-up-consent",
    "sign-up-accept",
    *more_cases.FORMS,
)


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms of this package."""
    laid: Laid = ground.of["activities"]
    path, own = f"/activities/occasions/{laid.occasions[HERE]}/", f"/activities/sign-ups/{laid.signed['resident']}/"
    said = {"attendee": laid.children["resident"], "purpose": "PHOTOGRAPH", "given": "y", "channel": ""}
    yield Filled("activity-new", "worker", "/activities/new", ACTIVITY)
    yield Filled("occasion-new", "worker", f"/activities/{laid.activities[HERE]}/occasions/new", OCCASION)
    yield Filled("occasion-move", "worker", f"{path}move", {**TIMES, "reason": "场地要用"})
    yield Filled("occasion-cancel", "worker", f"{path}cancel", {"reason": "下雨"})
    yield Filled("sign-up", "resident2", f"{path}sign-up", {"adults": "1"})
    yield Filled("sign-up-cancel", "resident", f"{own}cancel", {"words": "家里有事"})
    yield Filled("sign-up-consent", "resident", f"{own}consent", said)
    yield Filled("sign-up-accept", "resident", f"/activities/sign-ups/{laid.offered['resident']}/accept", {}, again=False)
    yield from more_cases.more_forms(ground)


READ_ONLY = ("sign-ups", "roll-kept", "roll-sheet", "drills", "hours", "hours-sheet")
NO_PAGES = ("roll-kept", "roll-sheet", "hours-sheet")
ALONE = {"finding.verify": more_cases.own_verification}


def _occasions(town: Any, by: Any) -> list[str]:
    return [f"/activities/occasions/{pk}/" for pk in town.occasions]


def _signed(town: Any, by: Any) -> list[int]:
    rows = SignUp.objects.order_by("pk")
    if by.role in STAFFED:
        return list(rows.filter(community_id=by.community_id).values_list("pk", flat=True))
    return list(rows.filter(person_id=by.person_id or 0).values_list("pk", flat=True))


VISITS = {
    "activities": lambda town, by: [f"/activities/{asked}" for asked in ("", "?only=minors", "?only=help", "?from=2026-01-01")],
    "activity-new": lambda town, by: ["/activities/new"],
    "occasion": _occasions,
    "sign-ups": lambda town, by: [f"{path}sign-ups" for path in _occasions(town, by)[:4]],
    "occasion-new": lambda town, by: [f"/activities/{town.activity}/occasions/new"],
    "occasion-move": lambda town, by: [f"{_occasions(town, by)[0]}move"],
    "occasion-cancel": lambda town, by: [f"{_occasions(town, by)[0]}cancel"],
    "sign-up": lambda town, by: [f"{_occasions(town, by)[0]}sign-up"],
    "sign-up-card": lambda town, by: [f"/activities/sign-ups/{pk}/" for pk in _signed(town, by)],
    "sign-up-cancel": lambda town, by: [f"/activities/sign-ups/{pk}/cancel" for pk in _signed(town, by)][:1],
    "sign-up-consent": lambda town, by: [f"/activities/sign-ups/{pk}/consent" for pk in _signed(town, by)][:1],
} | more_cases.VISITS
