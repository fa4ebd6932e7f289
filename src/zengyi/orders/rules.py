"""The order: states, the table of moves, categories and their deadlines. The diagram in docs/orders.md is generated from here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import Actor, Target, allows

DIFFICULTY_MOST = 20
PLACES_MOST = 200
PHOTOS_MOST = 6
REMINDERS_BEFORE_SILENCE = 2
LEASE_WORKING_HOURS = 24  # about three working days to deliver once claimed, or until due, whichever is later
ACCEPT_WORKING_HOURS = 4
OPEN_CLAIMS_OF_MEMBER = 5
OPEN_CLAIMS_OF_ORGANISATION = 20


class Kind(TextChoices):
    """What an order is."""

    DEMAND = "DEMAND", _("诉求")
    WISH = "WISH", _("微心愿")
    REPORT = "REPORT", _("上报")


class Source(TextChoices):
    """Where an order came from."""

    RESIDENT = "RESIDENT", _("居民点单")
    MEMBER = "MEMBER", _("党员上报")
    WORKER = "WORKER", _("社区代点")


class Channel(TextChoices):
    """How somebody who is not at the keyboard told us."""

    SELF = "SELF", _("本人")
    PHONE = "PHONE", _("电话")
    PAPER = "PAPER", _("纸条")
    VISIT = "VISIT", _("上门")


class Urgency(IntegerChoices):
    """轻重缓急."""

    TODAY = 1, _("今天")
    SOON = 2, _("这几天")
    WEEK = 3, _("一周内")
    CALM = 4, _("不急")


class Category(TextChoices):
    """What kind of matter it is."""

    LIGHT = "LIGHT", _("照明")
    WATER = "WATER", _("漏水积水")
    ROAD = "ROAD", _("路面桥面")
    CAMERA = "CAMERA", _("监控门禁")
    LIFT = "LIFT", _("电梯")
    CLEAN = "CLEAN", _("环境卫生")
    HELP = "HELP", _("帮一把手")
    OTHER = "OTHER", _("说不清")


#: Working hours until an order of the category is due, by urgency. Proposals for the demo, to be set by each community.
DUE_WORKING_HOURS: dict[Category, dict[Urgency, int]] = {
    Category.LIGHT: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.WATER: {Urgency.TODAY: 4, Urgency.SOON: 14, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.ROAD: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.CAMERA: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 105},
    Category.LIFT: {Urgency.TODAY: 4, Urgency.SOON: 14, Urgency.WEEK: 28, Urgency.CALM: 70},
    Category.CLEAN: {Urgency.TODAY: 7, Urgency.SOON: 14, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.HELP: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.OTHER: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
}


class State(TextChoices):
    """States of an order."""

    PLACED = "PLACED", _("等社区看")
    TRIAGED = "TRIAGED", _("社区已受理")
    PUBLISHED = "PUBLISHED", _("等人接单")
    ASSIGNED = "ASSIGNED", _("已派单，等回话")
    CLAIMED = "CLAIMED", _("正在办")
    DELIVERED = "DELIVERED", _("办好了，等确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    CLOSED = "CLOSED", _("已关闭")


OPEN_STATES = (State.PLACED, State.TRIAGED, State.PUBLISHED, State.ASSIGNED, State.CLAIMED, State.DELIVERED)


class Outcome(TextChoices):
    """How an order ended; apart from its state."""

    HELPED = "HELPED", _("办成了")
    DECLINED = "DECLINED", _("没有受理")
    CANCELLED = "CANCELLED", _("已撤回")
    MERGED = "MERGED", _("并入另一单")
    NO_ANSWER = "NO_ANSWER", _("没有等到回话")


class ClaimState(TextChoices):
    """States of a claim."""

    PROPOSED = "PROPOSED", _("派单待回话")
    ACTIVE = "ACTIVE", _("在办")
    DONE = "DONE", _("已完成")
    RELEASED = "RELEASED", _("已退单")
    REFUSED = "REFUSED", _("已婉拒")
    LAPSED = "LAPSED", _("到期收回")


OPEN_CLAIMS = (ClaimState.PROPOSED, ClaimState.ACTIVE)


class Verb(StrEnum):
    """Moves of an order. A move's permission is ``order.<verb>`` in the table of roles."""

    PLACE = "place"
    TRIAGE = "triage"
    PUBLISH = "publish"
    ASSIGN = "assign"
    ACCEPT = "accept"
    REFUSE = "refuse"
    CLAIM = "claim"
    RELEASE = "release"
    LAPSE = "lapse"
    DELIVER = "deliver"
    CONFIRM = "confirm"
    RETURN = "return"
    DECLINE = "decline"
    MERGE = "merge"
    CANCEL = "cancel"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table of moves: from which states, to which, and what it is called."""

    verb: Verb
    sources: tuple[State, ...]
    target: State
    name: str | Promise
    needs_reason: bool = False


MOVES: dict[Verb, Move] = {
    move.verb: move
    for move in (
        Move(Verb.PLACE, (), State.PLACED, _("点单")),
        Move(Verb.TRIAGE, (State.PLACED, State.TRIAGED), State.TRIAGED, _("受理")),
        Move(Verb.PUBLISH, (State.TRIAGED,), State.PUBLISHED, _("发认领公告")),
        Move(Verb.ASSIGN, (State.TRIAGED, State.PUBLISHED), State.ASSIGNED, _("派单")),
        Move(Verb.ACCEPT, (State.ASSIGNED,), State.CLAIMED, _("接受派单")),
        Move(Verb.REFUSE, (State.ASSIGNED,), State.PUBLISHED, _("婉拒"), needs_reason=True),
        Move(Verb.CLAIM, (State.PUBLISHED, State.CLAIMED), State.CLAIMED, _("接单")),
        Move(Verb.RELEASE, (State.CLAIMED,), State.PUBLISHED, _("退单"), needs_reason=True),
        Move(Verb.LAPSE, (State.ASSIGNED, State.CLAIMED), State.PUBLISHED, _("到期收回")),
        Move(Verb.DELIVER, (State.CLAIMED,), State.DELIVERED, _("办结")),
        Move(Verb.CONFIRM, (State.DELIVERED,), State.CONFIRMED, _("确认")),
        Move(Verb.RETURN, (State.DELIVERED,), State.CLAIMED, _("还不行"), needs_reason=True),
        Move(Verb.DECLINE, (State.PLACED, State.TRIAGED), State.CLOSED, _("不受理"), needs_reason=True),
        Move(Verb.MERGE, (State.PLACED, State.TRIAGED, State.PUBLISHED), State.CLOSED, _("合并")),
        Move(Verb.CANCEL, (State.PLACED, State.TRIAGED, State.PUBLISHED, State.ASSIGNED), State.CLOSED, _("撤回"), needs_reason=True),
        Move(Verb.CLOSE, (State.DELIVERED,), State.CLOSED, _("无回话关闭")),
    )
}


def moves_from(state: State) -> tuple[Move, ...]:
    """The moves that lead on from ``state``."""
    return tuple(move for move in MOVES.values() if state in move.sources)


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


#: States in which an order that is not private is shown to neighbours and visitors, with names masked.
PUBLIC_STATES = frozenset({State.PUBLISHED, State.CLAIMED, State.DELIVERED, State.CONFIRMED})
SOON = timedelta(hours=24)


class Light(TextChoices):
    """Three lights: how an order stands to its due date."""

    OK = "ok", _("在期限内")
    SOON = "soon", _("快到期")
    LATE = "late", _("已逾期")


def light(state: str, due_at: datetime | None, at: datetime) -> Light | None:
    """The light of an order at ``at``; nothing when it is not being worked on or nothing was promised."""
    if state in (State.DELIVERED, State.CONFIRMED, State.CLOSED) or due_at is None:
        return None
    if due_at < at:
        return Light.LATE
    return Light.SOON if due_at - at <= SOON else Light.OK


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For whom a worker places an order: a known person's id, or a name with a phone; and how that person told us."""

    person_id: int | None = None
    name: str = ""
    phone: str = ""
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True)
class SentMember:
    """A member whom a claiming organisation sent, with the points of its share that go to the member."""

    member_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with their household and the organisations they belong to; nobody has none of it."""

    person_id: int | None
    household: bytes | None
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is behind an order, as far as the rules against dealing with oneself need to know.

    ``placer`` wrote it down and ``weigher`` set its points: they have a hand in it, too. ``opener`` is the login that handed out
    the asker's password.
    """

    asker: Somebody
    placer: Somebody
    weigher: Somebody
    opener: int | None


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


