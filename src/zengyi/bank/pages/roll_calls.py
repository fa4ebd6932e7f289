"""Roll-calls: on the phone at the meeting, on paper, from a sheet; listed; decided by a second person."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.pages.books import decided
from zengyi.bank.queries import Roster
from zengyi.bank.rules import Rule, takes_a_list
from zengyi.bank.rules.roll_sheets import COLUMNS as ROLL_COLUMNS
from zengyi.core import clock, paper, sheets, web
from zengyi.core.errors import Invalid, NotThere, Refused
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.people import queries as people
from zengyi.people.forms import read_table
from zengyi.people.rules import Actor
from zengyi.people.web import acting
from zengyi.people.web.sheets import told as told_wrong

#: Empty lines for guests and latecomers on the sheet for signatures.
SPARE = 4


@require_safe
def roll_calls(request: HttpRequest) -> HttpResponse:
    """The community's roll-calls, by day and meeting."""
    by = acting(request)
    branches, meetings = people.branches_of(by.community_id or 0), _meetings(by)
    branch_id = id_of(request.GET.get("branch"))
    rule = next((one.code for one in meetings if one.code == request.GET.get("rule")), "")
    page = queries.roll_calls(branch_id=branch_id, rule=rule, by=by, at=clock.now(), after=after_of(request))
    context = {"page": page, "next": next_link(request, page), "branches": branches, "meetings": meetings}
    context |= {"asked": {"branch": branch_id, "rule": rule}, "first": _address("roll-calls", branch=branch_id, rule=rule)}
    return render(request, "bank/roll_calls.html", context)


def _address(name: str, **asked: object) -> str:
    """The page's address with those of the fields that are filled."""
    given = {key: value for key, value in asked.items() if value}
    return reverse(name) + (f"?{urlencode(given)}" if given else "")


def _meetings(by: Actor) -> list[Rule]:
    """The rules with a list of members that are in force today."""
    today = clock.local_date(clock.now())
    return [rule for rule in queries.rules_on(by.community_id or 0, today, by=by) if takes_a_list(rule)]


def _roster(request: HttpRequest, by: Actor) -> tuple[Roster, list[tuple[int, str]]]:
    """The branch that the address names, or the first one; and all branches."""
    branches = people.branches_of(by.community_id or 0)
    asked = id_of(request.GET.get("branch"))
    if not branches:
        raise NotThere(_("社区还没有支部。"))
    known = {pk for pk, _name in branches}
    return queries.roster(asked if asked in known else branches[0][0], by=by), branches


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the address says about the meeting, as a printed sheet's code does."""
    given = {name: request.GET.get(name, "")[:10] for name in ("rule", "held_on")}
    return {"held_on": clock.local_date(clock.now())} | {name: value for name, value in given.items() if value}


