"""The desk's lists of people and units, and one person in full."""

from dataclasses import replace
from typing import Any, cast

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock
from zengyi.core.errors import Refused
from zengyi.core.keyset import Page, after_of, next_link
from zengyi.core.web import add_refusal, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms import LoginForm, MemberFilter, OrganisationFilter, OrganisationForm, ResidentFilter
from zengyi.people.rules import PlaceKind, may
from zengyi.people.web import acting, layout_of
from zengyi.people.web.about import parts

LOOKS_SHOWN = 5


def _answer(request: HttpRequest, template: str, form: Form, page: Page[Any], **more: object) -> HttpResponse:
    context = {
        "layout": layout_of(acting(request)),
        "actor": acting(request),
        "form": form,
        "rows": page.rows,
        "next": next_link(request, page),
        "filtered": any(form.cleaned_data.values()),
        **more,
    }
    return render(request, template, context)


@never_cache
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The members of the community, and how far 双报到 has got."""
    actor = acting(request)
    form = MemberFilter(request.GET, branches=queries.branches_of(cast(int, actor.community_id)))
    form.is_valid()
    asked = form.cleaned_data
    page = queries.members(
        by=actor,
        q=asked.get("q", ""),
        branch_id=asked.get("branch"),
        status=asked.get("status", ""),
        duty=asked.get("duty", ""),
        reported=asked.get("reported", ""),
        after=after_of(request),
    )
    return _answer(request, "people/members.html", form, page, coverage=queries.coverage(community_id=actor.community_id))


@never_cache
@require_safe
def residents(request: HttpRequest) -> HttpResponse:
    """The residents of the community."""
    actor = acting(request)
    places = {p.id: p for p in queries.places_of(cast(int, actor.community_id))}
    buildings = [
        (p.id, f"{places[p.parent_id].name} {p.name}" if p.parent_id in places else p.name)
        for p in places.values()
        if p.kind == PlaceKind.BUILDING
    ]
    form = ResidentFilter(request.GET, buildings=buildings)
    form.is_valid()
    asked = form.cleaned_data
    page = queries.residents(by=actor, q=asked.get("q", ""), building_id=asked.get("building"), after=after_of(request))
    return _answer(request, "people/residents.html", form, page)


@never_cache
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The units registered with the community."""
    actor = acting(request)
    form = OrganisationFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    page = queries.organisations(by=actor, q=asked.get("q", ""), kind=asked.get("kind", ""), after=after_of(request))
    return _answer(request, "people/organisations.html", form, page)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Register a unit with the community, entering it in the book first when it is new."""
    actor, at = acting(request), clock.now()
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: actions.enter_organisation(
                form.cleaned_data["name"], form.cleaned_data["short_name"], form.cleaned_data["kind"], by=actor, at=at
            ),
            to=lambda _id: reverse("organisations"),
            said=lambda _id: _("登记好了，可以派单给这个单位。"),
        )
        if answer is not None:
            return answer
    return render(request, "people/organisation_new.html", {"layout": layout_of(acting(request)), "form": form}, status=status_of(form))


@never_cache
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person with membership, login and roles, who has looked at their phone and door, and these to whoever has opened them today."""
    if (kept := queries.kept_for(person_id, acting(request).community_id)) is not None:
        return redirect("person", kept)
    return _person_page(request, person_id, LoginForm())


@require_POST
def person_contact(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open a person's phone and door; it is written down."""
    actor, at = acting(request), clock.now()
    step = submit(
        request,
        None,
        lambda: actions.open_contact(person_id, by=actor, at=at),
        to=lambda _none: reverse("person", args=[person_id]),
    )
    return cast(HttpResponse, step)


@never_cache
@sensitive_post_parameters()
@require_POST
def login_open(request: HttpRequest, person_id: int) -> HttpResponse:
    """A login with a one-time password, shown once on the answer and nowhere else."""
    form = LoginForm(request.POST)
    if form.is_valid():
        try:
            opened = actions.open_login(person_id, form.cleaned_data["username"], by=acting(request), at=clock.now())
        except Refused as refusal:
            if refusal.status in (401, 403, 404) or not may(acting(request), "people.list"):
                raise
            add_refusal(form, refusal)
        else:
            if not may(acting(request), "people.list"):
                opened = replace(opened, name="")  # who may not read the list of residents learns no name by opening a login
            context = {"layout": layout_of(acting(request)), "opened": opened, "person_id": person_id}
            return render(request, "people/login_opened.html", context)
    return _person_page(request, person_id, form)


def _person_page(request: HttpRequest, person_id: int, form: LoginForm) -> HttpResponse:
    actor, at = acting(request), clock.now()
    card = queries.person(person_id, by=actor, at=at)
    context = {
        "layout": layout_of(acting(request)),
        "actor": actor,
        "person": card,
        "parts": parts(person_id, card.member.id if card.member else None, actor, at),
        "mergers": queries.mergers_of(person_id, opened=card.opened),
        "looks": queries.looks_at(person_id, size=LOOKS_SHOWN).rows,
        "form": form,
        "may_grant": may(actor, "people.grant"),
        "may_edit": may(actor, "people.edit") and actor.person_id != person_id,
    }
    return render(request, "people/person.html", context, status=status_of(form))


@require_POST
def registration_confirm(request: HttpRequest, registration_id: int) -> HttpResponse:
    """The community confirms that somebody has registered."""
    actor, at = acting(request), clock.now()
    step = submit(
        request,
        None,
        lambda: actions.confirm_registration(registration_id, by=actor, at=at),
        to=lambda _none: _back(request),
        said=lambda _none: _("确认了。从现在起可以派单给他。"),
    )
    return cast(HttpResponse, step)


@require_POST
def registration_end(request: HttpRequest, registration_id: int) -> HttpResponse:
    """End a registration."""
    actor, at = acting(request), clock.now()
    reason = request.POST.get("reason", "").replace("\0", "")[:200]
    step = submit(
        request,
        None,
        lambda: actions.end_registration(registration_id, reason=reason, by=actor, at=at),
        to=lambda _none: _back(request),
        said=lambda _none: _("报到结束了。要回来，重新报到就行。"),
    )
    return cast(HttpResponse, step)


def _back(request: HttpRequest) -> str:
    return reverse("organisations" if request.POST.get("back") == "organisations" else "members")


__all__ = [
    "login_open",
    "members",
    "organisation_new",
    "organisations",
    "person",
    "person_contact",
    "registration_confirm",
    "registration_end",
    "residents",
]
