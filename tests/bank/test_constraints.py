"""The bank's tables refuse impossible rows, whoever writes to them."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.bank.roll import posted, proposed
from tests.cast import Cast
from zengyi.bank.models import Account, Correction, Posting, RollCall, RollCallEntry
from zengyi.core import sql


@pytest.fixture
def books(cast: Cast) -> Cast:
    """A triaged order and a posted roll-call."""
    cast.triaged("resident")
    posted(cast, {"member": "PRESENT"})
    return cast


def breaks(name: str, write: Any) -> None:
    """The write is refused, by the constraint of that name."""
    with pytest.raises(IntegrityError) as seen, transaction.atomic():
        write()
    # For a unique constraint SQLite's error names the columns, not the constraint.
    assert name in str(seen.value) or "UNIQUE" in str(seen.value), seen.value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("account_holder", {"kind": "BASE"}),
        ("account_holder", {"kind": "BASE", "organisation": "unit"}),
        ("account_holder", {"kind": "GAIN"}),
        ("account_holder", {"kind": "GAIN", "member": "member2", "organisation": "unit"}),
        ("account_holder", {"kind": "DIFFICULTY", "member": "member2"}),
        ("account_holder", {"kind": "ISSUE", "organisation": "unit"}),
        ("difficulty_not_below_zero", {"kind": "DIFFICULTY", "balance": -1}),
        ("issue_keeps_no_balance", {"kind": "ISSUE", "balance": 1, "community": "elsewhere"}),
        ("one_account_per_member", {"kind": "BASE", "member": "member"}),
        ("one_issue_account", {"kind": "ISSUE"}),
    ],
)
def test_accounts(books: Cast, at: datetime, name: str, given: dict[str, Any]) -> None:
    real = {"member": books.members.get, "organisation": lambda _name: books.unit, "community": lambda _name: books.elsewhere}
    row = {field: real[field](value) if field in real else value for field, value in given.items()}  # type: ignore[operator]
    breaks(name, lambda: Account.objects.create(**{"community": books.community, "opened_at": at, **row}))


def test_one_account_a_unit_and_community(books: Cast, at: datetime) -> None:
    row = {"kind": "GAIN", "organisation": books.unit, "opened_at": at}
    Account.objects.create(community=books.community, **row)
    Account.objects.create(community=books.elsewhere, **row)
    breaks("one_account_per_unit", lambda: Account.objects.create(community=books.community, **row))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("points_above_zero", {"points": 0}),
        ("two_different_accounts", {"credit": "debit"}),
        ("reversal_paired", {"kind": "REVERSAL"}),
        ("reversal_paired", {"reverses": "first"}),
        ("key", {"key": "first"}),
        ("reversal_paired", {"kind": "REVERSAL", "reverses": "first"}),
        ("reversal_paired", {"reversed_kind": "TRIAGE"}),
        ("reverses", {"kind": "REVERSAL", "reverses": "mirrored", "reversed_kind": "TRIAGE"}),
    ],
)
def test_postings(books: Cast, at: datetime, name: str, change: dict[str, Any]) -> None:
    first = Posting.objects.get(kind="TRIAGE")
    given: dict[str, Any] = {
        "community": books.community,
        "kind": "TRIAGE",
        "debit_id": first.debit_id,
        "credit_id": first.credit_id,
        "points": 1,
        "key": "another",
        "occurred_on": at.date(),
        "posted_at": at,
    }
    if "reverses" in change:
        change = {**change, "reverses": first}
        if name == "reverses":
            Posting.objects.create(**{**given, "kind": "REVERSAL", "reverses": first, "reversed_kind": first.kind, "key": "mirror"})
    if change.get("credit") == "debit":
        change = {"credit_id": first.debit_id}
    if change.get("key") == "first":
        change = {"key": first.key}
    breaks(name, lambda: Posting.objects.create(**{**given, **change}))


def test_a_posting_is_neither_changed_nor_removed_nor_replaced(books: Cast) -> None:
    """Neither by UPDATE, DELETE, REPLACE nor TRUNCATE; for events tests/core tries the same."""
    assert sql.unguarded("bank_posting", "core_event") == []
    before = list(Posting.objects.order_by("pk").values_list())
    connection.check_constraints()  # PostgreSQL refuses TRUNCATE while deferred foreign keys are unchecked
    replace = (
        ["INSERT INTO bank_posting SELECT * FROM bank_posting ON CONFLICT (id) DO UPDATE SET points = 99", "TRUNCATE bank_posting CASCADE"]
        if connection.vendor == "postgresql"
        else ["REPLACE INTO bank_posting SELECT * FROM bank_posting", "UPDATE OR REPLACE bank_posting SET points = 99"]
    )
    for statement in (
        "UPDATE bank_posting SET points = points + 1",
        "UPDATE bank_posting SET memo = ''",
        "DELETE FROM bank_posting",
        *replace,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    posting = Posting.objects.earliest("pk")
    posting.points = 99
    for change in (posting.save, posting.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert list(Posting.objects.order_by("pk").values_list()) == before


def test_roll_calls(books: Cast, at: datetime) -> None:
    waiting = proposed(books, {"member": "PRESENT"}, rule="B03")
    same = {"branch": books.branch, "rule": "B03", "held_on": waiting.held_on, "community": books.community}
    by = {"proposed_by": books.users["worker"], "proposed_at": at}
    breaks("one_roll_call_per_meeting", lambda: RollCall.objects.create(**same, **by))
    rows = RollCall.objects.filter(pk=waiting.pk)
    breaks("roll_call_second_person", lambda: rows.update(decided_by=books.users["worker"], decided_at=at))
    breaks("roll_call_decision_paired", lambda: rows.update(decided_by=books.users["secretary"]))
    breaks("roll_call_decision_paired", lambda: rows.update(decided_at=at))
    member = books.members["member"]
    breaks("one_mark_per_member", lambda: RollCallEntry.objects.create(roll_call=waiting, member=member, mark="LEAVE"))
    rows.update(state="REJECTED", decided_by=books.users["secretary"], decided_at=at)
    RollCall.objects.create(**same, **by)


def test_corrections(books: Cast, at: datetime) -> None:
    posting = Posting.objects.get(kind="BASE")
    given = {"posting": posting, "community": books.community, "reason": "记错了", "proposed_at": at}
    first = Correction.objects.create(**given, proposed_by=books.users["worker"])
    breaks("one_open_correction", lambda: Correction.objects.create(**given, proposed_by=books.users["worker2"]))
    rows = Correction.objects.filter(pk=first.pk)
    breaks("correction_second_person", lambda: rows.update(decided_by=books.users["worker"], decided_at=at))
    breaks("correction_decision_paired", lambda: rows.update(decided_by=books.users["secretary"]))
    rows.update(state="REJECTED", decided_by=books.users["secretary"], decided_at=at)
    Correction.objects.create(**given, proposed_by=books.users["worker2"])
