"""What the bank itself finds to look at before a quarter is published: what is not decided yet, and what looks odd."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, TextField, Value
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank.models import Correction, Filing, Posting, RollCall
from zengyi.bank.queries.deed_pairs import pairs_of_deeds
from zengyi.bank.queries.told import Finding
from zengyi.bank.rules import FilingState, PostingKind, ProposalState, end_of, spoken_day

#: So many deeds attested by one person within a week are worth a look.
ATTESTED_A_WEEK = 8
ATTESTERS_MOST = 5
PAIRS_SHOWN = 5


def own_findings(community_id: int, first: date, last: date) -> list[Finding]:
    """What is open, then what looks odd. Three statements, however much there is."""
    counts = _counts(community_id, first, last)
    found = [finding for name, told in _WORDS.items() if (n := counts.get(name, 0)) for finding in [told(n, last)]]
    return found + _busy_attesters(community_id, first, last) + _pairs(community_id, first, last)


def _counts(community_id: int, first: date, last: date) -> dict[str, int]:
    """How many there are of each kind."""
    here = {"community_id": community_id}
    filings = Filing.objects.filter(**here, occurred_on__range=(first, last))
    parts: dict[str, QuerySet[Any]] = {
        "filings": filings.filter(state__in=(FilingState.SUBMITTED, FilingState.ATTESTED)),
        "roll-calls": RollCall.objects.filter(**here, state=ProposalState.PROPOSED, held_on__range=(first, last)),
        "corrections": Correction.objects.filter(
            **here, state=ProposalState.PROPOSED, posting__occurred_on__lte=last, posting__occurred_on__gte=first
        ),
        "denied": filings.filter(state=FilingState.DENIED),
        "late": filings.filter(state=FilingState.POSTED, filed_at__gte=end_of(last)),
        "late-roll-calls": RollCall.objects.filter(
            **here, state=ProposalState.POSTED, held_on__range=(first, last), proposed_at__gte=end_of(last)
        ),
        "reversed": Posting.objects.filter(**here, kind=PostingKind.REVERSAL, occurred_on__range=(first, last)),
    }
    counted = [
        rows.order_by().annotate(what=Value(name, TextField())).values("what").annotate(n=Count("pk")).values_list("what", "n")
        for name, rows in parts.items()
    ]
    return dict(counted[0].union(*counted[1:], all=True))


def _filings(n: int, last: date) -> Finding:
    text = ngettext("%(n)d 份申报还没有核准", "%(n)d 份申报还没有核准", n) % {"n": n}
    return Finding(text, _("公示以前核准的记在这一季，以后核准的记在当季"), "deeds")


def _roll_calls(n: int, last: date) -> Finding:
    text = ngettext("%(n)d 份点名册等审核", "%(n)d 份点名册等审核", n) % {"n": n}
    return Finding(text, _("公示以前审核的记在这一季，以后审核的记在当季，写明补记"), "roll-calls")


def _corrections(n: int, last: date) -> Finding:
    text = ngettext("%(n)d 笔冲销等审核", "%(n)d 笔冲销等审核", n) % {"n": n}
    return Finding(text, _("冲销记在审核的那一天，不改这一季的账"), "corrections")


def _denied(n: int, last: date) -> Finding:
    text = ngettext("%(n)d 份申报，本人说“不是我”", "%(n)d 份申报，本人说“不是我”", n) % {"n": n}
    return Finding(text, _("已经冻结，没有记分；请问清楚是谁替他报的"), "deeds", f"?state={FilingState.DENIED}", odd=True)


def _late(n: int, last: date) -> Finding:
    said = {"n": n, "day": spoken_day(last)}
    text = ngettext("%(day)s以后补报了 %(n)d 件", "%(day)s以后补报了 %(n)d 件", n) % said
    return Finding(text, _("季末以后才申报，又记在这一季；请看看证据"), "deeds", f"?state={FilingState.POSTED}", odd=True)


def _late_roll_calls(n: int, last: date) -> Finding:
    said = {"n": n, "day": spoken_day(last)}
    text = ngettext("%(day)s以后补了 %(n)d 次点名", "%(day)s以后补了 %(n)d 次点名", n) % said
    return Finding(text, _("请和会议记录对一对"), "roll-calls", odd=True)


def _reversed(n: int, last: date) -> Finding:
    text = ngettext("冲销了 %(n)d 笔", "冲销了 %(n)d 笔", n) % {"n": n}
    return Finding(text, _("原来那一笔和冲销都留着；请看看原因"), "corrections", odd=True)


_WORDS = {
    "filings": _filings,
    "roll-calls": _roll_calls,
    "corrections": _corrections,
    "denied": _denied,
    "late": _late,
    "late-roll-calls": _late_roll_calls,
    "reversed": _reversed,
}


def _busy_attesters(community_id: int, first: date, last: date) -> list[Finding]:
    """Who attested uncommonly many deeds within one week."""
    rows = Filing.objects.filter(community_id=community_id, occurred_on__range=(first, last), attested_by__isnull=False).order_by()
    weeks = rows.annotate(week=TruncWeek("occurred_on")).values("attested_by__person__name", "attested_by__username", "week")
    busy = weeks.annotate(n=Count("pk")).filter(n__gte=ATTESTED_A_WEEK).order_by("-n", "week")[:ATTESTERS_MOST]
    return [
        Finding(
            _("%(name)s 一周里证明了 %(n)d 件") % {"name": row["attested_by__person__name"] or row["attested_by__username"], "n": row["n"]},
            _("%(first)s到%(last)s那一周；请抽几件看看")
            % {"first": spoken_day(row["week"]), "last": spoken_day(row["week"] + timedelta(days=6))},
            "deeds",
            odd=True,
        )
        for row in busy
    ]


def _pairs(community_id: int, first: date, last: date) -> list[Finding]:
    """Who attested or filed each other's deeds, the most frequent pairs."""
    return [
        Finding(
            _("%(one)s和%(other)s互相证明、代报：%(there)d 件，%(back)d 件")
            % {"one": pair.one, "other": pair.other, "there": pair.there, "back": pair.back},
            _("一共记了 %(points)d 分；从第 4 件起记得少，请抽几件看看") % {"points": pair.points},
            "deeds",
            odd=True,
        )
        for pair in pairs_of_deeds(community_id, first, last)[:PAIRS_SHOWN]
    ]
