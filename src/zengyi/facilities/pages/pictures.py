"""Photos of facilities themselves: shown, added, taken away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import contents
from zengyi.facilities import actions, queries
from zengyi.facilities.forms import PicturesForm
from zengyi.facilities.pages.rounds import jpeg
from zengyi.people.web import acting, layout_of


@require_safe
def facility_picture(request: HttpRequest, picture_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A facility's own photo; it never changes under its name."""
    return jpeg(queries.picture(picture_id, preview=preview, by=acting(request)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_pictures(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Add photos that show which one it is, and take old ones away."""
    by = acting(request)
    card = queries.facility(facility_id, by=by, at=clock.now())
    form = PicturesForm(web.sent(request), request.FILES or None)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.add_pictures(facility_id, contents(form.cleaned_data["photos"]), by=by, at=clock.now()),
            to=lambda pk: reverse("facility", args=[pk]),
            said=lambda _pk: _("照片存好了。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "card": card, "form": form}
    return render(request, "facilities/pictures.html", context, status=web.status_of(form))


@require_POST
def facility_picture_drop(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Take a photo away."""
    by = acting(request)
    queries.picture(picture_id, by=by)
    answer = web.submit(
        request,
        None,
        lambda: actions.drop_picture(picture_id, by=by, at=clock.now()),
        to=lambda pk: reverse("facility-pictures", args=[pk]),
        said=lambda _pk: _("去掉了。"),
    )
    assert answer is not None  # without a form every refusal is raised
    return answer
