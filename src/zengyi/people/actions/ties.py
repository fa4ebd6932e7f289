"""Writing down who has had a hand in a login. Guards ask it: see :mod:`zengyi.people.rules.second`."""

from datetime import datetime

from zengyi.core.steps import in_action
from zengyi.people.models import Person, Tie
from zengyi.people.rules import HANDED_LATELY, HANDED_OVER, LOOSE_TIE, Actor, TieKind


@in_action
def tie_opened(login_id: int, person: Person, *, by: Actor, at: datetime) -> None:
    """The actor opens a login. Whoever entered its person in the books counts from now on, too: until then the person did nothing."""
    if person.created_by_id is not None:
        begun = person.created_at or at
        until = begun + LOOSE_TIE if person.by_sheet else None
        Tie.objects.create(login_id=login_id, maker_id=person.created_by_id, kind=TieKind.CREATED, at=begun, until=until)
    _hand_over(login_id, TieKind.OPENED, by=by, at=at)


@in_action
def tie_reset(login_id: int, *, by: Actor, at: datetime) -> None:
    """The actor hands out a new password for a login."""
    _hand_over(login_id, TieKind.RESET, by=by, at=at)


@in_action
def tie_granted(login_id: int, *, by: Actor, at: datetime) -> None:
    """The actor gives a login a role."""
    if by.user_id is not None:
        Tie.objects.create(login_id=login_id, maker_id=by.user_id, kind=TieKind.GRANTED, at=at, until=at + LOOSE_TIE)


def _hand_over(login_id: int, kind: TieKind, *, by: Actor, at: datetime) -> None:
    """Write down the actor, and with them whoever has lately handed out the actor's own password and may be sitting there instead."""
    if by.user_id is None:
        return
    behind = Tie.objects.filter(login_id=by.user_id, kind__in=HANDED_OVER, at__gt=at - HANDED_LATELY).exclude(maker_id=login_id)
    makers = sorted(set(behind.values_list("maker_id", flat=True)))
    Tie.objects.bulk_create(
        [
            Tie(login_id=login_id, maker_id=by.user_id, kind=kind, at=at),
            *(Tie(login_id=login_id, maker_id=pk, kind=kind, through_id=by.user_id, at=at) for pk in makers),
        ]
    )
