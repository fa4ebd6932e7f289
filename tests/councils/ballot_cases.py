"""Every way to ballots. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.cast import AT
from tests.trust.cases import LOGINS, Case, lies
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.councils import actions
from zengyi.councils.models import Elector
from zengyi.councils.rules.ballots import Proposal, VoteChannel

STAFF = {HERE: "worker2", AWAY: "far_worker"}
VOTERS = {HERE: ("resident", "member", "unit", "property", "supervisor", "resident2"), AWAY: ("far_resident",)}
PROPOSED: dict[str, Any] = {"title": "晚上九点以后不跳舞", "text": "老人要睡，孩子要写作业。", "method": "hands"}


@dataclass(frozen=True)
class Ballots:
    """A ballot in each state, and an elector of the open one whom nobody sits for."""

    draft: int
    open: int
    closed: int
    elector: int


def lay_ballots(ground: Ground, where: str) -> Ballots:
    """Three ballots of people, with whom everybody of the cast may vote."""
    by = ground.actor(STAFF[where])
    voters = [actions.Voter(person_id=ground.actor(login).person_id) for login in VOTERS[where]]
    made = []
    for _state in range(3):
        ballot = actions.create_ballot(Proposal(**PROPOSED), voters=[*voters, actions.Voter("代表甲")], by=by, at=AT)
        made.append(ballot.pk)
    for pk in made[1:]:
        actions.open_ballot(pk, by=by, at=AT)
    paper = Elector.objects.get(ballot_id=made[2], name="代表甲")
    entered = actions.Entered(elector_id=paper.pk, channel=VoteChannel.PAPER)
    actions.cast_stance(made[2], actions.Answer(choice="FOR"), entered=entered, by=by, at=AT)
    actions.close_ballot(made[2], by=by, at=AT)
    draft, opened, closed = made
    return Ballots(draft, opened, closed, Elector.objects.get(ballot_id=opened, name="代表甲").pk)


def lies_ballot(role: str, where: str, *, shown: bool) -> frozenset[str]:
    """How a ballot lies to a role."""
    found = set(lies(role, where))
    if not shown:
        found -= {"public", "neighbour"}
    elif LOGINS.get(role) in VOTERS[where]:
        found.add("own")
    return frozenset(found)


def ballot_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations, here and away."""
    yield Case("api:list_ballots", "GET", "/api/v1/ballots")
    yield Case("api:create_ballot", "POST", "/api/v1/ballots", dict(PROPOSED), frozenset({201}))
    for where in (HERE, AWAY):
        laid: Ballots = ground.of["councils"].ballots[where]
        for pk, shown in ((laid.draft, False), (laid.open, True), (laid.closed, True)):
            lie: dict[str, Any] = {"relations": lies_ballot(role, where, shown=shown)}
            yield Case("api:get_ballot", "GET", f"/api/v1/ballots/{pk}", **lie)
            yield Case("api:list_electors", "GET", f"/api/v1/ballots/{pk}/electors", **lie)
        hidden: dict[str, Any] = {"relations": lies_ballot(role, where, shown=False)}
        seen: dict[str, Any] = {"relations": lies_ballot(role, where, shown=True)}
        yield Case("api:open_ballot", "POST", f"/api/v1/ballots/{laid.draft}/open", {}, **hidden)
        yield Case("api:close_ballot", "POST", f"/api/v1/ballots/{laid.open}/close", {}, **seen)
        said: dict[str, Any] = {"choice": "FOR"}
        if role in ("worker", "secretary"):
            said |= {"elector_id": laid.elector, "channel": "PAPER"}
        yield Case("api:cast_stance", "POST", f"/api/v1/ballots/{laid.open}/stances", said, frozenset({201}), **seen)
