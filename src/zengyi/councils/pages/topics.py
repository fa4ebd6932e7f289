"""Topics: the list, a new one, one of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.errors import Invalid
from zengyi.core.forms import contents
from zengyi.core.ids import WithId
from zengyi.core.keyset import after_of, next_link
from zengyi.core.public import public_page
from zengyi.councils import actions, queries
from zengyi.councils.forms import talking as talking_forms
from zengyi.councils.forms import topics as forms
from zengyi.councils.queries.starts import start_of
from zengyi.councils.queries.topic_parts import own_labels
from zengyi.councils.rules.talking import own_party
from zengyi.councils.rules.topics import Stage
from zengyi.orders import queries as orders
from zengyi.orders.rules import Channel, OnBehalf
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role, may
from zengyi.people.web import acting, layout_of


@public_page
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """What is talked over here, newest first."""
    by = acting(request)
    page = queries.topics(by=by, after=after_of(request))
    context = {
        "layout": layout_of(by),
        "page": page,
        "next": next_link(request, page),
        "staff": by.role in COMMUNITY_ROLES,
        "may_raise": may(by, "topic.raise"),
        "may_label": may(by, "topic.label"),
    }
    return render(request, "councils/topics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def topic_new(request: HttpRequest) -> HttpResponse:
    """Put a topic down; a worker does it for somebody, too."""
    by = acting(request)
    staff = by.role in COMMUNITY_ROLES
    start = start_of(request.GET, by) if request.method != "POST" else None
    words = {"title": start.title, "text": start.text, "spot": start.spot, "orders": start.order} if start else {}
    form = (forms.TopicForForm if staff else forms.TopicForm)(web.sent(request), request.FILES or None, initial=words)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _raise(form, by),
            to=lambda made: reverse("topic", args=[made.pk]),
            said=lambda _made: _("记下了，下一步由社区收下、排上会。") if staff else _("交给社区了，收下了会在这里回您。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "form": form, "staff": staff}
    return web.waiting(form, render(request, "councils/topic_new.html", context, status=web.status_of(form)))


def _raise(form: forms.TopicForm, by: Actor) -> WithId:
    given = form.cleaned_data
    behalf = None
    if given.get("name") or given.get("phone"):
        behalf = OnBehalf(name=given["name"], phone=given["phone"], channel=Channel(given["channel"]))
    more = {"photos": contents(given["photos"]), "private": given["private"], "order_ids": _orders(given["orders"], by)}
    return actions.raise_topic(given["title"], given["text"], spot=given["spot"], on_behalf=behalf, **more, by=by, at=clock.now())


def _orders(numbers: list[str], by: Actor) -> list[int]:
    """The orders of these numbers; one that is not there is told beside the field."""
    if not numbers:
        return []
    found = orders.numbered(by.community_id or 0, numbers)
    if missing := [number for number in numbers if number not in found]:
        raise Invalid.on("orders", _("没有找到这些单子：%(numbers)s") % {"numbers": _("、").join(missing[:5])})
    return list(found.values())


@require_safe
def topic_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo of a topic or its preview. It never changes under its name, but who may see it may change: the browser asks each time."""
    answer = HttpResponse(queries.photo(photo_id, preview=preview, by=acting(request)).read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer


@public_page
@require_safe
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """One topic, and what the reader may do with it."""
    return _topic(request, topic_id)


def _topic(request: HttpRequest, topic_id: int, *, screen: forms.ScreenForm | None = None) -> HttpResponse:
    by = acting(request)
    found = queries.topic(topic_id, by=by)
    parts = queries.parts_of(found.id, found.community_id, bare=found.staff, own=found.own, after=after_of(request))
    may_say = may(by, "topic.opine") and by.community_id == found.community_id and found.talks
    context = {
        "layout": layout_of(by),
        "found": found,
        "parts": parts,
        "stages": found.stages(parts.labels),
        "next": next_link(request, parts.opinions),
        "screen": screen or forms.ScreenForm(),
        "say": _say(found.staff, parts, by) if may_say else None,
        "votes": may(by, "ballot.read"),
        "form": screen,
    }
    return render(request, "councils/topic.html", context, status=web.status_of(screen) if screen else 200)


def _say(staff: bool, parts: queries.Parts, by: Actor) -> talking_forms.SayForm:
    options = [(one.id, one.title) for one in parts.options if one.id is not None]
    return talking_forms.SayForm(initial={"party": own_party(by.role), "support": ""}, options=options, staff=staff)


@require_http_methods(["GET", "HEAD", "POST"])
def stages(request: HttpRequest) -> HttpResponse:
    """What the community calls the five stages. The form first shows how topics would look, and only that page's button changes them."""
    by = acting(request)
    check_role(by, "topic.label")
    asked = request.GET if request.GET.keys() & set(Stage.values) else None
    sent = web.sent(request)
    form = forms.StagesForm(asked if sent is None else sent, initial=own_labels(by.community_id or 0))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.label_stages(form.labels(), by=by, at=clock.now()),
            to=lambda _made: reverse("topics"),
            said=lambda _made: _("改好了，所有议题都这么叫。要改回去，再来这里空着就行。"),
        )
        if answer is not None:
            return answer
    shown = form.shown() if request.method != "POST" and asked and form.is_valid() else None
    context = {"layout": layout_of(by), "form": form, "shown": shown}
    return render(request, "councils/stages.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def topic_screen(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Take a topic on."""
    by = acting(request)
    form = forms.ScreenForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.screen_topic(topic_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda found: reverse("topic", args=[found.pk]),
            said=lambda _found: _("收下了，提的人看得到您的回话。"),
        )
        if answer is not None:
            return answer
    return _topic(request, topic_id, screen=form if request.method == "POST" else None)
