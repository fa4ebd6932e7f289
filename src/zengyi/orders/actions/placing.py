"""Placing an order."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zengyi.core import clock, throttle
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.steps import action, in_action
from zengyi.orders.actions import excluding
from zengyi.orders.actions import photos as files_of
from zengyi.orders.actions.finding import sentence, tell, told_by
from zengyi.orders.models import Order
from zengyi.orders.rules import MOVES, PHOTOS_MOST, Category, Channel, OnBehalf, Source, Urgency, Verb, check_place, search_words
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, normal_phone

DAY = 24 * 3600
PLACED_A_DAY = 20
PLACED_A_DAY_BY_STAFF = 400


def place(
    *,
    kind: str,
    category: str,
    title: str,
    text: str,
    place_id: int | None = None,
    spot: str = "",
    urgency: int = Urgency.WEEK,
    contact: str = "",
    photos: Sequence[bytes] = (),
    on_behalf: OnBehalf | None = None,
    anonymous: bool = False,
    private: bool = False,
    about_unit: int | None = None,
    excluded_units: Collection[int] = (),
    by: Actor,
    at: datetime,
) -> Order:
    """Place an order: for oneself, or as staff of the community on behalf of a resident. Returns it in state PLACED.

    ``about_unit``: the organisation it complains about; it and ``excluded_units`` are kept away from the order.

    Raises :class:`Invalid` with the fields that can't be taken, :class:`TooMany` beyond a day's quota.
    """
    check_place(by, kind=kind, on_behalf=on_behalf)
    given = checked(kind, category, title, text, spot, urgency, contact)
    if len(photos) > PHOTOS_MOST:
        raise Invalid(_("照片太多了。"), {"photos": _("最多 %(most)d 张。") % {"most": PHOTOS_MOST}})
    staff = by.role in COMMUNITY_ROLES
    if on_behalf is not None:
        told_by(on_behalf.channel)
    throttle.hit(f"place:{by.user_id}", PLACED_A_DAY_BY_STAFF if staff else PLACED_A_DAY, DAY, at=at)
    with files_of.kept(photos) as files:
        away = (set(excluded_units), about_unit)
        return _place(given, place_id, files, on_behalf, away, anonymous=anonymous, private=private, by=by, at=at)


def checked(kind: str, category: str, title: str, text: str, spot: str, urgency: int, contact: str) -> dict[str, Any]:
    """The columns of an order's words; raises :class:`Invalid` with the field that can't be taken."""
    for value, allowed, field in (
        (category, Category.values, "category"),
        (urgency, Urgency.values, "urgency"),
    ):
        if value not in allowed:
            raise Invalid(_("请从里面选一个。"), {field: _("请从里面选一个。")})
    phone = normal_phone(contact)
    if contact.strip() and not phone:
        raise Invalid(_("这个号码打不通，请再看一眼。"), {"contact": _("请写手机号，或带区号的座机号。")})
    return {
        "kind": kind,
        "category": category,
        "urgency": urgency,
        "title": sentence(title.replace("\n", " "), "title", 60),
        "text": sentence(text, "text", 2000),
        "spot": sentence(spot.replace("\n", " "), "spot", 60, least=0),
        "contact": phone,
    }


@action
def _place(*given: Any, by: Actor, at: datetime, **more: Any) -> Order:
    return write(*given, **more, by=by, at=at)


@in_action
def write(
    given: dict[str, Any],
    place_id: int | None,
    files: list[files_of.KeptPhoto],
    on_behalf: OnBehalf | None,
    away: tuple[set[int], int | None],
    *,
    anonymous: bool,
    private: bool,
    by: Actor,
    at: datetime,
) -> Order:
    """Write an order whose words were :func:`checked`, with the step's one event.

    ``away``: the units to keep away, and the one that is complained about.
    """
    community_id = by.community_id
    assert community_id is not None
    place_name = place_name_of(place_id, community_id)
    source, channel, requester_id = _who(on_behalf, community_id, by=by, at=at)
    year = clock.year_of(at)
    order = Order(
        community_id=community_id,
        year=year,
        sequence=next_number(community_id, year),
        source=source,
        place_id=place_id,
        requester_id=requester_id,
        placed_by_id=by.login_id,
        channel=channel,
        anonymous=anonymous,
        private=private,
        placed_at=at,
        state=MOVES[Verb.PLACE].target,
        **search_words(given["title"], given["text"], given["spot"], place_name),
        **given,
    )
    order.save(force_insert=True)
    files_of.record(files, order_id=order.pk, stage="BEFORE", by=by, at=at)
    excluding.record(order, *away, by=by, at=at)
    after = {"state": str(order.state), "kind": str(order.kind), "photos": len(files), "channel": str(channel)}
    tell(order, Verb.PLACE, by=by, at=at, after=after)
    return order


def place_name_of(place_id: int | None, community_id: int) -> str:
    """The name of a place of the community; raises :class:`Invalid` for any other."""
    if place_id is None:
        return ""
    message = {"place": _("请选本社区的楼栋或地点。")}
    if not 0 < place_id < 2**63:
        raise Invalid(_("没有这个地点。"), message)
    try:
        card = people.place(place_id, community_id=community_id)
    except NotThere as missing:
        raise Invalid(_("没有这个地点。"), message) from missing
    return card.name


def _who(on_behalf: OnBehalf | None, community_id: int, *, by: Actor, at: datetime) -> tuple[Source, Channel, int]:
    if on_behalf is not None:
        person_id = people_actions.person_on_behalf(
            community_id, person_id=on_behalf.person_id, name=on_behalf.name, phone=on_behalf.phone, by=by, at=at
        )
        return Source.WORKER, on_behalf.channel, person_id
    if by.person_id is None:
        raise Invalid(_("请写是替谁点的单。"), {"on_behalf_of": _("请写居民怎么称呼。"), "name": _("请写居民怎么称呼。")})
    source = Source.MEMBER if by.role == Role.MEMBER else Source.WORKER if by.role in COMMUNITY_ROLES else Source.RESIDENT
    return source, Channel.SELF, by.person_id


def next_number(community_id: int, year: int) -> int:
    """The next running number; one statement, so that two orders at once never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_counter (community_id, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (community_id, year) DO UPDATE SET last = orders_counter.last + 1 RETURNING last",
            [community_id, year],
        )
        return int(cursor.fetchone()[0])
