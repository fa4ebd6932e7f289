"""What comes first: the line of those that were ranked, moved by hand with a button each, without a script and by the keyboard."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.core.ids import WithId
from zengyi.people.rules import Actor, check_role, may
from zengyi.people.web import acting, layout_of
from zengyi.works import actions, forms, queries


@require_http_methods(["GET", "HEAD", "POST"])
def project_line(request: HttpRequest) -> HttpResponse:
    """The line; with ``earlier`` or ``later`` a project changes places with its neighbour, and its button is the one in focus after it."""
    by = acting(request)
    form = forms.ShiftForm(web.sent(request))
    if request.method == "POST":
        check_role(by, "project.rank")
        answer = web.submit(
            request, form, lambda: _shift(form.cleaned_data, by), to=_moved(form), said=lambda _made: _("挪好了。为什么这样排，跟着它走。")
        )
        if answer is not None:
            return answer
    rows = queries.waiting_line(by=by)
    context = {
        "layout": layout_of(by),
        "form": form,
        "rows": rows,
        "may_rank": may(by, "project.rank"),
        "moved": _id(request.GET.get("moved", "")),
        "way": "later" if request.GET.get("way") == "later" else "earlier",
    }
    return render(request, "works/line.html", context, status=web.status_of(form))


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moved(form: forms.ShiftForm) -> Callable[[WithId], str]:
    way = "earlier" if form.is_valid() and form.cleaned_data["earlier"] is not None else "later"
    return lambda made: f"{reverse('project-line')}?moved={made.pk}&way={way}#p{made.pk}"


def _shift(given: dict[str, Any], by: Actor) -> WithId:
    earlier, later = given["earlier"], given["later"]
    return actions.shift_project(later if earlier is None else earlier, earlier=earlier is not None, by=by, at=clock.now())
