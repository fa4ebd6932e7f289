"""One order: where it stands, what happened, its photos."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.ids import id_of
from zengyi.core.public import public_page
from zengyi.orders import actions, queries
from zengyi.orders.pages.common import back, show
from zengyi.orders.pages.telling import story
from zengyi.people.web import acting


@public_page
@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """An order with its newest steps and the moves this person can make."""
    by, at = acting(request), clock.now()
    found, history = queries.story(order_id, by=by, at=at)
    return show(request, "order.html", story(found, history, by) | {"hindrance": queries.hindrance(found, at)})


@require_POST
def order_contact(request: HttpRequest, order_id: int) -> HttpResponse:
    """Open the asker's phone and door; they see who did."""
    by = acting(request)
    answer = web.submit(
        request, None, lambda: actions.open_contact(order_id, by=by, at=clock.now()), to=lambda _order: back(request, order_id)
    )
    return cast(HttpResponse, answer)


@require_safe
def order_history(request: HttpRequest, order_id: int) -> HttpResponse:
    """The steps of an order, the newest ones or those before a step."""
    by, before = acting(request), id_of(request.GET.get("before"))
    found, history = queries.story(order_id, by=by, at=clock.now(), before=before)
    told = story(found, history, by)
    if before is not None:
        told |= {"past": True, "next_step": ""}
    return show(request, "history.html", told)


@require_safe
def order_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo or its preview, for those who may see its order. A photo never changes under its name, so a browser may keep it for a day."""
    path = queries.photo(photo_id, preview=preview, by=acting(request), at=clock.now())
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer
