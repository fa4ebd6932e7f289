"""The chain of seals shows every later change, and seals events whenever they become visible."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from tests.core.steps_for_tests import AT, Someone, count_one
from zengyi.core import audit, sealing, verifying
from zengyi.core.models import Event, Seal, SealedEvent
from zengyi.core.sealing import leaf_hash, merkle_root
from zengyi.core.steps import action

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_sealer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_memory", sealing._Memory())


@contextmanager
def guards_off() -> Iterator[Any]:
    """Switch off the triggers, as somebody with full access to the database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield cursor
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'refuse_%'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield cursor
        for _, text in triggers:
            cursor.execute(text)
        cursor.execute("PRAGMA foreign_keys=ON")


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root_by_the_book(leaves[:k]) + root_by_the_book(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_roots_are_those_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle_root([leaf_hash(leaf) for leaf in leaves]) == root_by_the_book(leaves)


def test_the_known_vectors() -> None:
    """From Certificate Transparency's reference tests."""
    leaves = [b"", b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, root in roots.items():
        assert merkle_root([leaf_hash(leaf) for leaf in leaves[:size]]).hex() == root


def test_seals_chain_and_verify() -> None:
    for round_ in range(3):
        for number in range(round_ + 1):
            count_one(number)
        assert sealing.seal(AT + timedelta(seconds=round_)) == round_ + 1
    assert sealing.seal(AT) == 0
    report = verifying.verify()
    assert report.ok, report.problems
    assert (report.seals, report.events, report.unsealed) == (3, 6, 0)
    assert report.newest == bytes(Seal.objects.latest("id").digest).hex()


def test_an_empty_trail_is_fine() -> None:
    assert sealing.seal(AT) == 0
    report = verifying.verify()
    assert (report.ok, report.seals, report.newest) == (True, 0, "")


def test_large_backlogs_are_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    for number in range(10):
        count_one(number)
    assert sealing.seal(AT) == 10
    assert [s.count for s in Seal.objects.order_by("id")] == [4, 4, 2]
    assert verifying.verify().ok


def test_a_backlog_is_searched_once_not_once_for_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each search goes on behind the batch before, and says so; the search from the beginning is over when it came to the end."""
    monkeypatch.setattr(sealing, "BATCH", 4)
    monkeypatch.setattr(sealing, "_memory", sealing._Memory())
    ids, searched, told = [count_one(number) for number in range(10)], list[int | None](), list[int]()
    search = sealing.unsealed

    def noted(after: int | None = None) -> list[sealing.Raw]:
        searched.append(after)
        return search(after)

    monkeypatch.setattr(sealing, "unsealed", noted)
    assert sealing.seal(AT, told.append) == 10
    assert searched == [None, ids[3], ids[7], ids[9]]
    assert told == [4, 8, 10]
    assert sealing._memory.thorough_at == AT


def test_an_event_that_becomes_visible_late_is_sealed_all_the_same() -> None:
    late_at = Event(verb="late", object_type="thing", object_id=1, role="system", via="test", at=AT, pk=5000)
    Event(verb="early", object_type="thing", object_id=1, role="system", via="test", at=AT, pk=6000).save(force_insert=True)
    assert sealing.seal(AT) == 1
    late_at.save(force_insert=True)
    assert sealing.seal(AT + timedelta(seconds=5)) == 1
    assert verifying.verify().ok


def test_an_event_far_behind_is_found_within_the_hour() -> None:
    Event(verb="early", object_type="thing", object_id=1, role="system", via="test", at=AT, pk=100_000).save(force_insert=True)
    sealing.seal(AT)
    Event(verb="late", object_type="thing", object_id=1, role="system", via="test", at=AT, pk=7).save(force_insert=True)
    assert sealing.seal(AT + timedelta(minutes=1)) == 0
    assert sealing.seal(AT + sealing.THOROUGH_EVERY) == 1


@pytest.mark.live
def test_a_committing_writer_and_two_sealers_at_once_lose_nothing() -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def sealer() -> None:
        try:
            while not stop.is_set():
                sealing.seal(AT)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    sealers = [threading.Thread(target=sealer) for _ in range(2)]
    for thread in sealers:
        thread.start()
    for number in range(60):
        count_one(number)
    stop.set()
    for thread in sealers:
        thread.join()
    sealing.seal(AT)
    report = verifying.verify()
    assert not errors
    assert report.ok, report.problems
    assert (report.events, report.unsealed) == (60, 0)


def test_a_clock_set_back_is_noted_and_an_old_event_copied_is_found() -> None:
    for number in range(3):
        count_one(number)
    sealing.seal(AT)
    count_one(8, at=AT - timedelta(minutes=9))  # a step may take some minutes
    sealing.seal(AT + timedelta(days=1))
    assert verifying.verify().notes == []
    back = [count_one(number, at=AT - timedelta(hours=1)) for number in (9, 10)]
    sealing.seal(AT + timedelta(days=2))
    report = verifying.verify()
    assert report.ok
    assert report.notes == [
        f"2 events from {back[0]} to {back[1]} dated before an earlier seal: the clock was set back, or a step took long"
    ]
    columns = "at, user_id, role, via, community_id, verb, object_type, object_id, before, after, reason, rows, mark"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO core_event (id, {columns}) SELECT 9999, {columns} FROM core_event WHERE object_id = 1")
    sealing.seal(AT + timedelta(days=3))
    assert "event 9999 is the copy of another event" in verifying.verify().problems


def test_a_backlog_sealed_in_one_run_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for number in range(6):
        count_one(number, at=AT - timedelta(days=100 - number))
    sealing.seal(AT)
    assert verifying.verify().notes == []


CHANGES = [
    "UPDATE core_event SET verb = 'other' WHERE object_id = 2",
    "UPDATE core_event SET after = '{\"n\": 3}' WHERE object_id = 2",
    "UPDATE core_event SET before = '{\"n\": 3}' WHERE object_id = 2",
    "UPDATE core_event SET at = '2026-11-23 02:00:01+00' WHERE object_id = 2",
    "UPDATE core_event SET role = 'admin' WHERE object_id = 2",
    "UPDATE core_event SET via = 'x' WHERE object_id = 2",
    "UPDATE core_event SET reason = 'x' WHERE object_id = 2",
    "UPDATE core_event SET object_type = 'x' WHERE object_id = 2",
    "UPDATE core_event SET object_id = 9 WHERE object_id = 2",
    "UPDATE core_event SET user_id = 9 WHERE object_id = 2",
    "UPDATE core_event SET community_id = 9 WHERE object_id = 2",
    "UPDATE core_event SET id = 900 WHERE object_id = 2",
    "DELETE FROM core_event WHERE object_id = 2",
    "DELETE FROM core_sealedevent WHERE position = 1",
    "UPDATE core_sealedevent SET position = 9 WHERE position = 0",
    "UPDATE core_seal SET count = 9 WHERE id = (SELECT min(id) FROM core_seal)",
    "UPDATE core_seal SET at = '2026-11-23 02:00:01+00' WHERE id = (SELECT min(id) FROM core_seal)",
    "UPDATE core_seal SET root = digest WHERE id = (SELECT min(id) FROM core_seal)",
    "UPDATE core_seal SET digest = root WHERE id = (SELECT min(id) FROM core_seal)",
    "UPDATE core_seal SET previous = root WHERE id = (SELECT max(id) FROM core_seal)",
    "DELETE FROM core_sealedevent WHERE seal_id = (SELECT min(id) FROM core_seal)",
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_behind_the_guards_is_seen(change: str) -> None:
    for number in range(1, 4):
        count_one(number)
    sealing.seal(AT)
    count_one(5)
    sealing.seal(AT)
    assert verifying.verify().ok
    with guards_off() as cursor:
        cursor.execute(change)
        assert cursor.rowcount
    report = verifying.verify()
    assert not report.ok
    assert not [p for p in report.problems if "trigger" in p]


def test_a_seal_taken_out_of_the_middle_is_seen() -> None:
    for number in range(3):
        count_one(number)
        sealing.seal(AT)
    middle = Seal.objects.order_by("id")[1]
    with guards_off() as cursor:
        cursor.execute("DELETE FROM core_sealedevent WHERE seal_id = %s", [middle.pk])
        cursor.execute("DELETE FROM core_seal WHERE id = %s", [middle.pk])
    report = verifying.verify()
    assert any("does not follow" in problem for problem in report.problems)


def test_the_chain_cannot_fork() -> None:
    from django.db import IntegrityError

    first, second = count_one(1), count_one(2)
    sealing._write([(first, leaf_hash(b"1"))], AT)
    one = Seal.objects.get()
    with pytest.raises(IntegrityError):
        Seal.objects.create(at=AT, count=0, root=b"", previous=one.previous, digest=b"")
    with pytest.raises(IntegrityError):
        sealing._write([(first, leaf_hash(b"1")), (second, leaf_hash(b"2"))], AT)
    assert SealedEvent.objects.count() == 1


def test_odd_values_seal_and_verify() -> None:
    @action
    def odd() -> None:
        after = {"桥": ["é", 1.5, None, True, 2**53, "\u2028", "\U0001f600"], "a": {"c": 1, "b": 2}}
        audit.record("odd", "thing", 2**63 - 1, by=Someone(), at=AT, community_id=None, after=after, reason="破损\n")

    odd()
    sealing.seal(AT)
    assert verifying.verify().ok
