"""What activities hold about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.activities.models import Attendee, Consent, Finding, Record, SignUp, Stay
from zengyi.people.queries.my_data import Held

_TITLE, _WHEN = _("哪一场"), _("哪天")

TABLES = (
    Held(
        SignUp,
        _("您的报名"),
        _("知道谁来、来几位，位子够不够。"),
        by=("person",),
        columns={
            "occasion__activity__title": _TITLE,
            "occasion__starts_at": _WHEN,
            "slot__role": _("来做什么"),
            "number": _("编号"),
            "seats": _("几位"),
            "state": _("现在"),
            "channel": _("怎么报的"),
            "made_at": _("何时报的"),
            "ended_at": _("何时结束"),
            "reason": _("原因"),
        },
        texts=frozenset({"reason"}),
    ),
    Held(
        Attendee,
        _("和您一起来的"),
        _("点名和记时长。孩子只有年龄段，活动后 30 天删掉。"),
        by=("sign_up__person",),
        columns={
            "occasion__activity__title": _TITLE,
            "occasion__starts_at": _WHEN,
            "band": _("孩子几岁"),
            "called": _("您怎么叫他"),
            "minutes": _("多少分钟"),
            "absent_at": _("何时记没来"),
            "contested_at": _("何时说来了"),
            "contest": _("怎么说的"),
        },
    ),
    Held(
        Record,
        _("您的服务记录单"),
        _("拿得出去的一张纸，谁都能核对。"),
        by=("person",),
        columns={
            "number": _("编号"),
            "first": _("从哪天"),
            "last": _("到哪天"),
            "content": _("内容"),
            "state": _("现在"),
            "issued_at": _("何时出的"),
            "reason": _("原因"),
        },
    ),
    Held(
        Finding,
        _("您巡查上报的"),
        _("查实、派人去办，替您报分。"),
        by=("person",),
        columns={
            "what": _("看见什么"),
            "spot": _("在哪里"),
            "basis": _("怎么知道的"),
            "count": _("有多少"),
            "note": _("怎么说的"),
            "fixed": _("当场弄好了"),
            "at": _("何时报的"),
            "verdict": _("查下来"),
            "reason": _("社区说"),
        },
        texts=frozenset({"reason"}),
    ),
    Held(
        Stay,
        _("您何时到、何时走"),
        _("记志愿服务的时长。"),
        by=("attendee__sign_up__person",),
        columns={
            "attendee__occasion__activity__title": _TITLE,
            "in_at": _("何时到"),
            "out_at": _("何时走"),
            "source": _("怎么记的"),
        },
    ),
    Held(
        Consent,
        _("您替孩子答的"),
        _("照您的意思来；改了，以前的也留着。"),
        by=("attendee__sign_up__person",),
        columns={
            "attendee__occasion__activity__title": _TITLE,
            "purpose": _("哪件事"),
            "given": _("同意"),
            "channel": _("怎么说的"),
            "at": _("何时答的"),
            "withdrawn_at": _("何时收回"),
        },
    ),
)

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        "activities.Activity.created_by",
        "activities.Occasion.closed_by",
        "activities.SignUp.made_by",
        "activities.Attendee.absent_by",
        "activities.Consent.by",
        "activities.Stay.by",
        "activities.Record.issued_by",
        "activities.Finding.by",
        "activities.Finding.verified_by",
        "activities.LedgerEntry.by",
        "activities.Drill.by",
    ),
    _HAND,
)
