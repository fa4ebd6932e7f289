"""Every way to projects and demands."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import AT
from tests.trust.cases import LOGINS, READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground, jpeg
from tests.works import sites
from tests.works.visits import VISITS
from zengyi.works import actions
from zengyi.works.models import Demand, Project, WorkPhoto

__all__ = ["ALONE", "FORMS", "NO_PAGES", "READ_ONLY", "VISITS", "cases", "forms", "lay"]

STAFF = {HERE: "worker2", AWAY: "far_worker"}
BUILDERS = {HERE: "unit", AWAY: "far_unit"}
RAISERS = {HERE: "resident", AWAY: "far_resident"}


@dataclass(frozen=True)
class Laid:
    """A project in every state, its lot and milestone, demands in every state, and a photo."""

    candidate: int
    ranked: int
    funded: int
    working: int
    ready: int
    inspected: int
    lot: int
    milestone: int
    demands: dict[str, int]
    photo: str
    shown: str
    lines: dict[str, int]


def lay(ground: Ground) -> dict[str, Laid]:
    """Projects here and away."""
    return {where: _lay(ground, where) for where in (HERE, AWAY)}


def _lay(ground: Ground, where: str) -> Laid:
    staff, builder = STAFF[where], BUILDERS[where]
    by, unit = ground.actor(staff), ground.unit if where == HERE else ground.far_unit
    candidate, ranked = sites.proposed(ground, "加装扶手", who=staff), sites.ranked(ground, title="换路灯", who=staff)
    sites.ranked(ground, title="补路牌", who=staff)  # its neighbour in the line
    funded = sites.ranked(ground, title="修围墙", who=staff)
    actions.add_lot(funded.pk, "整个项目", unit.pk, by=by, at=AT)
    sites.fund(funded)
    site = sites.site(ground, who=staff, unit=unit)
    asker = RAISERS[where]
    more: dict[str, Any] = {"who": staff, "phone": ground.who(asker).phone}
    made = {
        "raised": sites.raised(ground, site, photos=[jpeg()], **more),
        "accepted": sites.accepted(ground, site, by=builder, **more),
        "done": sites.done(ground, site, by=builder, **more),
        "explained": sites.explained(ground, site, by=builder, **more),
        "closed": sites.explained(ground, site, by=builder, **more),
    }
    actions.settle_demand(made["closed"].pk, by=ground.actor(asker), at=AT)
    Demand.objects.filter(pk=made["closed"].pk).update(told_at=None)  # as if a supervisor had settled it
    ready = _ready(ground, staff, unit)
    inspected = _ready(ground, staff, unit)
    actions.add_pair(inspected.pk, "围墙", jpeg(), jpeg(), by=by, at=AT)
    actions.inspect_project(inspected.pk, by=by, at=AT)
    photo = WorkPhoto.objects.get(demand=made["raised"])
    demands = {name: one.pk for name, one in made.items()}
    actions.name_alliance("党建联盟", by=by, at=AT)
    lines = _lines(ground, where, funded.pk, unit.pk)
    return Laid(
        candidate.pk,
        ranked.pk,
        funded.pk,
        site.project.pk,
        ready.pk,
        inspected.pk,
        site.lot.pk,
        site.milestones[0].pk,
        demands,
        str(photo.pk),
        _shown(ground, staff, unit),
        lines,
    )


def _shown(ground: Ground, staff: str, unit: Any) -> str:
    """A picture of a project that was shown to the neighbours."""
    by, project = ground.actor(staff), _ready(ground, staff, unit)
    pair = actions.add_pair(project.pk, "围墙", jpeg(), jpeg(), by=by, at=AT)
    actions.inspect_project(project.pk, by=by, at=AT)
    actions.show_project(project.pk, by=by, at=AT)
    return str(pair.before_id)


def _lines(ground: Ground, where: str, project: int, payer: int) -> dict[str, int]:
    """Money that waits, for which somebody may sign, that is to be posted, and that is to be paid."""
    by, second = ground.actor(STAFF[where]), ground.actor("secretary" if where == HERE else "far_secretary")
    asked, urgent, posted, paid = (
        actions.propose_line(project, title, source, 100_000, payer_id=payer, by=by, at=AT).pk
        for title, source in (("换灯", "ALLIANCE"), ("修电梯", "MAINTENANCE"), ("修水泵", "MAINTENANCE"), ("补墙", "DONATION"))
    )
    actions.decide_line(paid, True, "联盟会第 4 次", by=second, at=AT)
    actions.sign_line(posted, "PUMP", by=by, at=AT)
    actions.sign_line(posted, "PUMP", by=second, at=AT)
    return {"asked": asked, "urgent": urgent, "posted": posted, "paid": paid}


def _ready(ground: Ground, staff: str, unit: Any) -> Project:
    """A project in work on which nothing is left to do."""
    project = sites.ranked(ground, title="补绿", who=staff)
    actions.add_lot(project.pk, "整个项目", unit.pk, by=ground.actor(staff), at=AT)
    sites.fund(project)
    return actions.start_project(project.pk, by=ground.actor(staff), at=AT)


def _photos(*names: str) -> dict[str, Any]:
    return {name: SimpleUploadedFile(f"{name}.jpg", jpeg(), "image/jpeg") for name in names}


DEMAND = {"title": "车位线离消防栓太近", "way": "SITE", "addressee": "CONTRACTOR", "text": "", "spot": "", "name": "", "phone": ""}
PROPOSAL = {"title": "3 幢电梯换补偿链", "text": "", "place_id": "", "households": "86", "meets_on": "2"}
RANK = {"urgency": "1", "effort": "2", "reason": "老人天天爬楼"}
NODE = {"name": "绿化", "begins": "2026-12-01", "ends": "2026-12-20"}
MOVED = {"begins": "2026-11-06", "ends": "2026-11-25", "reason": "下了三天雨"}
REPORTED = {"begun": "2026-11-13", "done": ""}
ANSWER = {"answer": "ACCEPT", "promised": "2026-11-27", "text": "周五放平"}
DID, BACK = {"text": "放平了，压了三遍"}, {"text": "又高 1 厘米"}
#: Each verb of a project: which project stands for it, what is sent, which row of the table it asks for.
CALLED = {"starts_at": "2026-11-25T14:00:00+08:00", "place": "工地门口"}
MEETING = {"starts_at": "2026-11-25T14:00", "place": "工地门口"}
PROJECT_MOVES: dict[str, tuple[str, dict[str, Any], str]] = {
    "rank": ("candidate", RANK, "project.rank"),
    "start": ("funded", {}, "project.plan"),
    "inspect": ("ready", {}, "project.inspect"),
    "show": ("inspected", {}, "project.plan"),
    "meet": ("working", MEETING, "project.plan"),
    "voice": ("inspected", {"text": "门关得严了", "when": "换的第二天"}, "project.plan"),
}
#: The same for demands.
DEMAND_MOVES: dict[str, tuple[str, dict[str, Any], str]] = {
    "answer": ("raised", ANSWER, "demand.answer"),
    "do": ("accepted", DID, "demand.answer"),
    "pass": ("done", {"text": ""}, "demand.check"),
    "return": ("done", BACK, "demand.check"),
    "settle": ("explained", {"text": ""}, "demand.check"),
    "insist": ("explained", {"text": "还是不行", "addressee": "COMMUNITY"}, "demand.check"),
    "tell": ("closed", {"text": "打了电话，他说好"}, "demand.tell"),
}
LINE = {"title": "12 扇单元门换玻璃", "source": "ALLIANCE", "amount": "28800.00", "payer_id": "", "pack": "STRICT"}
DECIDE = {"approve": "1", "basis": "联盟会第 4 次", "ballot_id": ""}
PAY = {"amount": "210.60", "payee": "电梯维保公司", "paid_on": "2026-11-23"}
#: The same for money.
LINE_MOVES: dict[str, tuple[str, dict[str, Any], str]] = {
    "decide": ("asked", DECIDE, "fund.approve"),
    "more": ("paid", {"total": "2000", "reason": "料涨价了"}, "fund.approve"),
    "sign": ("urgent", {"kind": "LIFT", "reason": ""}, "fund.sign"),
    "post": ("posted", {"posted_on": "2026-11-23"}, "fund.pay"),
    "pay": ("paid", PAY, "fund.pay"),
}


def _lies(role: str, where: str) -> frozenset[str]:
    """The scopes in which a project lies for that role: to its builder it is the unit's."""
    return frozenset(lies(role, where) | ({"unit"} if LOGINS.get(role) == BUILDERS[where] else set()))


