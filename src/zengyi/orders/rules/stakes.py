"""Who has a stake in an order: whoever is behind it, lives with them or works with them does not deal with it. See the guards."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from zengyi.orders.rules.situation import Asker, Hand, Taker
from zengyi.people.rules import Actor, known


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
    if is_excluded(behind, taker):
        return _("这一单要请别人来接。")
    return ""


def is_excluded(behind: Asker, taker: Taker) -> bool:
    """Whether ``taker`` is an organisation that is kept away from the order, or belongs to one."""
    return bool(behind.excluded & (taker.units | known(taker.organisation_id)))


def _same(one: int | bytes | None, other: int | bytes | None) -> bool:
    return one is not None and one == other


def against_judging(by: Actor, hands: Iterable[Hand]) -> str:
    """Why ``by`` may not say whether the work is good; empty when they may. Whoever did it, lives with or works with them may not."""
    for hand in hands:
        did_it = _same(hand.login_id, by.user_id) or _same(hand.member_id, by.member_id)
        if did_it or _same(hand.household, by.household) or hand.units & by.units:
            return _("办的人不能自己确认，请点单的人来确认。")
    return ""


def against_confirming(by: Actor, hands: Iterable[Hand], behind: Asker) -> str:
    """Why ``by`` may not confirm an order; empty when they may. Confirming moves points, so one more person must stand behind it.

    Not, as :func:`against_judging` says, whoever did the work. Not the login that set the points, nor the login that wrote the
    order down for somebody else. And nobody, the asker included, who is no second person to one of these: where one has handed out the
    other's password, entered them in the books or given them their role, one human being could be both.
    """
    hands = tuple(hands)
    if reason := against_judging(by, hands):
        return reason
    is_own = _same(by.person_id, behind.asker.person_id)
    if by.user_id == behind.weighed.login_id or (not is_own and by.user_id == behind.placed.login_id):
        return _("这一单您经手过，请另一位同事来确认。")
    for_somebody = not _same(behind.placer.person_id, behind.asker.person_id)
    if behind.weighed.is_also(by) or (for_somebody and behind.placed.is_also(by)):
        if is_own:
            return _("这一单和这个账号是同一位同事经手的，请社区另一位同事来确认。")
        return _("代点或定分的人和您有一方给另一方开过账号、发过密码、登记过本人或刚给过身份，不算两个人。请另一位同事来确认。")
    if any(hand.did.is_also(by) for hand in hands):
        return _("办的人和您有一方给另一方开过账号、发过密码、登记过本人或刚给过身份，不算两个人。请社区另一位同事来确认。")
    return ""


def has_a_side(by: Actor, hands: Iterable[Hand], behind: Asker) -> bool:
    """Whether ``by`` asked for the order, lives with whoever did, or may not confirm it: then they ask nobody whether it was done."""
    own = _same(by.person_id, behind.asker.person_id) or _same(by.household, behind.asker.household)
    return own or bool(against_confirming(by, hands, behind))
