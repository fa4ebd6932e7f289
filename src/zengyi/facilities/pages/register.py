"""The register on pages: the list, one facility, entering one, and how much of it works."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.errors import Refused
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.facilities import actions, queries, rules
from zengyi.facilities.forms import ClockForm
from zengyi.facilities.pages.dots import drawings
from zengyi.facilities.pages.drawing import curve
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Role, may
from zengyi.people.web import acting, layout_of

_SEARCH_MOST = 40


def chosen_kind(request: HttpRequest) -> str:
    """The kind that the address asks for; empty for all of them."""
    kind = request.GET.get("kind", "")
    return kind if kind in rules.kinds() else ""


@never_cache
@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """What there is, how much of it works, and each of them."""
    by, at = acting(request), clock.now()
    here = queries.here_of(by, id_of(request.GET.get("community")))
    kind, state, q = chosen_kind(request), request.GET.get("state", ""), request.GET.get("q", "").strip()[:_SEARCH_MOST]
    state = state if state in rules.FacilityState.values else ""
    place = _place(request, here)
    asked: dict[str, Any] = {"kind": kind, "state": state, "q": q, "place_id": place.id if place else None}
    mark = queries.marked(request.GET)
    page = queries.facilities(by=by, at=at, community_id=here, **asked, mark=mark, after=after_of(request))
    counts = queries.counts(here, at=at) if here is not None else {}
    context = {
        "layout": layout_of(by),
        "by": by,
        "page": page,
        "next": next_link(request, page),
        "kinds": [(code, rules.kinds()[code], found) for code, found in counts.items()],
        "all": queries.added({kind: counts[kind]} if kind in counts else counts),
        "kind": kind,
        "kind_name": rules.kinds()[kind].name if kind else "",
        "state": state,
        "mark": mark,
        "states": rules.FacilityState.choices,
        "q": q,
        "place": place,
        "more": _more(by, kind, here),
        "services": queries.services(here, by=by, at=at, kind=kind) if here is not None and not (state or q or place or mark) else [],
        "filtered": bool(kind or state or q or place or mark or request.GET.get("after")),
        "may_register": may(by, "facility.register"),
        "may_walk": may(by, "round.list"),
        "communities": people.communities(by.place_path) if by.role == Role.DISTRICT else [],
        "here": here,
        "chosen": here if by.role == Role.DISTRICT else None,
    }
    return render(request, "facilities/list.html", context)


@never_cache
@require_safe
def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """One facility: how it is and was, what is being repaired, what the law asks for, its device and its label."""
    return _shown(request, facility_id, ClockForm(initial={"done_on": clock.local_date(clock.now())}))


def _shown(request: HttpRequest, facility_id: int, form: ClockForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    card = queries.facility(facility_id, by=by, at=at)
    context = {
        "layout": layout_of(by),
        "by": by,
        "card": card,
        "now": at,
        "form": form,
        "may_register": may(by, "facility.register") and card.community_id == by.community_id and card.state != rules.FacilityState.RETIRED,
        "may_recheck": may(by, "defect.recheck") and card.community_id == by.community_id,
        "scan": request.build_absolute_uri(reverse("facility-scan", args=[card.token])) if card.token else "",
    }
    return render(request, "facilities/facility.html", context, status=web.status_of(form))


@require_POST
def facility_change(request: HttpRequest, facility_id: int, verb: str) -> HttpResponse:
    """What was planned is in service, or what is there was taken down."""
    steps = {"takeup": actions.take_up, "retire": actions.retire}
    if verb not in steps:
        raise Http404
    by = acting(request)
    queries.facility(facility_id, by=by, at=clock.now())
    return _sent(request, lambda: steps[verb](facility_id, by=by, at=clock.now()))


@require_POST
def report_settle(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Somebody went there and looked at what passers-by reported."""
    by = acting(request)
    queries.facility(facility_id, by=by, at=clock.now())
    return _sent(request, lambda: actions.settle_reports(facility_id, by=by, at=clock.now()))


