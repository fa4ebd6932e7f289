"""Points that move with an order: recognised at triage, moved to whoever helped at confirmation, withdrawn when it ends otherwise."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Case, F, Q, Value, When

from zengyi.bank.models import Account, Posting
from zengyi.bank.rules import AccountKind, PostingKind, Share
from zengyi.core import clock
from zengyi.core.steps import in_action


class LedgerError(RuntimeError):
    """The ledger was asked for something that never holds, such as more points than a difficulty has."""


@in_action
def open_difficulty(community_id: int, label: str, points: int, *, key: str, memo: str, at: datetime) -> int:
    """Open an order's difficulty account with ``points`` issued by the community; returns the account's id.

    ``label`` is the order's number. ``key`` names the fact, so that it cannot be posted twice.
    """
    account = Account.objects.create(kind=AccountKind.DIFFICULTY, community_id=community_id, label=label, balance=points, opened_at=at)
    Posting.objects.create(
        community_id=community_id,
        kind=PostingKind.TRIAGE,
        debit_id=issue_account(community_id, at=at),
        credit_id=account.pk,
        points=points,
        key=key,
        memo=memo,
        occurred_on=clock.local_date(at),
        posted_at=at,
    )
    return account.pk


@in_action
def withdraw_difficulty(account_id: int, *, key: str, memo: str, at: datetime) -> None:
    """Mirror the posting that opened a difficulty, so that nothing is open on the account any more."""
    opened = Posting.objects.filter(credit_id=account_id, kind=PostingKind.TRIAGE, reversed_by=None).get()
    mirror(opened, key=key, memo=memo, at=at)


@in_action
def mirror(posting: Posting, *, key: str, memo: str, at: datetime) -> Posting:
    """Post the exact mirror of ``posting`` today, with a reference to it. The unique reference refuses a second one."""
    reversal = Posting.objects.create(
        community_id=posting.community_id,
        kind=PostingKind.REVERSAL,
        debit_id=posting.credit_id,
        credit_id=posting.debit_id,
        points=posting.points,
        key=key,
        rule=posting.rule,
        memo=memo,
        occurred_on=clock.local_date(at),
        posted_at=at,
        reverses=posting,
    )
    _move({posting.credit_id: -posting.points, posting.debit_id: posting.points})
    return reversal


@in_action
def post_confirmation(account_id: int, shares: Sequence[Share], *, key: str, memo: str, occurred_on: date, at: datetime) -> None:
    """Move a difficulty's points to the gain accounts of whoever helped, in three statements however many they are.

    ``account_id`` is the order's difficulty account. Raises :class:`LedgerError` when the shares are more than is open there.
    """
    shares = [share for share in shares if share.points > 0]
    if not shares:
        return
    difficulty, gains = _difficulty_and_gains(account_id, shares)
    if missing := [share for share in shares if _holder(share) not in gains]:
        _open_gains(difficulty.community_id, missing, at=at)
        difficulty, gains = _difficulty_and_gains(account_id, shares)
    moved: dict[int, int] = {difficulty.pk: 0}
    postings = []
    for place, share in enumerate(shares, 1):
        credit = gains[_holder(share)]
        moved[difficulty.pk] -= share.points
        moved[credit] = moved.get(credit, 0) + share.points
        postings.append(
            Posting(
                community_id=difficulty.community_id,
                kind=PostingKind.CONFIRM,
                debit_id=difficulty.pk,
                credit_id=credit,
                points=share.points,
                key=f"{key}:{place}",
                memo=memo,
                occurred_on=occurred_on,
                posted_at=at,
            )
        )
    Posting.objects.bulk_create(postings)
    _move(moved)


@in_action
def ensure_accounts(community_id: int, *, member_ids: Iterable[int] = (), organisation_ids: Iterable[int] = (), at: datetime) -> None:
    """Open what is missing: base and gain for members, gain for organisations. Safe to run at the same time elsewhere."""
    wanted = [
        Account(kind=kind, community_id=community_id, member_id=member_id, opened_at=at)
        for member_id in member_ids
        for kind in (AccountKind.BASE, AccountKind.GAIN)
    ]
    wanted += [
        Account(kind=AccountKind.GAIN, community_id=community_id, organisation_id=organisation_id, opened_at=at)
        for organisation_id in organisation_ids
    ]
    Account.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=500)


def issue_account(community_id: int, *, at: datetime) -> int:
    """The id of the community's ISSUE account, opened when it is missing."""
    found = Account.objects.filter(community_id=community_id, kind=AccountKind.ISSUE).values_list("pk", flat=True)
    for pk in found:
        return pk
    Account.objects.bulk_create([Account(kind=AccountKind.ISSUE, community_id=community_id, opened_at=at)], ignore_conflicts=True)
    return found.get()


def _holder(share: Share) -> tuple[int | None, int | None]:
    return share.member_id, share.organisation_id


def _difficulty_and_gains(account_id: int, shares: Sequence[Share]) -> tuple[Account, dict[tuple[int | None, int | None], int]]:
    own = Account.objects.filter(pk=account_id, kind=AccountKind.DIFFICULTY).values("community_id")
    rows = Account.objects.filter(
        Q(pk=account_id)
        | Q(kind=AccountKind.GAIN, member_id__in=[s.member_id for s in shares if s.member_id])
        | Q(kind=AccountKind.GAIN, organisation_id__in=[s.organisation_id for s in shares if s.organisation_id], community_id__in=own)
    )
    difficulty, gains = None, {}
    for account in rows:
        if account.pk == account_id:
            difficulty = account
        else:
            gains[(account.member_id, account.organisation_id)] = account.pk
    if difficulty is None:
        raise LedgerError(f"account {account_id} is no difficulty account")
    return difficulty, gains


def _open_gains(community_id: int, shares: Sequence[Share], *, at: datetime) -> None:
    ensure_accounts(
        community_id,
        member_ids=[s.member_id for s in shares if s.member_id],
        organisation_ids=[s.organisation_id for s in shares if s.organisation_id],
        at=at,
    )


def _move(points: dict[int, int]) -> None:
    """Change kept balances, in one statement. ISSUE accounts keep none; a difficulty never falls below zero."""
    amount = Case(*(When(pk=pk, then=Value(change)) for pk, change in points.items()))
    rows = Account.objects.filter(pk__in=points).exclude(kind=AccountKind.ISSUE)
    taken = [Q(pk=pk, balance__lt=-change) for pk, change in points.items() if change < 0]
    short = Q(kind=AccountKind.DIFFICULTY) & reduce(or_, taken)
    changed = rows.exclude(short).update(balance=F("balance") + amount)
    issues = Account.objects.filter(pk__in=points, kind=AccountKind.ISSUE).count() if changed != len(points) else 0
    if changed + issues != len(points):
        raise LedgerError("more points were to be moved than the difficulty has")
