"""Every way to facilities: the register, labels, what a scan shows, and how much of it works."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import AT
from tests.trust.cases import READ, SENT, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Fact, Ground, jpeg
from zengyi.facilities import actions
from zengyi.facilities.models import Defect, Facility, Label, Photo, Picture, Round
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people.rules import Actor

HEAD = ["编号", "名称", "类别", "接在哪"]
ROWS = (
    ("P1", "3 号电源", "电源", ""),
    ("C1", "摄像头 1", "摄像头", "P1"),
    ("C2", "摄像头 2", "摄像头", "P1"),
    ("L1", "梯 1", "电梯", ""),
)
SHEET = [HEAD, *map(list, ROWS)]
SERVICED = {"code": "SERVICE", "done_on": "2026-11-20"}
ROUTE = {"name": "夜巡", "schedule": "DAILY", "weekday": "0", "starts_on": "2026-11-23", "kinds": ["CAMERA", "LIFT"]}
REVISED = {"kind": "LIFT", "key": "LIF-BELL", "title": "紧急呼叫有人应", "look": "按一下、有人答", "stops": "on"}
ONLY_SENT = {"facility-clock": "clock", "facility-label-new": "label", "report-settle": "reports", "facility-change": "retire"}


@dataclass
class Laid:
    """A facility here and away, another that is planned, and the token of one's label."""

    ids: dict[str, int]
    planned: int
    told: int
    token: str
    rounds: dict[str, tuple[int, int, UUID, int]]
    submitted: dict[str, int]
    defects: dict[str, int]
    photos: dict[str, str]
    pictures: dict[str, str]
    lying: dict[str, tuple[int, int]]
    checklists: dict[str, int]
    routes: dict[str, int]


def lay(ground: Ground) -> Laid:
    """Some facilities here and away, with a label and a report."""
    ids = {}
    for where, who in ((HERE, "worker2"), (AWAY, "far_worker")):
        by = ground.actor(who)
        actions.import_facilities(SHEET, by=by, at=AT)
        ids[where] = Facility.objects.get(community=ground.communities[where], code="L1").pk
        actions.issue([ids[where]], by=by, at=AT)
    here = ground.actor("worker2")
    planned = actions.add(code="N1", name="新装的", kind="道闸", state="还没装", by=here, at=AT)
    told = Facility.objects.get(community=ground.community, code="C2").pk
    actions.issue([told], by=here, at=AT)
    token = Label.objects.get(facility_id=told).token
    actions.report(token, fault="DARK", address="192.0.2.1", at=AT)
    rounds = {where: _walked(ground.actor(who), ids[where]) for where, who in ((HERE, "worker2"), (AWAY, "far_worker"))}
    handed = {where: _handed_in(ground, where) for where in (HERE, AWAY)}
    submitted = {where: pk for where, (pk, _defect) in handed.items()}
    defects = {where: pk for where, (_round, pk) in handed.items()}
    checklists = {where: Round.objects.get(pk=pk).route.checklist_id for where, pk in submitted.items()}
    routes = {where: Round.objects.get(pk=pk).route_id for where, pk in submitted.items()}
    photos = {where: _photographed(ground.actor(who), *rounds[where]) for where, who in ((HERE, "worker2"), (AWAY, "far_worker"))}
    pictures, lying = {}, {}
    for where, who in ((HERE, "worker2"), (AWAY, "far_worker")):
        actions.add_pictures(ids[where], [jpeg()], by=ground.actor(who), at=AT)
        pictures[where] = str(Picture.objects.get(facility_id=ids[where]).pk)
        lying[where] = _dark(ground, where, who)
    token = Label.objects.get(facility_id=ids[HERE]).token
    return Laid(ids, planned, told, token, rounds, submitted, defects, photos, pictures, lying, checklists, routes)


def _dark(ground: Ground, where: str, who: str) -> tuple[int, int]:
    """A power supply that is down, with a camera that lies at it: the two defects."""
    by, camera = ground.actor(who), Facility.objects.get(community=ground.communities[where], code="C2")
    route = actions.lay_out(name="夜里看一遍", schedule="DAILY", facility_ids=[camera.pk], by=by, at=AT)
    actions.run_due(AT)
    begun = Round.objects.get(route_id=route).pk
    actions.start(begun, by=by, at=AT)
    actions.record_checks(begun, [actions.Given(uuid4(), "CAM-PICTURE", camera.pk, "FAIL", AT, 0, "NO_POWER")], by=by, at=AT)
    effect = Defect.objects.get(facility=camera)
    assert effect.cause_id is not None
    order = Order.objects.get(pk=Defect.objects.get(pk=effect.cause_id).order_id or 0)
    ground.orders.append(Fact(order.pk, where, who, "", str(order.state), False, order.title))
    return effect.cause_id, effect.pk


