"""Every way to appraisals. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.cast import AT
from tests.trust.cases import READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.bank.actions import appraisals as actions
from zengyi.bank.rules.appraisals import Verdict
from zengyi.people import queries as people

YEAR, HELD, MINUTES = 2025, date(2026, 1, 16), "书记主持。逐个议，举手通过。"
#: Which branch's year waits for a second person, by where it is.
STAFF = {HERE: "worker2", AWAY: "far_worker"}


@dataclass(frozen=True)
class Appraised:
    """A decision that waits for a second person, and the branch whose year is still to be decided."""

    waiting: int
    branch: int


def lay_appraisals(ground: Ground, where: str) -> Appraised:
    """A branch's year that waits, put down by a worker, and another one that is not begun."""
    branch, other = (ground.branch, ground.second_branch) if where == HERE else (ground.far_branch, ground.far_branch)
    return Appraised(_decided(ground, branch.pk, STAFF[where]), other.pk)


def _decided(ground: Ground, branch: int, who: str) -> int:
    found = {one.id: Verdict("DEFERRED", "明年再评", present=True) for one in people.branch_roster(branch)}
    return actions.propose_appraisal(branch, YEAR, HELD, MINUTES, found, by=ground.actor(who), at=AT).pk


def _body(branch: int) -> dict[str, Any]:
    """The same as the API takes it."""
    roster = people.branch_roster(branch)
    verdicts = [{"member_id": one.id, "tier": "DEFERRED", "reason": "明年再评", "present": True} for one in roster]
    return {"branch_id": branch, "year": YEAR, "held_on": HELD.isoformat(), "minutes": MINUTES, "verdicts": verdicts}


def _sent(ground: Ground, branch: int) -> dict[str, Any]:
    """The form of a branch's year, filled in."""
    data = {"held_on": HELD.isoformat(), "minutes": MINUTES, "others": ""}
    for one in people.branch_roster(branch):
        data |= {f"present-{one.id}": "on", f"tier-{one.id}": "DEFERRED", f"reason-{one.id}": "明年再评"}
    return data


def appraisal_cases(ground: Ground, role: str) -> Iterator[Case]:
    """One's own, and those of the branches here and away."""
    here = frozenset(name for name in ground.members if not name.startswith("far_"))
    yield from visits("appraisals", "/bank/appraisals/", READ)
    yield Case("api:my_appraisals", "GET", "/api/v1/bank/appraisals/mine", good=READ if role == "member" else frozenset({404}))
    for where in (HERE, AWAY):
        laid: Appraised = ground.of["bank"].appraisals[where]
        of: dict[str, Any] = {"relations": lies(role, where), "whose": here}
        path, asked = f"/bank/appraisals/{laid.waiting}/", f"branch={laid.branch}&year={YEAR}"
        yield from visits("appraisal-new", f"/bank/appraisals/new?{asked}", READ, _sent(ground, laid.branch), **of)
        yield from visits("appraisal-draft-paper", f"/bank/appraisals/sheet.pdf?{asked}", READ, **of)
        yield from visits("appraisal-draft-table", f"/bank/appraisals/sheet.xlsx?{asked}", READ, **of)
        yield from visits("appraisal", path, READ, **of)
        yield from visits("appraisal-paper", f"{path}paper.pdf", READ, **of)
        yield from visits("appraisal-table", f"{path}table.xlsx", READ, **of)
        api = f"/api/v1/bank/appraisals/{laid.waiting}"
        yield Case("api:get_year_sheet", "GET", f"/api/v1/bank/branches/{laid.branch}/appraisals/{YEAR}", **of)
        yield Case("api:propose_appraisal", "POST", "/api/v1/bank/appraisals", _body(laid.branch), frozenset({201}), **of)
        yield Case("api:get_appraisal", "GET", api, **of)
        yield Case("api:decide_appraisal", "POST", f"{api}/decide", {"approve": True}, **of)
        yield Case("appraisal-decide", "GET", f"{path}decide", **of)
        yield Case("appraisal-decide", "POST", f"{path}decide", {"approve": "1"}, SENT, **of)


FORMS = ("appraisal-new", "appraisal-decide")


def appraisal_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about appraisals."""
    laid: Appraised = ground.of["bank"].appraisals[HERE]
    yield Filled("appraisal-new", "worker", f"/bank/appraisals/new?branch={laid.branch}&year={YEAR}", _sent(ground, laid.branch))
    yield Filled(
        "appraisal-decide", "secretary", f"/bank/appraisals/{laid.waiting}/decide", {"approve": "0", "reason": "没写谁主持"}, again=False
    )


def own_appraisal(ground: Ground) -> None:
    """A secretary confirms what they have put down themselves."""
    pk = _decided(ground, ground.second_branch.pk, "secretary")
    actions.decide_appraisal(pk, True, by=ground.actor("secretary"), at=AT)


VISITS = {
    "appraisals": lambda town, by: (
        ["/bank/appraisals/"] if by.role == "member" else ["/bank/appraisals/", f"/bank/appraisals/?year={town.now.year}"]
    ),
    "appraisal-new": lambda town, by: [
        f"/bank/appraisals/new?branch={town.cast.second_branch.pk}",
        f"/bank/appraisals/new?branch={town.cast.branch.pk}",
        f"/bank/appraisals/new?branch={town.cast.branch.pk}&year={town.now.year}",
    ],
    "appraisal": lambda town, by: [f"/bank/appraisals/{pk}/" for pk in town.appraisals],
    "appraisal-decide": lambda town, by: [f"/bank/appraisals/{town.appraisals[-1]}/decide"],
}
