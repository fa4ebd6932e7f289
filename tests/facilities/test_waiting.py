"""What waits: rounds to be walked, missed ones, those to be looked through, repairs to be looked at again; and photos of what was found."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.facilities.test_defects import repaired
from tests.facilities.walks import Estate
from tests.trust.ground import jpeg
from zengyi.core.errors import NotAllowed
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Defect, Photo, Round, Route
from zengyi.orders import actions as orders
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

KINDS = ("round-walk", "round-missed", "round-review", "defect-recheck", "facility-service")


def waits(cast: Cast, who: str, at: object = AT) -> dict[str, tuple[str, str]]:
    """By kind, the title and detail of the first of each kind of ours."""
    found = waiting(sources(), by=cast.actor(who), at=at, most=9)  # type: ignore[arg-type]
    return {item.kind: (item.title, item.detail) for item in found.items if item.kind in KINDS}


def test_a_round_waits_to_be_walked_then_to_be_looked_through(cast: Cast) -> None:
    estate = Estate(cast)
    actions.run_due(AT)
    assert list(waits(cast, "property")) == ["round-walk"] and waits(cast, "worker") == {}
    begun = estate.round()
    assert waits(cast, "property")["round-walk"][0] == "早巡"
    good, late = estate.check("L1", minutes=30), estate.check("L1", "FAIL", minutes=10)
    at = AT + timedelta(hours=1)
    for one in (good, late):
        actions.record_checks(begun, [one], by=estate.by, at=at)
    actions.hand_in(begun, manifest={str(one.uid): [] for one in (good, late)}, by=estate.by, at=at)
    assert waits(cast, "property", at) == {}
    assert waits(cast, "worker", at) == {"round-review": ("早巡", "交齐了，里面有来晚的，请定要不要修")}
    assert waits(cast, "secretary", at).keys() == {"round-review"} and waits(cast, "far_worker", at) == {}
    actions.review(begun, by=cast.actor("worker"), at=at)
    assert waits(cast, "worker", at) == {}


def test_services_that_come_round_are_told_before_the_day_and_to_the_community_after_it(cast: Cast) -> None:
    estate = Estate(cast, cameras=1)
    actions.note_service(estate.ids["L1"], code="SERVICE", done_on=AT.date(), by=estate.by, at=AT)  # again in 15 days, amber 3 before
    told = []
    for days in (11, 12, 15, 16):
        at = AT + timedelta(days=days)
        told.append([waits(cast, who, at).get("facility-service") for who in ("property", "worker")])
    said = ("电梯 1", "维保，12 月 8 日前要做")
    assert told == [[None, None], [said, None], [said, None], [said, said]]
    assert "facility-service" not in waits(cast, "unit", AT + timedelta(days=20))


def test_a_route_that_one_unit_walks_waits_for_its_people_and_is_refused_to_anothers(cast: Cast) -> None:
    """The community's own people may stand in, and so may a property manager of whom nobody knows the company."""
    estate = Estate(cast, cameras=1)
    Route.objects.filter(pk=estate.route).update(walker=cast.second_unit)
    actions.run_due(AT)
    theirs, others = (replace(estate.by, unit_id=unit.pk) for unit in (cast.second_unit, cast.unit))
    told = [[item.title for item in waiting(sources(), by=by, at=AT, most=9).items] for by in (theirs, others, estate.by)]
    assert ["早巡" in titles for titles in told] == [True, False, True]
    waits_for = Round.objects.get().pk
    with pytest.raises(NotAllowed, match="由虹桥物业来查"):
        actions.start(waits_for, by=others, at=AT)
    actions.start(waits_for, by=theirs, at=AT)
    one = estate.check("L1")
    with pytest.raises(NotAllowed):
        actions.record_checks(waits_for, [one], by=others, at=AT)
    assert [found.status for found in actions.record_checks(waits_for, [one], by=cast.actor("worker"), at=AT)] == [201]
    assert [(row.walker, queries.sheet(waits_for, by=theirs).walker) for row in queries.routes(by=theirs)] == [("虹桥物业", "虹桥物业")]


def test_a_missed_round_is_told_of_for_three_days(cast: Cast) -> None:
    Estate(cast)
    actions.run_due(AT)
    days = [AT + timedelta(days=n) for n in (2, 9)]
    actions.run_due(days[0])
    assert waits(cast, "worker", days[0])["round-missed"][1].endswith("不能补，请问一句为什么")
    Round.objects.filter(state="SCHEDULED").delete()
    assert "round-missed" not in waits(cast, "worker", days[1])


def test_a_route_that_ended_is_planned_no_more(cast: Cast, client: Client, stopped: object) -> None:
    estate = Estate(cast)
    actions.run_due(AT)
    client.force_login(cast.users["property"])
    assert client.post(f"/rounds/routes/{estate.route}/end").status_code == 303
    assert client.post(f"/rounds/routes/{estate.route}/end").status_code == 409
    later = AT + timedelta(days=5)
    actions.run_due(later)
    assert Round.objects.filter(route_id=estate.route).count() == 1
    assert [row.ends_on for row in queries.routes(by=estate.by)] == [Round.objects.get(route_id=estate.route).due_date]
    client.force_login(cast.users["far_worker"])
    assert client.post(f"/rounds/routes/{estate.route}/end").status_code == 404


def test_a_repair_waits_for_another_look_and_not_for_who_made_it(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    defect = repaired(cast, estate)
    at = AT + timedelta(hours=2)
    assert waits(cast, "property", at)["defect-recheck"] == ("电梯 1", "说修好了，请去看一眼再算")
    assert "defect-recheck" in waits(cast, "worker", at) and waits(cast, "unit", at) == {}
    actions.recheck(defect.pk, passed=True, by=estate.by, at=at)
    assert "defect-recheck" not in waits(cast, "property", at)
    again = repaired(cast, estate, days=1)
    later = AT + timedelta(days=1, hours=2)
    orders.confirm(again.order_id or 0, by=cast.actor("property", "resident"), at=later)
    assert waits(cast, "property", later)["defect-recheck"] == ("电梯 1", "单子办结了，坏的还没人看过")


def test_a_photo_stands_with_the_facility_the_defect_and_the_round(cast: Cast, client: Client, stopped: object) -> None:
    estate = Estate(cast)
    begun = estate.round()
    broken, photo = estate.check("L1", "FAIL"), jpeg()
    actions.record_checks(begun, [broken], by=estate.by, at=AT + timedelta(hours=1))
    actions.keep_photo(begun, broken.uid, hashlib.sha256(photo).hexdigest(), photo, by=estate.by, at=AT + timedelta(hours=1))
    shown = Photo.objects.get().pk
    assert queries.facility(estate.ids["L1"], by=estate.by, at=AT).defects[0].photos == [str(shown)]
    client.force_login(cast.users["property"])
    for path in (f"/rounds/{begun}/", f"/facilities/{estate.ids['L1']}/", f"/defects/{Defect.objects.get().pk}/recheck"):
        assert f"/rounds/photos/{shown}.preview.jpg" in client.get(path).content.decode(), path
    assert client.get(f"/rounds/photos/{shown}.jpg")["Content-Type"] == "image/jpeg"
    for who in ("resident", "far_worker", "unit"):
        client.force_login(cast.users[who])
        assert client.get(f"/rounds/photos/{shown}.jpg").status_code in (403, 404), who