@require_http_methods(["GET", "HEAD", "POST"])
def roll_call_new(request: HttpRequest) -> HttpResponse:
    """A new roll-call of a branch, chosen in the address."""
    by = acting(request)
    roster, branches = _roster(request, by)
    form = forms.RollCallForm(web.sent(request), members=roster.members, meetings=_meetings(by), initial=_begun(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_roll_call(
                roster.branch_id,
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
    return _shown(request, form, roster, branches)


def _shown(request: HttpRequest, form: forms.RollCallForm, roster: Roster, branches: list[tuple[int, str]], **more: object) -> HttpResponse:
    context = {"form": form, "roster": roster, "branches": branches, **more}
    return render(request, "bank/roll_call_new.html", context, status=web.status_of(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roll_call_sheet(request: HttpRequest) -> HttpResponse:
    """GET: how it is done. POST of a filled sheet: the roll-call as it stands there, to be looked at and handed in; or what is wrong."""
    by = acting(request)
    roster, branches = _roster(request, by)
    form = forms.RollSheetForm(request.POST, request.FILES) if request.method == "POST" else forms.RollSheetForm()
    context: dict[str, Any] = {"form": form, "roster": roster, "branches": branches}
    if request.method == "POST" and form.is_valid():
        try:
            table = read_table(form.cleaned_data["file"], formulas=True)
            plan = queries.plan_roll_call(roster.branch_id, table, by=by)
        except Refused as refusal:
            web.add_refusal(form, refusal)
        else:
            if not plan.errors:
                left_out = dict.fromkeys((one.member_id for one in plan.left_out), forms.NOT_COUNTED)
                marks = {f"mark-{member_id}": mark for member_id, mark in (plan.marks | left_out).items()}
                read = forms.RollCallForm(members=roster.members, meetings=_meetings(by), initial={**_begun(request), **marks})
                told = {"read": len(plan.marks), "left_out": [one.name for one in plan.left_out]}
                return _shown(request, read, roster, branches, **told)
            context |= told_wrong(ROLL_COLUMNS, table, plan.errors, by=by)
    status = Invalid.status if context.get("groups") else web.status_of(form)
    return render(request, "bank/roll_call_sheet.html", context, status=status)


@require_safe
def roll_call_template(request: HttpRequest) -> HttpResponse:
    """The branch's sheet with everybody on it and nobody marked yet."""
    roster, _branches = _roster(request, acting(request))
    name = quote(_("%(branch)s点名.xlsx") % {"branch": roster.branch})
    disposition = f"attachment; filename=\"roll-call-{roster.branch_id}.xlsx\"; filename*=UTF-8''{name}"
    return HttpResponse(queries.roll_template(roster), content_type=sheets.XLSX, headers={"Content-Disposition": disposition})


@require_safe
def roll_call_print(request: HttpRequest) -> HttpResponse:
    """The sheet for signatures as a page that any browser prints, and a form that says which meeting it is for."""
    by = acting(request)
    roster, branches = _roster(request, by)
    meetings = _meetings(by)
    context = {
        "roster": roster,
        "branches": branches,
        "meetings": meetings,
        "meeting": _meeting(request, meetings),
        "asked": _begun(request),
        "spare": range(SPARE),
        "left_out": paper.missing(),
        "query": urlencode({"branch": roster.branch_id, **{k: str(v) for k, v in _begun(request).items()}}),
    }
    return render(request, "bank/roll_call_print.html", context)


def _meeting(request: HttpRequest, meetings: list[Rule]) -> str:
    return next((rule.name for rule in meetings if rule.code == request.GET.get("rule")), "")


@require_safe
def roll_call_paper(request: HttpRequest) -> HttpResponse:
    """The sheet for signatures on A4, with a code that leads to the roll-call's form."""
    by = acting(request)
    roster, _branches = _roster(request, by)
    begun = _begun(request)
    asked = {"branch": roster.branch_id, **{name: str(value) for name, value in begun.items()}}
    link = request.build_absolute_uri(f"{reverse('roll-call-new')}?{urlencode(asked)}")
    meeting = _meeting(request, _meetings(by))
    data = {
        "title": _("签到表"),
        "branch": roster.branch,
        "where": by.community_name,
        "facts": [[_("什么会"), meeting], [_("哪一天"), str(begun["held_on"]) if "held_on" in request.GET else ""], [_("在哪里"), ""]],
        "head": [_("编号"), _("姓名"), _("签名"), _("请假、缺席")],
        "rows": [[one.number, one.name] for one in roster.members],
        "spare": SPARE,
        "sums": _("应到 %(n)d 人，实到（　　）人，请假（　　）人，缺席（　　）人") % {"n": len(roster.members)},
        "signed": [_("记录人"), _("支部书记")],
        "how": _("会后扫码，照着这张表点一遍，交给另一位审核。"),
        "qr": paper.qr(link),
        "foot": f"{by.community_name} · {roster.branch}",
    }
    made = paper.pdf("bank/roll_call", data, at=clock.now())
    return HttpResponse(made, content_type="application/pdf")


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
