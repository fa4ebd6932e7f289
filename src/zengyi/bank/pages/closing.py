"""收季: the desk on which a quarter is closed, step by step, by two people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.queries import QuarterDesk, Signed
from zengyi.bank.rules import CLOSED_STATES, WEEK, Day, QuarterState, QuarterVerb, spoken_day
from zengyi.core import clock, paper, web
from zengyi.core.forms import PlainForm
from zengyi.people.rules import Actor, may
from zengyi.people.web import acting

CATEGORIES_SHOWN = 3


@require_safe
def closing(request: HttpRequest, quarter: str = "") -> HttpResponse:
    """The quarter that waits to be closed, or the one asked for."""
    return _desk(request, quarter)


@require_POST
def closing_tally(request: HttpRequest, quarter: str) -> HttpResponse:
    """Add the quarter up."""
    return _step(request, quarter, QuarterVerb.TALLY, PlainForm(request.POST))


@require_POST
def closing_prepare(request: HttpRequest, quarter: str) -> HttpResponse:
    """Put the figures forward for somebody else to publish."""
    return _step(request, quarter, QuarterVerb.PREPARE, forms.PrepareForm(request.POST))


@require_POST
def closing_publish(request: HttpRequest, quarter: str) -> HttpResponse:
    """Publish what somebody else has prepared."""
    return _step(request, quarter, QuarterVerb.PUBLISH, PlainForm(request.POST))


@require_POST
def closing_seal(request: HttpRequest, quarter: str) -> HttpResponse:
    """Seal the quarter for good."""
    return _step(request, quarter, QuarterVerb.SEAL, PlainForm(request.POST))


class _Closed(Protocol):
    """A quarter after a step."""

    @property
    def quarter(self) -> str: ...
    @property
    def state(self) -> str: ...


def _step(request: HttpRequest, quarter: str, verb: QuarterVerb, form: PlainForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    community_id = by.community_id or 0

    def take() -> _Closed:
        if verb == QuarterVerb.PREPARE:
            return actions.prepare_quarter(community_id, quarter, savers=form.cleaned_data["savers"], by=by, at=at)
        step: Callable[..., _Closed] = {
            QuarterVerb.TALLY: actions.tally_quarter,
            QuarterVerb.PUBLISH: actions.publish_quarter,
            QuarterVerb.SEAL: actions.seal_quarter,
        }[verb]
        return step(community_id, quarter, by=by, at=at)

    answer = web.submit(request, form, take, to=lambda row: reverse("closing", args=[row.quarter]), said=lambda row: _said(verb, row.state))
    return answer or _desk(request, quarter, form, verb)


def _said(verb: QuarterVerb, state: str) -> str:
    if verb != QuarterVerb.TALLY and state == QuarterState.TALLIED:
        return _("账在这期间动过，数字重新算了。请再看一眼，重新准备。")
    return {
        QuarterVerb.TALLY: _("核对好了。看看下面的数，再往下走。"),
        QuarterVerb.PREPARE: _("准备好了，等另一位审核公示。"),
        QuarterVerb.PUBLISH: _("公示了。从现在起五个工作日可以提异议。"),
        QuarterVerb.SEAL: _("封存了。往后的更正记在当季。"),
    }[verb]


def _desk(request: HttpRequest, quarter: str, form: PlainForm | None = None, verb: str = "") -> HttpResponse:
    by, at = acting(request), clock.now()
    lines = queries.quarter_lines(by=by, at=at)
    desk = queries.quarter_desk(quarter or queries.quarter_to_close(lines), by=by, at=at)
    context = {
        "desk": desk,
        "lines": lines,
        "steps": _steps(desk),
        "sides": _sides(desk),
        "weekdays": [_weekday(day) for day in desk.days[:WEEK]],
        "days": [_shown(day) for day in desk.days],
        "made_up": [spoken_day(day.day) for day in desk.days if day.made_up],
        "odd": [one for one in desk.findings if one.odd],
        "open": [one for one in desk.findings if not one.odd],
        "prepare": form if verb == QuarterVerb.PREPARE else forms.PrepareForm(initial={"savers": desk.savers}),
        "form": form,
        "why_not": _why_not(desk, by),
        "may": {verb: not refusal for verb, refusal in desk.refusals.items()},
        "closed": desk.state in CLOSED_STATES,
        "left_out": paper.missing(),
    }
    return render(request, "bank/closing.html", context, status=web.status_of(form) if form is not None else 200)


def _why_not(desk: QuarterDesk, by: Actor) -> str:
    """Why the reader does not take the next step themselves, where it is not only that they have another role."""
    verb = {QuarterState.PREPARED: QuarterVerb.PUBLISH, QuarterState.PUBLISHED: QuarterVerb.SEAL}.get(QuarterState(desk.state))
    if verb is None:
        return ""
    return desk.refusals[verb] if may(by, f"quarter.{verb}") else _("这一步由社区书记来办。")


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """One of the steps: when it was taken and by whom, or what it waits for. ``look``: done, now or next."""

    name: str
    look: str
    when: str
    who: str


def _steps(desk: QuarterDesk) -> list[ClosingStep]:
    """The way of a quarter, from its last day to its seal."""
    order = (QuarterState.OPEN, QuarterState.TALLIED, QuarterState.PREPARED, QuarterState.PUBLISHED, QuarterState.SEALED)
    at = order.index(QuarterState(desk.state)) + 1 if desk.over else 0
    if desk.state == QuarterState.PUBLISHED and not desk.needs:
        at += 1
    if desk.state == QuarterState.SEALED:
        at = len(order) + 1
    answered = len(desk.objections) - desk.waiting
    counted = ngettext("收到 %(n)d 件，办完 %(done)d 件", "收到 %(n)d 件，办完 %(done)d 件", len(desk.objections))
    until = _("%(day)s 24:00 止") % {"day": spoken_day(desk.objections_until)} if desk.objections_until else ""
    rows = [
        (_("结账"), _("%(day)s 24:00") % {"day": spoken_day(desk.last)}, _("到点自动")),
        (_("核对"), *_by(desk.tallied)),
        (_("准备"), *_by(desk.prepared)),
        (_("审核公示"), *_by(desk.published)),
        (_("异议"), until, counted % {"n": len(desk.objections), "done": answered} if until else ""),
        (_("封存"), *_by(desk.sealed)),
    ]
    looks = ["done" if n < at else "now" if n == at else "next" for n in range(len(rows))]
    return [ClosingStep(name, look, when, who) for look, (name, when, who) in zip(looks, rows, strict=True)]


def _by(signed: Signed) -> tuple[str, str]:
    if signed.at is None:
        return "", ""
    local = signed.at.astimezone(clock.SHANGHAI)
    return f"{spoken_day(local.date())} {local.hour}:{local.minute:02d}", signed.who


@dataclass(frozen=True, slots=True)
class Side:
    """A line of the T-account: what made the gain, and which difficulty was less for it."""

    gained: str
    gain: str
    lost: str
    loss: str

    @property
    def counts(self) -> bool:
        """Whether the figure on the left is gain, and no remark."""
        return self.gain.startswith("+")


def _sides(desk: QuarterDesk) -> list[Side]:
    if not desk.statement:
        return []
    totals = desk.statement["totals"]
    left = [
        (ngettext("%(n)d 名党员", "%(n)d 名党员", totals["members"]) % {"n": totals["members"]}, f"+{totals['members_gain']}"),
        (ngettext("%(n)d 家单位", "%(n)d 家单位", totals["units"]) % {"n": totals["units"]}, f"+{totals['units_gain']}"),
    ]
    if totals["other"]:
        left.append((_("其中按规则另记"), f"+{totals['other']}"))
    left.append((_("达到基础标准"), ngettext("%(n)d 名", "%(n)d 名", totals["met"]) % {"n": totals["met"]}))
    left.append((_("其中待达标"), ngettext("%(n)d 分", "%(n)d 分", totals["held"]) % {"n": totals["held"]}))
    found = desk.statement["categories"]
    first, rest = found[:CATEGORIES_SHOWN], found[CATEGORIES_SHOWN:]
    right = [(_kind(one["label"], one["count"]), f"−{one['points']}") for one in first]
    if rest:
        right.append((_kind(_("其他"), sum(one["count"] for one in rest)), f"−{sum(one['points'] for one in rest)}"))
    lines = max(len(left), len(right))
    left += [("", "")] * (lines - len(left))
    right += [("", "")] * (lines - len(right))
    return [Side(*gained, *lost) for gained, lost in zip(left, right, strict=True)]


def _kind(label: str, count: int) -> str:
    return ngettext("%(label)s %(n)d 件", "%(label)s %(n)d 件", count) % {"label": label, "n": count}


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the calendar with its word. ``look``: the classes of its square."""

    number: int
    word: str
    mark: str
    look: str
    today: bool


def _shown(day: Day) -> ShownDay:
    marks = {
        "published": pgettext("calendar", "公示"),
        "until": pgettext("calendar", "止"),
        "prepare": pgettext("calendar", "交审核"),
        "publish": pgettext("calendar", "公示"),
    }
    words = [str(day.number) if day.counts else "", pgettext("calendar", "补班") if day.made_up else ""]
    mark = marks.get(day.mark, "")
    word = "·".join(word for word in words if word) or ("" if mark else pgettext("calendar", "休"))
    looks = ["work" if day.counts else "", "end" if day.mark and day.mark != "published" else "", "today" if day.today else ""]
    return ShownDay(day.day.day, word, mark, " ".join(look for look in looks if look), day.today)


def _weekday(day: Day) -> str:
    names = (
        pgettext("weekday", "一"),
        pgettext("weekday", "二"),
        pgettext("weekday", "三"),
        pgettext("weekday", "四"),
        pgettext("weekday", "五"),
        pgettext("weekday", "六"),
        pgettext("weekday", "日"),
    )
    return names[day.day.weekday()]
