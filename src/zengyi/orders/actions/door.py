"""Asked at a building's door without an account: kept until a code, or a call back, shows who it was, and then an order like any other.

Whoever asks learns nothing about the building's people. Nothing is placed in anybody's name before the phone has answered.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zengyi.core import audit, personal, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.secrets import blind_index
from zengyi.core.steps import action, durable, in_action
from zengyi.orders.actions import photos as files_of
from zengyi.orders.actions.finding import sentence
from zengyi.orders.actions.placing import checked, write
from zengyi.orders.models import Order, PendingOrder, Sign
from zengyi.orders.rules import Category, Channel, Kind, OnBehalf, Urgency
from zengyi.orders.rules.signs import (
    ABOUT_MOST,
    AT_BUILDING,
    ENDED_KEPT,
    FROM_ADDRESS,
    NAME_MOST,
    TO_BE_CALLED,
    UNCONFIRMED_KEPT,
    DoorMatter,
    PendingState,
    Way,
    title_of,
)
from zengyi.people import actions as people
from zengyi.people import queries as known
from zengyi.people.rules import NOBODY, Actor, Target, check, normal_phone
from zengyi.people.rules.codes import CodeFor, is_mobile

HOUR, DAY = 3600, 24 * 3600
GONE = _("这一条不在等了，也许刚有人处理过。")


def ask_at_door(
    token: str, *, about: str, matter: str, name: str, phone: str, way: str, photos: Sequence[bytes] = (), address: str, at: datetime
) -> PendingOrder:
    """Keep what somebody asks at a door; returns it, waiting for its code or for a call back.

    Raises :class:`NotThere` for a sign that is not in force, :class:`Invalid` for what can't be taken, :class:`TooMany` beyond what one
    address, building or phone may bring.
    """
    sign = sign_in_force(token)
    if matter not in DoorMatter.values or way not in Way.values:
        raise Invalid(_("请从里面选一个。"))
    words = sentence(about, "about", ABOUT_MOST)
    called = sentence(name.replace("\n", " "), "name", NAME_MOST, least=1)
    number = normal_phone(phone)
    if not number or (way == Way.CODE and not is_mobile(number)):
        raise Invalid.on("phone", _("请写能收短信的手机号，11 位。") if way == Way.CODE else _("请写手机号，或带区号的座机号。"))
    if len(photos) > 1:
        raise Invalid.on("photos", _("最多 %(most)d 张。") % {"most": 1})
    throttle.hit(f"door:{_mark(address)}", FROM_ADDRESS, HOUR, at=at)
    throttle.hit(f"door-at:{sign.building_id}", AT_BUILDING, DAY, at=at)
    if way == Way.CALL:
        throttle.hit(f"door-call:{_mark(number)}", TO_BE_CALLED, DAY, at=at)
    with files_of.kept(photos) as files:
        code_id = people.ask_code(number, CodeFor.ORDER, address=address, at=at) if way == Way.CODE else None
        file = files[0] if files else None
        row = PendingOrder(
            sign=sign, community_id=sign.community_id, state=PendingState(way), about=words, private=matter == DoorMatter.HOME
        )
        row.name, row.phone, row.code_id, row.made_at = called, number, code_id, at
        if file is not None:
            row.photo, row.photo_width, row.photo_height, row.photo_size = file.id, file.width, file.height, file.size
        return _keep(row, by=NOBODY, at=at)


def sign_in_force(token: str) -> Sign:
    """The sign whose token that is; raises :class:`NotThere`."""
    found = Sign.objects.filter(token=token, revoked_at=None).first()
    if found is None:
        raise NotThere(_("这块牌不再用了。请看看旁边有没有新的，或者打社区电话。"))
    return found


def _mark(value: str) -> str:
    return (blind_index("throttle", value) or b"").hex()[:40]


@action
def _keep(row: PendingOrder, *, by: Actor, at: datetime) -> PendingOrder:
    row.save(force_insert=True)
    after = {"way": str(row.state), "photos": int(row.photo is not None)}
    audit.record("ask", "pending_order", row.pk, by=by, at=at, community_id=row.community_id, after=after)
    return row


def confirm_at_door(pending_id: int, text: str, *, address: str, at: datetime) -> Order | None:
    """Show the code back: what was asked becomes an order, which is returned. ``None`` where the phone belongs to somebody in office: a
    code does not open their login, so the desk rings up. Raises as :func:`zengyi.people.actions.show_code` does.
    """
    code_id = PendingOrder.objects.filter(pk=pending_id, state=PendingState.CODE).values_list("code_id", flat=True).first()
    if code_id is None:
        raise WrongState(GONE)
    people.show_code(code_id, text, CodeFor.ORDER, address=address, at=at)
    return _confirm(pending_id, by=NOBODY, at=at)


@action
def _confirm(pending_id: int, *, by: Actor, at: datetime) -> Order | None:
    row = _take(pending_id, PendingState.CODE, None, at)
    person_id, is_new = people.person_of_phone(row.community_id, row.name, row.phone, at=at)
    login = people.login_of_person(person_id, at=at)
    mine = PendingOrder.objects.filter(pk=pending_id)
    if login is None:
        mine.update(state=PendingState.CALL, ended_at=None)
        audit.record("ask", "pending_order", row.pk, by=by, at=at, community_id=row.community_id, after={"way": "CALL"})
        return None
    return _written(row, None, is_new, known.actor_for_user(login.pk, "resident", at=at), at)


@in_action
def _written(row: PendingOrder, on_behalf: OnBehalf | None, is_new: bool, by: Actor, at: datetime) -> Order:
    category, urgency = Category.HELP if row.private else Category.OTHER, Urgency.WEEK
    given: dict[str, Any] = checked(Kind.DEMAND, category, title_of(row.about), row.about, "", urgency, row.phone)
    files = [files_of.KeptPhoto(row.photo, row.photo_width, row.photo_height, row.photo_size)] if row.photo else []
    order = write(given, row.sign.building_id, files, on_behalf, (set(), None), anonymous=False, private=row.private, by=by, at=at)
    PendingOrder.objects.filter(pk=row.pk).update(order=order, new_person=is_new)
    return order


@action
def confirm_by_call(pending_id: int, *, name: str, by: Actor, at: datetime) -> Order:
    """The desk rang up and it was meant: place the order on their behalf. ``name``: as they said it on the phone."""
    row = _take(pending_id, PendingState.CALL, by, at)
    called = sentence(name.replace("\n", " "), "name", NAME_MOST, least=1)
    return _written(row, OnBehalf(name=called, phone=row.phone, channel=Channel.PHONE), False, by, at)


@action
def drop_pending(pending_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """End what was asked without an order: nobody answers the phone, or it was not meant. The reason stands in the trail."""
    why = sentence(reason, "reason", 200)
    row = _take(pending_id, PendingState.CALL, by, at)
    PendingOrder.objects.filter(pk=row.pk).update(state=PendingState.DROPPED)
    audit.record(
        "drop",
        "pending_order",
        row.pk,
        by=by,
        at=at,
        community_id=row.community_id,
        after={"state": "DROPPED"},
        reason=personal.masked(why),
    )


@action
def person_checked(pending_id: int, *, by: Actor, at: datetime) -> None:
    """Note that the desk has looked at the entry of somebody who was new at the door."""
    rows = PendingOrder.objects.filter(pk=pending_id, community_id=_community(by))
    if not rows.exists():
        raise NotThere(_("没有找到，或者不在您的社区。"))
    if not rows.filter(new_person=True, checked_at=None).update(checked_at=at):
        raise WrongState(GONE)
    audit.record("check", "pending_order", pending_id, by=by, at=at, community_id=by.community_id, after={"checked": True})


def _community(by: Actor) -> int:
    check(by, "order.door", Target(community_id=by.community_id), sees=True)
    return by.community_id or 0


@in_action
def _take(pending_id: int, state: PendingState, by: Actor | None, at: datetime) -> PendingOrder:
    """Move what was asked out of the state in which it waits; raises :class:`WrongState` for everybody but the first."""
    rows = PendingOrder.objects.filter(pk=pending_id)
    if by is not None:
        rows = rows.filter(community_id=_community(by))
        if not rows.exists():
            raise NotThere(_("没有找到，或者不在您的社区。"))
    ended_by = by.user_id if by is not None else None
    if not rows.filter(state=state).update(state=PendingState.PLACED, ended_at=at, ended_by=ended_by):
        raise WrongState(GONE)
    return PendingOrder.objects.select_related("sign").get(pk=pending_id)


@durable
def forget_pending(at: datetime) -> int:
    """Delete what nobody confirmed, and what ended long ago; returns how many. A new entry stays until the desk has looked at it."""
    unconfirmed = Q(state=PendingState.CODE, made_at__lt=at - UNCONFIRMED_KEPT)
    ended = Q(state__in=[PendingState.PLACED, PendingState.DROPPED], made_at__lt=at - ENDED_KEPT) & ~Q(new_person=True, checked_at=None)
    return PendingOrder.objects.filter(unconfirmed | ended).delete()[0]
