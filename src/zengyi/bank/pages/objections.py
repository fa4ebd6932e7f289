"""Objections to a published quarter: raised on the phone or written down at the desk, answered, reviewed by a second person."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.queries import ObjectionRow
from zengyi.bank.rules import ObjectionChannel
from zengyi.core import clock, web
from zengyi.core.forms import PlainForm
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web import acting, layout_of


@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """Say what is wrong with a publication, or write down what somebody said who came, called or wrote."""
    by, at = acting(request), clock.now()
    staff = by.role in COMMUNITY_ROLES
    form = forms.ObjectionForm(web.sent(request), staff=staff)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.object_to(
                community_id,
                quarter,
                form.cleaned_data["text"],
                channel=form.cleaned_data.get("channel", ObjectionChannel.SELF),
                who=form.cleaned_data.get("who", ""),
                by=by,
                at=at,
            ),
            to=lambda made: reverse("objection", args=[made.pk]),
            said=lambda _made: _("记下了，五个工作日内答复。") if staff else _("收到了，社区五个工作日内答复您。"),
        )
        if answer is not None:
            return answer
    found = queries.publication(community_id, quarter, to_object=True, by=by, at=at)
    context = {"found": found, "form": form, "staff": staff, "layout": layout_of(by)}
    return render(request, "bank/objection_new.html", context, status=web.status_of(form))


@require_safe
def objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    """An objection, for whoever raised it and for the community's staff."""
    by = acting(request)
    return _shown(request, queries.objection(objection_id, by=by, at=clock.now()), by)


@require_POST
def objection_answer(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Answer it."""
    form = forms.AnswerForm(request.POST)
    return _step(
        request,
        objection_id,
        form,
        lambda by: actions.answer_objection(objection_id, form.cleaned_data["text"], form.cleaned_data["public"], by=by, at=clock.now()),
        _("答复了，公示上同时写上了那一句话。"),
    )


@require_POST
def objection_review(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Look at a contested answer again."""
    form = forms.ReviewForm(request.POST)
    return _step(
        request,
        objection_id,
        form,
        lambda by: actions.review_objection(objection_id, form.cleaned_data["text"], form.cleaned_data["public"], by=by, at=clock.now()),
        _("复核好了，这就是最后的答复。"),
    )


@require_POST
def objection_contest(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Not content with the answer."""
    return _step(
        request,
        objection_id,
        PlainForm(request.POST),
        lambda by: actions.contest_answer(objection_id, by=by, at=clock.now()),
        _("请另一位来复核，十个工作日内告诉您。"),
    )


@require_POST
def objection_tell(request: HttpRequest, objection_id: int) -> HttpResponse:
    """The answer was read, or somebody was told of it."""
    return _step(
        request,
        objection_id,
        PlainForm(request.POST),
        lambda by: actions.tell_objector(objection_id, by=by, at=clock.now()),
        _("好，记下了。"),
    )


def _step(request: HttpRequest, objection_id: int, form: PlainForm, run: Callable[[Actor], Any], said: str) -> HttpResponse:
    by = acting(request)
    answer = web.submit(request, form, lambda: run(by), to=lambda found: reverse("objection", args=[found.pk]), said=lambda _found: said)
    return answer or _shown(request, queries.objection(objection_id, by=by, at=clock.now()), by, form)


def _shown(request: HttpRequest, found: ObjectionRow, by: Actor, form: PlainForm | None = None) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "answer": form if isinstance(form, forms.AnswerForm) else forms.AnswerForm(),
        "review": form if isinstance(form, forms.ReviewForm) else forms.ReviewForm(),
        "staff": by.role in COMMUNITY_ROLES,
        "layout": layout_of(by),
    }
    return render(request, "bank/objection.html", context, status=web.status_of(form) if form is not None else 200)
