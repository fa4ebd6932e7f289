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
    page = queries.roll_calls(by=by, at=clock.now(), after=after_of(request))
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
            said=lambda _made: _("交上去了，等书记审核。审核过了才入账。"),
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
            (lambda: actions.post_held_marks(roll_call_id, by=by, at=clock.now()))
            if request.POST.get("held")
            else lambda: actions.decide_roll_call(
                roll_call_id, form.cleaned_data["approve"], reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("roll-call", args=[found.pk]),
            said=lambda _found: decided(form.cleaned_data["approve"], _("同意了，已经入账，每个人都看得到。")),
        )
        if answer is not None:
            return answer
    found = queries.roll_call(roll_call_id, by=by, at=clock.now())
    context: dict[str, object] = {"roll_call": found, "form": form, "own": found.proposed_by_id == by.user_id, "by": by}
    if found.waits and not found.may_decide:
        context["deciders"] = queries.deciders([found], by=by, at=clock.now())[0]
    return render(request, "bank/roll_call.html", context, status=web.status_of(form))


def decided(approve: bool, approved: str) -> str:
    """The sentence after a second person's decision."""
    return approved if approve else _("退回去了，提的人看得到您写的原因，改好可以再提。")


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The community's corrections."""
    by = acting(request)
    page = queries.corrections(by=by, at=clock.now(), after=after_of(request))
    waiting = [row for row in page.rows if row.waits and not row.may_decide]
    who = dict(zip((row.id for row in waiting), queries.deciders(waiting, by=by, at=clock.now()), strict=True))
    rows = [(row, who.get(row.id), row.proposed_by_id == by.user_id) for row in page.rows]
    return render(request, "bank/corrections.html", {"rows": rows, "next": next_link(request, page), "by": by})


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
            said=lambda _made: _("提上去了，等另一位来审核。审核过了才冲销。"),
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
        said=lambda _found: _("冲销了，账上多了一笔一样大的反方向。") if approve else _("不冲销，账上不动。"),
    )
    assert answer is not None
    return answer
