"""A round of the boards: what hangs where, since when, until when; a photo proves it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import contents
from zengyi.news import actions, forms, queries
from zengyi.news.pages.common import picture_answer
from zengyi.people.web import acting, layout_of


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """All that hangs in one's community, board by board."""
    by = acting(request)
    found = queries.boards(by=by, at=clock.now())
    return render(request, "news/boards.html", {"layout": layout_of(by), "boards": found})


@require_http_methods(["GET", "HEAD", "POST"])
def hung(request: HttpRequest, hung_id: int) -> HttpResponse:
    """One sheet with its photos; sending one says that it hangs there today."""
    by, at = acting(request), clock.now()
    before = web.taken_before(request) if request.method == "POST" else None
    if before is not None:
        return before
    card = queries.sheet(hung_id, by=by, at=at)
    form = forms.SeenForm(web.sent(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.see(hung_id, contents(form.cleaned_data["photo"])[0], by=by, at=clock.now()),
            to=lambda _made: reverse("news-hung", args=[hung_id]),
            said=lambda _made: _("记下了，今天贴着。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "card": card, "form": form}
    return web.waiting(form, render(request, "news/hung.html", context, status=web.status_of(form)))


@require_safe
def board_photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """A photo of a board, small."""
    return picture_answer(queries.board_photo(photo_id, by=acting(request)).read_bytes())
