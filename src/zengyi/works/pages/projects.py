"""Projects: the list by how much they press, one with its timeline, what may be done with it."""

from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import PlainForm, contents
from zengyi.core.keyset import after_of, next_link
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, PlaceKind, check_role, may
from zengyi.people.web import acting, layout_of
from zengyi.works import actions, forms, queries
from zengyi.works.pages.common import Ask, places
from zengyi.works.rules import projects as rules
from zengyi.works.rules.projects import Effort, ProjectVerb, Urgency

_URGENCIES = {
    Urgency.URGENT: gettext_lazy("今天就有危险"),
    Urgency.HEAVY: gettext_lazy("很多人天天受累"),
    Urgency.SLOW: gettext_lazy("等得起，要办"),
    Urgency.LIGHT: gettext_lazy("顺手的事"),
}


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The community's projects: those that were ranked in a table of how much they press and how long they take, then all others."""
    by, at = acting(request), clock.now()
    page = queries.projects(by=by, at=at, after=after_of(request))
    ranked = sorted((row for row in page.rows if row.urgency is not None), key=lambda row: row.turn)
    table = [
        (str(urgency.label), told, [[row for row in ranked if (row.urgency, row.effort) == (urgency, effort)] for effort in Effort])
        for urgency, told in _URGENCIES.items()
    ]
    context = {
        "layout": layout_of(by),
        "page": page,
        "table": table if ranked else [],
        "efforts": [str(effort.label) for effort in Effort],
        "rows": [row for row in page.rows if not row.over],
        "over": [row for row in page.rows if row.over],
        "may_propose": may(by, "project.propose"),
        "waits": any(row.state == rules.ProjectState.RANKED for row in page.rows),
        "next": next_link(request, page),
    }
    return render(request, "works/projects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Put a candidate on the list."""
    by = acting(request)
    known = places(by, (PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.SPOT))
    form = forms.ProjectForm(web.sent(request), places=known, initial={"meets_on": 2})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_project(**_with_zero(form.cleaned_data), by=by, at=clock.now()),
            to=lambda made: reverse("project", args=[made.pk]),
            said=lambda _made: _("记上了。下一步排轻重缓急。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "form": form, "title": _("提一个项目"), "button": _("记上"), "back": reverse("projects")}
    return render(request, "works/form.html", context, status=web.status_of(form))


def _with_zero(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "households": given["households"] or 0}


@require_safe
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """A project: its timeline, whose move it is, this week's sheet, what is shown of it."""
    by, at = acting(request), clock.now()
    found = queries.project(project_id, by=by, at=at)
    today = clock.local_date(at)
    executing = found.state == rules.ProjectState.EXECUTING
    over = found.state in (rules.ProjectState.INSPECTED, rules.ProjectState.SHOWN)
    week = queries.sheet(found, queries.meeting_day(found, None, at), by=by, today=today) if executing else None
    shown = over or "pair" in found.verbs
    moved = queries.moves(found.id) if found.lots else []
    context = {
        "layout": layout_of(by),
        "found": found,
        "drawing": found.drawing(today, moved),
        "today": today,
        "courts": queries.open_demands(found.id, by=by, at=at) if found.open_demands else [],
        "closed": queries.closed_lately(found.id, by=by, at=at) if executing or over else [],
        "rankings": queries.rankings(found.id, by=by) if found.rankings > 1 else [],
        "moved": moved,
        "week": week,
        "over": over,
        "meetings": queries.meetings(found, by=by) if found.series_id else [],
        "pairs": queries.pairs(found.id) if shown else [],
        "voices": queries.voices(found.id) if shown else [],
        "money": queries.money(found.id, by=by, at=at),
        "may_ask": may(by, "fund.propose") and found.state in rules.OPEN_TO_MONEY,
        "may_raise": may(by, "demand.raise") and executing,
        "staff": by.role in COMMUNITY_ROLES,
        "is_public": found.state in queries.PUBLIC,
        "photo": "work-photo",
        "preview": "work-preview",
        "weekday": forms.WEEKDAYS[found.meets_on][1],
    }
    return render(request, "works/project.html", context)


ASKS: dict[str, Ask] = {
    ProjectVerb.RANK: Ask(
        gettext_lazy("排轻重缓急"),
        gettext_lazy("先急后缓，先易后难。以后还可以改，每次为什么都留着。"),
        gettext_lazy("排好"),
        gettext_lazy("排好了。下一步定钱从哪里出。"),
    ),
    ProjectVerb.START: Ask(
        gettext_lazy("开工"),
        gettext_lazy("钱定了，标段和施工方写好了，就可以开工。开工以后监理队收诉求。"),
        gettext_lazy("开工"),
        gettext_lazy("开工了。监理队可以收诉求了。"),
    ),
    ProjectVerb.INSPECT: Ask(
        gettext_lazy("验收"),
        gettext_lazy("节点都做完了，诉求都了结了，验收才算数。施工方自己不验。"),
        gettext_lazy("验收，行"),
        gettext_lazy("验收了。放上照片，晒给邻居看。"),
    ),
    ProjectVerb.SHOW: Ask(
        gettext_lazy("晒给邻居看"),
        gettext_lazy("之前和之后的照片、邻居怎么说、每一笔钱，大家都看得到。"),
        gettext_lazy("晒出来"),
        gettext_lazy("晒出来了，邻居们看得到。"),
    ),
    "meet": Ask(
        gettext_lazy("召集三方会议"),
        gettext_lazy("还欠答复的诉求自己排上议程；会上没答的，自己带到下一次。"),
        gettext_lazy("排上"),
        gettext_lazy("排上了，欠答复的诉求都在议程上。"),
    ),
    "lot": Ask(
        gettext_lazy("加一个标段"),
        gettext_lazy("一个标段一家施工方。加好了再写节点。"),
        gettext_lazy("加上"),
        gettext_lazy("加好了。再写这个标段的节点。"),
    ),
    "pair": Ask(
        gettext_lazy("放一对照片"),
        gettext_lazy("同一个地方，之前一张，之后一张。人脸和车牌请避开。"),
        gettext_lazy("放上"),
        gettext_lazy("放上了。"),
    ),
    "voice": Ask(
        gettext_lazy("记邻居说的一句话"),
        gettext_lazy("好话坏话都留着。电话和门牌不会显示。"),
        gettext_lazy("记下"),
        gettext_lazy("记下了。"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def project_move(request: HttpRequest, project_id: int, verb: str) -> HttpResponse:
    """Lead a project on, or add a lot, a pair of pictures, what a neighbour said."""
    if verb not in ASKS:
        raise Http404
    by, at = acting(request), clock.now()
    check_role(by, rules.ACTIONS.get(verb, "project.plan"))
    form = _form_of(verb, project_id, request, by)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _step(verb, project_id, form.cleaned_data, by),
            to=lambda _made: reverse("project", args=[project_id]),
            said=lambda _made: str(ASKS[verb].said),
        )
        if answer is not None:
            return answer
    found = queries.project(project_id, by=by, at=at)
    if not form.errors and verb not in found.verbs:
        queries.refuse(verb, project_id, by=by)
    ask = ASKS[verb]
    context = {
        "layout": layout_of(by),
        "form": form,
        "title": ask.title,
        "about": found.title,
        "then": ask.then,
        "button": ask.button,
        "back": reverse("project", args=[project_id]),
    }
    return render(request, "works/form.html", context, status=web.status_of(form))


def _form_of(verb: str, project_id: int, request: HttpRequest, by: Actor) -> PlainForm:
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    if verb == "lot":
        return forms.PROJECT_FORMS[verb](*given, units=people.units_of(by.community_id or 0))
    if verb == "meet" and not given:
        return forms.MeetingForm(initial={"starts_at": _coming(project_id, by)})
    return forms.PROJECT_FORMS[verb](*given)


def _coming(project_id: int, by: Actor) -> datetime:
    """Two in the afternoon of the next day of meeting."""
    at = clock.now()
    card = queries.project(project_id, by=by, at=at)
    return datetime.combine(queries.meeting_day(card, None, at), time(14), clock.SHANGHAI)


def _step(verb: str, project_id: int, given: dict[str, Any], by: Actor) -> object:
    at = clock.now()
    match verb:
        case ProjectVerb.RANK:
            return actions.rank_project(project_id, **given, by=by, at=at)
        case ProjectVerb.START:
            return actions.start_project(project_id, by=by, at=at)
        case ProjectVerb.INSPECT:
            return actions.inspect_project(project_id, by=by, at=at)
        case ProjectVerb.SHOW:
            return actions.show_project(project_id, by=by, at=at)
        case "meet":
            return actions.call_meeting(project_id, given["place"], given["starts_at"], by=by, at=at)
        case "lot":
            return actions.add_lot(project_id, given["name"], given["contractor_id"], extent=given["extent"], by=by, at=at)
        case "pair":
            before, after = contents(given["before"] + given["after"])
            return actions.add_pair(project_id, given["title"], before, after, by=by, at=at)
        case _:
            return actions.add_voice(project_id, given["text"], when=given["when"], by=by, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_new(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Plan a milestone of a lot."""
    by = acting(request)
    form = forms.MilestoneForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.add_milestone(lot_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("project", args=[made.lot.project_id]),
            said=lambda _made: _("加好了，画在时间线上了。"),
        )
        if answer is not None:
            return answer
    lot, of = queries.lot(lot_id, by=by)
    if not form.errors:
        rules.check_plan(by, of.facts)
    return _milestone_form(request, by, form, of.pk, _("加一个节点"), f"{of.title} · {lot.name}", _("加上"))


def _milestone_form(request: HttpRequest, by: Actor, form: PlainForm, project_id: int, title: str, about: str, button: str) -> HttpResponse:
    back = reverse("project", args=[project_id])
    context = {"layout": layout_of(by), "form": form, "title": title, "about": about, "button": button, "back": back}
    return render(request, "works/form.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_move(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Plan a milestone anew, with a reason."""
    by = acting(request)
    form = forms.MoveForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.move_milestone(milestone_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda moved: reverse("project", args=[moved.lot.project_id]),
            said=lambda _moved: _("改好了。旧的日子和原因都留着。"),
        )
        if answer is not None:
            return answer
    found, of = queries.milestone(milestone_id, by=by)
    if not form.is_bound:
        rules.check_move(by, found.facts(of))
        form = forms.MoveForm(initial={"begins": found.begins, "ends": found.ends})
    return _milestone_form(request, by, form, of.pk, _("改计划的日子"), f"{found.lot.name} · {found.name}", _("改"))


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_report(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Say when a milestone was begun and done."""
    by = acting(request)
    form = forms.ReportForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.report_milestone(milestone_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda found: reverse("project", args=[found.lot.project_id]),
            said=lambda found: _("记上了，做完了。") if found.done else _("记上了，正在做。"),
        )
        if answer is not None:
            return answer
    found, of = queries.milestone(milestone_id, by=by)
    if not form.is_bound:
        today: date = clock.local_date(clock.now())
        rules.check_report(by, found.facts(of), today=today)
        form = forms.ReportForm(initial={"begun": found.begun or today})
    return _milestone_form(request, by, form, of.pk, _("报进度"), f"{found.lot.name} · {found.name}", _("记上"))
