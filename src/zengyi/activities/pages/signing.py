"""Signing up, one's own sign-up, saying that one comes or does not, and a guardian's answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.activities import actions
from zengyi.activities.forms.signing import ConsentForm, LeaveForm, SignUpForm
from zengyi.activities.pages.programme import show
from zengyi.activities.queries import programme
from zengyi.activities.queries import signing as queries
from zengyi.activities.rules.signing import SignUpChannel, SignUpState, check_reach
from zengyi.core import clock, web
from zengyi.core.keyset import after_of, next_link
from zengyi.people.rules import COMMUNITY_ROLES
from zengyi.people.web import acting, layout_of


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Sign up for oneself or a family, or as staff for somebody."""
    by = acting(request)
    staff = by.role in COMMUNITY_ROLES
    found = programme.occasion(occasion_id, by=by)
    check_reach(by, found.facts)
    if request.method != "POST":
        return show(request, occasion_id, None)
    form = SignUpForm(request.POST, with_children=found.minors, staff=staff)
    answer = web.submit(
        request,
        form,
        lambda: actions.sign_up(occasion_id, **form.given(), by=by, at=clock.now()),
        to=lambda made: reverse("sign-up-card", args=[made.pk]),
        said=lambda made: _("报上了。到那天别忘了来。") if made.state == SignUpState.CONFIRMED else _("位子刚被报走，先替您排上候补。"),
    )
    return answer if answer is not None else show(request, occasion_id, form)


@require_safe
def sign_ups(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Who signed up, who waits, whom to ring up."""
    by = acting(request)
    found, page = queries.sign_ups(occasion_id, by=by, after=after_of(request))
    context = {"layout": layout_of(by), "found": found, "page": page, "next": next_link(request, page)}
    return render(request, "activities/sign_ups.html", context | {"leads": by.community_id == found.community_id})


@require_safe
def sign_up_card(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """A sign-up: where it stands, who comes, what was agreed to."""
    return _card(request, sign_up_id, LeaveForm())


def _card(request: HttpRequest, sign_up_id: int, form: LeaveForm | ConsentForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.sign_up(sign_up_id, by=by)
    context = {
        "layout": layout_of(by),
        "found": found,
        "form": form,
        "leave": form if isinstance(form, LeaveForm) else LeaveForm(),
        "may_accept": found.may_accept(by, at),
        "may_cancel": found.may_cancel(by, at),
        "staff": by.role in COMMUNITY_ROLES,
        "channels": [one for one in SignUpChannel.choices if one[0] != SignUpChannel.SELF],
    }
    return render(request, "activities/sign_up.html", context, status=web.status_of(form))


@require_POST
def sign_up_accept(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Take the seats that are offered; after a move say that one still comes."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.accept(sign_up_id, by=by, at=clock.now()),
        to=lambda found: reverse("sign-up-card", args=[found.pk]),
        said=lambda _found: _("好，位子定了。"),
    )
    assert answer is not None
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_cancel(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Say that one does not come."""
    by = acting(request)
    form = LeaveForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.cancel_sign_up(sign_up_id, reason=form.cleaned_data["words"], by=by, at=clock.now()),
            to=lambda found: reverse("sign-up-card", args=[found.pk]),
            said=lambda _found: _("知道了，位子给后面的人。谢谢您说一声。"),
        )
        if answer is not None:
            return answer
    return _card(request, sign_up_id, form)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_consent(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Another answer of a guardian."""
    by = acting(request)
    form = ConsentForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.answer_consent(
                sign_up_id,
                form.cleaned_data["attendee"],
                form.cleaned_data["purpose"],
                form.cleaned_data["given"] == "y",
                channel=form.cleaned_data["channel"],
                by=by,
                at=clock.now(),
            ),
            to=lambda found: reverse("sign-up-card", args=[found.pk]),
            said=lambda _found: _("记下了，照新的来。"),
        )
        if answer is not None:
            return answer
    return _card(request, sign_up_id, form)