def stake(behind: Asker, taker: Taker) -> str | Promise:
    """Why the order is not for ``taker``: they, their family or their unit asked for it; or they set its points or placed it for
    somebody, who might not even exist, or their family or one of the unit did. Empty when it may be.

    A colleague of whoever weighed it may take it for themselves: in most communities all members of the staff are colleagues.
    """
    if taker.person_id == behind.asker.person_id:
        return _("自己点的单，要请别人来接。")
    if _same(taker.household, behind.asker.household):
        return _("一家人点的单，要请别人来接。")
    if behind.asker.units & taker.units:
        return _("同单位的人点的单，要请别人来接。")
    if _same(taker.person_id, behind.weigher.person_id):
        return _("自己定分的单，要请别人来接。")
    if _same(taker.person_id, behind.placer.person_id):
        return _("自己代点的单，要请别人来接。")
    for one in (behind.weigher, behind.placer):
        if _same(taker.household, one.household) or taker.organisation_id in one.units:
            return _("代点或定分的是一家人或本单位的人，要请别人来接。")
    return ""


def _same(one: int | bytes | None, other: int | bytes | None) -> bool:
    return one is not None and one == other


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who is at an order: a claimant, with the login that claimed, or a member whom a unit sent.

    ``units``: the claiming organisation, or where the member works.
    """

    login_id: int | None
    member_id: int | None
    units: frozenset[int]
    household: bytes | None


def against_judging(by: Actor, hands: Iterable[Hand]) -> str | Promise:
    """Why ``by`` does not say whether an order is done well: they, their family or colleagues did it. Empty when they may."""
    for hand in hands:
        did_it = _same(hand.login_id, by.user_id) or _same(hand.member_id, by.member_id)
        if did_it or _same(hand.household, by.household) or hand.units & by.units:
            return _("办的人不能自己确认，请点单的人来确认。")
    return ""


def against_confirming(by: Actor, hands: Iterable[Hand], behind: Asker, *, placed_by: int | None, triaged_by: int | None) -> str | Promise:
    """Why ``by`` does not confirm an order; empty when they may.

    As :func:`against_judging`; or their login weighed it, even if it is their own, or wrote it down for somebody; or it is their
    own, was written down for them, and whoever did so or weighed it has handed out their password.
    """
    if reason := against_judging(by, hands):
        return reason
    own = _same(by.person_id, behind.asker.person_id)
    if by.user_id == triaged_by or (not own and by.user_id == placed_by):
        return _("这一单您经手过，请另一位同事来确认。")
    if own and placed_by != by.user_id and behind.opener is not None and behind.opener in (placed_by, triaged_by):
        return _("这一单和这个账号是同一位同事经手的，请社区另一位同事来确认。")
    return ""


def on_view(state: str, *, private: bool) -> bool:
    """Whether an order is on public view: published, and nobody asked for it to be kept off the lists."""
    return state in PUBLIC_STATES and not private


def may_see(actor: Actor, target: Target) -> bool:
    """Whether the actor may look at an order."""
    return allows(actor, "order.list", target)
