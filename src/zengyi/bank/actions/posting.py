"""Points that move with an order: recognised at triage, moved to whoever helped at confirmation, withdrawn when it ends otherwise."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, When

from zengyi.bank.models import Account, Help, Posting
from zengyi.bank.rules import AccountKind, PostingKind, Share, Short
from zengyi.core import clock
from zengyi.core.steps import in_action

Holder = tuple[int | None, int | None]


class LedgerError(RuntimeError):
    """The ledger was asked for something impossible, such as more points than a difficulty has."""


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
    """Mirror what opened a difficulty, so that nothing is open on the account any more."""
    found = recognised(account_id)
    if not found:
        raise Posting.DoesNotExist(f"no difficulty stands on account {account_id}")
    for place, opened in enumerate(found):
        mirror(opened, key=f"{key}:{place}" if place else key, memo=memo, at=at)


def recognised(account_id: int) -> list[Posting]:
    """The postings by which a difficulty stands in the books, the oldest first; more than one after a correction."""
    return list(Posting.objects.filter(credit_id=account_id, kind=PostingKind.TRIAGE, reversed_by=None).order_by("pk"))


@in_action
def post(
    community_id: int,
    kind: PostingKind,
    *,
    debit_id: int,
    credit_id: int,
    points: int,
    key: str,
    rule: str,
    memo: str,
    occurred_on: date,
    at: datetime,
) -> Posting:
    """Move points from one account to another. ISSUE accounts keep no balance. ``key`` names the fact, so that it is posted once."""
    made = Posting.objects.create(
        community_id=community_id,
        kind=kind,
        debit_id=debit_id,
        credit_id=credit_id,
        points=points,
        key=key,
        rule=rule,
        memo=memo,
        occurred_on=occurred_on,
        posted_at=at,
    )
    for pk, change in ((debit_id, -points), (credit_id, points)):
        Account.objects.filter(pk=pk).exclude(kind=AccountKind.ISSUE).update(balance=F("balance") + change)
    return made


@in_action
def mirror(posting: Posting, *, key: str, memo: str, at: datetime) -> Posting:
    """Post the exact mirror of ``posting`` today, with a reference to it. The unique reference refuses a second one.

    Raises :class:`LedgerError` when a difficulty no longer has the points. ISSUE accounts keep no balance.
    """
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
        reversed_kind=posting.kind,
    )
    enough = Account.objects.filter(pk=posting.credit_id).exclude(kind=AccountKind.DIFFICULTY, balance__lt=posting.points)
    kept = Case(When(kind=AccountKind.ISSUE, then=F("balance")), default=F("balance") - posting.points)
    if not enough.update(balance=kept):
        raise LedgerError(f"account {posting.credit_id} has less than {posting.points} points")
    Account.objects.filter(pk=posting.debit_id).exclude(kind=AccountKind.ISSUE).update(balance=F("balance") + posting.points)
    return reversal


@in_action
def post_confirmation(
    account_id: int, shares: Sequence[Share], *, asker_id: int, key: str, memo: str, occurred_on: date, at: datetime
) -> None:
    """Move a difficulty's points to the gain accounts of whoever helped, in a few statements however many they are.

    ``account_id`` is the order's difficulty account, ``asker_id`` who had the difficulty. Points that do not count (:func:`credited`) are
    taken back from the difficulty in the books: nobody gets them, and they are no difficulty that was reduced either. Raises
    :class:`LedgerError` when the shares are more than is open there.
    """
    shares = [share for share in shares if share.points > 0]
    if not shares:
        return
    open_points, counts = sum(share.points for share in shares), sum(share.counts for share in shares)
    community_id, gains = _settle(account_id, open_points, shares)
    if missing := [share for share in shares if share.holder not in gains]:
        _open_gains(community_id, missing, at=at)
        gains |= _settle(account_id, 0, missing)[1]
    if strangers := [share for share in shares if share.holder not in gains]:
        raise LedgerError(f"no account in this book for {strangers}")
    every: dict[str, Any] = {"community_id": community_id, "memo": memo, "occurred_on": occurred_on, "posted_at": at}
    confirmed = [
        Posting(
            **every,
            kind=PostingKind.CONFIRM,
            debit_id=account_id,
            credit_id=gains[share.holder],
            points=share.counts,
            key=f"{key}:{place}",
        )
        for place, share in enumerate(shares, 1)
        if share.counts
    ]
    lowered = _lowered(account_id, counts, key=key, every=every) if counts < open_points else []
    Posting.objects.bulk_create(lowered + confirmed)
    _remember(account_id, shares, community_id=community_id, asker_id=asker_id, occurred_on=occurred_on, at=at)


def _remember(account_id: int, shares: Sequence[Share], *, community_id: int, asker_id: int, occurred_on: date, at: datetime) -> None:
    """Write down who helped whom, one row for each helper: the next time of the pair counts by it."""
    rows: dict[Holder, Help] = {}
    for share in shares:
        row = rows.setdefault(
            share.holder,
            Help(
                community_id=community_id,
                account_id=account_id,
                asker_id=asker_id,
                member_id=share.member_id,
                organisation_id=share.organisation_id,
                occurred_on=occurred_on,
                worth=0,
                points=0,
                confirmed_at=at,
            ),
        )
        row.worth, row.points = row.worth + share.points, row.points + share.counts
    for row in rows.values():
        row.short = "" if row.points == row.worth else Short.PAIR
    Help.objects.bulk_create(rows.values())


def _lowered(account_id: int, points: int, *, key: str, every: dict[str, Any]) -> list[Posting]:
    """The postings, not yet written, after which only ``points`` stand in the books for a difficulty: mirrors of what opened it, and one
    that opens it anew. The balance is not touched: what is taken back and what is confirmed leave nothing of it.
    """
    opened = recognised(account_id)
    mirrors = [
        Posting(
            **every,
            kind=PostingKind.REVERSAL,
            debit_id=account_id,
            credit_id=one.debit_id,
            points=one.points,
            key=f"{key}:less:{place}",
            reverses=one,
            reversed_kind=one.kind,
        )
        for place, one in enumerate(opened)
    ]
    if not points:
        return mirrors
    anew = Posting(**every, kind=PostingKind.TRIAGE, debit_id=opened[0].debit_id, credit_id=account_id, points=points, key=f"{key}:anew")
    return [*mirrors, anew]


@in_action
def ensure_accounts(community_id: int, *, member_ids: Iterable[int] = (), organisation_ids: Iterable[int] = (), at: datetime) -> None:
    """Open the accounts that are missing: base and gain for members, gain for organisations. Safe when others do the same at once."""
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


@in_action
def hold(community_id: int, *, at: datetime) -> int:
    """Let nobody else post under a cap in the community until the step is over; returns the id of its ISSUE account.

    Whoever depends on what was posted before first writes this row, and the next one waits for it. Triage only refers to it, and does
    not wait.
    """
    pk = issue_account(community_id, at=at)
    Account.objects.filter(pk=pk).update(balance=0)
    return pk


def _settle(account_id: int, taken: int, shares: Sequence[Share]) -> tuple[int, dict[Holder, int]]:
    """Take the points from the difficulty and add the shares to those gain accounts that exist, in one statement.

    Returns the community and the gain accounts by holder. Raises :class:`LedgerError` when the difficulty has less.
    """
    by_holder = {
        "member_id": _sums((s.member_id, s.counts) for s in shares),
        "organisation_id": _sums((s.organisation_id, s.counts) for s in shares),
    }
    added = "".join(f" WHEN {column} = %s THEN %s" for column, sums in by_holder.items() for _pk in sums)
    holders = " OR ".join(f"{column} IN ({', '.join(['%s'] * len(sums))})" for column, sums in by_holder.items() if sums)
    statement = (
        f"UPDATE bank_account SET balance = balance + CASE WHEN id = %s THEN %s{added} END "  # noqa: S608  the columns are ours
        f"WHERE (id = %s AND kind = 'DIFFICULTY' AND balance >= %s) OR (kind = 'GAIN' AND ({holders}) "
        "AND community_id = (SELECT community_id FROM bank_account WHERE id = %s)) "
        "RETURNING id, community_id, member_id, organisation_id"
    )
    pairs = [item for sums in by_holder.values() for item in sums.items()]
    values = [account_id, -taken, *(n for pair in pairs for n in pair), account_id, taken, *(pk for pk, _points in pairs), account_id]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    community_id = next((community for pk, community, _member, _unit in rows if pk == account_id), None)
    if community_id is None:
        raise LedgerError(f"account {account_id} is no difficulty with {taken} points")
    return community_id, {(member, unit): pk for pk, _community, member, unit in rows if pk != account_id}


def _sums(shares: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """Points by holder, added up: the same member may get a share as claimant and another as one whom a unit sent."""
    sums: dict[int, int] = {}
    for pk, points in shares:
        if pk is not None:
            sums[pk] = sums.get(pk, 0) + points
    return sums


def _open_gains(community_id: int, shares: Sequence[Share], *, at: datetime) -> None:
    ensure_accounts(
        community_id,
        member_ids=[s.member_id for s in shares if s.member_id],
        organisation_ids=[s.organisation_id for s in shares if s.organisation_id],
        at=at,
    )
