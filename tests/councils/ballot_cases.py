"""Every way to ballots. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import AT
from tests.councils.ballots import CLOSES, LIFT, NOTICED, flats
from tests.trust.cases import LOGINS, READ, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.councils import actions
from zengyi.councils.models import Ballot, Elector
from zengyi.councils.rules.ballots import Proposal, VoteChannel
from zengyi.councils.rules.owners import heads_of

STAFF = {HERE: "worker2", AWAY: "far_worker"}
VOTERS = {HERE: ("resident", "member", "unit", "worker", "secretary", "property", "supervisor"), AWAY: ("far_resident",)}
PROPOSED: dict[str, Any] = {"title": "晚上九点以后不跳舞", "text": "老人要睡，孩子要写作业。", "method": "hands"}
PAGES = "/councils/ballots/"
VOTED = {"choice": "FOR", "reason": "", "code": ""}
MANDATE = {"position": "1", "holder": "王五", "paper": "卷宗 3 号袋"}
SALE = {"position": "1", "buyer": "新业主", "paper": "不动产权证"}
NEW = {
    **PROPOSED,
    **dict.fromkeys(("subject", "pack", "yuan", "options", "points"), ""),
    "passes": ">1/2",
    "quorum": ">1/2",
    "place": "",
    "topic": "",
    "voters": "代表甲\n代表乙",
}


@dataclass(frozen=True)
class Ballots:
    """A ballot in each state, and an owners' vote that is prepared."""

    draft: int
    open: int
    closed: int
    owners: int
    voting: int
    counted: int


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
    owners = actions.create_ballot(Proposal(**LIFT), owners=heads_of(flats(3)), by=by, at=AT)
    dual = []
    for _state in range(2):
        made_one = actions.create_ballot(Proposal(**LIFT), owners=heads_of(flats(2)), by=by, at=AT)
        dual.append(actions.open_ballot(made_one.pk, noticed_on=NOTICED, closes_at=CLOSES, by=by, at=AT).pk)
    actions.close_ballot(dual[1], reason="重新公告", by=by, at=AT)
    return Ballots(draft, opened, closed, owners.pk, *dual)


def lies_ballot(role: str, where: str, *, shown: bool) -> frozenset[str]:
    """The scopes in which a ballot lies for that role."""
    found = set(lies(role, where))
    if not shown:
        found -= {"public", "neighbour"}
    elif LOGINS.get(role) in VOTERS[where]:
        found.add("own")
    return frozenset(found)


