"""Rows are read together with the row they belong to, in the same way on both databases."""

from typing import Any

import pytest
from django.db.models import BinaryField, Case, OuterRef, Value, When

from tests.core.steps_for_tests import AT, count_one
from zengyi.core import sealing
from zengyi.core.models import Event, Seal, SealedEvent
from zengyi.core.rows import Hex, Rows, moment_of, octets, structure

pytestmark = pytest.mark.django_db(transaction=True)


def read(**where: Any) -> Any:
    leaves = SealedEvent.objects.filter(seal=OuterRef("pk"), **where)
    return (
        Seal.objects.annotate(hanging=Rows(leaves, event="event_id", at="event__at", after="event__after", user="event__user_id"))
        .get()
        .hanging
    )


def test_rows_with_moments_and_structures(sql: Any) -> None:
    for number in range(3):
        count_one(number)
    sealing.seal(AT)
    read()  # Django asks the database once what it can do
    with sql() as seen:
        found = read()
    assert len(seen) == 1
    rows = sorted(found, key=lambda row: int(row["event"]))
    events = list(Event.objects.order_by("pk"))
    assert [row["event"] for row in rows] == [event.pk for event in events]
    assert [moment_of(row["at"]) for row in rows] == [event.at for event in events]
    assert [structure(row["after"]) for row in rows] == [{"n": number} for number in range(3)]
    assert [row["user"] for row in rows] == [None] * 3


def test_no_rows_are_nothing() -> None:
    count_one()
    sealing.seal(AT)
    assert not read(position=99)


@pytest.mark.parametrize("row_hash", [None, b"", bytes(range(256))])
def test_bytes_come_as_text(row_hash: bytes | None) -> None:
    """Empty bytes come back as ``None``. That does no harm: a hash is never empty."""
    count_one()
    sealing.seal(AT)
    known = {"event_id__lt": 0} if row_hash is None else {"event_id__gt": 0}
    given = Case(When(**known, then=Value(row_hash or b"", output_field=BinaryField())), output_field=BinaryField())
    leaves = SealedEvent.objects.filter(seal=OuterRef("pk"))
    found: Any = Seal.objects.annotate(hanging=Rows(leaves, given=Hex(given))).get()
    assert [octets(row["given"]) for row in found.hanging] == [row_hash or None]
