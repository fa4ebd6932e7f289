"""How messages are worded: every text with its variables, filled with samples, and how long it gets on each channel."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zengyi.messages import queries
from zengyi.people.web import acting, layout_of


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """The texts about one kind of thing."""
    by = acting(request)
    kinds, shown, found = queries.wordings(request.GET.get("kind", ""), by=by)
    return render(request, "messages/wordings.html", {"layout": layout_of(by), "kinds": kinds, "shown": shown, "wordings": found})
