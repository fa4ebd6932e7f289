"""Defects: repaired by one, looked at again by another; not good goes back, good again and broken soon is a repeat."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.core.errors import NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Defect, Facility, Round, Span
from zengyi.orders import actions as orders
from zengyi.orders.models import Order


def repaired(cast: Cast, estate: Estate, code: str = "L1", *, days: int = 0) -> Defect:
    """A defect whose order was proposed to the repairer, taken, and delivered."""
    at = AT + timedelta(days=days)
    begun = estate.round(at)
    actions.record_checks(begun, [estate.check(code, "FAIL")], by=estate.by, at=at)
    defect = Defect.objects.get(facility_id=estate.ids[code], fixed_at=None)
    order = Order.objects.get(pk=defect.order_id or 0)
    assert (order.state, order.difficulty) == ("ASSIGNED", 4 if code == "L1" else 3)
    orders.accept(order.pk, by=cast.actor("unit"), at=at)
    orders.deliver(order.pk, text="换了门机。", by=cast.actor("unit"), at=at + timedelta(hours=1))
    return defect


def test_good_again_confirms_the_order_in_one_step(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    defect = repaired(cast, estate)
    before = Event.objects.count()
    actions.recheck(defect.pk, passed=True, by=estate.by, at=AT + timedelta(hours=2))
    assert Event.objects.count() == before + 1
    assert Order.objects.get(pk=defect.order_id or 0).state == "CONFIRMED"
    defect.refresh_from_db()
    assert defect.fixed_by == cast.users["property"] and Facility.objects.get(code="L1").state == "IN_SERVICE"
    assert list(Span.objects.filter(facility__code="L1").order_by("pk").values_list("health", "until_s"))[-1] == ("UP", None)
    with pytest.raises(WrongState):
        actions.recheck(defect.pk, passed=True, by=estate.by, at=AT + timedelta(hours=3))


def test_not_good_sends_the_same_order_back(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    defect = repaired(cast, estate)
    actions.recheck(defect.pk, passed=False, reason="门还是关不严", by=estate.by, at=AT + timedelta(hours=2))
    assert Order.objects.get().state == "CLAIMED" and Order.objects.count() == 1
    defect.refresh_from_db()
    assert (defect.returned, defect.fixed_at, Facility.objects.get(code="L1").state) == (1, None, "DOWN")


def test_whoever_repaired_it_never_looks_again_at_their_own_work(cast: Cast) -> None:
    cast.grant("unit", "worker", cast.community)  # at once, outside of the cast's bulk
    estate = Estate(cast, repairer="机关事务中心")
    defect = repaired(cast, estate)
    hat = next(role.acting_as for role in cast.roles("unit") if role.role == "worker")
    with pytest.raises(NotAllowed):
        actions.recheck(defect.pk, passed=True, by=cast.actor("unit", hat), at=AT + timedelta(hours=2))
    assert Order.objects.get().state == "DELIVERED" and Defect.objects.get().fixed_at is None


def test_broken_again_within_thirty_days_is_a_repeat_and_a_new_order(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    first = repaired(cast, estate)
    actions.recheck(first.pk, passed=True, by=estate.by, at=AT + timedelta(hours=2))
    second = repaired(cast, estate, days=20)
    assert second.repeat_of == first and Order.objects.count() == 2
    actions.recheck(second.pk, passed=True, by=estate.by, at=AT + timedelta(days=20, hours=2))
    assert repaired(cast, estate, days=60).repeat_of is None
    assert queries.facility(estate.ids["L1"], by=estate.by, at=AT).defects[1].repeat


def test_what_lay_at_a_cause_works_again_with_it(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    begun = estate.round()
    dark = [estate.check(f"C{n}", "FAIL", reason="NO_SWITCH") for n in range(0, 8, 2)]
    actions.record_checks(begun, dark, by=estate.by, at=AT)
    root = Defect.objects.get(cause=None)
    with pytest.raises(WrongState, match="跟着另一处"):
        actions.recheck(Defect.objects.exclude(cause=None).first().pk, passed=True, by=estate.by, at=AT)  # type: ignore[union-attr]
    orders.accept(root.order_id, by=cast.actor("unit"), at=AT)  # type: ignore[arg-type]
    orders.deliver(root.order_id, text="换了交换机。", by=cast.actor("unit"), at=AT)  # type: ignore[arg-type]
    actions.recheck(root.pk, passed=True, by=estate.by, at=AT + timedelta(hours=1))
    assert not Defect.objects.filter(fixed_at=None).exists()
    assert not Facility.objects.filter(state="DOWN").exists()


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_two_rounds_that_find_the_same_at_once_place_one_order_and_the_broken_twin_places_two() -> None:
    """At the same moment, on both databases: the index decides. Whoever looks first and then writes opens it twice."""
    cast = Cast()
    estate = Estate(cast)
    actions.lay_out(name="晚巡", schedule="DAILY", facility_ids=[estate.ids["L1"]], by=estate.by, at=AT)
    first = estate.round()
    second = Round.objects.exclude(pk=first).get().pk
    actions.start(second, by=estate.by, at=AT)
    checks = {number: [estate.check("L1", "FAIL")] for number in (first, second)}
    errors = _at_once([lambda number=number: actions.record_checks(number, checks[number], by=estate.by, at=AT) for number in checks])
    assert errors == []
    assert (Defect.objects.count(), Order.objects.count(), Defect.objects.get().fails) == (1, 1, 2)
    barrier = threading.Barrier(2)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_open_defect")
    try:
        assert _at_once([lambda: _look_then_write(estate.ids["C1"], cast.community.pk, barrier) for _twice in range(2)]) == []
        assert Defect.objects.filter(facility_id=estate.ids["C1"], fixed_at=None).count() == 2
    finally:
        Defect.objects.filter(facility_id=estate.ids["C1"]).delete()
        with connection.cursor() as cursor:
            cursor.execute("CREATE UNIQUE INDEX one_open_defect ON facilities_defect (facility_id, item) WHERE fixed_at IS NULL")


def _look_then_write(facility_id: int, community_id: int, barrier: threading.Barrier) -> None:
    """The broken twin, without the index: both have looked before either has written."""
    there = Defect.objects.filter(facility_id=facility_id, item="CAM-PICTURE", fixed_at=None).exists()
    barrier.wait()
    if there:
        return
    Defect.objects.create(facility_id=facility_id, community_id=community_id, item="CAM-PICTURE", stops=True, opened_at=AT, last_fail_at=AT)


def _at_once(steps: list[Any]) -> list[BaseException]:
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(steps))

    def run(step: Any) -> None:
        try:
            barrier.wait()
            step()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_the_sentence_of_an_order_says_what_is_broken(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("C1", "FAIL", reason="BLURRED")], by=estate.by, at=AT)
    row = queries.defects(Q(), size=5)[0]
    assert (row.reason, row.number, row.order_state, row.facility) == ("看不清", "2026-0001", "PLACED", "C1 摄像头 1")


def test_an_order_that_ended_unseen_leaves_the_defect_open_and_the_next_failure_places_another(cast: Cast) -> None:
    """The desk declines it; what failed before that and comes late only counts; what fails afterwards has somebody's name on it again."""
    estate = Estate(cast)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("L1", "FAIL")], by=estate.by, at=AT)
    defect = Defect.objects.get()
    orders.decline(defect.order_id or 0, reason="先问开发商保不保修。", by=cast.actor("worker"), at=AT + timedelta(minutes=10))
    row = queries.defects(Q(), size=1)[0]
    assert row.fixed_at is None and row.to_recheck
    actions.record_checks(begun, [estate.check("L1", "FAIL", minutes=5)], by=estate.by, at=AT + timedelta(minutes=20))
    assert Order.objects.count() == 1
    actions.record_checks(begun, [estate.check("L1", "FAIL", minutes=15)], by=estate.by, at=AT + timedelta(minutes=20))
    again = Defect.objects.get()
    assert (again.pk, again.fails, again.order_id) == (defect.pk, 3, Order.objects.latest("pk").pk)
    assert Order.objects.count() == 2 and not queries.defects(Q(), size=1)[0].to_recheck


