"""A community with facilities to look at: of several kinds and states, with long words, a label and what passers-by said."""

from datetime import datetime, timedelta
from uuid import uuid4

from tests.cast import Cast
from tests.trust.ground import jpeg
from zengyi.facilities import actions
from zengyi.facilities.models import Defect, Facility, Label, Round
from zengyi.orders import actions as orders

HEAD = ["编号", "名称", "类别", "楼幢或地点", "具体位置", "接在哪", "型号", "序列号", "保修到", "投用日期"]


def furnished(cast: Cast, now: datetime) -> tuple[list[int], str, list[int], list[int]]:
    """The ids of those worth looking at, the token of a label, a round that was begun and one that was handed in; a defect that waits to
    be looked at again, and a cause."""
    by = cast.actor("worker")
    long = "南区地下二层消防水泵房东侧配电间内墙上方的摄像头一号机位"
    rows = [
        ["P1", "3 号电源", "电源", "201幢", "", "", "", "", "", "2017-06-01"],
        ["C1", long, "摄像头", "201幢", "W" * 60, "P1", "DS-2CD3T46WD-I3", "SN0123456789", "2027-05-31", "2017-06-01"],
        ["C2", "摄像头 2", "摄像头", "202幢", "大门口", "P1", "", "", "", "2017-06-01"],
        ["L1", "1 号电梯", "电梯", "201幢", "", "", "", "", "", "2017-06-01"],
    ]
    actions.import_facilities([HEAD, *rows], by=by, at=now - timedelta(days=20))
    ids = {code: Facility.objects.get(community=cast.community, code=code).pk for code in ("P1", "C1", "C2", "L1")}
    actions.issue([ids["L1"], ids["C1"]], by=by, at=now)
    actions.note_service(ids["L1"], code="SERVICE", done_on=(now - timedelta(days=14)).date(), by=by, at=now)
    token = Label.objects.get(facility_id=ids["L1"]).token
    actions.report(token, fault="DOOR", address="192.0.2.7", at=now)
    actions.report(Label.objects.get(facility_id=ids["C1"]).token, fault="DARK", address="192.0.2.7", at=now)
    actions.add_pictures(ids["L1"], [jpeg()], by=by, at=now)
    begun, handed, defect = _walked(cast, ids, now)
    cause = Defect.objects.get(facility_id=ids["P1"]).pk
    return [ids["C1"], ids["L1"]], token, [begun, handed], [defect, cause]


def _walked(cast: Cast, ids: dict[str, int], now: datetime) -> tuple[int, int, int]:
    by, mender = cast.actor("worker2"), cast.actor("unit")
    Facility.objects.filter(pk=ids["C1"]).update(repairer_id=cast.unit.pk)
    routes = [actions.lay_out(name=name, schedule="DAILY", facility_ids=list(ids.values()), by=by, at=now) for name in ("早巡", "晚巡")]
    actions.run_due(now)
    begun, handed = (Round.objects.get(route_id=route).pk for route in routes)
    for pk in (begun, handed):
        actions.start(pk, by=by, at=now)
    found = [
        actions.Given(uuid4(), "CAM-PICTURE", ids["C1"], "FAIL", now, 1000, "DEVICE"),
        actions.Given(uuid4(), "CAM-PICTURE", ids["C2"], "FAIL", now, 2000, "NO_POWER"),
        actions.Given(uuid4(), "LIF-RUN", ids["L1"], "NOT_REACHED", now, 3000, "LOCKED", "W" * 60),
    ]
    actions.record_checks(handed, found, by=by, at=now)
    actions.hand_in(handed, manifest={str(one.uid): [] for one in found}, by=by, at=now)
    defect = Defect.objects.get(facility_id=ids["C1"])
    assert defect.order_id is not None
    orders.accept(defect.order_id, by=mender, at=now)
    orders.deliver(defect.order_id, text="换了一台。", by=mender, at=now)
    return begun, handed, defect.pk
