"""The programme, one occasion, its entry for calendars; at the desk a new one, another time, calling it off."""

from collections.abc import Callable
from datetime import datetime, time
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.activities import actions
from zengyi.activities.forms import programme as forms
from zengyi.activities.forms.signing import SignUpForm
from zengyi.activities.queries import drills
from zengyi.activities.queries import programme as queries
from zengyi.activities.queries.programme import OccasionCard
from zengyi.activities.rules import programme as rules
from zengyi.activities.rules import signing
from zengyi.core import clock, web
from zengyi.core.errors import Refused
from zengyi.core.ical import Entry, calendar
from zengyi.core.ids import id_of
from zengyi.core.public import public_page
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, PlaceKind, may
from zengyi.people.web import acting, layout_of

#: What the programme can be narrowed down to.
ONLY = ("minors", "help", "mine")


@public_page
@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    """What takes place in the fortnight that begins now, or on the day asked for."""
    by, at = acting(request), clock.now()
    only = request.GET.get("only", "")
    chosen = id_of(request.GET.get("community"))
    since = since_of(request.GET)
    found = queries.programme(by=by, at=at, community_id=chosen or by.community_id, since=since, only=only if only in ONLY else "")
    days = groupby(found.rows, key=lambda row: clock.local_date(row.starts_at))
    context = {
        "layout": layout_of(by),
        "days": [(day, list(rows)) for day, rows in days],
        "only": only if only in ONLY else "",
        "chosen": chosen or by.community_id,
        "community": chosen,
        "staff": by.role in COMMUNITY_ROLES,
        "mine": may(by, "signup.make") and by.person_id is not None and by.role not in COMMUNITY_ROLES,
        "later": clock.local_date(found.until).isoformat(),
        "since": since,
    }
    return render(request, "activities/list.html", context)


def since_of(asked: QueryDict) -> datetime | None:
    """The day from which the programme is asked for; nothing for now."""
    try:
        day = parse_date(asked.get("from", ""))
    except ValueError:
        day = None
    if day is None or not 2020 <= day.year <= clock.now().year + 2:
        return None
    return datetime.combine(day, time(), clock.SHANGHAI)


@require_safe
def activities_calendar(request: HttpRequest) -> HttpResponse:
    """The programme of a community for calendars: what is to come, and what was moved or called off."""
    by, at = acting(request), clock.now()
    chosen = id_of(request.GET.get("community")) or by.community_id
    found = queries.programme(by=by, at=at, community_id=chosen, window=queries.CALENDAR)
    return _calendar(request, found.rows, _("活动"))


