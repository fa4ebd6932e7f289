"""What topics hold about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.councils.models import Topic
from zengyi.people.queries.my_data import Held

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

TABLES = (
    Held(
        Topic,
        _("您提的议题"),
        _("请大家商量您说的事，商量完问您办得怎样。"),
        by=("raiser",),
        columns={
            "year": _("年"),
            "sequence": _("号"),
            "title": _("什么事"),
            "text": _("什么情况"),
            "place__name": _("在哪里"),
            "spot": _("具体位置"),
            "channel": _("怎么说来的"),
            "state": _("到哪一步"),
            "answer": _("社区的回话"),
            "verdict": _("您说办得怎样"),
            "verdict_text": _("您的话"),
            "raised_at": _("何时提的"),
        },
        texts=frozenset({"answer"}),
    ),
)
LEFT_OUT = dict.fromkeys(("councils.Topic.raised_by", "councils.Topic.screened_by", "councils.Topic.evaluated_by"), _HAND)
