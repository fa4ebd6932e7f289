"""What orders hold about somebody."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from zengyi.orders.models import Claim, Order, Photo, Sent
from zengyi.orders.queries.files import path_of
from zengyi.people.queries.my_data import Held, Subject

_YEAR, _NUMBER, _TITLE, _STATE, _POINTS = _("年"), _("号"), _("什么事"), _("到哪一步"), _("得分")

TABLES = (
    Held(
        Order,
        _("您点的单"),
        _("帮您把事办好。电话和门牌只给社区和接单的人看。"),
        by=("requester",),
        columns={
            "year": _YEAR,
            "sequence": _NUMBER,
            "kind": _("哪一种"),
            "category": _("哪一类"),
            "title": _TITLE,
            "text": _("什么情况"),
            "place__name": _("在哪里"),
            "spot": _("具体位置"),
            "contact": _("留的电话"),
            "anonymous": _("不写姓名"),
            "private": _("不公开"),
            "channel": _("怎么点的"),
            "state": _STATE,
            "outcome": _("结果"),
            "placed_at": _("何时点的"),
            "delivery_text": _("办得怎样"),
            "ended_at": _("何时办结"),
        },
        texts=frozenset({"delivery_text"}),
    ),
    Held(
        Claim,
        _("您接的单"),
        _("知道谁在办，办好了给您记分。"),
        by=("member",),
        columns={
            "order__year": _YEAR,
            "order__sequence": _NUMBER,
            "order__title": _TITLE,
            "state": _STATE,
            "claimed_at": _("何时接的"),
            "ended_at": _("何时结束"),
            "reason": _("原因"),
            "points": _POINTS,
        },
        texts=frozenset({"order__title"}),
    ),
    Held(
        Sent,
        _("单位派您去的"),
        _("分记到您名下。"),
        by=("member",),
        columns={
            "claim__order__year": _YEAR,
            "claim__order__sequence": _NUMBER,
            "claim__order__title": _TITLE,
            "claim__organisation__short_name": _("单位"),
            "points": _POINTS,
        },
        texts=frozenset({"claim__order__title"}),
    ),
    Held(
        Photo,
        _("您拍的照片"),
        _("让人看明白是什么情况、办得怎样。拍摄地点存下之前就去掉了。"),
        by=("by",),
        columns={
            "order__year": _YEAR,
            "order__sequence": _NUMBER,
            "stage": _("办之前还是之后"),
            "added_at": _("何时传的"),
            "size": _("多少字节"),
        },
    ),
)


def _photos(subject: Subject) -> Iterator[tuple[str, Path]]:
    """Those that the subject took."""
    rows = Photo.objects.filter(by_id=subject.user_id) if subject.user_id is not None else Photo.objects.none()
    for photo_id in rows.order_by("added_at", "pk").values_list("pk", flat=True):
        yield f"orders/{photo_id}.jpg", path_of(photo_id)


PICTURES = (_photos,)

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        "orders.Order.placed_by",
        "orders.Order.triaged_by",
        "orders.Order.confirmed_by",
        "orders.Claim.by",
        "orders.Exclusion.by",
        "orders.Sign.issued_by",
        "orders.TimeLimit.set_by",
        "orders.PendingOrder.ended_by",
    ),
    _HAND,
)
