"""What the bank holds about somebody."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db.models import Case, F, IntegerField, When
from django.utils.translation import gettext_lazy as _

from zengyi.bank.models import Account, AppraisalLine, DutyClaim, Filing, FilingPhoto, Help, Objection, Posting, RollCallEntry, Turn
from zengyi.bank.queries.filings import ALBUM
from zengyi.people.queries.my_data import Held, Subject

_WHY = _("记清楚做了什么、得了几分；按季公示，本人不同意就不写姓名。")
_DAY, _RULE, _POINTS, _STATE, _WORDS = _("哪一天"), _("规则"), _("得分"), _("到哪一步"), _("怎么说的")


def _signed(subject: Subject) -> Mapping[str, Any]:
    mine = When(credit__member_id=subject.member_id, then=F("points"))
    return {"signed": Case(mine, default=-F("points"), output_field=IntegerField())}


TABLES = (
    Held(
        Account,
        _("储值账户"),
        _WHY,
        by=("member",),
        columns={"kind": _("哪一本"), "balance": _POINTS, "opened_at": _("何时开的")},
    ),
    Held(
        Posting,
        _("每一笔账"),
        _WHY,
        by=("credit__member", "debit__member"),
        columns={
            "occurred_on": _DAY,
            "kind": _("怎么来的"),
            "rule": _RULE,
            "memo": _("什么事"),
            "signed": _POINTS,
            "posted_at": _("何时入账"),
        },
        texts=frozenset({"memo"}),
        derived=_signed,
    ),
    Held(
        RollCallEntry,
        _("点名"),
        _("算基础分，看这一季达没达标。"),
        by=("member",),
        columns={
            "roll_call__held_on": _DAY,
            "roll_call__branch__name": _("支部"),
            "roll_call__rule": _RULE,
            "mark": _("记号"),
            "points": _POINTS,
            "note": _("说明"),
            "roll_call__state": _STATE,
        },
    ),
    Held(
        Filing,
        _("申报的事"),
        _WHY,
        by=("member",),
        columns={
            "occurred_on": _DAY,
            "rule": _RULE,
            "name": _("什么事"),
            "text": _WORDS,
            "quantity": _("多少"),
            "begins": _("从几点"),
            "ends": _("到几点"),
            "witness": _("能证明的人"),
            "asks": _("怎么证明"),
            "points": _POINTS,
            "state": _STATE,
            "reason": _("原因"),
            "filed_at": _("何时申报"),
        },
        texts=frozenset({"reason"}),
    ),
    Held(
        Help,
        _("帮人和被帮"),
        _("同两个人之间记分递减，两头都查得到。"),
        by=("asker", "member"),
        columns={
            "occurred_on": _DAY,
            "account__label": _("哪一单"),
            "worth": _("值几分"),
            "points": _POINTS,
            "short": _("说明"),
            "confirmed_at": _("何时确认"),
        },
    ),
    Held(
        DutyClaim,
        _("认领的岗和事"),
        _("四大岗有人、事有人帮；每人认一个岗。"),
        by=("member",),
        columns={
            "vacancy__duty": _("哪一岗"),
            "vacancy__title": _("什么事"),
            "standing": _("长期的岗"),
            "state": _STATE,
            "claimed_at": _("何时认领"),
            "ended_at": _("何时结束"),
            "reason": _("原因"),
        },
    ),
    Held(
        Turn,
        _("值的班"),
        _("排班、记下做了什么，别人证明了才记分。"),
        by=("member",),
        columns={"on_day": _DAY, "claim__vacancy__title": _("什么事"), "text": _WORDS, "state": _STATE, "reason": _("原因")},
        texts=frozenset({"reason"}),
    ),
    Held(
        AppraisalLine,
        _("评议"),
        _("一年评一次：积分只提建议，支部大会来定。"),
        by=("member",),
        columns={
            "appraisal__year": _("年度"),
            "appraisal__held_on": _("支部大会哪一天开的"),
            "score": _("合计"),
            "vetoes": _("一票否决"),
            "tier": _("大会定的"),
            "reason": _("为什么"),
            "present": _("到会"),
            "appraisal__state": _STATE,
        },
        texts=frozenset({"reason"}),
    ),
    Held(
        Objection,
        _("对公示的异议"),
        _("答复您，改正账目。"),
        by=("person",),
        columns={
            "quarter__quarter": _("季度"),
            "text": _WORDS,
            "state": _STATE,
            "raised_at": _("何时提的"),
            "answer": _("答复"),
            "review": _("复核"),
        },
    ),
)


def _photos(subject: Subject) -> Iterator[tuple[str, Path]]:
    """Those that show the subject's deeds."""
    rows = FilingPhoto.objects.filter(filing__member_id=subject.member_id) if subject.member_id is not None else FilingPhoto.objects.none()
    for photo_id in rows.order_by("added_at", "pk").values_list("pk", flat=True):
        yield f"deeds/{photo_id}.jpg", ALBUM.path_of(photo_id)


PICTURES = (_photos,)

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        *("bank.RollCall.proposed_by", "bank.RollCall.decided_by", "bank.Correction.proposed_by", "bank.Correction.decided_by"),
        *("bank.Quarter.tallied_by", "bank.Quarter.prepared_by", "bank.Quarter.published_by", "bank.Quarter.sealed_by"),
        *("bank.Objection.recorded_by", "bank.Objection.answered_by", "bank.Objection.reviewed_by"),
        *("bank.RuleVersion.proposed_by", "bank.RuleVersion.decided_by", "bank.TierVersion.proposed_by", "bank.TierVersion.decided_by"),
        *("bank.Vacancy.published_by", "bank.Vacancy.closed_by", "bank.DutyClaim.claimed_by"),
        *("bank.Turn.entered_by", "bank.Turn.recorded_by", "bank.Turn.attested_by"),
        *("bank.Filing.filed_by", "bank.Filing.attested_by", "bank.Filing.decided_by", "bank.VouchLink.issued_by"),
        *("bank.Appraisal.proposed_by", "bank.Appraisal.decided_by"),
    ),
    _HAND,
)
