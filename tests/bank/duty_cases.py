"""Every way to posts and turns of duty. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cast import AT
from tests.trust.cases import LOGINS, READ, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.bank.actions import duties as actions
from zengyi.bank.models import Turn

STAFF = {HERE: "worker2", AWAY: "far_worker"}
HOLDERS = {HERE: "member2", AWAY: "far_member"}
DONE = (AT - timedelta(days=4)).date()
DID = {"text": "河边走了一圈，劝走两个钓鱼的"}
POST = {"duty": "GIVING", "title": "送一趟菜", "text": "", "timing": "每周五", "on_day": "", "places": "2", "branch_id": ""}


@dataclass(frozen=True)
class Duties:
    """A post that asks for people, and places with turns: of a member, and where it is the member's own."""

    vacancy: int
    claim: int
    planned: int
    done: int
    own: "Own | None" = None


@dataclass(frozen=True)
class Own:
    """The member's own place, and a turn that waits for them."""

    claim: int
    planned: int


def lay_duties(ground: Ground, where: str) -> Duties:
    """A post with a member on it who planned a turn and did one; here also a day's need that the member has taken on."""
    staff, holder = ground.actor(STAFF[where]), ground.actor(HOLDERS[where])
    post = actions.publish_vacancy("MONITORING", "看工地一小时", timing="每周二", places=9, by=staff, at=AT)
    claim = actions.claim_duty(post.pk, by=holder, at=AT)
    planned = actions.enter_turn(claim.pk, AT.date(), by=holder, at=AT)
    done = actions.enter_turn(claim.pk, DONE, **DID, by=holder, at=AT)
    own = None
    if where == HERE:
        need = actions.publish_vacancy("GIVING", "清扫河岸", on_day=AT.date(), places=9, by=staff, at=AT)
        taken = actions.claim_duty(need.pk, by=ground.actor("member"), at=AT)
        own = Own(taken.pk, Turn.objects.get(claim=taken).pk)
    return Duties(post.pk, claim.pk, planned.pk, done.pk, own)


def _lies(role: str, where: str, whose: str) -> frozenset[str]:
    own = {"own"} if LOGINS.get(role) == whose else set()
    return frozenset((lies(role, where) - {"public", "neighbour"}) | own)


def duty_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages and operations, here and away, of one's own and of others."""
    here = frozenset(name for name in ground.members if not name.startswith("far_"))
    yield from visits("duties", "/bank/duties/", READ, whose=here)
    yield from visits("vacancy-new", "/bank/duties/new", READ, POST)
    yield Case("api:list_vacancies", "GET", "/api/v1/bank/vacancies")
    yield Case("api:list_turns", "GET", "/api/v1/bank/turns")
    body = {"duty": "GIVING", "title": "送一趟菜", "places": 2}
    yield Case("api:publish_vacancy", "POST", "/api/v1/bank/vacancies", body, frozenset({201}))
    branches = {HERE: (ground.branch, ground.second_branch), AWAY: (ground.far_branch,)}
    for where, found in branches.items():
        for branch in found:
            lie = set(lies(role, where)) | ({"branch"} if role == "member" and branch == ground.branch else set())
            yield from visits("duty-offers", f"/bank/duties/branches/{branch.pk}/", READ, relations=frozenset(lie), whose=here)
    for where in (HERE, AWAY):
        yield from _of(ground, role, where, here)


def _of(ground: Ground, role: str, where: str, here: frozenset[str]) -> Iterator[Case]:
    laid: Duties = ground.of["bank"].duties[where]
    of_place: dict[str, Any] = {"relations": lies(role, where) - {"public"}, "whose": here}
    path = f"/bank/duties/{laid.vacancy}/"
    yield from visits("vacancy", path, READ, **of_place)
    yield from visits("vacancy-close", f"{path}close", post={}, relations=lies(role, where))
    mine: dict[str, Any] = {"relations": _lies(role, where, "member" if where == HERE else ""), "whose": here}
    yield from visits("vacancy-claim", f"{path}claim", READ, {"who": "0003" if where == HERE else "0001"}, **mine)
    member = ground.member_id("member3" if where == HERE else "far_member")
    body = None if role == "member" else {"member_id": member}
    yield Case("api:claim_vacancy", "POST", f"/api/v1/bank/vacancies/{laid.vacancy}/claim", body, frozenset({201}), **mine)
    yield from _of_holder(role, where, HOLDERS[where], Own(laid.claim, laid.planned), here)
    if laid.own:
        yield from _of_holder(role, where, "member", laid.own, here)
    of_others: dict[str, Any] = {"relations": lies(role, where), "whose": here}
    yield from visits("turn-attest", f"/bank/turns/{laid.done}/attest", post={}, **of_others)
    back: dict[str, Any] = {"relations": _lies(role, where, HOLDERS[where]), "whose": here}
    yield from visits("turn-return", f"/bank/turns/{laid.done}/return", READ, {"reason": "写清楚些"}, **back)
    yield Case("api:attest_turn", "POST", f"/api/v1/bank/turns/{laid.done}/attest", relations=lies(role, where))
    yield Case("api:return_turn", "POST", f"/api/v1/bank/turns/{laid.done}/return", {"reason": "写清楚些"}, relations=lies(role, where))


