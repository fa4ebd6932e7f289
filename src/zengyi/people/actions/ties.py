"""Writing down who has had a hand in a login. Guards ask it: see :mod:`zengyi.people.rules.second`."""

from datetime import datetime

from zengyi.core.steps import in_action
from zengyi.people.models import Person, Tie
from zengyi.people.rules import HANDED_LATELY, HANDED_OVER, LOOSE_TIE, Actor, TieKind


@in_action
def tie_opened(login_id: int, person: Person, *, by: Actor, at: datetime) -> None:
    """The actor opens a login. Whoever entered its person in the books counts from now on, too: without a login the person could do
    nothing."""
    _tie_created(login_id, person, at)
    _hand_over(login_id, TieKind.OPENED, by=by, at=at)


def _tie_created(login_id: int, person: Person, at: datetime) -> None:
    if person.created_by_id is not None:
        begun = person.created_at or at
        until = begun + LOOSE_TIE if person.by_sheet else None
        Tie.objects.create(login_id=login_id, maker_id=person.created_by_id, kind=TieKind.CREATED, at=begun, until=until)


@in_action
def tie_reset(login_id: int, *, by: Actor, at: datetime) -> None:
    """The actor hands out a new password for a login."""
    _hand_over(login_id, TieKind.RESET, by=by, at=at)


@in_action
def tie_phone(login_id: int, person: Person, *, is_new: bool, at: datetime) -> None:
    """A login is signed in to by a code sent to its phone: whoever wrote that phone in the books may have written their own.

    A login made this way has no maker who handed out its password, but whoever entered its person counts as with any other.
    """
    if is_new:
        _tie_created(login_id, person, at)
    maker, ties = person.phone_by_id, Tie.objects.filter(login_id=login_id, kind=TieKind.PHONE)
    if maker not in (None, login_id) and not ties.filter(maker_id=maker).exists():
        Tie.objects.create(login_id=login_id, maker_id=maker, kind=TieKind.PHONE, at=at)


@in_action
def tie_merged(login_id: int | None, gone: Person, closed_id: int | None, *, moved: bool, by: Actor, at: datetime) -> None:
    """The login's person has taken over the entry ``gone``. From now on the login has these makers, too: whoever entered that entry; the
    login that was closed with it, since one human being had both; and, with ``moved``, whoever put the login under another person, since
    they might have put it under their own.
    """
    if login_id is None:
        return
    if gone.created_by_id != login_id:
        _tie_created(login_id, gone, at)
    if closed_id is not None:
        Tie.objects.create(login_id=login_id, maker_id=closed_id, kind=TieKind.MERGED, at=at)
    if moved:
        _hand_over(login_id, TieKind.MERGED, by=by, at=at)


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
