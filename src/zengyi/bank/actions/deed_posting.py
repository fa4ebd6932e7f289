"""The points of deeds: posted within the caps, taken back together, and made good where a reversal leaves room again.

A cap depends on what was posted before, so everything here first waits for the community's ISSUE account (``hold``), as roll-calls do.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank.actions.posting import ensure_accounts, hold, mirror, post
from zengyi.bank.models import Account, Filing, FilingPosting, Posting
from zengyi.bank.queries import behind, of_the_pair
from zengyi.bank.rules import STANDING, AccountKind, FilingState, Had, PostingKind, RuleKind, Short, closed_for, granted, pair_worth
from zengyi.core import clock
from zengyi.core.errors import WrongState
from zengyi.core.steps import in_action

DEED_KINDS = (PostingKind.DEED, PostingKind.DEDUCT)
_POSTED_AS = {RuleKind.GAIN: PostingKind.DEED, RuleKind.DEDUCT: PostingKind.DEDUCT}


@in_action
def post_deed(filing: Filing, *, issue: int, late: bool, at: datetime) -> None:
    """Post an approved deed: as many points as the caps leave, the others are stored as zero with the reason. A veto moves nothing.

    ``issue`` is the community's ISSUE account, which :func:`hold` holds. ``late``: the quarter of the deed is closed. Its figures stand,
    so what comes late is posted into the quarter that is open, and says so; the caps are those of the deed's own quarter.
    """
    if filing.kind not in _POSTED_AS:
        return
    points, short = _worth_now(filing)
    day, memo = filing.occurred_on, f"{filing.name} {filing.text}"
    if late:
        day, memo = clock.local_date(at), _("补记 %(day)s %(note)s") % {"day": day.isoformat(), "note": memo}
    _add(filing, points, short, issue=issue, memo=memo.strip()[:120], day=day, at=at)


def _worth_now(filing: Filing) -> tuple[int, str]:
    """The points that the deed brings, within its caps and by how often its member and whoever stood behind it did so for each other."""
    counts = pair_worth(filing.worth, behind(filing.pk, filing.occurred_on).before, filing.occurred_on)
    points, short = granted(counts, cap_quarter=filing.cap_quarter, cap_year=filing.cap_year, had=_had(filing))
    return points, short or (Short.PAIR.value if counts < filing.worth else "")


def _had(filing: Filing) -> Had:
    """What stands of the same member and rule in the quarter and the year of the deed, without it. One statement."""
    day = filing.occurred_on
    first, following = clock.quarter_bounds(clock.quarter_of(day))
    same = Filing.objects.filter(
        member_id=filing.member_id,
        rule=filing.rule,
        occurred_on__gte=date(day.year, 1, 1),
        occurred_on__lt=date(day.year + 1, 1, 1),
        points__gt=0,
    ).exclude(pk=filing.pk)
    within = Q(occurred_on__gte=first, occurred_on__lt=following)
    sums = same.aggregate(quarter=Coalesce(Sum("points", filter=within), 0), year=Coalesce(Sum("points"), 0))
    return Had(**sums)


def _add(filing: Filing, points: int, short: str, *, issue: int, memo: str, day: date, at: datetime) -> None:
    """``points`` more on the books for the filing, from or to the member's gain account."""
    if points:
        ensure_accounts(filing.community_id, member_ids=[filing.member_id], at=at)
        gain = Account.objects.values_list("pk", flat=True).get(member_id=filing.member_id, kind=AccountKind.GAIN)
        debit, credit = (gain, issue) if filing.kind == RuleKind.DEDUCT else (issue, gain)
        key = f"deed:{filing.pk}:{FilingPosting.objects.filter(filing=filing).count() + 1}"
        given: dict[str, Any] = {"points": points, "key": key, "rule": filing.rule, "memo": memo, "occurred_on": day, "at": at}
        kind = _POSTED_AS[RuleKind(filing.kind)]
        try:
            made = post(filing.community_id, kind, debit_id=debit, credit_id=credit, **given)
        except IntegrityError as closed:  # published since we looked
            raise WrongState(closed_for(clock.quarter_of(day))) from closed
        FilingPosting.objects.create(filing=filing, posting=made)
    filing.points, filing.short = filing.points + points, short or (Short.ACTIVITY.value if filing.worth < filing.asked else "")
    Filing.objects.filter(pk=filing.pk).update(points=filing.points, short=filing.short)


@in_action
def settle_deed(posting: Posting, approve: bool, *, reason: str, at: datetime) -> None:
    """A second person has decided on the correction of a deed's posting.

    Approved: every posting of the deed is mirrored, whether it was the first or made good a cap, and other deeds get what a cap had
    held back. Sent back: a deed that the member had denied counts again.
    """
    issue = hold(posting.community_id, at=at)
    filing = Filing.objects.get(postings__posting=posting)
    if not approve:
        frozen = Filing.objects.filter(pk=filing.pk, state=FilingState.DENIED)
        if frozen.update(state=FilingState.POSTED):
            _make_good(filing, issue=issue, at=at)
        return
    if not Filing.objects.filter(pk=filing.pk, state__in=STANDING).update(state=FilingState.REVERSED, points=0, reason=reason):
        raise WrongState(_("这一笔已经冲销过。"))
    for standing in Posting.objects.filter(filing_of__filing=filing, reversed_by=None).order_by("pk"):
        mirror(standing, key=f"reverse:{standing.pk}", memo=reason[:120], at=at)
    _make_good(filing, issue=issue, at=at)


@in_action
def free(filing: Filing, *, at: datetime) -> None:
    """A deed that had been approved without points is sent back: others may move up."""
    _make_good(filing, issue=hold(filing.community_id, at=at), at=at)


def _make_good(freed: Filing, *, issue: int, at: datetime) -> None:
    """Post what a cap had held back of the member's other deeds under the rule, and what the number of a pair had of that pair's other
    deeds, in the order in which they were approved.

    These are new postings of today that name their deed: what was posted, and a quarter that is closed, stay as they are.
    """
    if freed.kind != RuleKind.GAIN:
        return
    year = freed.occurred_on.year
    under = Q(member_id=freed.member_id, rule=freed.rule, occurred_on__year=year)
    pair = Q(pk__in=of_the_pair(behind(freed.pk, freed.occurred_on)))
    short_ones = Filing.objects.filter(under | pair, state=FilingState.POSTED, points__lt=F("worth"))
    for filing in short_ones.order_by("decided_at", "pk"):
        points, short = _worth_now(filing)
        if points > filing.points:
            memo = _("%(name)s，补记 %(day)s 封顶少记的分") % {"name": filing.name, "day": filing.occurred_on.isoformat()}
            _add(filing, points - filing.points, short, issue=issue, memo=memo[:120], day=clock.local_date(at), at=at)