def _sent(request: HttpRequest, step: Callable[[], int]) -> HttpResponse:
    answer = web.submit(request, None, step, to=lambda pk: reverse("facility", args=[pk]))
    assert answer is not None  # without a form every refusal is raised
    return answer


@require_POST
def facility_clock(request: HttpRequest, facility_id: int) -> HttpResponse:
    """A service that comes round was done."""
    by = acting(request)
    queries.facility(facility_id, by=by, at=clock.now())
    form = ClockForm(request.POST)
    answer = web.submit(
        request,
        form,
        lambda: actions.note_service(facility_id, **form.cleaned_data, by=by, at=clock.now()),
        to=lambda pk: reverse("facility", args=[pk]),
        said=lambda _pk: _("记下了，下次的日子也排好了。"),
    )
    return answer if answer is not None else _shown(request, facility_id, form)


def _place(request: HttpRequest, community_id: int | None) -> people.PlaceCard | None:
    """The building or the spot that the address names; raises :class:`NotThere` for one that lies elsewhere."""
    wanted = id_of(request.GET.get("place"))
    return people.place(wanted, community_id=community_id) if wanted is not None and community_id is not None else None


def _more(by: Actor, kind: str, here: int | None) -> str:
    """What links to one place take along."""
    return (f"&kind={kind}" if kind else "") + (f"&community={here}" if by.role == Role.DISTRICT else "")


@never_cache
@require_safe
def facility_plan(request: HttpRequest) -> HttpResponse:
    """The register on the estate's drawing, and the same as a list."""
    by, at = acting(request), clock.now()
    here = queries.here_of(by, id_of(request.GET.get("community")))
    kind = chosen_kind(request)
    found = queries.on_plan(here or 0, by=by, at=at, kind=kind)
    counts = queries.counts(here, at=at) if here is not None else {}
    context = {
        "layout": layout_of(by),
        "found": found,
        "drawings": drawings(found.places, found.by_place, found.drawn),
        "kind": kind,
        "kinds": [(code, rules.kinds()[code], n) for code, n in counts.items()],
        "more": _more(by, kind, here),
        "communities": people.communities(by.place_path) if by.role == Role.DISTRICT else [],
        "here": here,
    }
    return render(request, "facilities/plan.html", context)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@never_cache
@require_safe
def facility_share(request: HttpRequest) -> HttpResponse:
    """How much of it works, drawn over time."""
    by, at = acting(request), clock.now()
    here = queries.here_of(by, id_of(request.GET.get("community")))
    kind = chosen_kind(request)
    first, last = _day(request.GET.get("from")), _day(request.GET.get("to"))
    refused = ""
    place = _place(request, here) if may(by, "facility.read") else None
    asked: dict[str, Any] = {"by": by, "at": at, "community_id": here, "kind": kind, "place_id": place.id if place else None}
    try:
        whole, days = queries.availability(**asked, first=first, last=last), queries.drawn(**asked, first=first, last=last)
        marks = queries.marks(**asked, first=first, last=last)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        refused, first, last = refusal.sentence, None, None
        whole, days, marks = queries.availability(**asked), queries.drawn(**asked), queries.marks(**asked)
    context = {
        "layout": layout_of(by),
        "whole": whole,
        "place": place,
        "days": days,
        "curve": curve(days, marks),
        "marks": marks,
        "may_topics": may(by, "topic.read"),
        "kind": kind,
        "kinds": list(rules.kinds().values()),
        "first": first.isoformat() if first else "",
        "last": last.isoformat() if last else "",
        "refused": refused,
        "here": here,
        "communities": people.communities(by.place_path) if by.role == Role.DISTRICT else [],
        "hours": {"up": whole.up // rules.HOUR, "down": whole.down // rules.HOUR, "unknown": whole.unknown // rules.HOUR},
        "may_read": may(by, "facility.read"),
    }
    return render(request, "facilities/share.html", context, status=422 if refused else 200)
