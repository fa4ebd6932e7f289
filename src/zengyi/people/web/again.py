"""Nothing typed is lost when a session ends: the sign-in carries it on, and whoever typed it sends it again by one press."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zengyi.core import clock, held, staging
from zengyi.core.api import problem_of
from zengyi.core.errors import NotSignedIn, NotThere
from zengyi.core.forms import PhotosField, PlainForm
from zengyi.core.web import KEY_FIELD, scripted
from zengyi.people.forms import SignInForm
from zengyi.people.web import acting, layout_of


def sign_in_again(request: HttpRequest, status: int = NotSignedIn.status) -> HttpResponse:
    """The answer to a form whose session has ended: the sign-in page, which carries on what was typed.

    The page's script is only told: it keeps the form itself, and comes back to it.
    """
    if scripted(request):
        return problem_of(NotSignedIn(_("登录已经到时，请重新登录。写的都还在。")))
    came_from = urlsplit(request.headers.get("Referer", ""))
    onward = came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else request.path
    kept = held.hold(request, clock.now()) or kept_of(request)
    lost = not kept and bool(request.POST.keys() - {"csrfmiddlewaretoken"})
    context = {"form": SignInForm(), "next": onward, "over": True, "held": kept, "lost": lost}
    return render(request, "people/sign_in.html", context, status=status)


def send_again(request: HttpRequest, sealed: str, status: int = 200) -> HttpResponse:
    """The page that offers to send what was typed before: by one press to whoever typed it, to nobody else.

    Raises :class:`NotThere` when there is nothing, or it is too old.
    """
    kept = held.open_held(sealed, clock.now())
    if kept is None:
        raise NotThere(_("没有存着的内容，可能放得太久了。"))
    mine = kept.typed_by(acting(request).user_id)
    context: dict[str, Any] = {"layout": layout_of(acting(request)), "kept": kept if mine else None, "sealed": sealed}
    if mine and kept.files:
        context["photos"] = _photos_again(request, kept)
    return render(request, "people/held.html", context, status=status)


def _photos_again(request: HttpRequest, kept: held.Held) -> PlainForm:
    """The questions for the photos that came with a form: those that are here now are kept with it, the others are asked for again."""
    form, whose = PlainForm(), cast(int, acting(request).user_id)
    for name in kept.files:
        field = PhotosField(most=staging.PHOTOS_MOST, label=_("补上照片"), help_text=_("不补也能交，只是没有照片。"))
        form.add(name, field)
        field.keep(request.FILES.getlist(name), whose, dict(kept.fields).get(KEY_FIELD, ""), clock.now())
        field.lost = field.lost or not request.FILES
    return form


def kept_of(request: HttpRequest) -> str:
    """The sealed form that came with a request, if it is one."""
    sealed = request.POST.get(held.FIELD, "")
    return sealed if held.open_held(sealed, clock.now()) else ""
