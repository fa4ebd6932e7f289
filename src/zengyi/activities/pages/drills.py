"""Drills: putting one down, and which building is due."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.activities import actions
from zengyi.activities.forms.drills import DrillForm
from zengyi.activities.pages.programme import places_of
from zengyi.activities.queries import drills as queries
from zengyi.activities.queries import programme
from zengyi.activities.rules.attending import check_roll
from zengyi.core import clock, web
from zengyi.people.web import acting, layout_of


@require_safe
def drills(request: HttpRequest) -> HttpResponse:
    """Which building drills when."""
    by = acting(request)
    return render(request, "activities/drills.html", {"layout": layout_of(by), "rows": queries.drills(by=by, at=clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
def drill_record(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Put a drill down."""
    by = acting(request)
    found = programme.occasion(occasion_id, by=by)
    check_roll(by, found.facts)
    initial: dict[str, Any] = {"departments": found.others, "place_id": found.place_id}
    form = DrillForm(web.sent(request), places=places_of(by), initial=initial)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.record_drill(occasion_id, **form.given(), by=by, at=clock.now()),
            to=lambda _made: reverse("occasion", args=[occasion_id]),
            said=lambda made: _("记下了。下一次最晚 %(day)s。") % {"day": made.next_on.isoformat()},
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "found": found, "form": form}
    return render(request, "activities/drill_record.html", context, status=web.status_of(form))
