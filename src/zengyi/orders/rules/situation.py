"""What the guards look at: an order, its claims, the people behind it and at it, and who wants to make a move. Read beforehand.

Whoever is behind an order, lives with them or works with them has a stake in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils.translation import gettext as _

from zengyi.bank.rules import Share, credited
from zengyi.core.guards import prepared
from zengyi.orders.rules.moves import PUBLIC_STATES, State
from zengyi.orders.rules.words import OPEN_CLAIMS, ClaimState
from zengyi.people.rules import Actor, FirstPerson, Target, known

#: Claims by which an order counts as somebody's: they are asked to take it, are at it, have done it, or were left out.
HOLDING = (*OPEN_CLAIMS, ClaimState.DONE, ClaimState.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, their household, and the organisations they belong to. All empty when there is no such person."""

    person_id: int | None
    household: bytes | None
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asker:
    """The people behind an order: ``asker`` has the difficulty, ``placer`` wrote it down, ``weigher`` set its points.

    ``placed`` and ``weighed`` are the logins with which they did so, and who made those.
    ``excluded``: the organisations that are kept away.
    """

    asker: Somebody
    placer: Somebody
    weigher: Somebody
    placed: FirstPerson
    weighed: FirstPerson
    excluded: frozenset[int] = frozenset()


class Taker(Protocol):
    """Who would take an order: somebody acting, or a member or organisation it is proposed to."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def household(self) -> bytes | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def units(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who works on an order: who claimed it, with the login that did so, or a member whom an organisation sent.

    ``units``: the organisation that claimed, or the one the member works for. ``makers``: who made that login. ``lacks_login``: the member
    cannot sign in, so that ``login_id`` is whoever wrote down what they said.
    """

    login_id: int | None
    member_id: int | None
    units: frozenset[int]
    household: bytes | None
    makers: frozenset[int]
    lacks_login: bool = False

    @property
    def did(self) -> FirstPerson:
        """As the one who took the first step, where the second one is to confirm."""
        return FirstPerson(self.login_id, self.makers)