def test_what_whoever_asked_confirmed_unseen_is_still_looked_at_again(cast: Cast) -> None:
    """Not by who repaired it. Not good: another order; good: the defect ends, and no points move twice."""
    estate = Estate(cast, repairer="机关事务中心")
    defect = repaired(cast, estate)
    at = AT + timedelta(hours=2)
    orders.confirm(defect.order_id or 0, by=cast.actor("property", "resident"), at=at)
    assert Defect.objects.get().fixed_at is None and queries.defects(Q(), size=1)[0].to_recheck
    balance = cast.balance(unit=cast.unit)
    with pytest.raises(NotAllowed, match="自己修的"):
        actions.recheck(defect.pk, passed=True, by=replace(estate.by, unit_id=cast.unit.pk), at=at)
    assert actions.recheck(defect.pk, passed=False, reason="门还是慢", by=estate.by, at=at) == Order.objects.latest("pk").pk
    defect.refresh_from_db()
    assert (defect.returned, Order.objects.count()) == (1, 2)
    second = defect.order_id or 0
    orders.refuse(second, reason="等配件。", by=cast.actor("unit"), at=at)
    orders.cancel(second, reason="厂家自己来修。", by=cast.actor("worker"), at=at)
    actions.recheck(defect.pk, passed=True, by=estate.by, at=at)
    assert Defect.objects.get().fixed_at == at and Facility.objects.get(code="L1").state == "IN_SERVICE"
    assert (cast.balance(unit=cast.unit), Event.objects.filter(object_type="defect", verb="recheck").count()) == (balance, 2)
    with pytest.raises(WrongState, match="已经复查过"):
        actions.recheck(defect.pk, passed=True, by=estate.by, at=at)
