"""An account: its entries, each with where it came from, and the statement of a quarter on paper and as a sheet."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zengyi.bank import queries
from zengyi.bank.queries import AccountStatement
from zengyi.bank.rules import AccountKind
from zengyi.core import clock, paper, sheets
from zengyi.core.keyset import after_of, next_link
from zengyi.core.templatetags.spoken import signed, spoken_quarter
from zengyi.people.web import acting, layout_of


@require_safe
def entries(request: HttpRequest, account_id: int) -> HttpResponse:
    """An account's entries, newest first; all, or those of a kind or a quarter."""
    by, at = acting(request), clock.now()
    account = queries.account(account_id, by=by)
    quarters = account.quarters(at)
    kind = next((one.value for one in account.kinds if one.value == request.GET.get("kind")), "")
    quarter = next((one for one in quarters if one == request.GET.get("quarter")), "")
    page = queries.entries(account_id, kind=kind, net="net" in request.GET, quarter=quarter, card=account, by=by, after=after_of(request))
    asked = urlencode({name: value for name, value in (("kind", kind), ("quarter", quarter)) if value})
    context = {
        "account": account,
        "page": page,
        "layout": layout_of(by),
        "quarters": quarters,
        "asked": {"kind": kind, "quarter": quarter},
        "statement": quarter or quarters[0],
        "left_out": paper.missing(),
        "next": next_link(request, page),
        "first": f"{request.path}?{asked}" if asked else request.path,
    }
    return render(request, "bank/entries.html", context)


@require_safe
def entry(request: HttpRequest, account_id: int, posting_id: int) -> HttpResponse:
    """One entry: the rule that counted, and what it comes from."""
    by = acting(request)
    return render(request, "bank/entry.html", {"found": queries.entry(account_id, posting_id, by=by), "layout": layout_of(by)})


@never_cache
@require_safe
def account_paper(request: HttpRequest, account_id: int, quarter: str) -> HttpResponse:
    """A quarter's statement on A4."""
    by, at = acting(request), clock.now()
    found = queries.account_statement(account_id, quarter, by=by, at=at)
    link = request.build_absolute_uri(f"{reverse('entries', args=[account_id])}?quarter={quarter}")
    return HttpResponse(paper.pdf("bank/account", _sheet(found, link=link, made=at), at=at), content_type="application/pdf")


@never_cache
@require_safe
def account_table(request: HttpRequest, account_id: int, quarter: str) -> HttpResponse:
    """The same as a sheet."""
    by, at = acting(request), clock.now()
    found = queries.account_statement(account_id, quarter, by=by, at=at)
    name = quote(_("%(who)s %(quarter)s 对账单.xlsx") % {"who": found.account.holder, "quarter": quarter})
    disposition = f"attachment; filename=\"statement-{account_id}-{quarter}.xlsx\"; filename*=UTF-8''{name}"
    page = sheets.SheetPage(_("对账单"), _head(found), _rows(found), widths=(12, 40, 14, 10, 10), above=[_title(found), _below(found)])
    return HttpResponse(sheets.workbook(page), content_type=sheets.XLSX, headers={"Content-Disposition": disposition})


def _title(found: AccountStatement) -> str:
    return _("%(who)s的储值对账单") % {"who": found.account.holder}


def _below(found: AccountStatement) -> str:
    where = " · ".join(part for part in (found.account.community, found.account.branch) if part)
    days = {"first": found.first.isoformat(), "last": found.last.isoformat()}
    return f"{where} · {spoken_quarter(found.quarter)} " + _("（%(first)s 至 %(last)s）") % days


def _head(found: AccountStatement) -> list[str]:
    points = [AccountKind.GAIN.label] if found.is_unit else [AccountKind.BASE.label, AccountKind.GAIN.label]
    return [_("哪一天"), _("什么事"), _("怎么来的"), *map(str, points)]


def _points(found: AccountStatement, both: tuple[int, int]) -> list[int]:
    return [both[1]] if found.is_unit else list(both)


def _rows(found: AccountStatement) -> list[list[Any]]:
    """Opening, every entry, closing. What did not move has no figure."""
    lines = [[line.entry.occurred_on, line.entry.memo or line.entry.label, _how(line.entry), *_moved(found, line)] for line in found.lines]
    opening = [found.first, _("季初"), "", *_points(found, found.opening)]
    closing = [found.until, _("到今天") if found.is_running else _("季末"), "", *_points(found, found.closing)]
    return [opening, *lines, closing]


def _moved(found: AccountStatement, line: queries.Line) -> list[int | None]:
    return [points or None for points in _points(found, (line.base, line.gain))]


def _how(entry: queries.AccountEntry) -> str:
    told = f"{entry.label} {entry.rule}".strip()
    return _("%(told)s，已冲销") % {"told": told} if entry.reversed else told


def _sheet(found: AccountStatement, *, link: str, made: datetime) -> dict[str, object]:
    """The data of the A4 sheet."""
    moved = _points(found, found.moved)
    rows = [[_signed(cell) if isinstance(cell, int | None) else str(cell) for cell in row] for row in _rows(found)]
    for row, both in ((rows[0], found.opening), (rows[-1], found.closing)):
        row[3:] = [str(points) for points in _points(found, both)]
    remarks = []
    if found.more:
        remarks.append(_("这一季太多，只列了前 %(n)d 笔；合计是全部的。") % {"n": len(found.lines)})
    if found.standard is not None and found.held:
        missing = found.standard - found.moved[0]
        remarks.append(
            ngettext(
                "本季增值 %(held)d 分先记着（待达标）：基础标准还差 %(n)d 分，补上就全部算数。",
                "本季增值 %(held)d 分先记着（待达标）：基础标准还差 %(n)d 分，补上就全部算数。",
                missing,
            )
            % {"held": found.held, "n": missing}
        )
    return {
        "title": _title(found),
        "below": _below(found),
        "board": _("党性增值银行"),
        "made": _("%(day)s 打印") % {"day": date_format(clock.local_date(made))},
        "foot": _title(found),
        "sums": [[str(label), _signed(points)] for label, points in zip(_head(found)[3:], moved, strict=True)],
        "sums_remark": _("本季"),
        "head": _head(found),
        "rows": rows,
        "empty": _("这一季没有记过账。") if not found.lines else "",
        "remarks": remarks,
        "how": _("每一笔都改不掉；记错了，由两个人一起冲销。有不同意见，请向社区提出。"),
        "qr": paper.qr(link),
    }


def _signed(points: int | None) -> str:
    return signed(points) if points else ""