def _lies_demand(role: str, where: str) -> frozenset[str]:
    """The scopes in which a demand lies for that role: to who wanted it, it is their own."""
    return frozenset(_lies(role, where) | ({"own"} if LOGINS.get(role) == RAISERS[where] else set()))


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages and operations, here and away."""
    yield from visits("projects", "/works/", READ)
    yield from visits("project-new", "/works/new", READ, PROPOSAL)
    yield Case("project-line", "GET", "/works/line", None, READ)
    yield Case("project-line", "POST", "/works/line", {"later": str(ground.of["works"][HERE].ranked)}, SENT, "project.rank")
    yield Case("api:list_projects", "GET", "/api/v1/projects")
    yield Case("api:propose_project", "POST", "/api/v1/projects", {"title": "3 幢电梯换补偿链"}, frozenset({201}))
    for where in (HERE, AWAY):
        yield from _project_cases(ground, role, where)
        yield from _demand_cases(ground, role, where)
        yield from _money_cases(ground, role, where)
    yield from visits("alliance", "/works/alliance/", READ)
    yield from visits("alliance-new", "/works/alliance/name", READ, {"name": "星湖邻里"})
    yield from visits("alliance-meeting", "/works/alliance/meeting", READ, MEETING)
    yield Case("api:get_alliance", "GET", "/api/v1/alliance")
    yield Case("api:name_alliance", "POST", "/api/v1/alliance", {"name": "星湖邻里"})
    gift = {"organisation_id": ground.unit.pk, "gives": "出两万元"}
    yield Case("api:join_alliance", "POST", "/api/v1/alliance/members", gift)
    yield Case("api:call_alliance", "POST", "/api/v1/alliance/meetings", CALLED, frozenset({201}))
    yield from visits("alliance-join", "/works/alliance/join", READ, {"organisation_id": str(ground.unit.pk), "gives": "出两万元"})


def _money_cases(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid: Laid = ground.of["works"][where]
    of: dict[str, Any] = {"relations": lies(role, where)}
    held: dict[str, Any] = {"relations": _lies(role, where), "sees": where == HERE}
    yield from visits("fund-line-new", f"/works/{laid.funded}/money", READ, LINE, **of)
    for verb, (which, sent, action) in LINE_MOVES.items():
        path = f"/works/money/{laid.lines[which]}/{verb}"
        yield Case("fund-line-move", "GET", path, None, READ, action, **held)
        yield Case("fund-line-move", "POST", path, sent, SENT, action, **held)
    path = f"/works/money/{laid.lines['paid']}/shares"
    yield Case("fund-line-shares", "GET", path, None, READ, **held)
    yield Case("fund-line-shares", "POST", path, {"flats": "3-101 80.00"}, READ, **held)
    api = "/api/v1/fund-lines"
    asked = {"title": "12 扇单元门换玻璃", "source": "ALLIANCE", "amount": 2880000}
    yield Case("api:propose_line", "POST", f"/api/v1/projects/{laid.funded}/fund-lines", asked, frozenset({201}), **of)
    decision = {"approve": True, "basis": "联盟会第 4 次"}
    yield Case("api:decide_line", "POST", f"{api}/{laid.lines['asked']}/decide", decision, **held)
    yield Case("api:sign_line", "POST", f"{api}/{laid.lines['urgent']}/sign", {"kind": "LIFT"}, **held)
    yield Case("api:get_money", "GET", f"/api/v1/projects/{laid.funded}/fund-lines", **of)
    yield Case("api:post_line", "POST", f"{api}/{laid.lines['posted']}/post", {"posted_on": "2026-11-23"}, **held)
    yield Case("api:raise_line", "POST", f"{api}/{laid.lines['paid']}/raise", {"total": 200_000, "reason": "料涨价了"}, **held)
    paid = {"amount": 21060, "payee": "电梯维保公司", "paid_on": "2026-11-23"}
    yield Case("api:pay_line", "POST", f"{api}/{laid.lines['paid']}/payments", paid, frozenset({201}), **held)


def _project_cases(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid: Laid = ground.of["works"][where]
    of: dict[str, Any] = {"relations": lies(role, where)}
    built: dict[str, Any] = {"relations": _lies(role, where), "sees": where == HERE}
    path = f"/works/{laid.working}/"
    yield from visits("project", path, READ, **of)
    yield from visits("project-sheet", f"{path}sheet", READ, **of)
    yield from visits("project-sheet-paper", f"{path}sheet.pdf", READ, **of)
    yield from visits("demand-new", f"{path}demands/new", READ, DEMAND, **of)
    yield from visits("milestone-new", f"/works/lots/{laid.lot}/milestone", READ, NODE, **of)
    yield from visits("milestone-move", f"/works/milestones/{laid.milestone}/move", READ, MOVED, **of)
    yield from visits("milestone-report", f"/works/milestones/{laid.milestone}/report", READ, REPORTED, **built)
    for verb, (which, sent, action) in PROJECT_MOVES.items():
        at = f"/works/{getattr(laid, which)}/{verb}"
        yield Case("project-move", "GET", at, None, READ, action, **of)
        yield Case("project-move", "POST", at, sent, SENT, action, **of)
    yield Case("project-move", "DELETE", f"{path}rank", good=frozenset({405}), **of)
    yield from visits("site", f"/sites/{laid.working}/", READ)
    for way, more in (("site-photo", ""), ("site-preview", "/preview")):
        yield from visits(way, f"/sites/photos/{laid.shown}{more}", READ)
    for way, more in (("work-photo", ""), ("work-preview", "/preview")):
        yield from visits(way, f"/works/photos/{laid.photo}{more}", READ, **of)
    yield Case("api:get_project", "GET", f"/api/v1/projects/{laid.working}", **of)
    rank = {"urgency": 1, "effort": 2, "reason": "老人天天爬楼"}
    yield Case("api:rank_project", "POST", f"/api/v1/projects/{laid.ranked}/rank", rank, **of)
    yield Case("api:shift_project", "POST", f"/api/v1/projects/{laid.ranked}/shift", {"way": "LATER"}, **of)
    yield Case("api:inspect_project", "POST", f"/api/v1/projects/{laid.ready}/inspect", **of)
    yield from _building_cases(ground, where, laid, of, built)
    demand = {"title": "车位线离消防栓太近", "way": "SITE"}
    yield Case("api:raise_demand", "POST", f"/api/v1/projects/{laid.working}/demands", demand, frozenset({201}), **of)


def _building_cases(ground: Ground, where: str, laid: Laid, of: dict[str, Any], built: dict[str, Any]) -> Iterator[Case]:
    projects, unit, created = "/api/v1/projects", ground.unit if where == HERE else ground.far_unit, frozenset({201})
    yield Case("api:start_project", "POST", f"{projects}/{laid.funded}/start", **of)
    yield Case("api:show_project", "POST", f"{projects}/{laid.inspected}/show", **of)
    yield Case("api:add_lot", "POST", f"{projects}/{laid.working}/lots", {"name": "四标段", "contractor_id": unit.pk}, created, **of)
    yield Case("api:add_milestone", "POST", f"/api/v1/lots/{laid.lot}/milestones", NODE, created, **of)
    yield Case("api:move_milestone", "POST", f"/api/v1/milestones/{laid.milestone}/move", MOVED, **of)
    yield Case("api:report_milestone", "POST", f"/api/v1/milestones/{laid.milestone}/report", {"begun": "2026-11-13"}, **built)
    picture = base64.b64encode(jpeg()).decode()
    pair = {"title": "围墙", "before": picture, "after": picture}
    yield Case("api:add_pair", "POST", f"{projects}/{laid.working}/pairs", pair, created, **of)
    yield Case("api:add_voice", "POST", f"{projects}/{laid.inspected}/voices", {"text": "门关得严了"}, created, **of)
    yield Case("api:call_meeting", "POST", f"{projects}/{laid.working}/meetings", CALLED, created, **of)


def _demand_cases(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid: Laid = ground.of["works"][where]
    of: dict[str, Any] = {"relations": _lies_demand(role, where), "sees": where == HERE, "whose": frozenset({RAISERS[where]})}
    yield from visits("demand", f"/works/demands/{laid.demands['raised']}/", READ, **of)
    yield Case("api:get_demand", "GET", f"/api/v1/demands/{laid.demands['raised']}", **of)
    for verb, (which, sent, action) in DEMAND_MOVES.items():
        path = f"/works/demands/{laid.demands[which]}/{verb}"
        yield Case("demand-move", "GET", path, None, READ, action, **of)
        yield Case("demand-move", "POST", path, sent, SENT, action, **of)
        yield Case(f"api:{verb}_demand", "POST", f"/api/v1/demands/{laid.demands[which]}/{verb}", sent or None, **of)
    yield Case("demand-move", "DELETE", f"/works/demands/{laid.demands['raised']}/answer", good=frozenset({405}), **of)


FORMS = (
    "project-new",
    "project-move",
    "project-line",
    "project-move-start",
    "project-move-voice",
    "project-move-lot",
    "demand-new",
    "milestone-new",
    "milestone-move",
    "milestone-report",
    "fund-line-new",
    "fund-line-move",
    "fund-line-move-more",
    "fund-line-move-sign",
    "fund-line-move-post",
    "fund-line-move-pay",
    "alliance-new",
    "alliance-meeting",
    "project-move-meet",
    "alliance-join",
    "demand-move",
    "demand-move-do",
    "demand-move-return",
    "demand-move-insist",
    "demand-move-tell",
)


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms of projects and demands."""
    laid: Laid = ground.of["works"][HERE]
    yield Filled("project-new", "worker", "/works/new", PROPOSAL)
    yield Filled("project-move", "worker", f"/works/{laid.candidate}/rank", RANK)
    yield Filled("project-line", "worker", "/works/line", {"later": str(laid.ranked)}, again=False)
    yield Filled("project-move-start", "worker", f"/works/{laid.funded}/start", {}, again=False)
    yield Filled("project-move-voice", "worker", f"/works/{laid.inspected}/voice", {"text": "门关得严了", "when": "换的第二天"})
    lot = {"name": "四标段", "extent": "201–206 幢", "contractor_id": str(ground.unit.pk)}
    yield Filled("project-move-lot", "worker", f"/works/{laid.working}/lot", lot)
    yield Filled("demand-new", "supervisor", f"/works/{laid.working}/demands/new", {**DEMAND, "households": "3"})
    yield Filled("milestone-new", "worker", f"/works/lots/{laid.lot}/milestone", NODE)
    yield Filled("milestone-move", "worker", f"/works/milestones/{laid.milestone}/move", MOVED)
    yield Filled("milestone-report", "unit", f"/works/milestones/{laid.milestone}/report", REPORTED)
    yield Filled("fund-line-new", "worker", f"/works/{laid.funded}/money", LINE)
    for verb, who in (("decide", "secretary"), ("more", "secretary"), ("sign", "unit"), ("post", "worker"), ("pay", "worker")):
        which, sent, _action = LINE_MOVES[verb]
        name = "fund-line-move" if verb == "decide" else f"fund-line-move-{verb}"
        yield Filled(name, who, f"/works/money/{laid.lines[which]}/{verb}", sent)
    yield Filled("alliance-new", "worker", "/works/alliance/name", {"name": "星湖邻里"})
    yield Filled("alliance-meeting", "worker", "/works/alliance/meeting", MEETING)
    yield Filled("project-move-meet", "worker", f"/works/{laid.working}/meet", MEETING)
    join = {"organisation_id": str(ground.unit.pk), "gives": "出两万元"}
    yield Filled("alliance-join", "worker", "/works/alliance/join", join)
    for verb, who in (("answer", "unit"), ("do", "unit"), ("return", "supervisor"), ("insist", "supervisor"), ("tell", "supervisor")):
        which, sent, _action = DEMAND_MOVES[verb]
        name = "demand-move" if verb == "answer" else f"demand-move-{verb}"
        yield Filled(name, who, f"/works/demands/{laid.demands[which]}/{verb}", sent)


