"""Whatever is written into the database by hand, the check names it; what steps write, it lets stand."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tests.project.edits import EDITS, LATER, World, edit, edited
from zengyi.bank import queries as bank
from zengyi.core import baseline, capture, sealing, tracking, verifying
from zengyi.core.models import Event, Kept
from zengyi.core.steps import StepError, action, durable
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people.models import Person, User


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_what_steps_have_written_is_well(world: World) -> None:
    report = verifying.verify()
    assert report.problems == []
    assert report.notes == []
    assert report.unsealed == 0
    assert report.tables == len(tracking.tables())
    assert report.rows > 100


def test_every_edit_by_hand_is_named(world: World) -> None:
    unseen = {}
    for name, (statements, expected) in EDITS.items():
        with edited(*(statement.format(**world.ids) for statement in statements)):
            problems = verifying.verify().problems
            if name.startswith("a posting"):
                assert [p for p in bank.check_ledger().problems if "balance" in p or "book" in p] == [], "the balances were not fitted"
        missing = [said for said in (each.format(**world.ids) for each in expected) if not any(said in p for p in problems)]
        if missing or not expected or any("trigger" in p for p in problems):
            unseen[name] = (missing, problems)
    assert unseen == {}
    assert verifying.verify().problems == []


def test_an_edit_names_its_own_row_and_no_other(world: World) -> None:
    with edited(f"UPDATE people_user SET password = 'x' WHERE id = {world.ids['worker']}"):
        (problem,) = verifying.verify().problems
    assert problem.startswith(f"people_user {world.ids['worker']}: is not as event ")


def test_an_edit_stays_seen_when_a_step_builds_on_it_and_when_it_is_taken_back(world: World) -> None:
    order = world.ids["claimed"]
    text = Order.objects.get(pk=order).text
    edit(f"UPDATE orders_order SET text = '别的' WHERE id = {order}")
    orders.release(order, reason="没空了", by=world.cast.actor("member2"), at=LATER)
    (problem,) = verifying.verify().problems
    assert "was changed by another way before event" in problem
    assert f"orders_order {order}:" in problem
    edit(f"UPDATE orders_order SET text = '{text}' WHERE id = {order}")
    assert len(verifying.verify().problems) == 1


def test_an_edit_behind_the_seals_is_seen_before_they_are_made(world: World) -> None:
    world.cast.place("resident")
    newest = Event.objects.latest("pk")
    with edited(f"DELETE FROM core_event WHERE id = {newest.pk}"):
        assert any("stands there, but no event made it" in p for p in verifying.verify().problems)
    with edited(f"UPDATE core_event SET reason = 'x' WHERE id = {newest.pk}"):
        assert any(f"event {newest.pk} was not written by this instance" in p for p in verifying.verify().problems)


def test_a_noted_seal_shows_what_was_cut_off_with_its_rows(world: World) -> None:
    noted = verifying.verify().newest
    for said in (noted, noted[:16], " ".join(noted[n : n + 4] for n in range(0, 64, 4)).upper()):
        report = verifying.verify(said)
        assert report.ok
        assert report.noted.startswith("seal ")
    world.cast.place("resident")
    sealing.seal(LATER)
    later = verifying.verify().newest
    assert verifying.verify(noted).ok
    last = "(SELECT max(id) FROM core_seal)"
    edit(f"DELETE FROM core_sealedevent WHERE seal_id = {last}", f"DELETE FROM core_seal WHERE id = {last}")
    sealing.seal(LATER + timedelta(hours=1))  # the end of the chain, made anew with the instance's own key
    assert verifying.verify().ok
    assert verifying.verify(noted).ok
    (problem,) = verifying.verify(later).problems
    assert "the noted seal" in problem


@pytest.mark.parametrize("noted", ["12", "x" * 64, "0123456789abcdeg"])
def test_what_is_no_seal_is_refused(world: World, noted: str) -> None:
    with pytest.raises(ValueError, match="16 to 64 digits"):
        verifying.verify(noted)


def test_what_is_taken_over_stays_in_the_trail(world: World) -> None:
    ids = world.ids
    made = (
        "INSERT INTO people_grant (id, user_id, role, place_id, starts_at)"
        f" SELECT 999999, {ids['resident']}, 'secretary', place_id, starts_at FROM people_grant WHERE id = {ids['grant']}"
    )
    changed = f"UPDATE orders_order SET text = '别的' WHERE id = {ids['claimed']}"
    edit(made, changed, f"DELETE FROM orders_claim WHERE id = {ids['claim']}")
    orders.release(ids["claimed"], reason="没空了", by=world.cast.actor("member2"), at=LATER)
    findings = verifying.differing()
    assert {(one.table, one.key) for one in findings} == {
        ("people_grant", "999999"),
        ("orders_order", str(ids["claimed"])),
        ("orders_claim", str(ids["claim"])),
    }
    event = baseline.accept(findings, "按书面决定修复", at=LATER)
    report = verifying.verify()
    assert report.problems == []
    assert any(note.startswith(f"event {event} of") and "took over 3 rows" in note and "按书面决定修复" in note for note in report.notes)


def test_columns_that_change_begin_anew_and_hide_nothing(world: World) -> None:
    """A release that keeps other columns: what differed before is said for ever, what did not is well."""
    kept = Kept.objects.get(table="people_grant")
    older = tracking.Table(kept.table, kept.key, tuple(c for c in tracking.tables()[kept.table].columns if c[0] != "branch_id"))
    edit(f"UPDATE core_kept SET head = '{older.head}' WHERE \"table\" = 'people_grant'")
    # As the older release wrote it: digests over fewer columns.
    _begun_by(older)
    assert baseline.differing_before(LATER) == {"people_grant": 0}
    assert any("run 'zengyi migrate'" in p for p in verifying.verify().problems)
    assert any("the trail begins with" in line for line in baseline.bring_up(LATER, {"people_grant": 0}))
    assert verifying.verify().problems == []

    edit(f"UPDATE core_kept SET head = '{older.head}' WHERE \"table\" = 'people_grant'")
    _begun_by(older)
    edit(f"UPDATE people_grant SET ends_at = NULL WHERE id = {world.ids['grant']}")
    before = baseline.differing_before(LATER)
    assert before == {"people_grant": 1}
    baseline.bring_up(LATER, before)
    (problem,) = verifying.verify().problems
    assert "people_grant: 1 rows differed when its columns changed" in problem


def _begun_by(table: tracking.Table) -> None:
    from zengyi.core.comparing import present

    baseline._begin(table, present(table), 0, LATER)


def test_the_trail_holds_no_name_and_nothing_to_guess_it_by(world: World) -> None:
    person = Person.objects.get(pk=world.ids["resident's person"])
    told = "".join(text or "" for text in Event.objects.values_list("rows", flat=True))
    assert person.name not in told
    table = tracking.tables()["people_person"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            columns = ", ".join(f'+"{name}"' for name, _kind in table.columns)
            cursor.execute(f"SELECT {columns} FROM people_person WHERE id = %s", [person.pk])
            plain = table.hash_of(cursor.fetchone())
        else:
            cursor.execute(f"SELECT {table.on_postgres('t')} FROM people_person t WHERE id = %s", [person.pk])
            (plain,) = cursor.fetchone()
    assert plain[:32] not in told
    assert tracking.digest(plain) in told


def test_without_triggers_a_step_itself_would_differ(world: World) -> None:
    """The twin that must fail: it is the triggers that make steps known."""
    capture.remove()
    try:
        order = world.cast.place("resident")
        assert any(f"orders_order {order.pk}: stands there" in p for p in verifying.verify().problems)
        if connection.vendor == "postgresql":
            assert "orders_order: the triggers that tell the trail of changes are missing" in verifying.verify().problems
    finally:
        capture.install()


def test_what_is_changed_after_the_event_or_without_one_is_refused(world: World) -> None:
    from tests.core.steps_for_tests import AT, Someone
    from zengyi.core import audit

    login = User.objects.filter(pk=world.ids["worker"])

    @action
    def too_late() -> None:
        audit.record("late", "thing", 1, by=Someone(), at=AT, community_id=None)
        login.update(is_active=False)

    @durable
    def quietly() -> None:
        login.update(is_active=False)

    @durable
    def to_the_same() -> None:
        login.update(is_active=True)

    with pytest.raises(StepError, match="people_user"):
        too_late()
    with pytest.raises(StepError, match="people_user"):
        quietly()
    to_the_same()
    assert login.get().is_active
    assert verifying.verify().problems == []


def test_an_event_says_what_it_changed_and_what_a_row_was(world: World) -> None:
    placed, claimed = (Event.objects.filter(verb=verb).latest("pk") for verb in ("place", "claim"))
    rows = json.loads(placed.rows or "")
    assert {table: [bool(d) for d in next(iter(keys.values()))] for table, keys in rows.items()} == {"orders_order": [False, True]}
    rows = json.loads(claimed.rows or "")
    assert set(rows) == {"orders_order", "orders_claim"}
    was, now = rows["orders_order"][str(claimed.object_id)]
    assert len(was) == len(now) == 32
    assert was != now
