"""Help that turns out not to be true: its points are taken back, and what the number of a pair had held back is made good.

How much a pair's help counts depends on how often it was before. So everything here first holds the one who asked, as a confirmation
does: of two that concern the same two people one waits.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.bank.actions.posting import issue_account, mirror, post
from zengyi.bank.models import Account, Help, Posting
from zengyi.bank.rules import AccountKind, PostingKind, Short, credit
from zengyi.core import clock
from zengyi.core.errors import WrongState
from zengyi.core.steps import in_action
from zengyi.people import actions as people


@in_action
def take_back(posting: Posting, *, reason: str, at: datetime) -> None:
    """A second person has agreed that a helper's points for a difficulty are taken back.

    Every posting is mirrored that brought them, the first and what was made good. The difficulty is open again for all that their share was
    worth. Where nobody is left who got points for it, those who helped for none are taken back with it. The pair's later help moves up.
    """
    if Posting.objects.filter(reverses_id=posting.pk).exists():  # with another posting of the same help
        raise WrongState(_("这一笔已经冲销过。"))
    standing = Help.objects.filter(account_id=posting.debit_id, reversed_at=None)
    asker_id = standing.values_list("asker_id", flat=True).first()
    if asker_id is None:  # from before help was written down
        mirror(posting, key=f"reverse:{posting.pk}", memo=reason[:120], at=at)
        return
    people.hold_person(asker_id)
    holder = Account.objects.get(pk=posting.credit_id)
    every = list(standing.order_by("pk"))
    freed = [one for one in every if (one.member_id, one.organisation_id) == (holder.member_id, holder.organisation_id)]
    if not any(one.points for one in every if one not in freed):
        freed = every
    brought = Posting.objects.filter(debit_id=posting.debit_id, credit_id=holder.pk, kind=PostingKind.CONFIRM, reversed_by=None)
    for posted in brought.order_by("pk"):
        mirror(posted, key=f"reverse:{posted.pk}", memo=reason[:120], at=at)
    Help.objects.filter(pk__in=[one.pk for one in freed]).update(points=0, reversed_at=at)
    held_back = sum(one.worth - one.points for one in freed)
    _raise(posting.debit_id, posting.community_id, held_back, key=f"open:{posting.pk}", memo=posting.memo, at=at)
    for one in freed:
        _make_good(one, at=at)


def _raise(account_id: int, community_id: int, points: int, *, key: str, memo: str, at: datetime) -> None:
    """So many more points of a difficulty stand in the books."""
    if points:
        issue = issue_account(community_id, at=at)
        day = clock.local_date(at)
        given = {"debit_id": issue, "credit_id": account_id, "points": points, "key": key, "memo": memo, "occurred_on": day}
        post(community_id, PostingKind.TRIAGE, rule="", at=at, **given)  # type: ignore[arg-type]


def _make_good(freed: Help, *, at: datetime) -> None:
    """Post what the number of a pair's help had held back, in the order in which it was confirmed.

    These are new postings of today that name their order: what was posted, and a quarter that is closed, stay as they are.
    """
    first, following = clock.quarter_bounds(clock.quarter_of(freed.occurred_on))
    helper: dict[str, Any] = {"member_id": freed.member_id, "organisation_id": freed.organisation_id}
    same = Help.objects.filter(
        asker_id=freed.asker_id,
        **helper,
        occurred_on__gte=first,
        occurred_on__lt=following,
        reversed_at=None,
    ).select_related("account")
    gain = Account.objects.filter(kind=AccountKind.GAIN, **helper)
    for before, one in enumerate(same.order_by("confirmed_at", "pk")):
        counts = credit(one.worth, before, one.occurred_on)
        if counts <= one.points:
            continue
        more = counts - one.points
        memo = _("%(number)s，补记 %(day)s 少记的分") % {"number": one.account.label, "day": one.occurred_on.isoformat()}
        key = f"help:{one.pk}:{counts}"
        _raise(one.account_id, one.community_id, more, key=f"{key}:open", memo=memo, at=at)
        credit_id = gain.filter(community_id=one.community_id).values_list("pk", flat=True).get()
        post(
            one.community_id,
            PostingKind.CONFIRM,
            debit_id=one.account_id,
            credit_id=credit_id,
            points=more,
            key=key,
            rule="",
            memo=memo,
            occurred_on=clock.local_date(at),
            at=at,
        )
        Help.objects.filter(pk=one.pk).update(points=counts, short="" if counts == one.worth else Short.PAIR)
