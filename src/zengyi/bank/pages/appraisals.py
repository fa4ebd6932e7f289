"""评议: a member's own years; a branch's year, also on paper and as a sheet; what the meeting decided, and the second person's look."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.bank.actions import appraisals as actions
from zengyi.bank.forms.appraisals import AppraisalForm, ConfirmForm
from zengyi.bank.pages.books import decided
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.queries.appraisals import AppraisalCard, SheetRow, YearSheet
from zengyi.bank.rules.appraisals import TierLevel
from zengyi.core import clock, paper, sheets, web
from zengyi.core.errors import NotThere
from zengyi.core.ids import id_of
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, may
from zengyi.people.web import acting, layout_of

YEARS_SHOWN = 3


@require_safe
def appraisals(request: HttpRequest) -> HttpResponse:
    """For a member their own years; for staff how far the branches are with a year."""
    by, at = acting(request), clock.now()
    if by.role not in COMMUNITY_ROLES:
        return render(request, "bank/appraisal_own.html", {"layout": layout_of(by), "own": queries.own_years(by=by, at=at)})
    this = clock.year_of(at)
    years = [this - back for back in range(YEARS_SHOWN + 1)]
    asked = id_of(request.GET.get("year"))
    year = asked if asked in years else this - 1
    context = {"year": year, "years": years, "this": this, "rows": queries.branch_years(year, by=by)}
    return render(request, "bank/appraisals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_new(request: HttpRequest) -> HttpResponse:
    """A branch's sheet of a year; once the year is over, what the meeting decided is put down here."""
    by, at = acting(request), clock.now()
    sheet = _sheet(request, by)
    members = [(row.member_id, row.name, row.proposed) for row in sheet.rows]
    form = AppraisalForm(web.sent(request), members=members, corrects=sheet.corrects is not None, initial={"held_on": clock.local_date(at)})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_appraisal(
                sheet.branch_id,
                sheet.year,
                form.cleaned_data["held_on"],
                form.cleaned_data["minutes"],
                form.verdicts(),
                others=form.cleaned_data["others"],
                why=form.cleaned_data.get("why", ""),
                by=by,
                at=clock.now(),
            ),
            to=lambda made: reverse("appraisal", args=[made.pk]),
            said=lambda _made: _("交上去了，等另一位审核。审核过了就定了，不能再改。"),
        )
        if answer is not None:
            return answer
    lines = list(zip(sheet.rows, form.lines(), strict=True))
    context = {"title": _title(sheet.branch, sheet.year), "sheet": sheet, "form": form, "lines": lines, "left_out": paper.missing()}
    return render(request, "bank/appraisal_new.html", context, status=web.status_of(form))


def _sheet(request: HttpRequest, by: Actor) -> YearSheet:
    """The sheet that the address asks for: a branch and a year, by default the first branch and the year before this one."""
    at = clock.now()
    branches = people.branches_of(by.community_id or 0)
    branch = id_of(request.GET.get("branch")) or (branches[0][0] if branches else None)
    if branch is None:
        raise NotThere(_("社区还没有支部。"))
    return queries.year_sheet(branch, id_of(request.GET.get("year")) or clock.year_of(at) - 1, by=by, at=at)


