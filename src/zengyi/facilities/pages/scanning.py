"""What whoever scans a label sees: how it is, what is being done, and a tap to report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.forms import PlainForm
from zengyi.core.web import status_of, submit
from zengyi.facilities import actions, queries
from zengyi.people.web import acting


class TapForm(PlainForm):
    """Nothing but a tap; here only to carry what was refused."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_scan(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the facility. POST of ``fault``: report it."""
    by, at = acting(request), clock.now()
    found = queries.scan(token, at=at)
    form = TapForm(request.POST) if request.method == "POST" else TapForm()
    if request.method == "POST":
        fault, address = request.POST.get("fault", "")[:12], request.META.get("REMOTE_ADDR", "")
        answer = submit(
            request,
            form,
            lambda: actions.report(token, fault=fault, address=address, by=by, at=at),
            to=lambda _made: reverse("facility-scan", args=[token]),
            said=lambda _made: _said(found, fault),
        )
        if answer is not None:
            return answer
    context = {"layout": "phone.html", "found": found, "card": found.card, "form": form, "now": at}
    return render(request, "facilities/scan.html", context, status=status_of(form))


def _said(found: queries.Scan, fault: str) -> str:
    what = queries.fault_name(found.card.kind, fault)
    if fault == actions.FINE:
        return _("记下了，谢谢。物业查过才算。")
    if found.open:
        return _("报上了：%(what)s。和正在修的是同一处，不用再报。") % {"what": what}
    return _("报上了：%(what)s。物业会去看，查过就修。") % {"what": what}
