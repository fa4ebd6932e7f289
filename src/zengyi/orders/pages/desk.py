"""The dispatch desk: the queue on the left, the buildings in the middle, the selected order with its next step on the right."""

from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.core import clock, worktime
from zengyi.core.clock import SHANGHAI
from zengyi.core.errors import NotThere
from zengyi.orders import forms, queries, rules
from zengyi.orders.forms import Filters
from zengyi.orders.pages.common import show
from zengyi.orders.pages.telling import Button, buttons, next_step
from zengyi.orders.queries.limits import hours_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor
from zengyi.people.web import acting
from zengyi.people.web.plan import plans

#: So many people are told whose name or phone was looked for.
PEOPLE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step, done right here: its form stands in the dock."""

    verb: str
    label: str
    form: Form | None = None
    party: Any = None


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk; with htmx only its three panes."""
    by, at = acting(request), clock.now()
    asked = forms.filters_of(request.GET)
    view = queries.desk(
        by=by, at=at, q=asked.q, kind=asked.kind, category=asked.category, light=asked.light, stage=asked.stage, place_id=asked.place
    )
    pane = _selected(asked, view, by)
    order = pane.order if pane else None
    places = people.places_of(by.community_id) if by.community_id else []
    here = order.place_id if order else asked.place
    context: dict[str, Any] = {
        "asked": asked,
        "order": order,
        "heading": _heading(asked, view),
        "queue": [(row, asked.link(order=row.id)) for row in view.queue],
        "more": view.more,
        "chips": _chips(asked, view),
        "lights": _lights(asked, view),
        "plans": plans(places, view.marks, here=here),
        "strip": _strip(asked, view),
        "today": dateformat.format(at.astimezone(SHANGHAI), _("n月j日 l")),
    }
    if asked.q:
        context["found"] = people.residents(by=by, q=asked.q, size=PEOPLE_SHOWN).rows
    if pane is not None:
        context |= _pane(pane, by)
    return show(request, "_desk.html" if getattr(request, "htmx", False) else "desk.html", context)


def _selected(asked: Filters, view: queries.DeskView, by: Actor) -> queries.Pane | None:
    """The order asked for, otherwise the first of the queue. If the order asked for is not there any more, the pane stays empty."""
    wanted = asked.order or (view.queue[0].id if view.queue else None)
    if wanted is None:
        return None
    try:
        return queries.pane(wanted, by=by, at=clock.now())
    except NotThere:
        return None


def _pane(pane: queries.Pane, by: Actor) -> dict[str, Any]:
    order, suggested = pane.order, pane.suggestions
    step = _next(order, suggested)
    links = _links(buttons(order, by), step)
    return {
        "history": pane.history.lines,
        "earlier": pane.history.earlier,
        "next_step": next_step(order, mine=False),
        "suggestions": [(s, _tone(s.load), min(100, s.load * 100 // rules.OPEN_CLAIMS_OF_MEMBER)) for s in suggested],
        "hindrance": queries.hindrance(order, clock.now()),
        "may_assign": rules.can(rules.Verb.ASSIGN, order.situation),
        "step": step,
        "links": links[:SHOWN],
        "more_links": links[SHOWN:],
    }


def _next(order: queries.OrderDetail, suggested: list[queries.Suggestion]) -> NextStep | None:
    if order.state == rules.State.PLACED and rules.can(rules.Verb.TRIAGE, order.situation):
        return NextStep(rules.Verb.TRIAGE, _("受理"), forms.TriageForm(initial=_proposed(order)))
    if suggested and order.state != rules.State.ASSIGNED and rules.can(rules.Verb.ASSIGN, order.situation):
        return NextStep(rules.Verb.ASSIGN, _("派给%(name)s") % {"name": suggested[0].name}, party=suggested[0])
    if rules.can(rules.Verb.PUBLISH, order.situation):
        return NextStep(rules.Verb.PUBLISH, _("发认领公告"))
    return None


def _proposed(order: queries.OrderDetail) -> dict[str, object]:
    """The first values of the triage form: from the order, and from the category's time limit."""
    hours = hours_of(order.community_id, order.category, order.urgency)
    due = worktime.add_working_hours(clock.now(), hours)
    return {"difficulty": order.difficulty, "places": order.places, "category": order.category, "urgency": order.urgency, "due_at": due}


#: The moves shown in the dock beside the next step, the most needed first; all others are under “more”. To accept and to deliver is
#: offered at the desk only for somebody without a login: then nothing else goes on.
ORDER = ("accept", "deliver", "publish", "assign", "confirm", "return", "merge", "decline", rules.NOTE)
SHOWN = 2


def _links(found: list[Button], step: NextStep | None) -> list[Button]:
    """The other moves. Beside 派给某某 there is always 派给别人, and an order taken on can be weighed anew."""
    left = [b for b in found if step is None or b.verb != step.verb]
    if step is not None and step.verb == rules.Verb.ASSIGN:
        left.append(Button(rules.Verb.ASSIGN, _("派给别人")))
    left = [Button(b.verb, _("改困难和时限")) if b.verb == rules.Verb.TRIAGE else b for b in left]
    return sorted(left, key=lambda b: ORDER.index(b.verb) if b.verb in ORDER else len(ORDER))


def _tone(load: int) -> str:
    return "busy" if load >= rules.OPEN_CLAIMS_OF_MEMBER - 1 else "free"


def _heading(asked: Filters, view: queries.DeskView) -> str:
    shown = len(view.queue)
    if asked.filtered:
        return _("找到 %(n)d 单") % {"n": shown} if not view.more else _("前 %(n)d 单") % {"n": shown}
    return _("在办 %(n)d 单") % {"n": view.open}


def _chips(asked: Filters, view: queries.DeskView) -> list[tuple[str, str, bool]]:
    chips = [(asked.link(kind="", order=None) if asked.filtered else "?", _("全部"), not asked.kind)]
    for kind in rules.Kind:
        label = _("%(kind)s %(n)d") % {"kind": kind.label, "n": view.kinds.get(kind.value, 0)}
        chips.append((asked.link(kind=kind.value, order=None), label, asked.kind == kind.value))
    return chips


def _lights(asked: Filters, view: queries.DeskView) -> list[tuple[str, str, int, str, bool]]:
    names = {rules.Light.LATE: _("超时"), rules.Light.SOON: _("24 小时内"), rules.Light.OK: _("来得及")}
    return [
        (
            light.value,
            name,
            view.lights.get(light.value, 0),
            asked.link(light="" if asked.light == light.value else light.value, order=None),
            asked.light == light.value,
        )
        for light, name in names.items()
    ]


def _strip(asked: Filters, view: queries.DeskView) -> list[tuple[str, int, str, bool]]:
    names = {"new": _("待受理"), "offered": _("待接单"), "doing": _("办理中"), "done": _("待居民确认")}
    return [
        (
            names[stage],
            sum(view.states[state] for state in states),
            Filters().link(stage="" if asked.stage == stage else stage),
            asked.stage == stage,
        )
        for stage, states in queries.STAGES.items()
    ]
