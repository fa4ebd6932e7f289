"""Ballots read: the list, one of them, the desk's plan. Turnout while one is open; what was decided once it is closed, and never before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, F, Q, QuerySet, Sum

from zengyi.core import clock, personal
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.councils.models import Ballot, Elector, Stance
from zengyi.councils.queries.ballot_rows import elector_of_code, flats_of, is_own, own, returned_with
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules import counting
from zengyi.councils.rules.ballots import BallotState
from zengyi.councils.rules.methods import CHOICES, Method
from zengyi.councils.rules.owners import Silence, Subject, needed
from zengyi.councils.rules.packs import RulePack
from zengyi.councils.rules.reach import Door, Reach, plan
from zengyi.councils.rules.shares import spread
from zengyi.people.rules import Actor, Scope, check_role, scopes

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        community_name: str
        path: str
        place_name: str | None

    _Read = WithAnnotations[Ballot, _Columns]

SIZE, SIZE_MOST = 20, 100


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot in a list."""

    id: int
    number: str
    title: str
    method: Method
    state: BallotState
    community: str
    prepared_at: datetime
    closes_at: datetime | None
    adopted: bool | None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have voted. Areas in hundredths of a square metre; nothing is needed where no rule says so."""

    heads: int
    heads_voted: int
    area: int
    area_voted: int

    @property
    def heads_needed(self) -> int:
        """Two thirds of the heads."""
        return needed(self.heads)

    @property
    def area_needed(self) -> int:
        """Two thirds of the area."""
        return needed(self.area)

    @property
    def heads_missing(self) -> int:
        """Heads still missing to two thirds."""
        return max(0, self.heads_needed - self.heads_voted)

    @property
    def area_missing(self) -> int:
        """Area still missing to two thirds."""
        return max(0, self.area_needed - self.area_voted)


@dataclass(frozen=True, slots=True)
class Mine:
    """The reader as an elector: what is theirs, and whether their answer has come. ``answer`` is their own and nobody else's."""

    elector_id: int
    position: int
    area: int
    flats: int
    voted_at: datetime | None
    receipt: str
    answer: str
    share: int | None


