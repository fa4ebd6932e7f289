"""Nobody takes or judges what is their own: who stands behind an order, who is at it, and whom that keeps away.

The reasons stand in docs/decisions/0011-dealing-with-oneself.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, their household, and the organisations they belong to. All empty when there is no such person."""

    person_id: int | None
    household: bytes | None
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asker:
    """The people behind an order: ``asker`` has the difficulty, ``placer`` wrote it down, ``weigher`` set its points.

    ``opener`` is the login that handed out the asker's password.
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
    """Why ``taker`` may not take the order; empty when they may.

    The order is not for

    - whoever asked for it, their household, and the organisations they belong to;
    - whoever set its points or wrote it down for somebody else (an asker can be invented), their household, and an
      organisation of theirs that would take it as a unit.

    A colleague of whoever set the points may take it as a member: in most communities all of the staff are colleagues.
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
    """Somebody who works on an order: who claimed it, with the login that did so, or a member whom an organisation sent.

    ``units``: the organisation that claimed, or the one the member works for.
    """

    login_id: int | None
    member_id: int | None
    units: frozenset[int]
    household: bytes | None


def against_judging(by: Actor, hands: Iterable[Hand]) -> str | Promise:
    """Why ``by`` may not say whether the work is good; empty when they may. Whoever did it, lives with or works with them may not."""
    for hand in hands:
        did_it = _same(hand.login_id, by.user_id) or _same(hand.member_id, by.member_id)
        if did_it or _same(hand.household, by.household) or hand.units & by.units:
            return _("办的人不能自己确认，请点单的人来确认。")
    return ""


def against_confirming(by: Actor, hands: Iterable[Hand], behind: Asker, *, placed_by: int | None, triaged_by: int | None) -> str | Promise:
    """Why ``by`` may not confirm an order; empty when they may. Confirming moves points, so one more person must stand behind it.

    Not, as :func:`against_judging` says, whoever did the work. Not the login that set the points, nor the login that wrote the
    order down for somebody else. And not the asker, when a colleague who wrote the order down or set its points has also handed
    out the asker's password: that colleague could sign in as the asker.
    """
    if reason := against_judging(by, hands):
        return reason
    is_own = _same(by.person_id, behind.asker.person_id)
    if by.user_id == triaged_by or (not is_own and by.user_id == placed_by):
        return _("这一单您经手过，请另一位同事来确认。")
    if is_own and placed_by != by.user_id and behind.opener is not None and behind.opener in (placed_by, triaged_by):
        return _("这一单和这个账号是同一位同事经手的，请社区另一位同事来确认。")
    return ""