def ballot_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations, here and away."""
    yield Case("api:list_ballots", "GET", "/api/v1/ballots")
    yield from visits("ballots", PAGES, READ)
    yield from visits("ballot-new", f"{PAGES}new", READ, NEW)
    yield Case("api:create_ballot", "POST", "/api/v1/ballots", dict(PROPOSED), frozenset({201}))
    for where in (HERE, AWAY):
        laid: Ballots = ground.of["councils"].ballots[where]
        for pk, shown in ((laid.draft, False), (laid.open, True), (laid.closed, True)):
            lie: dict[str, Any] = {"relations": lies_ballot(role, where, shown=shown)}
            yield Case("api:get_ballot", "GET", f"/api/v1/ballots/{pk}", **lie)
            yield Case("api:list_electors", "GET", f"/api/v1/ballots/{pk}/electors", **lie)
        hidden: dict[str, Any] = {"relations": lies_ballot(role, where, shown=False)}
        seen: dict[str, Any] = {"relations": lies_ballot(role, where, shown=True)}
        sold = {"elector_id": Elector.objects.get(ballot_id=laid.voting, position=1).pk, "buyer": "新业主", "paper": "不动产权证"}
        theirs: dict[str, Any] = {"relations": lies_ballot(role, where, shown=True) - {"own"}}
        yield Case("api:sell_flat", "POST", f"/api/v1/ballots/{laid.voting}/sales", sold, **theirs)
        posted = {"posted_on": AT.date().isoformat()}
        yield Case("api:post_result", "POST", f"/api/v1/ballots/{laid.counted}/posted", posted, **theirs)
        yield Case("api:open_ballot", "POST", f"/api/v1/ballots/{laid.draft}/open", {}, **hidden)
        yield Case("api:close_ballot", "POST", f"/api/v1/ballots/{laid.open}/close", {}, **seen)
        yield Case("api:cast_stance", "POST", f"/api/v1/ballots/{laid.open}/stances", {"choice": "FOR"}, frozenset({201}), **seen)
        yield from _pages(laid, where, hidden, seen)


def _pages(laid: Ballots, where: str, hidden: dict[str, Any], seen: dict[str, Any]) -> Iterator[Case]:
    """Pages about the ballots of a community."""
    for pk, lie in ((laid.draft, hidden), (laid.open, seen), (laid.closed, seen)):
        yield from visits("ballot", f"{PAGES}{pk}/", READ, **lie)
        yield from visits("ballot-desk", f"{PAGES}{pk}/desk", READ, **lie)
    yield from visits("ballot-vote", f"{PAGES}{laid.open}/vote", READ, VOTED, **seen)
    yield from visits("ballot-open", f"{PAGES}{laid.draft}/open", READ, {"noticed_on": "", "closes_at": ""}, **hidden)
    yield from visits("ballot-close", f"{PAGES}{laid.open}/close", READ, {"reason": ""}, **seen)
    yield from visits("ballot-entry", f"{PAGES}{laid.open}/entry", READ, _entered(where), **seen)
    yield from visits("ballot-delivered", f"{PAGES}{laid.open}/delivered", READ, {"positions": "1"}, **seen)
    yield from visits("ballot-mandate", f"{PAGES}{laid.open}/mandate", READ, MANDATE, **seen)
    yield from visits("ballot-sale", f"{PAGES}{laid.voting}/sale", READ, SALE, **hidden)
    yield from visits("ballot-posted", f"{PAGES}{laid.counted}/posted", READ, {"posted_on": AT.date().isoformat()}, **hidden)
    yield from visits("ballot-papers", f"{PAGES}{laid.open}/papers.pdf", READ, **seen)
    yield from visits("ballot-file", f"{PAGES}{laid.closed}/file.zip", READ, **seen)
    sheet = SimpleUploadedFile("a.csv", "业主,单元,面积,类型\n甲,101,八十,业主\n".encode())
    yield Case("ballot-owners", "GET", f"{PAGES}{laid.owners}/owners", **hidden)
    yield Case("ballot-owners", "POST", f"{PAGES}{laid.owners}/owners", {"file": sheet}, frozenset({422}), **hidden)
    yield Case("ballot-owners", "DELETE", f"{PAGES}{laid.owners}/owners", good=WRONG_METHOD, **hidden)


def _entered(where: str) -> dict[str, str]:
    """A paper vote of the elector whom nobody sits for."""
    return {"position": str(len(VOTERS[where]) + 1), "channel": "PAPER", "choice": "FOR", "reason": ""}


FORMS = (
    "ballot-new",
    "ballot-vote",
    "ballot-open",
    "ballot-close",
    "ballot-entry",
    "ballot-delivered",
    "ballot-mandate",
    "ballot-sale",
    "ballot-posted",
)


def ballot_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about ballots."""
    laid: Ballots = ground.of["councils"].ballots[HERE]
    yield Filled("ballot-new", "worker", f"{PAGES}new", NEW)
    yield Filled("ballot-vote", "resident", f"{PAGES}{laid.open}/vote", VOTED)
    yield Filled("ballot-open", "worker", f"{PAGES}{laid.draft}/open", {"noticed_on": "", "closes_at": "2026-12-01"})
    yield Filled("ballot-close", "worker", f"{PAGES}{laid.open}/close", {"reason": ""}, again=False)
    yield Filled("ballot-entry", "worker", f"{PAGES}{laid.open}/entry", _entered(HERE))
    yield Filled("ballot-delivered", "worker", f"{PAGES}{laid.open}/delivered", {"positions": "1"})
    yield Filled("ballot-mandate", "worker", f"{PAGES}{laid.open}/mandate", MANDATE)
    yield Filled("ballot-sale", "worker", f"{PAGES}{laid.voting}/sale", SALE)
    yield Filled("ballot-posted", "worker", f"{PAGES}{laid.counted}/posted", {"posted_on": AT.date().isoformat()})


def _paths(town: Any, by: Any, ending: str, **more: Any) -> list[str]:
    rows = Ballot.objects.filter(community_id=by.community_id, **more).order_by("pk").values_list("pk", flat=True)[:3]
    return [f"{PAGES}{pk}/{ending}" for pk in rows]


VISITS = {
    "ballots": lambda town, by: [PAGES],
    "ballot-new": lambda town, by: [f"{PAGES}new"],
    "ballot": lambda town, by: _paths(town, by, ""),
    "ballot-desk": lambda town, by: _paths(town, by, "desk"),
    **{f"ballot-{name}": partial(_paths, ending=name, state="OPEN") for name in ("vote", "close", "entry", "delivered", "mandate", "sale")},
    "ballot-posted": partial(_paths, ending="posted", state="CLOSED", method="owner_dual", posted_on=None),
    **{f"ballot-{name}": partial(_paths, ending=name, state="DRAFT") for name in ("open", "owners")},
}
READ_ONLY = ("ballots", "ballot", "ballot-desk", "ballot-owners", "ballot-papers", "ballot-file")
NO_PAGES = ("ballot-papers", "ballot-file")
