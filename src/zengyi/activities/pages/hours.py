"""志愿服务时长: a person's year month by month, the community's people, and both as a sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.activities.queries import hours as queries
from zengyi.core import clock, sheets
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.people.rules import COMMUNITY_ROLES, may
from zengyi.people.web import acting, layout_of


@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """One's own year; for staff everybody's, or one person's."""
    by, at = acting(request), clock.now()
    year, person = queries.check_year(id_of(request.GET.get("year")), at=at), id_of(request.GET.get("person"))
    context = {"layout": layout_of(by), "year": year, "before": year - 1, "latest": clock.year_of(at), "person": person}
    if by.role in COMMUNITY_ROLES and person is None:
        page = queries.years(year, by=by, after=after_of(request))
        return render(request, "activities/hours_all.html", context | {"page": page, "next": next_link(request, page)})
    card, lines = queries.own_year(year, by=by, person_id=person)
    most = max(card.months) or 1
    months = [(n, minutes, 100 * minutes // most) for n, minutes in enumerate(card.months, start=1) if minutes]
    more = {"card": card, "lines": lines, "months": months, "issues": may(by, "record.issue")}
    return render(request, "activities/hours.html", context | more)


@require_safe
def hours_sheet(request: HttpRequest) -> HttpResponse:
    """The same as a sheet."""
    by, at = acting(request), clock.now()
    year, person = queries.check_year(id_of(request.GET.get("year")), at=at), id_of(request.GET.get("person"))
    if by.role in COMMUNITY_ROLES and person is None:
        found, lines = queries.whole_year(year, by=by)
    else:
        card, lines = queries.own_year(year, by=by, person_id=person)
        found = [card]
    above = [_("%(year)d 年志愿服务时长（分钟，不含路途）") % {"year": year}]
    months = [_("%(n)d 月") % {"n": n} for n in range(1, 13)]
    sums: list[list[sheets.Cell]] = [[one.name, one.times, one.minutes, *(minutes or None for minutes in one.months)] for one in found]
    told: list[list[sheets.Cell]] = [[one.day, one.name, one.what, one.host, one.minutes, one.how] for one in lines]
    head = [_("日期"), _("姓名"), _("做了什么"), _("谁组织"), _("分钟"), _("怎么记的")]
    pages = (
        sheets.SheetPage(_("每月"), [_("姓名"), _("次数"), _("分钟"), *months], sums, widths=(12, 8, 8, *[7] * 12), above=above),
        sheets.SheetPage(_("每次"), head, told, widths=(12, 12, 36, 16, 8, 16)),
    )
    answer = HttpResponse(sheets.workbook(*pages), content_type=sheets.XLSX)
    answer["Content-Disposition"] = f'attachment; filename="hours-{year}.xlsx"'
    return answer
