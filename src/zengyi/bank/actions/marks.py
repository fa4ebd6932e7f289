"""A roll-call's mark that turns out not to be true: its points are taken back, and the year's cap has room again for other meetings.

As with deeds, what a cap had held back is made good in new postings of today; whoever looks at a cap first holds the community's books.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from zengyi.bank.actions.posting import hold, mirror, post
from zengyi.bank.models import Posting, RollCallEntry
from zengyi.bank.queries import rulebook
from zengyi.bank.rules import MarkNote, PostingKind, ProposalState
from zengyi.core import clock
from zengyi.core.errors import WrongState
from zengyi.core.steps import in_action

#: What the keys of a mark's postings begin with: ``roll:<roll-call>:<member>``, and ``:2`` and so on for what made good a cap.
KEY = "roll"


@in_action
def take_back_mark(posting: Posting, *, reason: str, at: datetime) -> None:
    """A second person has agreed that somebody was not there: every posting of that mark is mirrored, and later meetings move up."""
    issue = hold(posting.community_id, at=at)
    if Posting.objects.filter(reverses_id=posting.pk).exists():  # with another posting of the same mark
        raise WrongState(_("这一笔已经冲销过。"))
    freed = _mark_of(posting)
    standing = [posting] if freed is None else _standing(freed, posting.credit_id)
    for one in standing:
        mirror(one, key=f"reverse:{one.pk}", memo=reason[:120], at=at)
    if freed is not None:
        RollCallEntry.objects.filter(pk=freed.pk).update(points=0, note=MarkNote.REVERSED)
        _make_good(freed, credit_id=posting.credit_id, issue=issue, at=at)


def _mark_of(posting: Posting) -> RollCallEntry | None:
    """The mark that a posting is of, told by its key."""
    kind, *ids = posting.key.split(":")
    if kind != KEY or len(ids) < 2:
        return None
    return RollCallEntry.objects.select_related("roll_call").filter(roll_call_id=int(ids[0]), member_id=int(ids[1])).first()


def _standing(mark: RollCallEntry, credit_id: int) -> list[Posting]:
    """The mark's postings that are not reversed, the first one first: looked up by the member's account, as keys have no order."""
    key = _key(mark)
    rows = Posting.objects.filter(credit_id=credit_id, kind=PostingKind.BASE, rule=mark.roll_call.rule, reversed_by=None)
    return [one for one in rows.order_by("pk") if one.key == key or one.key.startswith(f"{key}:")]


def _make_good(freed: RollCallEntry, *, credit_id: int, issue: int, at: datetime) -> None:
    """Post what the year's cap had held back of the member's other meetings under the rule, in the order in which they were decided."""
    year, code = freed.roll_call.held_on.year, freed.roll_call.rule
    rows = RollCallEntry.objects.filter(
        member_id=freed.member_id,
        roll_call__rule=code,
        roll_call__state=ProposalState.POSTED,
        roll_call__held_on__range=(date(year, 1, 1), date(year, 12, 31)),
    )
    marks = list(rows.select_related("roll_call").order_by("roll_call__decided_at", "pk"))
    capped = [mark for mark in marks if mark.note == MarkNote.CAPPED]
    if not capped:
        return
    # Marks that were reversed before that was noted still have their points.
    gone = Posting.objects.filter(key__in=[_key(mark) for mark in marks], reversed_by__isnull=False)
    reversed_keys = set(gone.values_list("key", flat=True))
    had = sum(mark.points for mark in marks if _key(mark) not in reversed_keys)
    book = rulebook(freed.roll_call.community_id)
    for mark in capped:
        rule = book.in_force(code, mark.roll_call.held_on)
        if rule is None or rule.cap_year is None:
            continue
        more = min(rule.points - mark.points, rule.cap_year - had)
        if more <= 0:
            continue
        had += more
        full = mark.points + more == rule.points
        place = len(_standing(mark, credit_id)) + 1
        memo = _("%(name)s，补记 %(day)s 封顶少记的分") % {"name": rule.name, "day": mark.roll_call.held_on.isoformat()}
        post(
            freed.roll_call.community_id,
            PostingKind.BASE,
            debit_id=issue,
            credit_id=credit_id,
            points=more,
            key=_key(mark) if place == 1 else f"{_key(mark)}:{place}",
            rule=code,
            memo=memo[:120],
            occurred_on=clock.local_date(at),
            at=at,
        )
        RollCallEntry.objects.filter(pk=mark.pk).update(points=mark.points + more, note="" if full else MarkNote.CAPPED)


def _key(mark: RollCallEntry) -> str:
    """The key of a mark's first posting."""
    return f"{KEY}:{mark.roll_call_id}:{mark.member_id}"
