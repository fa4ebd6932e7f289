"""One's own calendar for phones and desks: the page that gives and ends its address, and the file behind it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, ical, web
from zengyi.core.forms import PlainForm
from zengyi.messages import actions, queries
from zengyi.people.web import acting, layout_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """What the calendar is, its address, a new one, and its end."""
    by, form = acting(request), PlainForm(web.sent(request))
    if request.method == "POST":
        ends = request.POST.get("end") == "1"
        step = actions.close_calendar if ends else actions.open_calendar
        answer = web.submit(
            request,
            form,
            lambda: step(by=by, at=clock.now()),
            to=lambda _made: reverse("calendar"),
            said=lambda _made: _("停了，原来的地址打不开了。") if ends else _("好了。把下面的地址加到手机日历里。"),
        )
        if answer is not None:
            return answer
    token = queries.calendar_of(by=by)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else ""
    context = {"layout": layout_of(by), "address": address, "webcal": f"webcal:{address.partition(':')[2]}", "form": form}
    return render(request, "messages/calendar.html", context, status=web.status_of(form))


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar as iCalendar, for programs that can't sign in: its address is the proof."""
    found = queries.calendar(token, by=acting(request), at=clock.now())
    entries = (
        ical.Entry(
            uid=one.uid,
            title=one.title,
            where=one.where,
            words=one.words,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            changed_at=one.changed_at,
            sequence=one.sequence,
            cancelled=one.cancelled,
            url=request.build_absolute_uri(one.url),
            all_day=one.all_day,
        )
        for one in found.dates
    )
    text = ical.calendar(_("增一：我的事"), entries, host=request.get_host().partition(":")[0])
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
