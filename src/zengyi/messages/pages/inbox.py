"""The page of one's messages, the end of letters with one tap, and the work groups of a community."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.messages import actions, queries
from zengyi.messages.forms import QuietForm, RobotForm
from zengyi.people.rules import Target, allows, check_role, may
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
    """Choose the quiet hours, and by which way messages come besides."""
    by = acting(request)
    form = QuietForm(request.POST, ways=actions.ways())
    answer = web.submit(
        request,
        form,
        lambda: actions.choose(**form.chosen, by=by, at=clock.now()),
        to=lambda _made: reverse("inbox"),
        said=lambda _made: _("记下了。这段时间来的消息，过后一次给您；急事除外。"),
    )
    return answer or _page(request, form)


def _page(request: HttpRequest, form: QuietForm | None) -> HttpResponse:
    by, ways = acting(request), actions.ways()
    box = queries.inbox(by=by, at=clock.now(), after=after_of(request))
    shown = form or QuietForm(initial={"quiet": box.quiet, "way": box.way, "pace": box.pace, "language": box.language}, ways=ways)
    context = {
        "box": box,
        "form": shown,
        "next": next_link(request, box.page),
        "layout": layout_of(by),
        "letters": queries.letters(by=by) if ways else [],
        "keeps_wechat": may(by, "wechat.keep"),
        "reads_wordings": may(by, "wording.read"),
        "keeps_robots": allows(by, "robot.keep", Target(community_id=by.community_id)),
    }
    return render(request, "messages/inbox.html", context, status=web.status_of(shown) if form else 200)


@csrf_exempt  # mail programs post here themselves (RFC 8058); the token in the address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def inbox_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End what goes out to whoever got this address in a letter. Looking at the page changes nothing: mail scanners do that."""
    by = acting(request)
    check_role(by, "inbox.stop")
    done = request.method == "POST"
    if done:
        actions.stop(token, by=by, at=clock.now())
    return render(request, "messages/stop.html", {"layout": layout_of(by), "done": done})


@require_http_methods(["GET", "HEAD", "POST"])
def robots(request: HttpRequest) -> HttpResponse:
    """The community's work groups, and one more."""
    by = acting(request)
    cards = queries.robots(by=by)
    form = RobotForm(web.sent(request))
    if request.method == "POST":
        sent = web.submit(
            request,
            form,
            lambda: actions.add_robot(form.cleaned_data["name"], form.cleaned_data["hook"], by=by, at=clock.now()),
            to=lambda _made: reverse("robots"),
            said=lambda _made: _("加上了。过一会儿群里会收到一条“接通了”。"),
        )
        if sent is not None:
            return sent
    return render(request, "messages/robots.html", {"layout": layout_of(by), "cards": cards, "form": form}, status=web.status_of(form))


@require_POST
def robot_end(request: HttpRequest, robot_id: int) -> HttpResponse:
    """Stop telling a group anything."""
    by = acting(request)
    actions.end_robot(robot_id, by=by, at=clock.now())
    return web.go(request, reverse("robots"), _("停了，群里不会再收到。"))
