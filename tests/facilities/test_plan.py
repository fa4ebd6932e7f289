"""The register on the plan and by place: how many are up, down and unknown where, and how much of each place's time was."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.core.errors import Invalid
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Facility
from zengyi.facilities.pages.dots import dotted, drawings
from zengyi.facilities.queries import AtPlace, Counts
from zengyi.people.web.plan import Block


def looked(estate: Estate) -> None:
    """A camera is good, another broken; the rest nobody looked at."""
    found = [estate.check("C0"), estate.check("C1", "FAIL"), estate.check("L1")]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT + timedelta(hours=1))


def test_each_place_with_what_is_up_down_and_unknown_there(cast: Cast, sql: Any) -> None:
    estate = Estate(cast, cameras=4)
    looked(estate)
    at = AT + timedelta(hours=1)
    with sql() as few:
        found = queries.on_plan(cast.community.pk, by=estate.by, at=at)
    rows = {row.name: row.counts for row in found.rows}
    assert rows == {"201幢": Counts(1, 1, 5), "202幢": Counts(1, 0, 0)}
    assert found.rows[0].name == "201幢"  # where something is broken comes first
    cameras = queries.on_plan(cast.community.pk, by=estate.by, at=at, kind="CAMERA")
    assert [(row.name, row.counts) for row in cameras.rows] == [("201幢", Counts(1, 1, 2))]
    Facility.objects.filter(code="L1").update(place=None)
    with sql() as many:
        homeless = queries.on_plan(cast.community.pk, by=estate.by, at=at)
    assert [(row.place_id, row.name) for row in homeless.rows if row.place_id is None] == [(None, "")]
    assert len(few) == len(many) == 3
    later = at + timedelta(days=3)
    assert {row.name: row.counts.up for row in queries.on_plan(cast.community.pk, by=estate.by, at=later).rows if row.name} == {"201幢": 0}


def test_the_time_of_a_place_is_that_of_its_facilities(cast: Cast) -> None:
    """Of all that stands in one place it is what the sums by day say; of another place only its own."""
    estate = Estate(cast, cameras=2)
    looked(estate)
    ask: dict[str, Any] = {"by": estate.by, "at": AT + timedelta(days=2)}
    first, second = (Facility.objects.filter(place__name=name).values_list("place_id", flat=True)[0] for name in ("201幢", "202幢"))
    both = [queries.availability(**ask, place_id=place) for place in (first, second)]
    whole = queries.availability(**ask)
    assert [sum(getattr(one, name) for one in both) for name in ("service", "up", "down")] == [whole.service, whole.up, whole.down]
    assert (both[1].down, both[0].down > 0, both[1].up > 0) == (0, True, True)
    Facility.objects.exclude(place_id=first).update(place_id=first)
    assert queries.drawn(**ask, place_id=first) == queries.drawn(**ask)
    assert queries.availability(**ask, place_id=first, kind="LIFT") == queries.availability(**ask, kind="LIFT")
    far = queries.availability(by=cast.actor("far_worker"), at=ask["at"], place_id=first)
    assert (far.service, far.up, far.down) == (0, 0, 0)


def test_the_pages_of_a_place(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.core.clock.now", lambda: AT + timedelta(hours=2))
    estate = Estate(cast, cameras=2)
    looked(estate)
    place = Facility.objects.get(code="L1").place_id
    client.force_login(cast.users["property"])
    plan = client.get("/facilities/plan").content.decode()
    assert f"/facilities/?place={place}" in plan and f"/facilities/share?place={place}" in plan and 'class="d-down"' in plan
    listed = client.get(f"/facilities/?place={place}").content.decode()
    assert "电梯 1" in listed and "摄像头 0" not in listed
    share = client.get(f"/facilities/share?place={place}").content.decode()
    assert "202幢" in share
    assert client.get("/facilities/?place=999999").status_code == 404
    api = Api("property")
    told = api.get("/facilities/availability", place=place, kind="LIFT").body
    assert told["in_service_hours"] > 0 and told["up"] > 0 and told["down"] == 0
    client.force_login(cast.users["resident"])  # the register is not for everybody: of one building nothing is told
    assert "202幢" not in client.get(f"/facilities/share?place={place}").content.decode()
    assert Api("resident").get("/facilities/availability", place=place).status == 403


def test_dots_stay_within_their_building_and_show_every_state() -> None:
    block = Block(1, "3幢", "3", "BUILDING", 100, 50, 60, 40)
    for counts in (Counts(3, 2, 1), Counts(900, 1, 1), Counts(0, 0, 7)):
        drawn = dotted(block, AtPlace(1, "3幢", counts))
        dots = {mark: path.count("M") for mark, path in drawn.paths}
        assert set(dots) == {mark for mark, n in (("up", counts.up), ("down", counts.down), ("unk", counts.unknown)) if n}
        assert drawn.each == 1 or sum(dots.values()) <= counts.total / drawn.each + 3
    assert dotted(block, None).paths == []


def test_what_has_a_spot_of_its_own_is_drawn_there_and_not_within_its_building(cast: Cast, client: Client, stopped: Any) -> None:
    estate = Estate(cast, cameras=2)
    looked(estate)
    sheet = [["编号", "名称", "类别", "图上横向", "图上纵向"], ["C1", "摄像头 1", "摄像头", "240", "120"]]
    assert actions.import_facilities(sheet, by=estate.by, at=AT).changed == 1
    assert actions.import_facilities(sheet, by=estate.by, at=AT).unchanged == 1
    found = queries.on_plan(cast.community.pk, by=estate.by, at=AT + timedelta(hours=1))
    assert [(one.id, one.x, one.y, one.mark) for one in found.drawn] == [(estate.ids["C1"], 240, 120, "down")]
    place = found.drawn[0].place_id or 0
    assert {row.place_id: row.counts.down for row in found.rows}[place] == 1 and found.by_place[place].counts.down == 0
    drawn = drawings(found.places, found.by_place, found.drawn)
    assert [dot.one.id for one in drawn for dot in one.own] == [estate.ids["C1"]]
    assert place in {block.block.id for one in drawn if one.own for block in one.blocks}
    client.force_login(cast.users["property"])
    html = client.get("/facilities/plan").content.decode()
    assert 'class="d-hit"' in html and 'cx="240"' in html and f"/facilities/{estate.ids['C1']}/" in html
    for cells, wrong in ((["240", ""], "图上纵向"), (["240", "1.5"], "图上纵向"), (["10001", "3"], "图上横向")):
        with pytest.raises(Invalid) as refused:
            actions.import_facilities([sheet[0], [*sheet[1][:3], *cells]], by=estate.by, at=AT)
        assert wrong in str(refused.value.fields)
