"""The first day: an empty instance opens with a code, and becomes a community with its first secretaries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.errors import NotThere, Refused, TooMany
from zengyi.core.ids import id_of
from zengyi.core.web import add_refusal, status_of, waiting
from zengyi.people import actions
from zengyi.people.actions import Chief, OpenedLogin
from zengyi.people.forms.settings import FirstCodeForm, FoundingForm, SecretaryForm
from zengyi.people.queries.founding import FirstDay

# The forms carry no key: their answer shows passwords, once. Sent twice, the second finds the community founded, and says how to go on.


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_day(request: HttpRequest) -> HttpResponse:
    """The code; then what is still missing, each with its form. With the code it can be left and taken up again."""
    if not actions.first_day_is_open():
        raise NotThere(actions.FIRST_DAY_OVER)
    if request.method == "GET":
        return _code(request, FirstCodeForm())
    asked = FirstCodeForm(request.POST)
    if not asked.is_valid():
        return _code(request, asked)
    code, at = asked.cleaned_data["code"], clock.now()
    try:
        day = actions.first_day_by(code, address=request.META.get("REMOTE_ADDR", ""), at=at)
    except NotThere:
        raise
    except Refused as refusal:
        add_refusal(asked, refusal)
        return waiting(asked, _code(request, asked)) if isinstance(refusal, TooMany) else _code(request, asked)
    return _step(request, day, code)


def _code(request: HttpRequest, form: FirstCodeForm) -> HttpResponse:
    return render(request, "people/first_code.html", {"form": form}, status=status_of(form))


def _step(request: HttpRequest, day: FirstDay, code: str) -> HttpResponse:
    """Do what the form asks for, or show what is still missing."""
    step, at = request.POST.get("step", ""), clock.now()
    form: FoundingForm | SecretaryForm
    if day.community is None:
        form = FoundingForm(request.POST if step == "found" else None, initial={"code": code})
    else:
        form = SecretaryForm(request.POST if step == "second" else None, initial={"code": code})
    opened: tuple[OpenedLogin, ...] = ()
    try:
        if step == "again":
            opened = (actions.first_day_password(id_of(request.POST.get("login")) or 0, by=actions.BY_CODE, at=at),)
        elif form.is_bound and form.is_valid():
            opened = _done(form.cleaned_data, founding=day.community is None)
    except NotThere:
        raise
    except Refused as refusal:
        add_refusal(form, refusal)
    if opened:
        return render(
            request,
            "people/first_logins.html",
            {"opened": opened, "code": code, "alone": step == "found" and not request.POST.get("chief2")},
        )
    return render(request, "people/first_day.html", {"form": form, "day": day, "code": code}, status=status_of(form))


def _done(given: dict[str, str], *, founding: bool) -> tuple[OpenedLogin, ...]:
    at, second = clock.now(), Chief(given["chief2"], given["chief2_phone"])
    if not founding:
        return (actions.second_secretary(second, by=actions.BY_CODE, at=at),)
    chiefs = [Chief(given["chief"], given["chief_phone"])]
    if second.name or second.phone:
        chiefs.append(second)
    officer = Chief(given["officer"], given["officer_phone"])
    return actions.found_community(
        given["district"],
        given["subdistrict"],
        given["name"],
        given["phone"],
        chiefs,
        officer if officer.name or officer.phone else None,
        by=actions.BY_CODE,
        at=at,
    )
