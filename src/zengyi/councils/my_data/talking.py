"""What opinions, sessions and minutes hold about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.councils.models import Opinion, Participant, Signature
from zengyi.people.queries.my_data import Held

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

TABLES = (
    Held(
        Opinion,
        _("您说的意见"),
        _("商量时各方听得到；公开的地方不写是谁说的。"),
        by=("said_by",),
        columns={
            "topic__title": _("什么事"),
            "party": _("哪一方"),
            "kind": _("哪一种"),
            "text": _("怎么说的"),
            "support": _("赞成没有"),
            "at": _("什么时候"),
        },
        texts=frozenset({"topic__title"}),
    ),
    Held(
        Signature,
        _("您签的纪要"),
        _("签了的纪要不再改；公开的地方只写哪一方签了。"),
        by=("person",),
        columns={
            "session__title": _("什么会"),
            "party": _("哪一方"),
            "refusal": _("没签的原因"),
            "at": _("什么时候"),
        },
    ),
    Held(
        Participant,
        _("您到的会"),
        _("写进纪要里各方的人数；公开的地方不写姓名。"),
        by=("person",),
        columns={
            "session__title": _("什么会"),
            "session__starts_at": _("什么时候"),
            "party": _("哪一方"),
            "part": _("什么身份"),
            "state": _("到没到"),
        },
    ),
)
LEFT_OUT = dict.fromkeys(
    (
        "councils.Survey.recorded_by",
        "councils.Opinion.recorded_by",
        "councils.Session.planned_by",
        "councils.Session.published_by",
        "councils.Decision.decided_by",
        "councils.Minutes.frozen_by",
        "councils.Signature.recorded_by",
    ),
    _HAND,
)