@require_safe
def appraisal(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """A decision with its minutes and everybody's line."""
    return _appraisal(request, appraisal_id, ConfirmForm())


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_decide(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """The second person confirms it, or sends it back."""
    by = acting(request)
    form = ConfirmForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.decide_appraisal(
                appraisal_id, form.cleaned_data["approve"], reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("appraisal", args=[found.pk]),
            said=lambda _found: decided(form.cleaned_data["approve"], _("定了。每位党员看得到自己的。")),
        )
        if answer is not None:
            return answer
    return _appraisal(request, appraisal_id, form)


def _appraisal(request: HttpRequest, appraisal_id: int, form: ConfirmForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.appraisal(appraisal_id, by=by, at=at)
    context: dict[str, object] = {
        "title": _title(found.branch, found.year),
        "found": found,
        "counts": _counts(found),
        "form": form,
        "own": found.proposed_by_id == by.user_id,
        "may": may(by, "appraisal.decide"),
        "left_out": paper.missing(),
    }
    if found.waits and not found.may_decide:
        context["names"] = queries.deciders(found, by=by, at=at)
    return render(request, "bank/appraisal.html", context, status=web.status_of(form))


@never_cache
@require_safe
def appraisal_paper(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """The decision on A4: the list, the minutes, room for signatures."""
    at = clock.now()
    found = queries.appraisal(appraisal_id, by=acting(request), at=at)
    return _pdf({**_printed(found.branch, found.year, found.tiers, found.rows), **_minutes(found)}, at=at)


@never_cache
@require_safe
def appraisal_table(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """The same as a sheet."""
    found = queries.appraisal(appraisal_id, by=acting(request), at=clock.now())
    return _xlsx(found.branch, found.year, found.rows, named=f"appraisal-{found.id}", above=[found.minutes])


@never_cache
@require_safe
def appraisal_draft_paper(request: HttpRequest) -> HttpResponse:
    """A branch's year on A4, for the meeting."""
    at, found = clock.now(), _sheet(request, acting(request))
    return _pdf(_printed(found.branch, found.year, found.tiers, found.rows), at=at)


@never_cache
@require_safe
def appraisal_draft_table(request: HttpRequest) -> HttpResponse:
    """The same as a sheet."""
    found = _sheet(request, acting(request))
    return _xlsx(found.branch, found.year, found.rows, named=f"appraisal-{found.branch_id}-{found.year}", above=[])


def _title(branch: str, year: int) -> str:
    return _("%(branch)s %(year)d 年党员评议") % {"branch": branch, "year": year}


def _head() -> list[str]:
    return [
        _("编号"),
        _("姓名"),
        _("基础分（得／应得）"),
        _("折算"),
        _("算数的增值"),
        _("没算的增值"),
        _("扣分"),
        _("合计"),
        _("积分提的"),
        _("大会定的"),
        _("为什么"),
        _("到会"),
    ]


def _cells(row: SheetRow) -> list[Any]:
    sums, there = row.sums, _("到") if row.present else ""
    veto = _("一票否决 %(codes)s") % {"codes": " ".join(sums.vetoes)} if sums.vetoes else row.proposed_name
    figures = [f"{sums.base}/{sums.offered}", sums.base_score, sums.gain, sums.held, sums.deducted, row.score]
    return [row.number, row.name, *figures, veto, row.tier_name, row.reason, there]


def _xlsx(branch: str, year: int, rows: list[SheetRow], *, named: str, above: list[str]) -> HttpResponse:
    name = quote(_("%(title)s.xlsx") % {"title": _title(branch, year)})
    disposition = f"attachment; filename=\"{named}.xlsx\"; filename*=UTF-8''{name}"
    widths = (10, 14, 16, 8, 10, 10, 8, 8, 14, 12, 40, 8)
    page = sheets.SheetPage(_("评议"), _head(), [_cells(row) for row in rows], widths=widths, above=[_title(branch, year), *above])
    return HttpResponse(sheets.workbook(page), content_type=sheets.XLSX, headers={"Content-Disposition": disposition})


def _printed(branch: str, year: int, tiers: tuple[TierLevel, ...], rows: list[SheetRow]) -> dict[str, object]:
    """The data of the A4 sheet."""
    levels = _("、").join(_("%(name)s %(least)d 分起") % {"name": level.name, "least": level.least} for level in tiers)
    return {
        "title": _title(branch, year),
        "foot": _("%(title)s · 党内使用") % {"title": _title(branch, year)},
        "inside": _("党内使用，不外传"),
        "below": _("%(levels)s；够不上的和有一票否决的，由支部大会定。") % {"levels": levels},
        "head": _head(),
        "rows": [[str(cell) for cell in _cells(row)] for row in rows],
        "minutes_title": _("支部大会记录"),
        "facts": [],
        "minutes": "",
        "signatures": [_("主持人"), _("记录人"), _("监督人")],
    }


def _counts(found: AppraisalCard) -> str:
    """How many were found what, as one text."""
    return _("、").join(_("%(tier)s %(n)d 人") % {"tier": tier, "n": n} for tier, n in found.counts)


def _minutes(found: AppraisalCard) -> dict[str, object]:
    there = _("、").join(row.name for row in found.present)
    facts = [
        [_("哪一天"), date_format(found.held_on)],
        [_("到会"), _("%(n)d 人：%(names)s") % {"n": len(found.present), "names": there}],
        [_("还有谁在场"), found.others],
        [_("怎么定的"), _counts(found)],
        [_("更正"), found.why],
        [_("谁记的"), f"{found.proposed_by} {date_format(clock.local_date(found.proposed_at))}"],
        [_("谁审核"), f"{found.decided_by} {date_format(clock.local_date(found.decided_at))}" if found.decided_at else found.label],
    ]
    return {"facts": [fact for fact in facts if fact[1]], "minutes": found.minutes}


def _pdf(data: dict[str, object], *, at: datetime) -> HttpResponse:
    return HttpResponse(paper.pdf("bank/appraisal", data, at=at), content_type="application/pdf")
