"""Every way to closing a quarter: its steps, objections, what everybody reads of it. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cast import AT
from tests.trust.cases import LOGINS, READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.bank import actions as bank
from zengyi.bank.models import Quarter
from zengyi.people.rules import Actor

OPEN, TALLIED, PREPARED, PUBLISHED, READY = "2026Q1", "2026Q2", "2026Q3", "2025Q4", "2025Q3"
STAFF = {HERE: ("worker2", "secretary"), AWAY: ("far_worker", "far_secretary")}
OBJECTORS = {HERE: "resident", AWAY: "far_resident"}
OUTLETS = {
    "quarter": "",
    "quarter-sheet": "sheet.pdf",
    "quarter-poster": "poster.png",
    "quarter-text": "text",
    "quarter-file": "file.json",
    "quarter-book": "book.xlsx",
}
CLOSING: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("tally", OPEN, {}),
    ("prepare", TALLIED, {"savers": "5"}),
    ("publish", PREPARED, {}),
    ("seal", READY, {}),
)
ANSWER = {"text": "查过了，已经补记。", "public": "漏记一次，已补记。"}


@dataclass(frozen=True)
class Quarters:
    """Objections to the published quarter: one that waits, one answered, one contested."""

    waiting: int
    answered: int
    contested: int


def lay_quarters(ground: Ground, where: str) -> Quarters:
    """A quarter in every state, and an objection in every state but the last."""
    worker, secretary, objector = (ground.actor(name) for name in (*STAFF[where], OBJECTORS[where]))
    community = ground.communities[where].pk
    for quarter, at in ((TALLIED, AT), (PREPARED, AT), (PUBLISHED, AT), (READY, AT - timedelta(days=40))):
        bank.tally_quarter(community, quarter, by=worker, at=at)
        if quarter != TALLIED:
            bank.prepare_quarter(community, quarter, by=worker, at=at)
        if quarter in (PUBLISHED, READY):
            bank.publish_quarter(community, quarter, by=secretary, at=at)

    def raised() -> int:
        return bank.object_to(community, PUBLISHED, "漏记了一次党课。", by=objector, at=AT).pk

    waiting, answered, contested = raised(), raised(), raised()
    for one in (answered, contested):
        bank.answer_objection(one, **ANSWER, by=worker, at=AT)
    bank.contest_answer(contested, by=objector, at=AT)
    return Quarters(waiting, answered, contested)


def quarter_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations on quarters, here and away."""
    names = frozenset(name for name in ground.members if not name.startswith("far_"))
    staff = role in ("worker", "secretary")
    for where in (HERE, AWAY):
        laid, path = ground.of["bank"].quarters[where], f"/api/v1/bank/quarters/{ground.communities[where].pk}"
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        yield Case("api:get_quarter", "GET", f"{path}/{PUBLISHED}", relations=lies(role, where))
        yield Case("api:get_quarter", "GET", f"{path}/{PREPARED}", relations=lies(role, where))
        page = f"/bank/quarters/{ground.communities[where].pk}/{PUBLISHED}/"
        for way, outlet in OUTLETS.items():
            yield from visits(way, page + outlet, READ, relations=lies(role, where))
        inside = lie["relations"] | ({"branch"} if role == "member" and where == HERE else set())
        yield Case("api:list_quarter_members", "GET", f"{path}/{PUBLISHED}/members", relations=inside, whose=names)
        yield from visits("quarter-members", f"{page}members", READ, relations=inside, whose=names)
        yield from page_cases(ground, role, where)
        yield Case("api:tally_quarter", "POST", f"{path}/{OPEN}/tally", {}, **lie)
        yield Case("api:prepare_quarter", "POST", f"{path}/{TALLIED}/prepare", {"savers": 5}, **lie)
        yield Case("api:publish_quarter", "POST", f"{path}/{PREPARED}/publish", {}, **lie)
        yield Case("api:seal_quarter", "POST", f"{path}/{READY}/seal", {}, **lie)
        said = {"text": "分记少了。"} | ({"channel": "PHONE", "who": "一位老党员"} if staff else {})
        # The resident has as many objections as one may have at once, less the one that was answered.
        yield Case("api:object_to_quarter", "POST", f"{path}/{PUBLISHED}/objections", said, frozenset({201}), sees=True, **lie)
        own = {"own"} if LOGINS.get(role) == OBJECTORS[where] else set()
        mine: dict[str, Any] = {"relations": lie["relations"] | own}
        objections = "/api/v1/bank/objections"
        yield Case("api:contest_objection", "POST", f"{objections}/{laid.answered}/contest", {}, **mine)
        yield Case("api:answer_objection", "POST", f"{objections}/{laid.waiting}/answer", ANSWER, **lie)
        yield Case("api:review_objection", "POST", f"{objections}/{laid.contested}/review", {"text": "属实。"}, **lie)