@dataclass(frozen=True, slots=True)
class Helper:
    """A member whom a claiming organisation sent, with the points of its share that go to the member.

    ``before``: how often the member has helped whoever asked, this quarter.
    """

    member_id: int
    points: int
    household: bytes | None
    unit_id: int | None
    login_id: int | None
    makers: frozenset[int]
    before: int = 0

    @property
    def hand(self) -> Hand:
        """As somebody who works on the order."""
        return Hand(self.login_id, self.member_id, known(self.unit_id), self.household, self.makers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """A claim as the guards and the moves need to know it. ``sent``: the members whom a claiming organisation sent. ``before``: how often
    who holds it has helped whoever asked, this quarter.
    """

    id: int
    state: ClaimState
    member_id: int | None
    organisation_id: int | None
    places: int
    points: int | None
    lease_until: datetime
    reminded_at: datetime | None
    hand: Hand
    sent: tuple[Helper, ...] = ()
    before: int = 0

    def is_of(self, by: Actor) -> bool:
        """Whether it is the actor's own, or their organisation's."""
        member = self.member_id is not None and self.member_id == by.member_id
        return member or (self.organisation_id is not None and self.organisation_id == by.organisation_id)

    @property
    def lacks_login(self) -> bool:
        """Whether it is a member's who cannot sign in: the desk writes down what they say."""
        return self.hand.lacks_login

    @property
    def is_active(self) -> bool:
        """Whether whoever holds it is at work."""
        return self.state == ClaimState.ACTIVE

    def has_run_out(self, at: datetime) -> bool:
        """Whether it is still open although its time is over."""
        return self.state in OPEN_CLAIMS and self.lease_until <= at


@dataclass(frozen=True, slots=True)
class GivenBack:
    """When the actor last gave this order back, and when the third last one of any: nothing where they have not."""

    here: datetime | None
    third_last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An order at the moment ``at``, seen by ``by``, who wants to make a move.

    ``words``: what whoever asked has written. ``target``: what the table of roles needs to know. ``been_shown``: it is or was on public
    view. ``is_held``: the actor holds an open claim on it. ``drawn``: it is to be rung up again, and ``called`` is what came of it. What
    ends in ``_read`` is ``None`` where it was not read, because no guard that is asked needs it. ``taken_back_read``: all points that its
    confirmation brought are taken back.
    """

    by: Actor
    at: datetime
    target: Target
    state: State
    places: int
    taken: int
    placed_by_id: int
    triaged_by_id: int | None
    delivered_at: datetime | None
    reminders: int
    reminded_at: datetime | None
    been_shown: bool
    behind: Asker
    is_held: bool
    words: tuple[str, ...] = ()
    confirmed: FirstPerson
    drawn: bool
    called: str
    claims_read: tuple[ClaimFacts, ...] | None = None
    in_hand_read: int | None = None
    given_back_read: GivenBack | None = None
    taken_back_read: bool | None = None

    @property
    def claims(self) -> tuple[ClaimFacts, ...]:
        """All claims on the order, the oldest first."""
        return prepared(self.claims_read, "the claims of the order")

    @property
    def proposed(self) -> int | None:
        """The claim that waits for its party's answer, if there is one."""
        return next((claim.id for claim in self.claims if claim.state == ClaimState.PROPOSED), None)

    @property
    def in_hand(self) -> int:
        """How many orders the actor holds at the moment, this one included."""
        return prepared(self.in_hand_read, "how many orders the actor holds")

    @property
    def given_back(self) -> GivenBack:
        """What the actor gave back lately."""
        return prepared(self.given_back_read, "what the actor gave back")

    @property
    def taken_back(self) -> bool:
        """Whether all points that the confirmation brought are taken back: the whole difficulty is open again."""
        return prepared(self.taken_back_read, "whether its points are taken back")

    @property
    def helped(self) -> list[Hand]:
        """Everybody who did it, once it is confirmed."""
        done = (claim for claim in self.claims if claim.state == ClaimState.DONE)
        return [hand for claim in done for hand in (claim.hand, *(helper.hand for helper in claim.sent))]

    @property
    def active(self) -> list[ClaimFacts]:
        """The claims of those who are at work."""
        return [claim for claim in self.claims if claim.is_active]

    @property
    def hands(self) -> list[Hand]:
        """Everybody who is at work: who claimed, and whom organisations sent."""
        return [hand for claim in self.active for hand in (claim.hand, *(helper.hand for helper in claim.sent))]

    def own_claim(self, state: ClaimState) -> ClaimFacts | None:
        """The actor's own claim in that state."""
        return next((claim for claim in self.claims if claim.state == state and claim.is_of(self.by)), None)


def on_view(state: str, *, private: bool) -> bool:
    """Whether an order is on public view: published, and nobody asked for it to be kept off the lists."""
    return state in PUBLIC_STATES and not private


def been_on_view(state: str, *, private: bool, published_at: datetime | None) -> bool:
    """Whether an order is or was on public view."""
    return not private and (published_at is not None or state in PUBLIC_STATES)


def equal_shares(points: int, claimants: int) -> list[int]:
    """``points`` in equal shares; what is left over goes one by one in the order of claiming.

    >>> equal_shares(8, 3)
    [3, 3, 2]
    """
    share, rest = divmod(points, claimants)
    return [share + (1 if place < rest else 0) for place in range(claimants)]


def split(points: int, fixed: Sequence[int | None]) -> list[int]:
    """``points`` among claims: shares the dispatcher fixed, the rest equally; when all are fixed, the rest goes in order.

    Raises ``ValueError`` when the fixed shares are more than there is.

    >>> split(8, [None, None, None]), split(8, [5, None]), split(8, [2, 2])
    ([3, 3, 2], [5, 3], [4, 4])
    """
    rest = points - sum(share or 0 for share in fixed)
    if rest < 0:
        raise ValueError("more is fixed than there is")
    free = [place for place, share in enumerate(fixed) if share is None] or list(range(len(fixed)))
    shares = [share or 0 for share in fixed]
    for place, extra in zip(free, equal_shares(rest, len(free)), strict=True):
        shares[place] += extra
    return shares


def stake(behind: Asker, taker: Taker) -> str:
    """Why ``taker`` may not take the order; empty when they may.

    The order is not for

    - whoever asked for it, their household, and the organisations they belong to;
    - whoever set its points or wrote it down for somebody else (an asker can be invented), their household, and an
      organisation of theirs that would take it as a unit.

    Nor is it for an organisation that is kept away, and for whoever belongs to it. They are not told: the sentence gives no reason.

    A colleague of whoever set the points may take it as a member: in most communities all of the staff are colleagues.
    """
    if taker.person_id == behind.asker.person_id:
        return _("自己点的单，要请别人来接。")
    if same(taker.household, behind.asker.household):
        return _("一家人点的单，要请别人来接。")
    if behind.asker.units & taker.units:
        return _("同单位的人点的单，要请别人来接。")
    if same(taker.person_id, behind.weigher.person_id):
        return _("自己定分的单，要请别人来接。")
    if same(taker.person_id, behind.placer.person_id):
        return _("自己代点的单，要请别人来接。")
    for one in (behind.weigher, behind.placer):
        if same(taker.household, one.household) or taker.organisation_id in one.units:
            return _("代点或定分的是一家人或本单位的人，要请别人来接。")
    if is_excluded(behind, taker):
        return _("这一单要请别人来接。")
    return ""


def is_excluded(behind: Asker, taker: Taker) -> bool:
    """Whether ``taker`` is an organisation that is kept away from the order, or belongs to one."""
    return bool(behind.excluded & (taker.units | known(taker.organisation_id)))


def same(one: int | bytes | None, other: int | bytes | None) -> bool:
    """Whether both are there, and alike."""
    return one is not None and one == other


@dataclass(frozen=True, slots=True)
class Portion:
    """A claim's share of the difficulty, and the parts it is made of with the points that count."""

    claim_id: int
    points: int
    parts: tuple[Share, ...]

    @property
    def counts(self) -> int:
        """The points that are posted."""
        return sum(part.counts for part in self.parts)


def portions(claims: Sequence[ClaimFacts], points: Sequence[int], day: date) -> list[Portion]:
    """Who gets what if it is confirmed on ``day``: members their share, a unit its share less what goes to the members it sent.

    Of help that the same two had often this quarter less counts. Who stands on two of the claims has helped once.
    """
    parts = [_parts(claim, share) for claim, share in zip(claims, points, strict=True)]
    flat = iter(credited([part for some in parts for part in some], day))
    found = []
    for claim, share, some in zip(claims, points, parts, strict=True):
        found.append(Portion(claim.id, share, tuple(next(flat) for _part in some)))
    return found


def _parts(claim: ClaimFacts, share: int) -> list[Share]:
    left, parts = share, []
    for helper in claim.sent:
        part = min(helper.points, left)
        left -= part
        parts.append(Share(points=part, member_id=helper.member_id, before=helper.before))
    parts.append(Share(points=left, member_id=claim.member_id, organisation_id=claim.organisation_id, before=claim.before))
    return parts


def expected(claims: Sequence[ClaimFacts], difficulty: int | None, day: date) -> list[Portion]:
    """Who gets what if the shares are the usual ones: those the dispatcher fixed, the rest equally. Nobody before it is weighed."""
    if not claims or not difficulty:
        return []
    return portions(claims, split(difficulty, [claim.points for claim in claims]), day)
