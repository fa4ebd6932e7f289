"""The register: one facility, a sheet of hundreds, labels, and what a scan tells."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.core.errors import Invalid, NotAllowed, NotThere, TooMany, WrongState
from zengyi.core.models import Event
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Clock, Device, Facility, Label, Report

HEAD = ["编号", "名称", "类别", "楼幢或地点", "接在哪", "型号", "序列号", "保修到", "状态"]


def cameras(n: int) -> list[list[str]]:
    """A sheet of so many cameras on five switches on one line."""
    rows = [["LINE", "主干光缆", "线路", "", "", "", "", "", ""]]
    rows += [[f"S{k}", f"交换机 {k}", "交换机", "", "LINE", "", "", "", ""] for k in range(5)]
    rows += [[f"C{k:03}", f"摄像头 {k}", "摄像头", "201幢", f"S{k % 5}", "DS-2", f"SN{k}", "2027-05-31", ""] for k in range(n)]
    return [HEAD, *rows]


def test_390_cameras_come_in_by_one_sheet_in_one_step(cast: Cast, sql: Any) -> None:
    by = cast.actor("worker")
    before = Event.objects.count()
    with sql() as few:
        done = actions.import_facilities(cameras(10), by=by, at=AT)
    assert (done.new, done.changed, done.unchanged) == (16, 0, 0)
    with sql() as many:
        done = actions.import_facilities(cameras(390), by=by, at=AT)
    assert (done.new, done.changed, done.unchanged) == (380, 0, 16)
    assert Event.objects.count() == before + 2
    assert len(many) < 30 and len(few) < 15  # SQLite takes a batch of some sixty rows a statement
    assert Facility.objects.filter(kind="CAMERA").count() == 390
    assert Facility.objects.get(code="C003").hangs_on == Facility.objects.get(code="S3")
    assert Device.objects.get(facility__code="C389").warranty_until == date(2027, 5, 31)
    again = actions.import_facilities(cameras(390), by=by, at=AT)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 396)
    assert Event.objects.count() == before + 2


def test_every_error_of_a_sheet_is_told_at_once_and_nothing_is_imported(cast: Cast) -> None:
    bad = [
        HEAD,
        ["A", "好的", "摄像头", "201幢", "", "", "", "", ""],
        ["A", "同号", "摄像头", "", "", "", "", "", ""],
        ["B", "没这类", "飞船", "", "", "", "", "", ""],
        ["C", "没这幢", "电梯", "999幢", "", "", "", "", ""],
        ["D", "没这处", "电梯", "", "ZZ", "", "", "", ""],
        ["E", "坏日子", "电梯", "", "", "", "", "2027-02-30", ""],
        ["F", "不让写坏", "电梯", "", "", "", "", "", "坏了"],
        ["G", "", "电梯", "", "", "", "", "", ""],
        ["H", "绕圈", "电源", "", "I", "", "", "", ""],
        ["I", "绕圈", "电源", "", "H", "", "", "", ""],
        ["J", "=1+1", "电源", "", "", "", "", "", ""],
    ]
    plan = queries.plan_to_import(bad, by=cast.actor("worker"), at=AT)
    assert [(error.line, error.column) for error in plan.errors] == [
        (3, "编号"), (4, "类别"), (5, "楼幢或地点"), (6, "接在哪"), (7, "保修到"),
        (8, "状态"), (9, "名称"), (10, "接在哪"), (11, "接在哪"), (12, "名称"),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="有 10 处要改"):
        actions.import_facilities(bad, by=cast.actor("worker"), at=AT)
    assert not Facility.objects.exists()


def test_a_sheet_updates_what_is_filled_in_and_leaves_the_rest(cast: Cast) -> None:
    by = cast.actor("worker")
    actions.import_facilities(cameras(2), by=by, at=AT)
    change = [
        HEAD,
        ["C000", "大门摄像头", "摄像头", "202幢", "", "", "SN9", "", ""],
        ["C001", "摄像头 1", "摄像头", "", "", "", "", "", "已拆除"],
    ]
    plan = queries.plan_to_import(change, by=by, at=AT)
    assert [(one.row.code, one.titles) for one in plan.changed] == [("C000", "名称、楼幢或地点、序列号"), ("C001", "状态")]
    done = actions.import_facilities(change, by=by, at=AT + timedelta(days=1))
    assert (done.new, done.changed, done.unchanged) == (0, 2, 0)
    one = Facility.objects.get(code="C000")
    assert (one.name, one.place, one.hangs_on.code if one.hangs_on else "") == ("大门摄像头", cast.buildings[1], "S0")
    assert list(one.devices.order_by("pk").values_list("serial", "model", "removed_on")) == [
        ("SN0", "DS-2", date(2026, 11, 24)), ("SN9", "", None),
    ]  # fmt: skip
    assert Facility.objects.get(code="C001").state == "RETIRED"
    back = queries.plan_to_import([HEAD, ["C001", "摄像头 1", "摄像头", "", "", "", "", "", ""]], by=by, at=AT)
    assert [error.column for error in back.errors] == ["编号"]


def test_one_is_entered_with_the_words_of_a_sheet(cast: Cast) -> None:
    by = cast.actor("property")
    pk = actions.add(code="L1", name="1 号电梯", kind="电梯", place="203幢", since="2017-06-01", by=by, at=AT)
    assert Facility.objects.get(pk=pk).place == cast.buildings[2]
    with pytest.raises(Invalid) as refused:
        actions.add(code="L1", name="又一台", kind="电梯", by=by, at=AT)
    assert refused.value.fields == {"code": ["这个编号已经有了。"]}
    with pytest.raises(Invalid) as refused:
        actions.add(code="L2", name="哪台", kind="梯子", place="火星", by=by, at=AT)
    assert refused.value.fields.keys() == {"kind", "place"}
    with pytest.raises(NotAllowed):
        actions.add(code="L3", name="电梯", kind="电梯", by=cast.actor("resident"), at=AT)


def test_services_come_round_as_the_law_says(cast: Cast) -> None:
    by = cast.actor("property")
    pk = actions.add(code="L1", name="1 号电梯", kind="电梯", by=by, at=AT)
    assert [(clock.code, clock.light) for clock in queries.facility(pk, by=by, at=AT).clocks] == [
        ("SERVICE", "soon"),
        ("SELF", "soon"),
        ("INSPECTION", "soon"),
    ]
    actions.note_service(pk, code="SERVICE", done_on=date(2026, 11, 20), by=by, at=AT)
    actions.note_service(pk, code="SERVICE", done_on=date(2026, 11, 22), by=by, at=AT)
    assert list(Clock.objects.values_list("last_on", "due_on")) == [(date(2026, 11, 22), date(2026, 12, 7))]
    with pytest.raises(WrongState):
        actions.note_service(pk, code="SERVICE", done_on=date(2026, 11, 21), by=by, at=AT)
    for code, day in (("SERVICE", date(2026, 11, 24)), ("MONTHLY", date(2026, 11, 20))):
        with pytest.raises(Invalid):
            actions.note_service(pk, code=code, done_on=day, by=by, at=AT)
    lights = {}
    for days in (0, 11, 14, 15):
        lights[days] = queries.facility(pk, by=by, at=AT + timedelta(days=days)).clocks[0].light
    assert lights == {0: "ok", 11: "soon", 14: "soon", 15: "late"}


def test_a_sheet_says_when_services_were_done_last(cast: Cast, client: Client, stopped: Any) -> None:
    """A later day moves the next one on, an older one changes nothing; a day ahead or a service of another kind is told."""
    by = cast.actor("property")
    head = ["编号", "名称", "类别", "上次维保", "上次年检", "上次查录像"]
    rows = [["L1", "1 号电梯", "电梯", "2026-11-10", "2025-12-30", ""], ["R1", "录像机", "录像机", "", "", "2026-10-01"]]
    assert actions.import_facilities([head, *rows], by=by, at=AT).new == 2
    assert dict(Clock.objects.values_list("code", "due_on")) == {
        "SERVICE": date(2026, 11, 25),
        "INSPECTION": date(2026, 12, 30),
        "KEPT": date(2026, 11, 1),
    }
    rows[0][3:5] = ["2026-11-22", "2024-01-01"]
    assert actions.import_facilities([head, *rows], by=by, at=AT).changed == 1
    assert set(Clock.objects.filter(facility__code="L1").values_list("due_on", flat=True)) == {date(2026, 12, 7), date(2026, 12, 30)}
    assert actions.import_facilities([head, *rows], by=by, at=AT).unchanged == 2
    with pytest.raises(Invalid) as refused:
        actions.import_facilities([head, ["L1", "1 号电梯", "电梯", "2026-11-24", "", "2026-11-01"]], by=by, at=AT)
    assert len(refused.value.fields["2"]) == 2
    client.force_login(cast.users["property"])
    html = client.get("/facilities/").content.decode()
    assert html.index("录像机") < html.index("维保") and "11-01前" in html and "年检" not in html


def test_a_reprinted_label_revokes_the_one_that_hangs_there(cast: Cast, client: Client) -> None:
    by = cast.actor("worker")
    pk = actions.add(code="L1", name="1 号电梯", kind="电梯", by=by, at=AT)
    assert actions.issue([pk], by=by, at=AT) == 1
    first = Label.objects.get().token
    assert client.get(f"/f/{first}/").status_code == 200
    assert queries.unlabelled(by=by) == []
    actions.replace(pk, by=by, at=AT)
    second = Label.objects.get(revoked_at=None).token
    assert first != second and [client.get(f"/f/{token}/").status_code for token in (first, second)] == [404, 200]
    with pytest.raises(NotThere):
        actions.report(first, fault="DOOR", address="192.0.2.1", at=AT)


def test_whoever_stands_before_it_reports_with_one_tap(cast: Cast, client: Client, stopped: Any) -> None:
    by = cast.actor("worker")
    pk = actions.add(code="L1", name="1 号电梯", kind="电梯", by=by, at=AT)
    actions.issue([pk], by=by, at=AT)
    path = f"/f/{Label.objects.get().token}/"
    page = client.get(path).content.decode()
    assert "没查到" in page and "门关不上" in page and "社区" in page
    assert client.post(path, {"fault": "DOOR"}).status_code == 303
    assert "报上了：门关不上" in client.get(path).content.decode()
    assert client.post(path, {"fault": "ROBBED"}).status_code == 422
    report = Report.objects.get()
    assert (report.fault, report.settled_at) == ("DOOR", None)
    assert Facility.objects.get(pk=pk).state == "IN_SERVICE"  # a hint is no check
    actions.settle_reports(pk, by=by, at=AT)
    with pytest.raises(WrongState):
        actions.settle_reports(pk, by=by, at=AT)
    with pytest.raises(TooMany):
        for _tap in range(20):
            actions.report(path.split("/")[2], fault="DOOR", address="192.0.2.9", at=AT)


def test_lists_are_one_statement_and_know_only_ones_own(cast: Cast, sql: Any) -> None:
    by = cast.actor("worker")
    actions.import_facilities(cameras(3), by=by, at=AT)
    actions.import_facilities([HEAD, ["X1", "外面的", "电梯", "", "", "", "", "", ""]], by=cast.actor("far_worker"), at=AT)
    sizes = []
    for n in (3, 40, 120):
        actions.import_facilities(cameras(n), by=by, at=AT)
        with sql() as statements:
            page = queries.facilities(by=by, at=AT, kind="CAMERA", size=100)
        sizes.append((len(page.rows), len(statements)))
    assert sizes == [(3, 1), (40, 1), (100, 1)]
    following = queries.facilities(by=by, at=AT, kind="CAMERA", size=100, after=page.next_after)
    assert len(following.rows) == 20 and following.next_after is None
    assert queries.facilities(by=by, at=AT, q="外面").rows == []
    assert {row.code for row in queries.facilities(by=cast.actor("district"), at=AT, q="外面").rows} == {"X1"}
    assert queries.facilities(by=cast.actor("district"), at=AT, community_id=cast.community.pk, q="外面").rows == []
    with pytest.raises(NotThere):
        queries.facility(Facility.objects.get(code="X1").pk, by=by, at=AT)


def test_the_page_of_one_costs_the_same_however_much_there_is(cast: Cast, sql: Any, client: Client, stopped: Any) -> None:
    client.force_login(cast.users["worker"])
    counts = []
    for n in (1, 10, 100):
        actions.import_facilities(cameras(n), by=cast.actor("worker"), at=AT)
        pk = Facility.objects.get(code="C000").pk
        client.get("/facilities/")
        with sql() as statements:
            for path in ("/facilities/", f"/facilities/{pk}/", "/facilities/share"):
                assert client.get(path).status_code == 200, path
        counts.append(len(statements))
    assert len(set(counts)) == 1, counts


def test_labels_are_printed_twelve_a_page(cast: Cast, client: Client) -> None:
    import io

    import pypdfium2

    by = cast.actor("worker")
    actions.import_facilities(cameras(20), by=by, at=AT)
    actions.issue(queries.unlabelled(by=by, kind="CAMERA"), by=by, at=AT)
    client.force_login(cast.users["worker"])
    made = client.get("/facilities/labels.pdf?kind=CAMERA")
    assert made["Content-Type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(made.content))
    assert len(pages) == 2
    printed = pages[0].get_textpage().get_text_range()
    token = Label.objects.filter(facility__code="C000").values_list("token", flat=True)[0]
    assert "摄像头 0" in printed and f"testserver/f/{token}" in printed  # for whoever cannot scan


def test_what_the_register_says_is_corrected_on_a_page(cast: Cast, client: Client, stopped: Any) -> None:
    """What is emptied is empty; another serial number is another device; the number and the kind stay; circles are refused."""
    estate = Estate(cast, cameras=1)
    camera, path = estate.ids["C0"], f"/facilities/{estate.ids['C0']}/edit"
    client.force_login(cast.users["property"])
    first = client.get(path).content.decode()
    assert "S1" in first and 'value="摄像头 0"' in first and "data-spot" in first
    said = {
        "name": "大门摄像头",
        "place": "202幢",
        "spot": "",
        "up": "P1",
        "repairer": "",
        "model": "A",
        "serial": "1",
        "warranty": "2027-05-31",
    }
    assert client.post(path, {**said, "x": "240", "y": "120"}).status_code == 303
    found = Facility.objects.select_related("place", "hangs_on").get(pk=camera)
    assert found.place is not None and found.hangs_on is not None
    assert (found.name, found.place.name, found.hangs_on.code, found.x, found.y) == ("大门摄像头", "202幢", "P1", 240, 120)
    assert Event.objects.get(verb="correct").before["x"] is None
    assert client.post(path, {**said, "serial": "2", "x": "", "y": "", "place": "", "up": ""}).status_code == 303
    found.refresh_from_db()
    assert (found.place_id, found.hangs_on_id, found.x, found.y) == (None, None, None, None)
    assert list(Device.objects.filter(facility=camera).order_by("pk").values_list("serial", "removed_on")) == [
        ("1", AT.date()),
        ("2", None),
    ]
    assert client.post(path, {**said, "serial": "2", "place": "", "up": "", "x": "", "y": ""}).status_code == 422  # nothing new
    for wrong in ({"name": ""}, {"up": "没有"}, {"x": "5"}, {"warranty": "明年"}, {"place": "9幢"}, {"x": "-1", "y": "2"}):
        assert client.post(path, {**said, **wrong}).status_code == 422, wrong
    switch = f"/facilities/{estate.ids['P1']}/edit"
    assert "转一圈" in client.post(switch, {"name": "配电箱 1", "up": "S1"}).content.decode()
    client.force_login(cast.users["far_worker"])
    assert client.get(path).status_code == client.post(path, said).status_code == 404