def own_check(ground: Ground) -> None:
    """A worker who wanted something of the community, and did it, says as a resident that it is right."""
    by, laid = ground.actor("worker"), ground.of["works"][HERE]
    given: dict[str, Any] = {"addressee": "COMMUNITY", "phone": ground.who("worker").phone, "by": by, "at": AT}
    made = actions.raise_demand(laid.working, "车位划完归谁停", **given)
    actions.answer_demand(made.pk, "ACCEPT", promised=AT.date(), by=by, at=AT)
    actions.do_demand(made.pk, "开了居民会，定下来了", by=by, at=AT)
    actions.pass_demand(made.pk, by=ground.actor("worker", "resident"), at=AT)


def own_money(ground: Ground) -> None:
    """A secretary approves what they asked for."""
    by, laid = ground.actor("secretary"), ground.of["works"][HERE]
    made = actions.propose_line(laid.funded, "换灯", "ALLIANCE", 100, by=by, at=AT)
    actions.decide_line(made.pk, True, "联盟会第 4 次", by=by, at=AT)


def own_signature(ground: Ground) -> None:
    """A secretary signs twice."""
    by, laid = ground.actor("secretary"), ground.of["works"][HERE]
    for _hand in range(2):
        actions.sign_line(laid.lines["urgent"], "LIFT", by=by, at=AT)


ALONE = {"demand.check": own_check, "fund.approve": own_money, "fund.sign": own_signature}
NO_PAGES = {"project-sheet-paper", "work-photo", "work-preview", "site-photo", "site-preview"}
READ_ONLY = {
    "site",
    "site-photo",
    "site-preview",
    "fund-line-shares",
    "alliance",
    "projects",
    "project",
    "project-sheet",
    "project-sheet-paper",
    "demand",
    "work-photo",
    "work-preview",
}
