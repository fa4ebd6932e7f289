"""A community's own tiers for the year's appraisal: what holds, a proposal, and a second person's decision."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank import forms
from zengyi.bank.actions import tiers as actions
from zengyi.bank.pages.books import decided
from zengyi.bank.queries import tiers as queries
from zengyi.core import clock, web
from zengyi.people.rules import check_role, may
from zengyi.people.web import acting


@require_http_methods(["GET", "HEAD", "POST"])
def tiers(request: HttpRequest) -> HttpResponse:
    """The tiers of this year, a form to propose others, and what was proposed before."""
    by, at = acting(request), clock.now()
    check_role(by, "rules.propose")
    here, this_year = by.community_id or 0, clock.year_of(at)
    coming = queries.tiers_for(here, this_year + 1)
    known = {level.code.lower(): level.least for level in coming}
    form = forms.TiersForm(web.sent(request), initial={**known, "from_year": this_year + 1})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_tiers(form.least(), form.cleaned_data["from_year"], form.cleaned_data["why"], by=by, at=clock.now()),
            to=lambda made: reverse("tier-version", args=[made.pk]),
            said=lambda _made: _("提上去了，等另一位书记审核。"),
        )
        if answer is not None:
            return answer
    context = {
        "form": form,
        "years": [(this_year, queries.tiers_for(here, this_year)), (this_year + 1, coming)],
        "versions": queries.tier_versions(by=by, at=at),
    }
    return render(request, "bank/tiers.html", context, status=web.status_of(form))


@require_safe
def tier_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Proposed tiers beside those that hold now."""
    return _version(request, version_id, forms.AdoptForm())


@require_http_methods(["GET", "HEAD", "POST"])
def tier_decide(request: HttpRequest, version_id: int) -> HttpResponse:
    """The decision of a second person on proposed tiers."""
    by = acting(request)
    form = forms.AdoptForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.decide_tiers(
                version_id, form.cleaned_data["approve"], reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("tier-version", args=[found.pk]),
            said=lambda _found: decided(form.cleaned_data["approve"], _("同意了。从那一年起，按新的分档评。")),
        )
        if answer is not None:
            return answer
    return _version(request, version_id, form)


def _version(request: HttpRequest, version_id: int, form: forms.AdoptForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.tier_version(version_id, by=by, at=at)
    own, may_decide = found.proposed_by_id == by.user_id, may(by, "rules.decide")
    context: dict[str, object] = {
        "found": found,
        "before": queries.tiers_for(by.community_id or 0, found.from_year - 1),
        "form": form,
        "own": own,
        "may": may_decide,
    }
    if found.waits and (found.why_not or not may_decide):
        context["deciders"] = queries.tier_deciders(found, by=by, at=at)
    return render(request, "bank/tier_version.html", context, status=web.status_of(form))