@dataclass(frozen=True, slots=True)
class BallotCard(BallotRow):
    """One ballot. ``moves``: the verbs the reader may take now. ``result``: nothing before closing."""

    community_id: int
    topic_id: int | None
    text: str
    subject: str
    place: str
    amount: int | None
    options: tuple[str, ...]
    points: int
    pack: RulePack | None
    noticed_on: date | None
    opened_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    posted_on: date | None
    turnout: Turnout
    result: dict[str, Any] | None
    digest: str
    mine: Mine | None
    code: str
    staff: bool
    may_vote: bool
    moves: tuple[str, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What may be said, with its words."""
        return [(choice.value, str(choice.label)) for choice in CHOICES.get(self.method, ())]

    @property
    def of_owners(self) -> bool:
        """Whether owners vote, by heads and area."""
        return self.method == Method.OWNER_DUAL

    @property
    def subject_name(self) -> str:
        """What it is about, in words."""
        return str(Subject(self.subject).label) if self.subject else ""

    @property
    def post_by(self) -> date | None:
        """The last day on which its result has to be posted; nothing where no rule says so."""
        return self.pack.post_by(clock.local_date(self.closed_at)) if self.pack and self.closed_at else None

    @property
    def hangs_until(self) -> date | None:
        """Until when its result hangs at least."""
        return self.pack.hangs_until(self.posted_on) if self.pack and self.posted_on else None

    @property
    def silence_name(self) -> str:
        """What a ballot means that does not come back, in words."""
        return str(Silence(self.pack.silence).label) if self.pack else ""


def _rows() -> "QuerySet[_Read]":
    return Ballot.objects.annotate(community_name=F("community__name"), path=F("community__path"), place_name=F("place__name"))


def ballots(*, by: Actor, after: int | None = None, size: int = SIZE) -> Page[BallotRow]:
    """Ballots one may see, newest first; drafts only at the desk. One statement."""
    check_role(by, "ballot.read")
    rows, reach = _rows(), scopes(by.role, "ballot.read")
    if Scope.SUBTREE in reach:
        rows = rows.filter(community__path__startswith=by.place_path or "-")
    else:
        rows = rows.filter(community_id=by.community_id)
    if Scope.COMMUNITY not in reach:
        rows = rows.exclude(state=BallotState.DRAFT)
    page = cut(rows, after, max(1, min(size, SIZE_MOST)), newest_first=True)
    return page.map(lambda row: BallotRow(**_row(row, by)))


def _row(row: "_Read", by: Actor) -> dict[str, Any]:
    said = str if rules.is_staff(by, row.community_id) else personal.masked
    return {
        "id": row.pk,
        "number": row.number,
        "title": said(row.title),
        "method": Method(row.method),
        "state": BallotState(row.state),
        "community": row.community_name,
        "prepared_at": row.prepared_at,
        "closes_at": row.closes_at,
        "adopted": row.adopted,
    }


def ballot(ballot_id: int, *, by: Actor, code: str = "") -> BallotCard:
    """A ballot that the actor may look at, as the elector whose paper's ``code`` they hold or as themselves; raises :class:`NotThere`.
    Three statements at most, however many electors there are."""
    row = _rows().annotate(mine=is_own(by)).filter(pk=ballot_id).first() if 0 < ballot_id <= ID_MOST else None
    check_role(by, "ballot.read")
    turnout = _turnout(row.pk) if row is not None else Turnout(0, 0, 0, 0)
    facts = None
    if row is not None:
        own_ids = [by.person_id] if row.mine and by.person_id is not None else []
        facts = row.facts(row.path, electors=turnout.heads, returned=turnout.heads_voted, own=own_ids)
    rules.check_read(by, facts)
    assert row is not None
    said = str if rules.is_staff(by, row.community_id) else personal.masked
    mine = _mine(row, by, code)
    return BallotCard(
        **_row(row, by),
        community_id=row.community_id,
        topic_id=row.topic_id,
        text=said(row.text),
        subject=row.subject,
        place=row.place_name or "",
        amount=row.amount,
        options=tuple(row.options),
        points=row.points,
        pack=row.rule_pack,
        noticed_on=row.noticed_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        posted_on=row.posted_on,
        turnout=turnout,
        result=row.result,
        digest=row.digest,
        mine=mine,
        code=code if mine is not None else "",
        staff=rules.is_staff(by, row.community_id),
        may_vote=mine is not None and refusal_of(rules.check_vote, by, facts) is None,
        moves=tuple(verb for verb, check in rules.MOVES.items() if refusal_of(check, by, facts) is None),
    )


def _turnout(ballot_id: int) -> Turnout:
    back = Q(returned_at__isnull=False)
    found = Elector.objects.filter(ballot_id=ballot_id).aggregate(
        heads=Count("pk"), heads_voted=Count("pk", filter=back), area_voted=Sum("area", filter=back, default=0), area=Sum("area", default=0)
    )
    return Turnout(**found)


def turnouts(ballot_ids: Iterable[int]) -> dict[int, Turnout]:
    """How many came to each of these ballots, by id; nothing for one without electors. One statement."""
    back = Q(returned_at__isnull=False)
    rows = Elector.objects.filter(ballot_id__in=list(ballot_ids)).order_by().values_list("ballot_id")
    sums = rows.annotate(
        heads=Count("pk"), heads_voted=Count("pk", filter=back), all=Sum("area", default=0), voted=Sum("area", filter=back, default=0)
    )
    return {pk: Turnout(heads=heads, heads_voted=voted, area=area, area_voted=area_voted) for pk, heads, voted, area, area_voted in sums}


def _mine(row: Ballot, by: Actor, code: str) -> Mine | None:
    """The reader's own line. While the ballot is open, an answer is shown to its elector alone, signed in by their own login."""
    elector = elector_of_code(row.pk, code) if code else None
    if elector is not None and elector.person_id not in (None, by.person_id):
        elector = None
    if elector is None:
        elector = Elector.objects.filter(own(by), ballot_id=row.pk).first()
    if elector is None:
        return None
    last = None
    if elector.person_id is not None and elector.person_id == by.person_id:
        last = Stance.objects.filter(elector=elector, latest=True).order_by("-pk").first()
    share = spread(row.amount, [elector.area, row.area - elector.area])[0] if row.amount and row.area else None
    return Mine(
        elector_id=elector.pk,
        position=elector.position,
        area=elector.area,
        flats=len(flats_of(elector)),
        voted_at=last.cast_at if last else elector.returned_at,
        receipt=last.receipt if last else "",
        answer=last.answer if last else "",
        share=share,
    )


@dataclass(frozen=True, slots=True)
class ElectorRow:
    """An elector at the desk. Whether they voted stands here, what they said nowhere."""

    id: int
    position: int
    name: str
    stair: str
    area: int
    developer: bool
    flats: tuple[str, ...]
    delivered: bool
    returned: bool
    sold: int

    @property
    def state(self) -> str:
        """How their door is drawn: in, wait, no."""
        return "in" if self.returned else "wait" if self.delivered else "no"


@dataclass(frozen=True, slots=True)
class Desk:
    """The plan of the doors: where turnout stands, whom to ask first, and everybody by stair."""

    reach: Reach
    first: tuple[ElectorRow, ...]
    stairs: tuple[tuple[str, tuple[ElectorRow, ...]], ...]


def desk(ballot_id: int, *, by: Actor) -> Desk:
    """Who was reached, and the fewest doors that are still needed for both two thirds. Never by expected answer. Two statements."""
    row = _rows().filter(pk=ballot_id).first() if 0 < ballot_id <= ID_MOST else None
    rules.check_names(by, row.facts(row.path, electors=row.heads, returned=0) if row is not None else None)
    assert row is not None
    rows = [_elector(one) for one in Elector.objects.filter(ballot_id=row.pk).order_by("position")]
    counts_silent = row.rule_pack is not None and row.rule_pack.silence != Silence.RETURNED_ONLY
    inside = [one for one in rows if one.returned or (counts_silent and one.delivered)]
    outside = {one.id: one for one in rows if not one.returned and not (counts_silent and one.delivered)}
    reach = plan(
        len(rows),
        sum(one.area for one in rows),
        len(inside),
        sum(one.area for one in inside),
        [Door(one.id, one.area, one.stair) for one in outside.values()],
    )
    return Desk(reach, tuple(outside[door.elector_id] for door in reach.doors), _by_stair(rows))


def _elector(row: Elector) -> ElectorRow:
    flats = tuple(unit for unit, _area in flats_of(row))
    back, there = row.returned_at is not None, row.delivered_at is not None
    return ElectorRow(row.pk, row.position, row.name, row.stair, row.area, row.developer, flats, there, back, row.sold)


def _by_stair(rows: Iterable[ElectorRow]) -> tuple[tuple[str, tuple[ElectorRow, ...]], ...]:
    stairs: dict[str, list[ElectorRow]] = {}
    for row in rows:
        stairs.setdefault(row.stair, []).append(row)
    return tuple((stair, tuple(found)) for stair, found in stairs.items())


def check_desk(found: BallotCard, *, by: Actor) -> None:
    """Raise unless the actor may know who the electors of the ballot are."""
    facts = rules.BallotFacts(found.community_id, "", found.state, found.method, found.turnout.heads, 0, found.closes_at, found.pack)
    rules.check_names(by, facts)


def electors_at(ballot_id: int, positions: Iterable[int]) -> dict[int, int]:
    """The ids of the electors of these numbers, by number; who is not on the list is left out. One statement."""
    rows = Elector.objects.filter(ballot_id=ballot_id, position__in=set(positions))
    return dict(rows.values_list("position", "pk"))


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a closed ballot, as csv: every answer by its receipt, and every flat with what its owner said. Without names."""

    votes: bytes
    flats: bytes


def lists_of(found: BallotCard, *, by: Actor) -> Lists:
    """The lists of a closed ballot, for the desk; raises :class:`~zengyi.core.errors.WrongState` before closing. Two statements."""
    check_desk(found, by=by)
    rules.check_closed(found.state)
    rows = [(returned, elector.developer, flats_of(elector)) for returned, elector in returned_with(found.id)]
    flats = counting.recount_list(rows) if found.of_owners else b""
    return Lists(counting.votes_list(returned for returned, _developer, _flats in rows), flats)


@dataclass(frozen=True, slots=True)
class Adopted:
    """A closed owners' vote, for whoever stands on it: what it was about, whether it was adopted, and its digest."""

    id: int
    community_id: int
    number: str
    title: str
    subject: str
    adopted: bool
    amount: int | None
    digest: str
    pack: RulePack


def adopted_ballot(ballot_id: int) -> Adopted | None:
    """A closed owners' vote; nothing for any other, and while it is open. One statement. Amounts in cents."""
    rows = Ballot.objects.filter(pk=ballot_id, method=Method.OWNER_DUAL, state=BallotState.CLOSED)
    row = rows.first() if 0 < ballot_id <= ID_MOST else None
    return _adopted(row) if row is not None else None


def adopted_ballots(community_id: int, subject: str) -> list[Adopted]:
    """The adopted owners' votes of a community about that subject, newest first; a hundred at most. One statement."""
    rows = Ballot.objects.filter(community_id=community_id, method=Method.OWNER_DUAL, subject=subject, adopted=True)
    return [_adopted(row) for row in rows.order_by("-pk")[:SIZE_MOST]]


def _adopted(row: Ballot) -> Adopted:
    assert row.rule_pack is not None
    return Adopted(row.pk, row.community_id, row.number, row.title, row.subject, bool(row.adopted), row.amount, row.digest, row.rule_pack)
