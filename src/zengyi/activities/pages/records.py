"""服务记录单: the list, a new one, the sheet, the page on which it is checked, revoking it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.activities import actions
from zengyi.activities.forms import records as forms
from zengyi.activities.queries import records as queries
from zengyi.activities.queries import signing
from zengyi.activities.queries.records import RecordCard
from zengyi.activities.rules import records as rules
from zengyi.core import clock, paper, web
from zengyi.core.keyset import after_of, next_link
from zengyi.people.rules import may
from zengyi.people.web import acting, layout_of


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """One's own records, or the community's."""
    by = acting(request)
    page = queries.records(by=by, after=after_of(request))
    context = {"layout": layout_of(by), "page": page, "next": next_link(request, page), "staff": may(by, "record.issue")}
    return render(request, "activities/records.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Issue a record of whoever is behind a sign-up."""
    by = acting(request)
    found = signing.sign_up(sign_up_id, by=by)
    rules.check_issue(by, found.facts.community_id)
    today = clock.local_date(clock.now())
    form = forms.RecordForm(web.sent(request), initial={"first": date(today.year, 1, 1), "last": today})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.issue_record(sign_up_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("record", args=[made.number]),
            said=lambda _made: _("出好了。打印盖章，本人拿走。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "found": found, "form": form}
    return render(request, "activities/record_new.html", context, status=web.status_of(form))


@require_safe
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The page on which a record is checked: every field, and whether it counts."""
    return _record(request, number, forms.RevokeForm())


def _record(request: HttpRequest, number: str, form: forms.RevokeForm) -> HttpResponse:
    by = acting(request)
    found = queries.by_number(number, by=by)
    lies_here = may(by, "record.issue") and found.facts.community_id == by.community_id
    own = may(by, "record.read") and found.facts.person_id == by.person_id
    context = {
        "layout": layout_of(by),
        "found": found,
        "form": form,
        "staff": lies_here,
        "own": own or lies_here,
        "left_out": paper.missing(),
    }
    return render(request, "activities/record.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def record_revoke(request: HttpRequest, record_id: int) -> HttpResponse:
    """Revoke a record."""
    by = acting(request)
    found = queries.record(record_id, by=by)
    form = forms.RevokeForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.revoke_record(record_id, form.cleaned_data["reason"], by=by, at=clock.now()),
            to=lambda gone: reverse("record", args=[gone.number]),
            said=lambda _gone: _("撤销了，核对的人看得到原因。"),
        )
        if answer is not None:
            return answer
    return _record(request, found.number, form)


@never_cache
@require_safe
def record_paper(request: HttpRequest, record_id: int) -> HttpResponse:
    """The record on A4."""
    found = queries.record(record_id, by=acting(request))
    link = request.build_absolute_uri(reverse("record", args=[found.number]))
    return HttpResponse(paper.pdf("activities/record", _sheet(found, link), at=found.issued_at), content_type="application/pdf")


def _sheet(found: RecordCard, link: str) -> dict[str, object]:
    content: dict[str, Any] = found.content
    hours, minutes = found.hours
    days = {"first": content["first"], "last": content["last"], "n": content["times"]}
    head = [_("日期"), _("做了什么"), _("谁组织"), _("起止"), _("分钟"), _("怎么记的")]
    rows = [
        [one["day"], one["what"], one["host"], f"{one['from']}–{one['to']}", str(one["minutes"]), one["how"]] for one in content["lines"]
    ]
    return {
        "title": _("志愿服务记录单"),
        "left": content["issuer"],
        "right": _("编号 %(number)s") % {"number": found.number},
        "below": _("%(first)s 至 %(last)s，共 %(n)d 次") % days,
        "foot": found.number,
        "who": [[_("姓名"), content["name"]], [_("证件"), _("由本人出示")]],
        "sums": [[_("实际服务"), _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": minutes}], [_("服务次数"), str(content["times"])]],
        "head": head,
        "rows": rows,
        "total": [_("合计（不含路途，不超过活动起止）"), str(content["minutes"])],
        "said": _("以上由组织者逐次记录。记错了可以要求改：改了会出新的一张，这一张写明“已被替换”。"),
        "note": _("本单是服务记录单。盖章并录入省志愿服务平台以后，以平台打印的志愿服务记录证明为准。"),
        "signs": [
            [_("记录单位（盖章）"), content["issuer"]],
            [_("经办人"), content["handler"]],
            [_("电话"), content["phone"]],
            [_("日期"), date_format(clock.local_date(found.issued_at))],
        ],
        "void": "" if found.stands else found.state_name,
        "check": _("扫码核对：核对页逐项列出本单内容，改过一个字就对不上。校验 %(digest)s") % {"digest": found.grouped},
        "qr": paper.qr(link),
    }