def _photographed(by: Actor, _waits: int, begun: int, uid: UUID, _lift: int) -> str:
    photo = jpeg()
    actions.keep_photo(begun, uid, hashlib.sha256(photo).hexdigest(), photo, by=by, at=AT)
    return str(Photo.objects.get(check_row__uid=uid).pk)


def _handed_in(ground: Ground, where: str) -> tuple[int, int]:
    """A round that was handed in, and a defect of it that was repaired by a unit and waits for somebody to look again."""
    unit, clerk = {HERE: ("unit2", "worker2"), AWAY: ("far_unit", "far_worker")}[where]
    by, mender = ground.actor(clerk), ground.actor(unit)
    camera = Facility.objects.get(community=ground.communities[where], code="C1")
    Facility.objects.filter(pk=camera.pk).update(repairer_id=mender.organisation_id)
    route = actions.lay_out(name="摄像头", schedule="DAILY", facility_ids=[camera.pk], by=by, at=AT)
    actions.run_due(AT)
    begun = Round.objects.get(route_id=route).pk
    actions.start(begun, by=by, at=AT)
    one = actions.Given(uuid4(), "CAM-PICTURE", camera.pk, "FAIL", AT, 0, "DEVICE")
    actions.record_checks(begun, [one], by=by, at=AT)
    actions.hand_in(begun, manifest={str(one.uid): []}, by=by, at=AT)
    defect = Defect.objects.get(facility=camera)
    assert defect.order_id is not None
    orders.accept(defect.order_id, by=mender, at=AT)
    orders.deliver(defect.order_id, text="换了一台。", by=mender, at=AT)
    order = Order.objects.get(pk=defect.order_id)
    ground.orders.append(Fact(order.pk, where, clerk, unit, "DELIVERED", False, order.title))
    return begun, defect.pk


ALONE = {"round.review": lambda ground: actions.review(ground.of["facilities"].submitted[HERE], by=ground.actor("worker2"), at=AT)}


