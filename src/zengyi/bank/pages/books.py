"""Corrections: proposed by one person, decided by another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.core import clock, web
from zengyi.core.keyset import after_of, next_link
from zengyi.people.web import acting


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
