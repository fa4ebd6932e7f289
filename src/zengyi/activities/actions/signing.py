"""Signing up for oneself or a family, saying that one comes, or that one does not; a guardian's answers."""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_lowercase

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.activities.actions.holding import give_back, hold, hold_for, take
from zengyi.activities.models import Attendee, Consent, Occasion, SignUp, Slot
from zengyi.activities.queries.told import unagreed
from zengyi.activities.rules import minors
from zengyi.activities.rules import signing as rules
from zengyi.activities.rules.minors import Child, Purpose
from zengyi.activities.rules.programme import REASON_MOST, SlotRole, not_here
from zengyi.activities.rules.signing import SignUpChannel, SignUpState, Who
from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people import actions as people_actions
from zengyi.people.rules import COMMUNITY_ROLES, Actor

A_DAY, SIGN_UPS_A_DAY = 24 * 3600, 30


@action
def sign_up(
    occasion_id: int,
    *,
    seats: int = 1,
    slot_id: int | None = None,
    children: Sequence[Child] = (),
    who: Who | None = None,
    by: Actor,
    at: datetime,
) -> SignUp:
    """Sign up: CONFIRMED when all the seats are free, otherwise WAITLISTED; a family never gets a part of its seats.

    ``who``: for whom staff write it down. ``children``: those among the seats; their guardian is whoever signs up.

    Raises :class:`Invalid` with the field, :class:`WrongState` for a second sign-up, or for an occasion that is over.
    """
    occasion = hold(occasion_id)
    rules.check_sign_up(by, occasion.facts if occasion else None, seats=seats, at=at)
    assert occasion is not None
    person_id, channel = _who(who, by=by, at=at)
    slot = _slot(occasion, slot_id)
    adults_only = slot.role == SlotRole.HELPER
    minors.check_children(list(children), minors=occasion.activity.minors, adults_only=adults_only, seats=seats)
    free = take(slot.pk, seats)
    number = occasion.numbered + 1
    Occasion.objects.filter(pk=occasion.pk).update(numbered=number)
    made = SignUp(occasion=occasion, slot=slot, community_id=by.community_id or 0, person_id=person_id, number=number, seats=seats)
    made.state = rules.MOVES["confirm" if free else "wait"][SignUpState.APPLIED]
    made.channel, made.made_by_id, made.made_at = channel, by.login_id, at
    try:
        made.save(force_insert=True)
    except IntegrityError as again:
        raise WrongState(rules.twice()) from again
    _bring(made, children, by=by, at=at)
    after = {"state": str(made.state), "occasion": occasion.pk, "slot": slot.pk, "seats": seats, "children": len(children)}
    after["channel"] = str(channel)
    audit.record("sign-up", "sign-up", made.pk, by=by, at=at, community_id=made.community_id, after=after)
    return made


@in_action
def _who(who: Who | None, *, by: Actor, at: datetime) -> tuple[int, str]:
    """The person who signs up, and by which channel."""
    if by.role not in COMMUNITY_ROLES:
        if who is not None:
            raise Invalid.on("person_id", _("只能替自己家里报名。"))
        if by.person_id is None:
            raise Invalid.on("person_id", _("这个账号没有登记是谁，请到社区登记。"))
        throttle.hit(f"sign-up:{by.user_id}", SIGN_UPS_A_DAY, A_DAY, at=at)
        return by.person_id, SignUpChannel.SELF
    if who is None:
        raise Invalid.on("name", _("请写是谁来报名。"))
    if who.channel not in SignUpChannel.values or who.channel == SignUpChannel.SELF:
        raise Invalid.on("channel", _("请选是怎么报的名。"))
    found = people_actions.person_on_behalf(by.community_id or 0, person_id=who.person_id, name=who.name, phone=who.phone, by=by, at=at)
    return found, who.channel


def _slot(occasion: Occasion, slot_id: int | None) -> Slot:
    rows = Slot.objects.filter(occasion=occasion)
    found = (rows.filter(role=SlotRole.GUEST) if slot_id is None else rows.filter(pk=slot_id)).first()
    if found is None:
        raise Invalid.on("slot_id", _("这一场没有这样的名额。") if slot_id else _("这一场不用报名，来就行。"))
    return found


@in_action
def _bring(made: SignUp, children: Sequence[Child], *, by: Actor, at: datetime) -> None:
    """A row for each seat: who signed up, the children, whoever else is grown up; and what was agreed to for each child."""
    letters = iter(ascii_lowercase)
    with_them = [Attendee(sign_up=made, occasion_id=made.occasion_id, letter=next(letters), band=c.band, called=c.called) for c in children]
    others = [Attendee(sign_up=made, occasion_id=made.occasion_id, letter=next(letters)) for _n in range(made.seats - 1 - len(children))]
    Attendee.objects.bulk_create([Attendee(sign_up=made, occasion_id=made.occasion_id), *with_them, *others])
    said = {"channel": made.channel, "by_id": by.login_id, "at": at, "text_version": minors.TEXT_VERSION}
    Consent.objects.bulk_create(
        Consent(attendee=attendee, purpose=purpose, given=child.agreed[purpose], **said)
        for attendee, child in zip(with_them, children, strict=True)
        for purpose in Purpose
        if purpose in child.agreed
    )