@require_safe
def occasion_calendar(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """One occasion for a calendar."""
    found = queries.occasion(occasion_id, by=acting(request))
    return _calendar(request, [found], found.title)


def _calendar(request: HttpRequest, rows: list[OccasionCard], name: str) -> HttpResponse:
    def entry(row: OccasionCard) -> Entry:
        url = request.build_absolute_uri(reverse("occasion", args=[row.id]))
        words = "\n".join(part for part in (row.text, row.bring, row.care, row.reason) if part)
        return Entry(
            f"occasion-{row.id}",
            row.title,
            row.where or row.community,
            words,
            row.starts_at,
            row.ends_at,
            row.changed_at,
            row.sequence,
            row.cancelled,
            url,
        )

    text = calendar(name, map(entry, rows), host=request.get_host().partition(":")[0])
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@public_page
@require_safe
def occasion(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """One occasion: when, where, how many places, and the way to sign up."""
    return show(request, occasion_id, None)


def show(request: HttpRequest, occasion_id: int, form: SignUpForm | None) -> HttpResponse:
    """The occasion's page; ``form`` as it was sent, with what is wrong in it."""
    by, at = acting(request), clock.now()
    found = queries.occasion(occasion_id, by=by)
    staff = by.role in COMMUNITY_ROLES
    hindrance = _why_not(lambda: signing.check_sign_up(by, found.facts, seats=1, at=at))
    empty = SignUpForm(with_children=found.minors, staff=staff) if form is None and not hindrance and found.guests else None
    lead = not _why_not(lambda: rules.check_lead(by, found.community_id)) if may(by, "activity.plan") else False
    context: dict[str, Any] = {
        "layout": layout_of(by),
        "found": found,
        "form": form or empty,
        "hindrance": hindrance if by.signed_in else "",
        "staff": staff,
        "lead": lead,
        "hosts_it": staff and by.community_id in found.facts.hosts,
        "open": found.state == rules.OccasionState.PLANNED,
        "over": at >= found.ends_at,
        "siblings": queries.siblings(found.activity_id, but=found.id, at=at, by=by) if found.cancelled else [],
        "drill": drills.drill(occasion_id, by=by) if found.is_drill else None,
        "signed_in": by.signed_in,
        "at": at,
    }
    return render(request, "activities/occasion.html", context, status=web.status_of(form) if form else 200)


def _why_not(check: Callable[[], None]) -> str:
    try:
        check()
    except Refused as refusal:
        return refusal.sentence
    return ""


def places_of(by: Actor) -> list[tuple[int, str]]:
    """The buildings and spots of the actor's community, for a form."""
    shown = (PlaceKind.BUILDING, PlaceKind.SPOT)
    return [(one.id, one.name) for one in people.places_of(by.community_id or 0) if one.kind in shown]


@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    """Plan an activity with its first occasion."""
    by = acting(request)
    others = [(one.id, one.name) for one in people.communities() if one.id != by.community_id]
    form = forms.AnnounceForm(web.sent(request), places=places_of(by), communities=others)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.announce(form.activity(), form.occasion(), **form.rule(), by=by, at=clock.now()),
            to=lambda made: reverse("occasion", args=[made.pk]),
            said=lambda _made: _("发出去了，居民现在就能报名。"),
        )
        if answer is not None:
            return answer
    return render(request, "activities/activity_new.html", {"form": form, "layout": layout_of(by)}, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def occasion_new(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Another occasion of an activity."""
    by = acting(request)
    title = queries.activity_led(activity_id, by=by)
    form = forms.OccasionForm(web.sent(request), places=places_of(by))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.repeat(activity_id, **form.rule(), **form.occasion(), by=by, at=clock.now()),
            to=lambda made: reverse("occasion", args=[made[0].pk]),
            said=lambda made: _("又加了 %(n)d 场。") % {"n": len(made)},
        )
        if answer is not None:
            return answer
    context = {"form": form, "layout": layout_of(by), "title": title}
    return render(request, "activities/occasion_new.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def occasion_move(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Another time for an occasion, or another number of places."""
    by = acting(request)
    found = queries.occasion(occasion_id, by=by)
    rules.check_lead(by, found.community_id)
    start = {"starts_at": found.starts_at, "ends_at": found.ends_at, "capacity": found.guests.capacity if found.guests else None}
    form = forms.MoveForm(web.sent(request), initial=start)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.move_occasion(occasion_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("occasion", args=[made.pk]),
            said=lambda made: (
                _("改好了。报上的都要再答一次，日历也跟着变。")
                if made.sequence > found.sequence
                else _("改好了。候补的轮到谁，已经在问了。")
            ),
        )
        if answer is not None:
            return answer
    context = {"form": form, "found": found, "layout": layout_of(by)}
    return render(request, "activities/occasion_change.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def occasion_cancel(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Call an occasion off."""
    by = acting(request)
    found = queries.occasion(occasion_id, by=by)
    rules.check_lead(by, found.community_id)
    form = forms.CancelForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.cancel_occasion(occasion_id, form.cleaned_data["reason"], by=by, at=clock.now()),
            to=lambda made: reverse("occasion", args=[made.pk]),
            said=lambda _made: _("取消了。报上的、候补的都看得到，日历也撤了。"),
        )
        if answer is not None:
            return answer
    context = {"form": form, "found": found, "layout": layout_of(by), "cancelling": True}
    return render(request, "activities/occasion_change.html", context, status=web.status_of(form))
