"""The rules of points in plain words, and how a community changes one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.pages.books import decided
from zengyi.bank.queries.tiers import tiers_for
from zengyi.bank.rules import Rule, RuleKind, Step, pair_rule
from zengyi.bank.rules.appraisals import TierLevel
from zengyi.core import clock, web
from zengyi.core.errors import NotThere
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.core.public import public_page
from zengyi.people import queries as people
from zengyi.people.rules import STAFF_ROLES, Actor, may
from zengyi.people.web import acting, layout_of


@public_page
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What brings points in a community, how often, and who says that it happened."""
    by, today = acting(request), clock.local_date(clock.now())
    community = _community(request, by)
    found = queries.rules_on(community.id, today, by=by)
    context = {
        "layout": layout_of(by),
        "community": community,
        "groups": _groups(found),
        "pair_rule": pair_rule(today),
        "tiers": _tiers(community.id, today.year),
        "may_file": may(by, "filing.file") and by.community_id == community.id,
        "may_change": by.role in STAFF_ROLES and by.community_id == community.id,
    }
    return render(request, "bank/rules.html", context)


def _community(request: HttpRequest, by: Actor) -> people.CommunityCard:
    asked = id_of(request.GET.get("community")) or by.community_id
    if asked:
        return people.community(asked)
    first = next(iter(people.communities()), None)
    if first is None:
        raise NotThere(_("没有找到这个社区。"))
    return first


def _groups(found: list[Rule]) -> list[tuple[str, str, list[Rule]]]:
    """Headings with a sentence and their rules: base, value by step, deductions, vetoes."""
    by_step = [(_("增值分 · %(step)s") % {"step": step.label}, "", [rule for rule in found if rule.step == step]) for step in Step]
    groups = [
        (str(RuleKind.BASE.label), _("党员的本分：按支部点名记。"), _of(RuleKind.BASE, found)),
        *by_step,
        (str(RuleKind.DEDUCT.label), _("要两个人都同意才扣；本人会知道，可以说“不是我”。"), _of(RuleKind.DEDUCT, found)),
        (str(RuleKind.VETO.label), _("只影响当年评定，账上的分不动。"), _of(RuleKind.VETO, found)),
    ]
    return [group for group in groups if group[2]]


def _tiers(community_id: int, year: int) -> list[tuple[int, tuple[TierLevel, ...]]]:
    """The tiers of this year, and those of the next where they differ."""
    now, then = tiers_for(community_id, year), tiers_for(community_id, year + 1)
    return [(year, now)] if now == then else [(year, now), (year + 1, then)]


def _of(kind: RuleKind, found: list[Rule]) -> list[Rule]:
    return [rule for rule in found if rule.kind == kind]


@require_safe
def rule_proposals(request: HttpRequest) -> HttpResponse:
    """The community's own versions: what waits for a second person, and what was decided."""
    by = acting(request)
    page = queries.proposed_rules(by=by, at=clock.now(), after=after_of(request))
    return render(request, "bank/rule_proposals.html", {"page": page, "next": next_link(request, page)})


@require_http_methods(["GET", "HEAD", "POST"])
def rule_change(request: HttpRequest, code: str) -> HttpResponse:
    """Propose other points or caps for a rule."""
    by, today = acting(request), clock.local_date(clock.now())
    rule = queries.rulebook(by.community_id or 0).in_force(code, today)
    if rule is None:
        raise NotThere(_("没有这条规则。"))
    quarter_after = clock.quarter_bounds(clock.quarter_of(today))[1]
    known = {name: getattr(rule, name) for name in ("points", "cap_activity", "cap_quarter", "cap_year")}
    form = forms.RuleForm(web.sent(request), initial={**known, "valid_from": quarter_after})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_rule(code, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("rule-proposal", args=[made.pk]),
            said=lambda _made: _("提上去了，等另一位书记审核。审核过了，到那一天才算数。"),
        )
        if answer is not None:
            return answer
    return render(request, "bank/rule_change.html", {"rule": rule, "form": form}, status=web.status_of(form))


@require_safe
def rule_proposal(request: HttpRequest, version_id: int) -> HttpResponse:
    """A proposed version beside the one before it."""
    return _proposal(request, version_id, forms.AdoptForm())


@require_http_methods(["GET", "HEAD", "POST"])
def rule_decide(request: HttpRequest, version_id: int) -> HttpResponse:
    """The decision of a second person on a proposed version."""
    by = acting(request)
    form = forms.AdoptForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.decide_rule(
                version_id, form.cleaned_data["approve"], reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("rule-proposal", args=[found.pk]),
            said=lambda _found: decided(form.cleaned_data["approve"], _("同意了。到写的那一天，新的规则就算数。")),
        )
        if answer is not None:
            return answer
    return _proposal(request, version_id, form)


def _proposal(request: HttpRequest, version_id: int, form: forms.AdoptForm) -> HttpResponse:
    by = acting(request)
    found = queries.proposed_rule(version_id, by=by, at=clock.now())
    own = found.proposed_by_id == by.user_id
    context: dict[str, object] = {"found": found, "form": form, "own": own, "may": may(by, "rules.decide")}
    if found.waits and (found.why_not or not context["may"]):
        context["deciders"] = queries.rule_deciders(found, by=by, at=clock.now())
    return render(request, "bank/rule_proposal.html", context, status=web.status_of(form))
