"""An account's entries, roll-calls, corrections."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.rules import Entry
from zengyi.core import clock, web
from zengyi.core.errors import NotThere
from zengyi.core.keyset import after_of, next_link
from zengyi.people import queries as people
from zengyi.people.web import acting, layout_of


@require_safe
def entries(request: HttpRequest, account_id: int) -> HttpResponse:
    """An account's entries, newest first."""
    by = acting(request)
    account = queries.account(account_id, by=by)
    page = queries.entries(account_id, by=by, after=after_of(request))
    context = {"account": account, "page": page, "layout": layout_of(by)}
    context["next"] = next_link(request, page)
    return render(request, "bank/entries.html", context)


@require_safe
def roll_calls(request: HttpRequest) -> HttpResponse:
    """The community's roll-calls."""
    by = acting(request)
    page = queries.roll_calls(by=by, after=after_of(request))
    return render(
        request,
        "bank/roll_calls.html",
        {"page": page, "next": next_link(request, page), "branches": people.branches_of(by.community_id or 0)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def roll_call_new(request: HttpRequest) -> HttpResponse:
    """A new roll-call of a branch, chosen in the address."""
    by = acting(request)
    branches = people.branches_of(by.community_id or 0)
    asked = request.GET.get("branch", "")
    branch = next(((pk, name) for pk, name in branches if str(pk) == asked), branches[0] if branches else None)
    if branch is None:
        raise NotThere(_("社区还没有支部。"))
    members, today = people.members_of_branch(branch[0]), clock.local_date(clock.now())
    meetings = [rule for rule in queries.rules_on(by.community_id or 0, today, by=by) if rule.entry == Entry.ROLL_CALL]
    form = forms.RollCallForm(web.sent(request), members=members, meetings=meetings, initial={"held_on": today})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_roll_call(
                branch[0],
                form.cleaned_data["rule"],
                form.cleaned_data["held_on"],
                form.marks(),
                note=form.cleaned_data["note"],
                by=by,
                at=clock.now(),
            ),
            to=lambda made: reverse("roll-call", args=[made.pk]),
        )
        if answer is not None:
            return answer
    context = {"form": form, "branch": branch, "branches": branches}
    return render(request, "bank/roll_call_new.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def roll_call(request: HttpRequest, roll_call_id: int) -> HttpResponse:
    """A roll-call, and the decision of a second person."""
    by = acting(request)
    form = forms.DecideForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.decide_roll_call(
                roll_call_id, form.cleaned_data["approve"], reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("roll-call", args=[found.pk]),
        )
        if answer is not None:
            return answer
    found = queries.roll_call(roll_call_id, by=by)
    context = {"roll_call": found, "form": form, "own": found.proposed_by_id == by.user_id, "by": by}
    return render(request, "bank/roll_call.html", context, status=web.status_of(form))


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The community's corrections."""
    by = acting(request)
    page = queries.corrections(by=by, after=after_of(request))
    return render(request, "bank/corrections.html", {"page": page, "next": next_link(request, page), "by": by})


@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Propose to reverse a posting."""
    by = acting(request)
    form = forms.CorrectionForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_correction(posting_id, form.cleaned_data["reason"], by=by, at=clock.now()),
            to=lambda made: reverse("corrections"),
        )
        if answer is not None:
            return answer
    context = {"entry": queries.correctable(posting_id, by=by), "form": form}
    return render(request, "bank/correction_new.html", context, status=web.status_of(form))


@require_http_methods(["POST"])
def correction_decide(request: HttpRequest, correction_id: int) -> HttpResponse:
    """The second person's decision on a correction."""
    by = acting(request)
    approve = request.POST.get("approve") == "1"
    answer = web.submit(
        request,
        None,
        lambda: actions.decide_correction(correction_id, approve, by=by, at=clock.now()),
        to=lambda found: reverse("corrections"),
    )
    assert answer is not None
    return answer