def page_cases(ground: Ground, role: str, where: str) -> Iterator[Case]:
    """The desk on which a quarter is closed, which is always one's own community's, and the pages of objections."""
    if where == HERE:
        yield from visits("closing", "/bank/closing/", READ)
        yield from visits("closing", f"/bank/closing/{PUBLISHED}/", READ)
        for verb, quarter, post in CLOSING:
            yield from visits(f"closing-{verb}", f"/bank/closing/{quarter}/{verb}", post=post)
    laid, community = ground.of["bank"].quarters[where], ground.communities[where].pk
    lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
    said = {"text": "分记少了。"} | ({"channel": "PHONE", "who": "一位老党员"} if role in ("worker", "secretary") else {})
    new = f"/bank/quarters/{community}/{PUBLISHED}/objections/new"
    yield Case("objection-new", "GET", new, sees=True, **lie)
    yield Case("objection-new", "POST", new, said, SENT, sees=True, **lie)
    own = {"own"} if LOGINS.get(role) == OBJECTORS[where] else set()
    mine: dict[str, Any] = {"relations": lie["relations"] | own}
    one = "/bank/objections"
    whose = frozenset({OBJECTORS[where]})
    yield from visits("objection", f"{one}/{laid.answered}/", READ, whose=whose, **mine)
    yield from visits("objection-contest", f"{one}/{laid.answered}/contest", post={}, **mine)
    told: dict[str, Any] = {} if LOGINS.get(role) == OBJECTORS[where] else {"objection": 403}
    yield from visits("objection-tell", f"{one}/{laid.answered}/tell", post={}, **mine, **told)
    yield from visits("objection-answer", f"{one}/{laid.waiting}/answer", post=ANSWER, **lie)
    yield from visits("objection-review", f"{one}/{laid.contested}/review", post={"text": "属实。"}, **lie)


def _community(by: Actor) -> int:
    return by.community_id or 0


def _own_publication(ground: Ground) -> None:
    by = ground.actor("secretary")
    bank.prepare_quarter(_community(by), TALLIED, by=by, at=AT)
    bank.publish_quarter(_community(by), TALLIED, by=by, at=AT)


def _own_seal(ground: Ground) -> None:
    by = ground.actor("secretary")
    Quarter.objects.filter(community_id=by.community_id, quarter=READY).update(prepared_by=by.user_id, published_by=ground.users["worker"])
    bank.seal_quarter(_community(by), READY, by=by, at=AT)


def _own_review(ground: Ground) -> None:
    by, waiting = ground.actor("secretary"), ground.of["bank"].quarters[HERE].waiting
    bank.answer_objection(waiting, **ANSWER, by=by, at=AT)
    bank.contest_answer(waiting, by=ground.actor("resident"), at=AT)
    bank.review_objection(waiting, "属实。", by=by, at=AT)


QUARTERS_ALONE = {"quarter.publish": _own_publication, "quarter.seal": _own_seal, "quarter.review": _own_review}


#: The names of the forms, in this order.
QUARTER_FORMS = (
    "closing-tally",
    "closing-prepare",
    "closing-publish",
    "closing-seal",
    "objection-new",
    "objection-answer",
    "objection-review",
    "objection-contest",
    "objection-tell",
)


def quarter_forms(ground: Ground) -> Iterator[Filled]:
    """The forms with which a quarter is closed, and those of objections."""
    for verb, quarter, post in CLOSING:
        yield Filled(f"closing-{verb}", "secretary", f"/bank/closing/{quarter}/{verb}", dict(post), again=False)
    laid, one = ground.of["bank"].quarters[HERE], "/bank/objections"
    new = f"/bank/quarters/{ground.communities[HERE].pk}/{PUBLISHED}/objections/new"
    yield Filled("objection-new", "worker", new, {"text": "分记少了。", "channel": "PHONE", "who": "一位老党员"})
    yield Filled("objection-answer", "worker", f"{one}/{laid.waiting}/answer", dict(ANSWER), again=False)
    yield Filled("objection-review", "secretary", f"{one}/{laid.contested}/review", {"text": "属实。", "public": ""}, again=False)
    yield Filled("objection-contest", OBJECTORS[HERE], f"{one}/{laid.answered}/contest", {}, again=False)
    yield Filled("objection-tell", OBJECTORS[HERE], f"{one}/{laid.answered}/tell", {}, again=False)
