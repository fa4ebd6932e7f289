"""How SQLite writes rows for the trail's check: to the letter as the trigger's function does, however strangely a value is stored."""

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import AT, Cast
from tests.core.sqlite_rows import put, slowly
from zengyi.core import audit, comparing, tracking
from zengyi.core.comparing import present
from zengyi.orders.models import Order

ORDERS = "orders_order"

#: Values that only an edit past the program leaves: other types, odd moments, a NUL.
ODD = [
    ("title", "CAST(title AS BLOB)"),
    ("title", "title || char(0) || '后面还有'"),
    ("title", "''"),
    ("title", "x'00ff'"),
    ("difficulty", "2.5"),
    ("difficulty", "'三'"),
    ("private", "7"),
    ("placed_at", "placed_at || '+00:00'"),
    ("placed_at", "replace(placed_at, ' ', 'T')"),
    ("placed_at", "substr(placed_at, 1, 19)"),
    ("placed_at", "substr(placed_at, 1, 19) || '.5'"),
    ("placed_at", "substr(placed_at, 1, 19) || '.000005'"),
    ("placed_at", "CAST(placed_at AS BLOB)"),
    ("placed_at", "0"),
    ("placed_at", "'不知道'"),
    ("due_at", "'2026-11-26 08:00'"),
]


@pytest.mark.databases("sqlite")
def test_every_table_is_written_to_the_letter(cast: Cast) -> None:
    cast.delivered()
    filled = [name for name in tracking.tables() if slowly(name)]
    assert {ORDERS, "orders_claim", "people_person", "people_member", "bank_posting"} <= set(filled)
    for name in filled:
        assert dict(present(tracking.tables()[name])) == slowly(name), name


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("column", "value"), ODD)
def test_an_odd_value_is_written_as_before_and_is_never_taken_for_another(cast: Cast, column: str, value: str) -> None:
    orders = [cast.triaged("resident", title=f"第 {number} 件") for number in range(3)]
    before, same = dict(present(tracking.tables()[ORDERS])), "substr(placed_at, 1, 19)"
    put(ORDERS, column, value, orders[1].pk)
    after = dict(present(tracking.tables()[ORDERS]))
    assert after == slowly(ORDERS)
    changed = {key for key in after if after[key] != before[key]}
    # The same moment, written in another of the ways that count as one.
    assert changed == (set() if value in (same, "placed_at || '+00:00'", "replace(placed_at, ' ', 'T')") else {str(orders[1].pk)})


@pytest.mark.databases("sqlite")
def test_more_odd_rows_than_are_read_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        cast.triaged("resident", title=f"第 {number} 件")
    Order.objects.update(title=b"blob")
    monkeypatch.setattr(comparing, "_KEYS_AT_ONCE", 3)
    monkeypatch.setattr(comparing, "_ROWS_AT_ONCE", 5)
    assert dict(present(tracking.tables()[ORDERS])) == slowly(ORDERS) and len(slowly(ORDERS)) == 7


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, st.none() | st.integers(-(2**63), 2**63 - 1), TEXT)
def test_an_events_content_is_the_json_it_always_was(one: str, number: int | None, other: str) -> None:
    import json

    said = [number, one, "web", number, other, "order", 4711, "{}", other, "", one]
    expected = json.dumps([audit.stamp(AT), *said], separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert audit.content(audit.stamp(AT), *said) == expected


@given(st.binary(max_size=300))
def test_the_mac_is_hmac(content: bytes) -> None:
    """RFC 2104, by the standard library."""
    from django.conf import settings as ours

    key: Any = hmac.digest(ours.INDEX_KEY, b"zengyi trail v1", hashlib.sha256)
    assert tracking._hmac(content) == hmac.digest(key, content, hashlib.sha256)