@action
def accept(sign_up_id: int, *, by: Actor, at: datetime) -> SignUp:
    """Take the seats that are offered, or say after a move that one still comes."""
    held = hold_for(sign_up_id)
    rules.check_accept(by, held[1].facts if held else None, at=at)
    assert held is not None
    found = held[1]
    rows = SignUp.objects.filter(pk=found.pk, state=found.state, until__gt=at)
    if not rows.update(state=SignUpState.CONFIRMED, until=None, asked=False):
        raise WrongState(_("答得晚了，位子已经给了后面的人。可以再报一次。"))
    found.state, found.until, found.asked = SignUpState.CONFIRMED, None, False
    _tell(found, "accept", by=by, at=at)
    return found


@action
def cancel_sign_up(sign_up_id: int, *, reason: str = "", by: Actor, at: datetime) -> SignUp:
    """Say that one does not come. The seats go on to whoever waits and whom they are enough for."""
    held = hold_for(sign_up_id)
    rules.check_cancel(by, held[1].facts if held else None, at=at)
    assert held is not None
    occasion, found = held
    state = rules.ended_as(found.facts, at=at)
    offered = end(found, state, occasion, reason=reason.strip()[:REASON_MOST], at=at)
    _tell(found, "cancel", by=by, at=at, offered=offered, reason=found.reason)
    return found


@in_action
def end(found: SignUp, state: SignUpState, occasion: Occasion, *, reason: str = "", at: datetime) -> list[int]:
    """End a sign-up and offer its seats to those who wait; returns the ids of their sign-ups. The occasion must be held."""
    rows = SignUp.objects.filter(pk=found.pk, state=found.state)
    if not rows.update(state=state, ended_at=at, reason=reason, asked=False, until=None):
        raise WrongState(rules.moved_on())
    held = found.state in rules.HOLDING
    found.state, found.ended_at, found.reason, found.asked, found.until = state, at, reason, False, None
    return give_back(found.slot_id, found.seats, occasion, at=at) if held else []


def _tell(found: SignUp, verb: str, *, by: Actor, at: datetime, offered: Sequence[int] = (), reason: str = "") -> None:
    after: dict[str, object] = {"state": str(found.state), "occasion": found.occasion_id}
    if offered:
        after["offered"] = list(offered)
    audit.record(verb, "sign-up", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=reason)


@action
def answer_consent(sign_up_id: int, attendee_id: int, purpose: str, given: bool, *, channel: str = "", by: Actor, at: datetime) -> SignUp:
    """A guardian's answer about a child, or another one than before. What was said before stays, as withdrawn.

    Whoever takes back that the child comes, or that it is put down, takes the child off the list: everything about it is deleted at
    once, and its seat goes on.
    """
    held = hold_for(sign_up_id)
    rules.check_see(by, held[1].facts if held else None)
    assert held is not None
    occasion, found = held
    child = Attendee.objects.filter(sign_up=found, pk=attendee_id).exclude(band="").first()
    if child is None:
        raise not_here()
    if purpose not in Purpose.values:
        raise Invalid.on("purpose", _("请从里面选一件。"))
    how = channel if by.role in COMMUNITY_ROLES else SignUpChannel.SELF
    if how not in SignUpChannel.values or (by.role in COMMUNITY_ROLES and how == SignUpChannel.SELF):
        raise Invalid.on("channel", _("请选监护人是怎么说的。"))
    after: dict[str, object] = {"attendee": child.pk, "purpose": purpose, "given": given, "channel": str(how)}
    if purpose in minors.REQUIRED and not given:
        after["taken_off"] = True
        if offered := _take_off(child, found, occasion, at=at):
            after["offered"] = offered
    else:
        Consent.objects.filter(attendee=child, purpose=purpose, withdrawn_at=None).update(withdrawn_at=at)
        said = {"channel": how, "by_id": by.login_id, "at": at, "text_version": minors.TEXT_VERSION}
        Consent.objects.create(attendee=child, purpose=purpose, given=given, **said)
        _pictures(child, found, given=given, at=at)
    audit.record("consent", "sign-up", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found


@in_action
def _pictures(child: Attendee, found: SignUp, *, given: bool, at: datetime) -> None:
    """Note on the sign-up whether published pictures have to come down: the note stays when the answers are deleted.

    When everything is agreed to again, the note goes, unless a child was taken off the list.
    """
    if not given:
        if child.minutes:
            SignUp.objects.filter(pk=found.pk).update(taken_back_at=at)
    elif not unagreed(found.occasion_id).filter(sign_up=found).exists():
        SignUp.objects.filter(pk=found.pk).update(taken_back_at=F("shrank_at"))


@in_action
def _take_off(child: Attendee, found: SignUp, occasion: Occasion, *, at: datetime) -> list[int]:
    """Take the child off the list; returns the sign-ups to which its seat is offered."""
    if child.minutes:
        SignUp.objects.filter(pk=found.pk).update(taken_back_at=at)
    child.delete()
    if found.state not in rules.LIVE:
        return []
    SignUp.objects.filter(pk=found.pk).update(seats=found.seats - 1, shrank_at=at)
    found.seats -= 1
    return give_back(found.slot_id, 1, occasion, at=at) if found.state in rules.HOLDING else []