def _of_holder(role: str, where: str, whose: str, laid: Own, here: frozenset[str]) -> Iterator[Case]:
    """What a member does themselves, or the desk for them."""
    of: dict[str, Any] = {"relations": _lies(role, where, whose), "whose": here}
    turn, claim = f"/bank/turns/{laid.planned}/", f"/bank/duties/claims/{laid.claim}/"
    yield from visits("turn", turn, READ, **of)
    yield from visits("turn-record", f"{turn}record", READ, DID, **of)
    yield from visits("turn-cancel", f"{turn}cancel", post={}, **of)
    yield from visits("turn-new", f"{claim}turn", READ, {"on_day": "2026-11-20", **DID}, **of)
    yield from visits("duty-give-up", f"{claim}give-up", post={}, **of)
    body = {"on_day": "2026-11-20", **DID}
    yield Case("api:enter_turn", "POST", f"/api/v1/bank/duties/{laid.claim}/turns", body, frozenset({201}), relations=of["relations"])
    api: dict[str, Any] = {"relations": of["relations"]}
    yield Case("api:record_turn", "POST", f"/api/v1/bank/turns/{laid.planned}/record", DID, **api)
    yield Case("api:cancel_turn", "POST", f"/api/v1/bank/turns/{laid.planned}/cancel", **api)
    yield Case("api:give_up_duty", "POST", f"/api/v1/bank/duties/{laid.claim}/give-up", **api)


FORMS = (
    "vacancy-new",
    "vacancy-claim",
    "vacancy-close",
    "duty-give-up",
    "turn-new",
    "turn-record",
    "turn-cancel",
    "turn-attest",
    "turn-return",
)


def duty_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about posts and turns."""
    laid: Duties = ground.of["bank"].duties[HERE]
    assert laid.own is not None
    yield Filled("vacancy-new", "worker", "/bank/duties/new", POST)
    yield Filled("vacancy-claim", "worker", f"/bank/duties/{laid.vacancy}/claim", {"who": "0003"})
    yield Filled("vacancy-close", "worker", f"/bank/duties/{laid.vacancy}/close", {}, again=False)
    yield Filled("duty-give-up", "member", f"/bank/duties/claims/{laid.own.claim}/give-up", {}, again=False)
    yield Filled("turn-new", "member2", f"/bank/duties/claims/{laid.claim}/turn", {"on_day": "2026-11-20", **DID})
    yield Filled("turn-record", "member", f"/bank/turns/{laid.own.planned}/record", DID)
    yield Filled("turn-cancel", "member", f"/bank/turns/{laid.own.planned}/cancel", {}, again=False)
    yield Filled("turn-attest", "worker", f"/bank/turns/{laid.done}/attest", {}, again=False)
    yield Filled("turn-return", "worker", f"/bank/turns/{laid.done}/return", {"reason": "写清楚些"})


def own_attestation(ground: Ground) -> None:
    """A worker attests what they have put down themselves."""
    by, laid = ground.actor("worker"), ground.of["bank"].duties[HERE]
    turn = actions.enter_turn(laid.claim, (AT - timedelta(days=6)).date(), **DID, by=by, at=AT)
    actions.attest_turn(turn.pk, by=by, at=AT)


def _turns(town: Any, by: Any, *states: str) -> list[str]:
    rows = Turn.objects.filter(community_id=by.community_id).order_by("pk")
    if by.role == "member":
        rows = rows.filter(member_id=by.member_id)
    return [str(pk) for pk in (rows.filter(state__in=states) if states else rows).values_list("pk", flat=True)]


def _claims(town: Any, by: Any) -> list[str]:
    return [str(pk) for pk, member in town.duty_claims if by.role != "member" or member == by.member_id]


VISITS = {
    "duties": lambda town, by: ["/bank/duties/", "/bank/duties/?duty=GIVING", "/bank/duties/?duty=DELIBERATION"],
    "vacancy-new": lambda town, by: ["/bank/duties/new"],
    "vacancy": lambda town, by: [f"/bank/duties/{pk}/" for pk in town.vacancies],
    "vacancy-claim": lambda town, by: [f"/bank/duties/{town.vacancies[0]}/claim"],
    "duty-offers": lambda town, by: [f"/bank/duties/branches/{town.cast.branch.pk}/"],
    "turn-new": lambda town, by: [f"/bank/duties/claims/{pk}/turn" for pk in _claims(town, by)],
    "turn": lambda town, by: [f"/bank/turns/{pk}/" for pk in _turns(town, by)],
    "turn-record": lambda town, by: [f"/bank/turns/{pk}/record" for pk in _turns(town, by, "PLANNED")][:1],
    "turn-return": lambda town, by: [f"/bank/turns/{pk}/return" for pk in _turns(town, by, "DONE")][:1],
}
