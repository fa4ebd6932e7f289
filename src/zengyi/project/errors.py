"""Pages that say what went wrong and where to go on, in the layout of whoever reads them."""

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zengyi.core import clock, held
from zengyi.core.api import problem
from zengyi.core.errors import Refused, TooMany, is_full
from zengyi.core.web import scripted
from zengyi.people.rules import NOBODY
from zengyi.people.web import layout_of
from zengyi.people.web.again import send_again, sign_in_again
from zengyi.people.web.waiting import ask_nothing

BARE = 500
log = logging.getLogger("zengyi")


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of a refusal."""
    response = page_of(request, refusal.status, refusal.sentence)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def page_of(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """An error page; for the API, and for a form that the page's script sent, a problem document."""
    if request.path.startswith("/api/") or scripted(request):
        return problem(status, "http", sentence)
    layout = layout_of(getattr(request, "actor", NOBODY))
    ask_nothing(request)
    return render(request, "error.html", {"status": status, "sentence": sentence, "layout": layout}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that can't be read, or that is too large."""
    return page_of(request, 400, _("这一次没有收到完整的内容。请回到上一页再试一次。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page_of(request, 403, _("您现在的身份不能看这一页。"))


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than may be sent there."""
    if request.path.startswith("/api/") or scripted(request):
        return problem(413, "too-large", _("内容太大。"))
    return page_of(request, 413, _("交上来的内容太大，所以没有收下。请少选几张照片，或者把表分成几份，再试一次。"))


def no_room(request: HttpRequest) -> HttpResponse:
    """503: the machine's disk is full. Reading goes on."""
    response = page_of(request, 503, _("系统现在没有地方存东西，您写的还没有交上。请联系社区，过一会儿再试。"))
    response["Retry-After"] = "60"
    return response


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 for what cannot be done on this machine now: its disk is full, or its database busy or away. Nothing for other errors."""
    if error is None or not (is_full(error) or isinstance(error, OperationalError)):
        return None
    log.error("%s: %s", "the disk is full" if is_full(error) else "database not available", type(error).__name__)
    if is_full(error):
        return no_room(request)
    sentence = _("现在人太多，系统一时忙不过来。您写的还没有交上，请过一会儿再试。")
    api = request.path.startswith("/api/")
    response = problem(503, "busy", sentence) if api else page_of(request, 503, sentence)
    response["Retry-After"] = "5"
    return response


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page was open too long, or that came from elsewhere.

    Who signs in on a second page makes the first one's token stale. The mark of who typed is known to nobody else, so that a form
    with it was shown by us: it may be sent again from here.
    """
    sealed = "" if scripted(request) else held.hold(request, clock.now())
    kept, by = held.open_held(sealed, clock.now()), getattr(request, "actor", NOBODY)
    if kept and kept.typed_by(by.user_id):
        return send_again(request, sealed, status=403)
    if kept and not by.signed_in:
        return sign_in_again(request, status=403)
    return page_of(request, 403, _("这一页开得太久了。请回到上一页，刷新后再交一次。"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page_of(request, 404, _("没有这个地址，可能是链接抄漏了一段。"))


def broken(request: HttpRequest) -> HttpResponse:
    """500: said plainly, without the parts of a page that might be broken too. A disk can be full outside of pages, too: 503."""
    if (told := unavailable(request, sys.exception())) is not None:
        return told
    if request.path.startswith("/api/") or scripted(request):
        return problem(500, "broken", _("出了点问题，请稍后再试。"))
    return render(request, "broken.html", status=BARE)
