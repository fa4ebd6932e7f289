"""The communities of a district: one more of them, its first secretaries, and what each still lacks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock
from zengyi.core.errors import NotAllowed, NotThere, Refused
from zengyi.core.web import add_refusal, status_of
from zengyi.people import actions, queries
from zengyi.people.actions import Chief, OpenedLogin
from zengyi.people.forms.settings import AnotherForm, ChiefForm
from zengyi.people.queries.founding import WANTED, estates, founded, laying_at, secretaries_of, subdistricts
from zengyi.people.rules import Actor
from zengyi.people.web import acting, layout_of
from zengyi.people.web.settling import missing, steps

# As on the first day, forms whose answer shows passwords carry no key. Sent twice, the second finds the name taken, and says so.


def _show(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    by = acting(request)
    return render(request, template, {"layout": layout_of(by), "actor": by, **context}, status=status)


@never_cache
@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """The communities of the actor's part of the district, each with how much is still missing."""
    rows = [(row, missing(row.card, row.laid)) for row in founded(by=acting(request))]
    return _show(request, "people/communities.html", rows=rows)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def community_new(request: HttpRequest) -> HttpResponse:
    """Found one more community with its first secretaries; their passwords are shown once."""
    by = acting(request)
    form = AnotherForm(request.POST if request.method == "POST" else None, subdistricts=subdistricts(by=by))
    if form.is_bound and form.is_valid():
        try:
            return _found(request, form, by)
        except (NotAllowed, NotThere):
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    return _show(request, "people/community_new.html", status_of(form), form=form)


def _found(request: HttpRequest, form: AnotherForm, by: Actor) -> HttpResponse:
    given = form.cleaned_data
    chiefs = [Chief(given[field], given[f"{field}_phone"]) for field in ("chief", "chief2") if given[field] or given[f"{field}_phone"]]
    where = given["subdistrict"] or given["new_subdistrict"]
    community_id, opened = actions.found_another(where, given["name"], given["phone"], chiefs, by=by, at=clock.now())
    return _slips(request, community_id, opened)


def _slips(request: HttpRequest, community_id: int, opened: tuple[OpenedLogin, ...]) -> HttpResponse:
    return _show(request, "people/community_logins.html", opened=opened, here=queries.community(community_id))


@never_cache
@require_safe
def community_laying(request: HttpRequest, community_id: int) -> HttpResponse:
    """What a community of the district has and what it lacks, each with the page where it is done."""
    by = laying_at(community_id, by=acting(request))
    here, chiefs = queries.community(community_id), secretaries_of(community_id)
    found = steps(here, by)
    return _show(
        request,
        "people/community_laying.html",
        here=here,
        steps=found,
        missing=sum(not step.done for step in found),
        estates=estates(by=by),
        chiefs=chiefs,
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def community_chief(request: HttpRequest, community_id: int) -> HttpResponse:
    """Open the login of a community's second secretary."""
    by = laying_at(community_id, by=acting(request))
    form = ChiefForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = Chief(form.cleaned_data["chief2"], form.cleaned_data["chief2_phone"])
        try:
            return _slips(request, community_id, (actions.second_secretary(given, community_id, by=by, at=clock.now()),))
        except (NotAllowed, NotThere):
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    chiefs = secretaries_of(community_id)
    back = reverse("community-laying", args=[community_id])
    title = _("给第二位书记开账号")
    return _show(
        request,
        "people/community_chief.html",
        status_of(form),
        form=form,
        title=title,
        back=back,
        chiefs=chiefs,
        full=len(chiefs) >= WANTED,
    )
