"""What ballots hold about somebody: that they may vote, and what they said."""

from django.utils.translation import gettext_lazy as _

from zengyi.councils.models import Elector, Stance
from zengyi.people.queries.my_data import Held

_HAND = "what somebody did to another's row stands among their own steps, core.Event"
_WHAT = _("表决什么")

TABLES = (
    Held(
        Elector,
        _("您能投票的表决"),
        _("一位业主只有一张票；按人数和面积算。"),
        by=("person",),
        columns={
            "ballot__title": _WHAT,
            "ballot__state": _("到哪一步"),
            "position": _("名单上第几位"),
            "name": _("名单上的名字"),
            "area": _("面积，百分之一平方米"),
            "flats": _("哪几套"),
            "delivered_at": _("纸票何时送到"),
            "returned_at": _("何时投的"),
        },
    ),
    Held(
        Stance,
        _("您投的票"),
        _("截止以前谁也不看；截止后按回执公布，不写姓名。"),
        by=("elector__person",),
        columns={
            "ballot__title": _WHAT,
            "answer": _("怎么投的"),
            "reason": _("说明"),
            "channel": _("怎么投来的"),
            "latest": _("是不是最后一次"),
            "receipt": _("回执"),
            "cast_at": _("何时投的"),
        },
    ),
)
LEFT_OUT = {
    **dict.fromkeys(
        (
            "councils.Ballot.prepared_by",
            "councils.Ballot.opened_by",
            "councils.Ballot.closed_by",
            "councils.Elector.delivered_by",
            "councils.Mandate.recorded_by",
        ),
        _HAND,
    ),
    "councils.Stance.cast_by": "whoever entered another's vote; their own stands with its elector",
}
