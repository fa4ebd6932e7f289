"""One person entered in one form, and one person changed."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.web import sent, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms.persons import PersonForm
from zengyi.people.rules import PlaceKind
from zengyi.people.web import acting, layout_of


def _form(request: HttpRequest, **more: Any) -> PersonForm:
    community_id = cast(int, acting(request).community_id)
    places = {place.id: place for place in queries.places_of(community_id)}
    buildings = [
        (p.id, f"{places[p.parent_id].name} {p.name}" if p.parent_id in places else p.name)
        for p in places.values()
        if p.kind == PlaceKind.BUILDING
    ]
    branches, units = queries.branches_of(community_id), queries.units_known(community_id)
    return PersonForm(sent(request), buildings=buildings, branches=branches, units=units, **more)


def _shown(request: HttpRequest, form: PersonForm, **more: object) -> HttpResponse:
    context = {"layout": layout_of(acting(request)), "actor": acting(request), "form": form, **more}
    return render(request, "people/person_form.html", context, status=status_of(form))


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Enter one person."""
    by, at = acting(request), clock.now()
    form = _form(request)
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: actions.enter_person(form.given(), by=by, at=at),
            to=lambda pk: reverse("person", args=[pk]),
            said=lambda _pk: _("登记好了。"),
        )
        if answer is not None:
            return answer
    return _shown(request, form, back=reverse("residents"))


@never_cache
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change what is known of a person, with a reason. Only for who has opened the phone and the door today: the form shows them."""
    by, at = acting(request), clock.now()
    back = reverse("person", args=[person_id])
    known = queries.person_as_kept(person_id, by=by, at=at)
    if known is None:
        return redirect(back)
    form = _form(request, changes=True, is_member=bool(known["number"]), initial=known)
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: actions.change_person(person_id, form.given(), reason=form.cleaned_data["reason"], by=by, at=at),
            to=lambda _changed: back,
            said=lambda changed: _("改好了 %(n)d 处，记下了是谁、为什么改的。") % {"n": len(changed)},
        )
        if answer is not None:
            return answer
    return _shown(request, form, back=back, name=known["name"])
