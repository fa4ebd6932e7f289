"""The page of one's messages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.messages import actions, queries
from zengyi.messages.forms import QuietForm
from zengyi.people.web import acting, layout_of


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What happened that concerns the reader, and when they want to be left in peace."""
    return _page(request, None)


@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page showed."""
    by = acting(request)
    actions.read(until=id_of(request.POST.get("until", "")) or 0, by=by, at=clock.now())
    return web.go(request, reverse("inbox"))


@require_POST
def inbox_quiet(request: HttpRequest) -> HttpResponse:
    """Choose the quiet hours."""
    by = acting(request)
    form = QuietForm(request.POST)
    answer = web.submit(
        request,
        form,
        lambda: actions.choose_quiet(form.cleaned_data["quiet"], by=by, at=clock.now()),
        to=lambda _made: reverse("inbox"),
        said=lambda _made: _("记下了。这段时间来的消息，过后一次给您；急事除外。"),
    )
    return answer or _page(request, form)


def _page(request: HttpRequest, form: QuietForm | None) -> HttpResponse:
    by = acting(request)
    box = queries.inbox(by=by, at=clock.now(), after=after_of(request))
    shown = form or QuietForm(initial={"quiet": box.quiet})
    context = {"box": box, "form": shown, "next": next_link(request, box.page), "layout": layout_of(by)}
    return render(request, "messages/inbox.html", context, status=web.status_of(shown) if form else 200)
