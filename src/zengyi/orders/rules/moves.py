"""The states of an order and the table of moves between them. The diagram in docs/orders.md is made from here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


#: Nobody has taken it on yet, though somebody may have been asked to.
UNTAKEN_STATES = (State.PLACED, State.TRIAGED, State.PUBLISHED, State.ASSIGNED)
OPEN_STATES = (*UNTAKEN_STATES, State.CLAIMED, State.DELIVERED)


class Outcome(TextChoices):
    """How an order ended; apart from its state."""

    HELPED = "HELPED", _("办成了")
    DECLINED = "DECLINED", _("没有受理")
    CANCELLED = "CANCELLED", _("已撤回")
    MERGED = "MERGED", _("并入另一单")
    NO_ANSWER = "NO_ANSWER", _("没有等到回话")


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
    REOPEN = "reopen"


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
        Move(Verb.ASSIGN, (State.TRIAGED, State.PUBLISHED, State.ASSIGNED), State.ASSIGNED, _("派单")),
        Move(Verb.ACCEPT, (State.ASSIGNED,), State.CLAIMED, _("接受派单")),
        Move(Verb.REFUSE, (State.ASSIGNED,), State.PUBLISHED, _("婉拒"), needs_reason=True),
        Move(Verb.CLAIM, (State.PUBLISHED, State.CLAIMED), State.CLAIMED, _("接单")),
        Move(Verb.RELEASE, (State.ASSIGNED, State.CLAIMED), State.PUBLISHED, _("退单"), needs_reason=True),
        Move(Verb.LAPSE, (State.ASSIGNED, State.CLAIMED), State.PUBLISHED, _("到期收回")),
        Move(Verb.DELIVER, (State.CLAIMED,), State.DELIVERED, _("办结")),
        Move(Verb.CONFIRM, (State.DELIVERED,), State.CONFIRMED, _("确认")),
        Move(Verb.RETURN, (State.DELIVERED,), State.CLAIMED, _("还不行"), needs_reason=True),
        Move(Verb.DECLINE, (State.PLACED, State.TRIAGED), State.CLOSED, _("不受理"), needs_reason=True),
        Move(Verb.MERGE, (State.PLACED, State.TRIAGED, State.PUBLISHED), State.CLOSED, _("合并")),
        Move(Verb.CANCEL, (State.PLACED, State.TRIAGED, State.PUBLISHED, State.ASSIGNED), State.CLOSED, _("撤回"), needs_reason=True),
        Move(Verb.CLOSE, (State.DELIVERED,), State.CLOSED, _("无回话关闭")),
        Move(Verb.REOPEN, (State.CONFIRMED,), State.TRIAGED, _("重新打开"), needs_reason=True),
    )
}


def moves_from(state: State) -> tuple[Move, ...]:
    """The moves that lead on from ``state``."""
    return tuple(move for move in MOVES.values() if state in move.sources)


#: States in which an order that is not private is shown to neighbours and visitors, with names masked.
PUBLIC_STATES = frozenset({State.PUBLISHED, State.CLAIMED, State.DELIVERED, State.CONFIRMED})
SOON = timedelta(hours=24)


class Light(TextChoices):
    """Three lights: how far away an order's due date is."""

    OK = "ok", _("在期限内")
    SOON = "soon", _("快到期")
    LATE = "late", _("已逾期")


def light(state: str, due_at: datetime | None, at: datetime) -> Light | None:
    """The light of an order at ``at``; ``None`` when it is not being worked on or has no due date."""
    if state in (State.DELIVERED, State.CONFIRMED, State.CLOSED) or due_at is None:
        return None
    if due_at < at:
        return Light.LATE
    return Light.SOON if due_at - at <= SOON else Light.OK
