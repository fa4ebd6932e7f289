"""Rounds: planned without a gap, begun, walked, handed in, reviewed; each check once, whatever comes twice or late."""

import hashlib
import random
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from tests.trust.ground import jpeg
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Check, Defect, Facility, Item, Pass, Photo, Round
from zengyi.orders.models import Order


def test_rounds_are_planned_without_a_gap_after_an_outage_and_missed_by_a_sweep(cast: Cast) -> None:
    estate = Estate(cast)
    assert actions.run_due(AT) == 1
    assert list(Round.objects.values_list("due_date", "state")) == [(date(2026, 11, 23), "SCHEDULED")]
    back = AT + timedelta(days=5)  # nobody worked for five days, not even the worker
    assert actions.run_due(back) == 6
    found = list(Round.objects.order_by("due_date").values_list("due_date", "state"))
    assert [day for day, _state in found] == [date(2026, 11, 23) + timedelta(days=n) for n in range(6)]
    assert [state for _day, state in found] == ["MISSED"] * 5 + ["SCHEDULED"]
    assert actions.run_due(back) == 0
    missed = Round.objects.filter(state="MISSED").first()
    assert missed is not None
    with pytest.raises(WrongState, match="不能补"):
        actions.start(missed.pk, by=estate.by, at=back)
    with pytest.raises(Invalid):
        actions.lay_out(name="补的", schedule="DAILY", facility_ids=[estate.ids["L1"]], starts_on=date(2026, 11, 1), by=estate.by, at=AT)


def test_the_grace_of_a_round_ends_six_hours_after_its_day(cast: Cast) -> None:
    estate = Estate(cast)
    actions.run_due(AT)
    found = Round.objects.get()
    for hours, left in ((19.9, "SCHEDULED"), (20.1, "MISSED")):  # from ten in the morning to six the next
        actions.run_due(AT + timedelta(hours=hours))
        found.refresh_from_db()
        assert found.state == left
    assert estate.route_row.planned_until == date(2026, 11, 24)


def test_weekly_and_working_days(cast: Cast) -> None:
    estate = Estate(cast)
    lift = [estate.ids["L1"]]
    actions.lay_out(name="周检", schedule="WEEKLY", weekday=4, facility_ids=lift, by=estate.by, at=AT)
    actions.lay_out(name="工作日", schedule="WORKDAYS", facility_ids=lift, by=estate.by, at=AT)
    actions.run_due(AT + timedelta(days=7))
    days = {name: [r.due_date.day for r in Round.objects.filter(route__name=name).order_by("due_date")] for name in ("周检", "工作日")}
    assert days == {"周检": [27], "工作日": [23, 24, 25, 26, 27, 30]}