def _walked(by: Actor, lift: int) -> tuple[int, int, UUID, int]:
    """A round that waits, another that was begun with a check, the id of that, and the lift it passes."""
    waits, begun = (actions.lay_out(name=name, schedule="DAILY", facility_ids=[lift], by=by, at=AT) for name in ("早巡", "晚巡"))
    actions.run_due(AT)
    first, second = (Round.objects.get(route_id=route).pk for route in (waits, begun))
    actions.start(second, by=by, at=AT)
    one = actions.Given(uuid4(), "LIF-RUN", lift, "OK", AT, 0)
    actions.record_checks(second, [one], by=by, at=AT)
    return first, second, one.uid, lift


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The register."""
    laid: Laid = ground.of["facilities"]
    here: dict[str, Any] = {"relations": frozenset({"public", "community", "neighbour", "subtree"})}
    yield from visits("facility-scan", f"/f/{laid.token}/", READ, {"fault": "DOOR"})
    yield Case("facility-scan", "GET", "/f/nothing/", good=frozenset({404}))
    yield from visits("facilities", "/facilities/", READ, **here)
    yield from visits("facility-share", "/facilities/share", READ, **here)
    yield from visits("facility-plan", "/facilities/plan", READ, **here)
    made = {"code": "N9", "name": "一处新的", "kind": "道闸"}
    yield from visits("facility-new", "/facilities/new", READ, {**made, "state": "能用"}, **here)
    yield from visits("facility-import", "/facilities/import", READ, {"file": _csv()}, sent=READ, **here)
    yield from visits("facility-template", "/facilities/template.xlsx", READ, **here)
    yield from visits("facility-labels", "/facilities/labels", READ, {}, **here)
    yield from visits("facility-label-sheet", "/facilities/labels.pdf", READ, **here)
    for where, pk in laid.ids.items():
        lie: dict[str, Any] = {"relations": lies(role, where)}
        yield from visits("facility", f"/facilities/{pk}/", READ, **lie)
        yield from visits("facility-edit", f"/facilities/{pk}/edit", READ, {"name": "改过的", "x": "120", "y": "80"}, **lie)
        yield Case("facility-label-new", "POST", f"/facilities/{pk}/label", {}, SENT, **lie)
        yield Case("facility-clock", "POST", f"/facilities/{pk}/clock", SERVICED, SENT, **lie)
        yield Case("facility-change", "POST", f"/facilities/{pk}/retire", {}, SENT, **lie)
        yield from visits("facility-pictures", f"/facilities/{pk}/pictures", READ, {"photos": _jpeg()}, **lie)
        for way, more in (("facility-picture", ""), ("facility-picture-preview", ".preview")):
            yield from visits(way, f"/facilities/pictures/{laid.pictures[where]}{more}.jpg", READ, **lie)
        yield Case("facility-picture-drop", "POST", f"/facilities/pictures/{laid.pictures[where]}/drop", {}, SENT, **lie)
        root, effect = laid.lying[where]
        yield from visits("defect", f"/defects/{root}/", READ, **lie)
        yield Case("defect-gather", "POST", f"/defects/{root}/gather", {"defects": [laid.defects[where]]}, SENT, **{**lie, "objection": 0})
        yield Case("defect-part", "POST", f"/defects/{effect}/part", {}, SENT, **lie)
    yield Case("facility-picture-drop", "GET", f"/facilities/pictures/{laid.pictures[HERE]}/drop", good=WRONG_METHOD)
    for path in ("gather", "part"):
        yield Case(f"defect-{path}", "GET", f"/defects/{laid.lying[HERE][0]}/{path}", good=WRONG_METHOD)
    yield Case("facility-change", "POST", f"/facilities/{laid.planned}/takeup", {}, SENT, relations=lies(role, HERE))
    yield Case("report-settle", "POST", f"/facilities/{laid.told}/reports", {}, SENT, relations=lies(role, HERE))
    for way, path in ONLY_SENT.items():
        yield Case(way, "GET", f"/facilities/{laid.told}/{path}", good=WRONG_METHOD)
    yield from _rounds(ground, role)
    yield Case("api:list_facilities", "GET", "/api/v1/facilities", **here)
    yield Case("api:get_availability", "GET", "/api/v1/facilities/availability", **here)
    yield Case("api:add_facility", "POST", "/api/v1/facilities", {**made, "kind": "BARRIER"}, frozenset({201}), **here)
    yield Case("api:import_facilities", "POST", "/api/v1/facilities/import", {"rows": SHEET}, **here)


def _rounds(ground: Ground, role: str) -> Iterator[Case]:
    """Rounds: the one that waits is begun, checks and photos go to the one that was begun, which then is handed in."""
    laid: Laid = ground.of["facilities"]
    yield Case("api:list_rounds", "GET", "/api/v1/rounds")
    for where, (waits, begun, uid, facility) in laid.rounds.items():
        lie: dict[str, Any] = {"relations": lies(role, where), "objection": 0}
        yield Case("api:start_round", "POST", f"/api/v1/rounds/{waits}/start", {}, **lie)
        one = {"uid": str(uuid4()), "item": "LIF-RUN", "facility_id": facility, "result": "OK", "elapsed_ms": 1000}
        sent = {"checks": [{**one, "at": AT.isoformat()}]}
        yield Case("api:record_checks", "POST", f"/api/v1/rounds/{begun}/checks", sent, **lie)
        path = f"/api/v1/rounds/{begun}/checks/{uid}/photos/{'0' * 64}"
        yield Case("api:put_check_photo", "PUT", path, {}, **{**lie, "objection": 422})
        kept = {"manifest": [{"uid": str(uid), "photos": []}]}
        yield Case("api:submit_round", "POST", f"/api/v1/rounds/{begun}/submit", kept, **lie)
        yield from visits("round", f"/rounds/{begun}/", READ, **_seen(lie))
        yield Case("round-start", "POST", f"/rounds/{waits}/start", {}, SENT, **lie)
        yield Case("round-walk", "GET", f"/rounds/{begun}/walk", good=SENT, **_seen(lie))
        yield Case("round-typed", "GET", f"/rounds/{begun}/typed", **_seen(lie))
        yield Case("round-typed", "POST", f"/rounds/{begun}/typed", {}, **{**_seen(lie), "objection": 422})
        yield Case("round-file", "GET", f"/rounds/{begun}/file", **_seen(lie))
        yield Case("round-file", "POST", f"/rounds/{begun}/file", {}, **{**_seen(lie), "objection": 422})
        yield Case("round-hand-in", "POST", f"/rounds/{begun}/hand-in", {}, SENT, **lie)
        yield Case("round-paper", "GET", f"/rounds/{begun}/round.pdf", **_seen(lie))
        yield Case("round-review", "POST", f"/rounds/{laid.submitted[where]}/review", {"note": "看过了"}, SENT, **_seen(lie))
        up = {"cause": _up(laid.defects[where])}
        yield Case("defect-join", "POST", f"/defects/{laid.defects[where]}/cause", up, SENT, **_seen(lie))
        yield Case("defect-recheck", "GET", f"/defects/{laid.defects[where]}/recheck", **_seen(lie))
        yield Case("defect-recheck", "POST", f"/defects/{laid.defects[where]}/recheck", {"passed": "yes"}, SENT, **_seen(lie))
    for where, photo in laid.photos.items():
        for way, more in (("check-photo", ""), ("check-preview", ".preview")):
            yield from visits(way, f"/rounds/photos/{photo}{more}.jpg", READ, relations=lies(role, where))
    yield from visits("rounds", "/rounds/", READ)
    yield Case("defect-join", "GET", f"/defects/{laid.defects[HERE]}/cause", good=WRONG_METHOD)
    yield from visits("route-new", "/rounds/routes/new", READ, ROUTE)
    for where, pk in laid.checklists.items():
        yield from visits("checklist", f"/rounds/checklists/{pk}/", READ, REVISED, relations=lies(role, where), objection=0)
        yield Case("route-end", "POST", f"/rounds/routes/{laid.routes[where]}/end", {}, SENT, relations=lies(role, where), objection=0)
    yield Case("route-end", "GET", f"/rounds/routes/{laid.routes[HERE]}/end", good=WRONG_METHOD)
    for way, path in (("round-walk", "walk"), ("round-paper", "round.pdf")):
        yield Case(way, "POST", f"/rounds/{laid.rounds[HERE][1]}/{path}", {}, WRONG_METHOD)
    for way, path in (("round-start", "start"), ("round-hand-in", "hand-in"), ("round-review", "review")):
        yield Case(way, "GET", f"/rounds/{laid.rounds[HERE][1]}/{path}", good=WRONG_METHOD)
    yield Case("api:start_round", "POST", "/api/v1/rounds/999999999999999999/start", {}, relations=frozenset())


def _up(defect_id: int) -> int:
    """What the facility of a defect hangs on."""
    return Defect.objects.values_list("facility__hangs_on_id", flat=True).get(pk=defect_id) or 0


def _seen(lie: dict[str, Any]) -> dict[str, Any]:
    return {**lie, "objection": 0}


def _jpeg() -> SimpleUploadedFile:
    return SimpleUploadedFile("lift.jpg", jpeg(), "image/jpeg")


def _csv() -> SimpleUploadedFile:
    return SimpleUploadedFile("facilities.csv", "\n".join(",".join(row) for row in SHEET).encode())


FORMS = (
    *(
        "facility-scan",
        "facility-new",
        "facility-edit",
        "facility-labels",
        "facility-change",
        "facility-clock",
        "facility-label-new",
        "report-settle",
    ),
    *("route-new", "checklist", "route-end", "round-start", "round-review", "round-hand-in", "defect-join"),
    *("defect-gather", "defect-part", "facility-picture-drop", "defect-recheck"),
)


def forms(ground: Ground) -> Iterator[Filled]:
    """A new facility, and the taps."""
    laid: Laid = ground.of["facilities"]
    yield Filled("facility-scan", "", f"/f/{laid.token}/", {"fault": "DOOR"})
    words = {"code": "N9", "name": "一处新的", "kind": "道闸", "place": "", "spot": "门口", "state": "能用", "since": "2026-11-20"}
    more = {"up": "P1", "repairer": "", "model": "DZ-2", "serial": "0001", "warranty": "2027-11-20", "x": "120", "y": "80"}
    yield Filled("facility-new", "worker", "/facilities/new", {**words, **more})
    anew = {
        "name": "改过的",
        "place": "",
        "spot": "门口",
        "repairer": "",
        **{key: more[key] for key in ("up", "model", "serial", "warranty")},
    }
    yield Filled("facility-edit", "worker", f"/facilities/{laid.ids[HERE]}/edit", {**anew, "x": "120", "y": "80"}, again=False)
    yield Filled("facility-labels", "worker", "/facilities/labels", {}, again=False)
    yield Filled("facility-change", "worker", f"/facilities/{laid.planned}/takeup", {}, again=False)
    yield Filled("facility-clock", "worker", f"/facilities/{laid.ids[HERE]}/clock", SERVICED, again=False)
    yield Filled("facility-label-new", "worker", f"/facilities/{laid.told}/label", {}, again=False)
    yield Filled("report-settle", "worker", f"/facilities/{laid.told}/reports", {}, again=False)
    yield Filled("route-new", "worker", "/rounds/routes/new", ROUTE)
    drop = {"drop": ["LIF-RUN"]}
    yield Filled("checklist", "worker", f"/rounds/checklists/{laid.checklists[HERE]}/", {**REVISED, **drop}, again=False)
    yield Filled("route-end", "worker", f"/rounds/routes/{laid.routes[HERE]}/end", {}, again=False)
    waits, begun, _uid, _lift = laid.rounds[HERE]
    yield Filled("round-start", "worker", f"/rounds/{waits}/start", {}, again=False)
    yield Filled("round-review", "worker", f"/rounds/{laid.submitted[HERE]}/review", {"note": "看过了"}, again=False)
    yield Filled("round-hand-in", "worker", f"/rounds/{begun}/hand-in", {}, again=False)
    up = {"cause": str(_up(laid.defects[HERE]))}
    yield Filled("defect-join", "worker", f"/defects/{laid.defects[HERE]}/cause", up, again=False)
    root, effect = laid.lying[HERE]
    yield Filled("defect-gather", "worker", f"/defects/{root}/gather", {"defects": [str(laid.defects[HERE])]}, again=False)
    yield Filled("defect-part", "worker", f"/defects/{effect}/part", {}, again=False)
    yield Filled("facility-picture-drop", "worker", f"/facilities/pictures/{laid.pictures[HERE]}/drop", {}, again=False)
    yield Filled("defect-recheck", "worker", f"/defects/{laid.defects[HERE]}/recheck", {"passed": "yes", "reason": ""})


def _one(town: Any, by: Any) -> list[str]:
    return [f"/facilities/{pk}/" for pk in town.facilities]


_FILES = {"check-photo", "check-preview", "facility-picture", "facility-picture-preview"}
NO_PAGES = {*_FILES, "route-end", "facility-picture-drop", "defect-gather", "defect-part"}
READ_ONLY = {*_FILES, "defect", "facility-plan"}
VISITS = {
    "facilities": lambda town, by: ["/facilities/", "/facilities/?q=没有这样的"],
    "facility": _one,
    "facility-new": lambda town, by: ["/facilities/new"],
    "facility-edit": lambda town, by: [f"/facilities/{pk}/edit" for pk in town.facilities],
    "facility-import": lambda town, by: ["/facilities/import", "/facilities/import?new=390&changed=2&unchanged=1"],
    "facility-labels": lambda town, by: ["/facilities/labels"],
    "facility-share": lambda town, by: ["/facilities/share"],
    "facility-plan": lambda town, by: ["/facilities/plan", "/facilities/plan?kind=CAMERA"],
    "rounds": lambda town, by: ["/rounds/", "/rounds/?state=MISSED"],
    "round": lambda town, by: [f"/rounds/{pk}/" for pk in town.rounds],
    "route-new": lambda town, by: ["/rounds/routes/new"],
    "checklist": lambda town, by: [f"/rounds/checklists/{Round.objects.get(pk=town.rounds[0]).route.checklist_id}/"],
    "round-typed": lambda town, by: [f"/rounds/{town.rounds[0]}/typed"],
    "round-file": lambda town, by: [f"/rounds/{town.rounds[0]}/file"],
    "facility-pictures": lambda town, by: [f"/facilities/{town.facilities[1]}/pictures"],
    "defect": lambda town, by: [f"/defects/{pk}/" for pk in town.defects],
    "defect-recheck": lambda town, by: [f"/defects/{town.defects[0]}/recheck"],
    "facility-scan": lambda town, by: [f"/f/{town.label}/"],
}