def test_the_version_is_pinned_when_a_round_begins_and_keys_are_never_used_again(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    checklist = estate.route_row.checklist_id
    before = [item.key for item in queries.sheet(begun, by=estate.by).items]
    new = actions.NewItem("LIF-BELL", "LIFT", "警铃会响", ("按一下",))
    assert actions.revise(checklist, add=[new], drop=["LIF-RUN"], by=estate.by, at=AT) == 2
    assert [item.key for item in queries.sheet(begun, by=estate.by).items] == before
    other = Round.objects.create(route_id=estate.route, community=cast.community, due_date=date(2026, 11, 24))
    assert [item.key for item in queries.sheet(other.pk, by=estate.by).items if item.kind == "LIFT"] == ["LIF-BELL"]
    for key in ("LIF-RUN", "LIF-BELL", "CAUSE"):
        with pytest.raises(Invalid):
            actions.revise(checklist, add=[actions.NewItem(key, "LIFT", "别的问题")], by=estate.by, at=AT)
    with pytest.raises(Invalid):
        actions.revise(checklist, drop=["LIF-RUN"], by=estate.by, at=AT)
    assert Item.objects.get(key="LIF-RUN").gone == 2


def test_first_201_the_same_200_another_body_422_and_one_bad_row_keeps_no_other_away(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    good, bad = estate.check("C1"), estate.check("C2", item="LIF-RUN")
    nowhere = actions.Given(uuid4(), "CAM-PICTURE", 10**9, "OK", AT, 1)
    silent = actions.Given(uuid4(), "CAM-PICTURE", estate.ids["C3"], "NOT_REACHED", AT, 1)
    answers = actions.record_checks(begun, [bad, nowhere, good, silent], by=estate.by, at=AT)
    assert [(one.uid, one.status) for one in answers] == [(bad.uid, 422), (nowhere.uid, 422), (good.uid, 201), (silent.uid, 422)]
    events = Event.objects.count()
    other = estate.check("C1", "FAIL", uid=good.uid)
    assert [one.status for one in actions.record_checks(begun, [good], by=estate.by, at=AT)] == [200]
    assert [one.status for one in actions.record_checks(begun, [other], by=estate.by, at=AT)] == [422]
    assert [one.status for one in actions.record_checks(begun, [good, other, good], by=estate.by, at=AT)] == [422]
    assert (Check.objects.count(), Event.objects.count(), Defect.objects.count()) == (1, events, 0)
    again = actions.record_checks(begun, [estate.check("C4"), good], by=estate.by, at=AT)
    assert [one.status for one in again] == [201, 200]


def test_a_failure_places_one_order_and_every_other_joins(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("L1", "FAIL", reason="DOOR")], by=estate.by, at=AT)
    defect = Defect.objects.get()
    order = Order.objects.get(pk=defect.order_id or 0)
    assert (order.title, order.source, order.state, order.category) == ("电梯 1：门关不上", "INSPECTION", "PLACED", "LIFT")
    assert order.requester == cast.users["property"].person
    assert Facility.objects.get(code="L1").state == "DOWN"
    for minute in range(2, 6):
        actions.record_checks(begun, [estate.check("L1", "FAIL", minutes=minute)], by=estate.by, at=AT + timedelta(hours=1))
    defect.refresh_from_db()
    assert (Defect.objects.count(), Order.objects.count(), defect.fails) == (1, 1, 5)


def test_what_lies_at_a_switch_or_the_power_is_one_order_however_much_is_dark(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    dark = [estate.check(f"C{n}", "FAIL", reason="NO_SWITCH") for n in range(8)]
    actions.record_checks(begun, dark, by=estate.by, at=AT)
    assert Order.objects.count() == 2 and Defect.objects.filter(cause=None).count() == 2
    roots = Defect.objects.filter(cause=None)
    assert {(root.facility.code, root.fails, root.effects.count()) for root in roots} == {("S1", 4, 4), ("S2", 4, 4)}
    actions.record_checks(begun, [estate.check("C0", "FAIL", reason="NO_POWER", item="CAM-REPLAY")], by=estate.by, at=AT)
    assert Order.objects.count() == 3 and Defect.objects.get(item="CAM-REPLAY").cause == Defect.objects.get(facility__code="P1")
    assert Facility.objects.filter(state="DOWN").count() == 11


def test_late_truth_goes_to_the_reviewer_and_opens_nothing(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    later, earlier = estate.check("L1", minutes=30), estate.check("L1", "FAIL", minutes=10)
    at = AT + timedelta(hours=1)
    actions.record_checks(begun, [later], by=estate.by, at=at)
    actions.record_checks(begun, [earlier], by=estate.by, at=at)
    assert Check.objects.get(uid=earlier.uid).late and not Defect.objects.exists() and not Order.objects.exists()
    assert Facility.objects.get(code="L1").state == "IN_SERVICE"
    actions.hand_in(begun, manifest={str(one.uid): [] for one in (later, earlier)}, by=estate.by, at=at)
    late = Check.objects.get(late=True)
    actions.review(begun, note="还是去修", open_late=[late.pk], by=cast.actor("worker"), at=at)
    assert Defect.objects.get().facility.code == "L1" and Order.objects.count() == 1


def test_uploads_in_every_order_end_in_the_same(cast: Cast) -> None:
    """Doubled and shuffled a dozen times: each check once, one defect and one order per broken thing."""
    estate = Estate(cast)
    begun = estate.round()
    rng = random.Random(8)
    checks = [estate.check(f"C{n}", "FAIL" if n % 3 == 0 else "OK", minutes=n + 1, reason="DEVICE" if n % 3 == 0 else "") for n in range(8)]
    for _turn in range(12):
        batch = [rng.choice(checks) for _one in range(5)]
        actions.record_checks(begun, batch, by=estate.by, at=AT + timedelta(hours=1))
    actions.record_checks(begun, checks, by=estate.by, at=AT + timedelta(hours=1))
    assert Check.objects.count() == 8
    assert {(d.facility.code, d.fails) for d in Defect.objects.all()} == {("C0", 1), ("C3", 1), ("C6", 1)}
    assert Order.objects.count() == 3


def test_the_manifest_decides_and_the_last_photo_submits(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    one, two = estate.check("C1"), estate.check("C2")
    photo = jpeg()
    sha = hashlib.sha256(photo).hexdigest()
    with pytest.raises(NotThere, match="先交这一项"):
        actions.keep_photo(begun, one.uid, sha, photo, by=estate.by, at=AT)
    actions.record_checks(begun, [one], by=estate.by, at=AT)
    manifest = {str(one.uid): [sha], str(two.uid): []}
    assert actions.hand_in(begun, manifest=manifest, by=estate.by, at=AT).missing_checks == [str(two.uid)]
    assert Round.objects.get(pk=begun).handed_in_at is None
    actions.record_checks(begun, [two], by=estate.by, at=AT)
    found = actions.hand_in(begun, manifest=manifest, by=estate.by, at=AT)
    assert (found.state, found.missing_photos) == ("STARTED", [f"{one.uid}/{sha}"])
    assert queries.round_card(begun, by=estate.by).photos_missing == 1
    with pytest.raises(Invalid, match="没有传完整"):
        actions.keep_photo(begun, one.uid, sha, photo[:-1], by=estate.by, at=AT)
    broken = b"no photo"
    with pytest.raises(Invalid):
        actions.keep_photo(begun, one.uid, hashlib.sha256(broken).hexdigest(), broken, by=estate.by, at=AT)
    assert [actions.keep_photo(begun, one.uid, sha, photo, by=estate.by, at=AT) for _again in range(2)] == [201, 200]
    assert actions.keep_photo(begun, two.uid, sha, photo, by=estate.by, at=AT) == 201  # the same picture, another check
    assert Round.objects.get(pk=begun).state == "SUBMITTED" and Photo.objects.count() == 2


def test_nobody_reviews_their_own_round(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    one = estate.check("C1")
    actions.record_checks(begun, [one], by=estate.by, at=AT)
    with pytest.raises(WrongState):
        actions.review(begun, by=cast.actor("worker"), at=AT)
    actions.hand_in(begun, manifest={str(one.uid): []}, by=estate.by, at=AT)
    with pytest.raises(NotAllowed, match="请别人复核"):
        actions.review(begun, by=estate.by, at=AT)
    actions.review(begun, note="看过了", by=cast.actor("worker"), at=AT)
    assert Round.objects.get(pk=begun).state == "REVIEWED"
    with pytest.raises(WrongState):
        actions.record_checks(begun, [estate.check("C2")], by=estate.by, at=AT)


def test_a_pass_outlives_the_session_opens_one_round_and_can_be_ended(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    key = actions.start(begun, by=estate.by, at=AT).key
    assert actions.start(begun, by=estate.by, at=AT).key == key
    by = actions.bearer_of(key, "round.walk", begun, at=AT + timedelta(hours=47))
    assert (by.user_id, by.role, by.person_id) == (estate.by.user_id, estate.by.role, estate.by.person_id)
    for asked, number, hours in (("round.walk", begun, 49), ("round.walk", begun + 1, 1), ("order.place", begun, 1), ("", begun, 1)):
        with pytest.raises(NotSignedIn):
            actions.bearer_of(key, asked, number, at=AT + timedelta(hours=hours))
    with pytest.raises(NotSignedIn):
        actions.bearer_of(key[:-1] + ("A" if key[-1] != "A" else "B"), "round.walk", begun, at=AT)
    cast.users["property"].is_active = False
    cast.users["property"].save()
    with pytest.raises(NotSignedIn):
        actions.bearer_of(key, "round.walk", begun, at=AT)
    cast.users["property"].is_active = True
    cast.users["property"].save()
    actions.end_passes(begun, by=cast.actor("worker"), at=AT)
    with pytest.raises(NotSignedIn):
        actions.bearer_of(key, "round.walk", begun, at=AT)
    assert Pass.objects.get().revoked_at is not None


def test_a_round_that_was_begun_and_never_handed_in_counts_with_what_came(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("C1")], by=estate.by, at=AT)
    actions.run_due(AT + timedelta(days=3))
    assert Round.objects.get(pk=begun).state == "STARTED"
    actions.run_due(AT + timedelta(days=4))
    assert Round.objects.get(pk=begun).state == "SUBMITTED"


@pytest.mark.parametrize("n", [1, 10, 60])
def test_an_upload_costs_the_same_however_many_checks_it_brings(cast: Cast, sql: object, n: int) -> None:
    estate = Estate(cast, cameras=60)
    begun = estate.round()
    with sql() as statements:  # type: ignore[operator]
        actions.record_checks(begun, [estate.check(f"C{k}", minutes=1) for k in range(n)], by=estate.by, at=AT)
    looked_up_by_the_test = n
    assert len(statements) - looked_up_by_the_test <= 16, statements


@pytest.mark.parametrize("n", [1, 10, 100])
def test_lists_of_rounds_cost_the_same_however_many_were_walked(cast: Cast, sql: object, n: int) -> None:
    """One statement each for the rounds and the routes, and no count is multiplied with another."""
    estate = Estate(cast, cameras=12)
    begun = estate.round()
    actions.record_checks(begun, [estate.check(f"C{k}", "FAIL" if k < 3 else "OK") for k in range(12)], by=estate.by, at=AT)
    first = Round.objects.get(pk=begun).due_date
    days = (first - timedelta(days=1 + k) for k in range(n - 1))
    Round.objects.bulk_create(
        Round(route_id=estate.route, community=cast.community, due_date=day, state="MISSED", missed_at=AT) for day in days
    )
    with sql() as statements:  # type: ignore[operator]
        rows = queries.rounds(by=estate.by, size=100).rows
        routes = queries.routes(by=estate.by)
    assert len(statements) == 2 and len(rows) == min(n, 100)
    walked = next(row for row in rows if row.id == begun)
    assert (walked.checks, walked.fails, walked.stops) == (12, 3, 16)
    assert (routes[0].stops, routes[0].last) == (16, None)
