"""四大岗: what may be claimed and how it is covered, one post, one turn, and what a branch might offer."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.bank import queries as bank
from zengyi.bank.actions import duties as actions
from zengyi.bank.forms import duties as forms
from zengyi.bank.queries import coverage, offers
from zengyi.bank.queries import duties as queries
from zengyi.bank.rules import duties as rules
from zengyi.core import clock, web
from zengyi.core.errors import Invalid
from zengyi.core.keyset import after_of, next_link
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Duty, Role, may
from zengyi.people.web import acting, layout_of


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """What may be claimed. For a member their own post and turns first; for staff the coverage and the turns that wait to be attested."""
    by, at = acting(request), clock.now()
    duty = request.GET.get("duty", "")
    page = queries.vacancies(by=by, at=at, duty=duty if duty in Duty.values else "", after=after_of(request))
    context: dict[str, object] = {
        "layout": layout_of(by),
        "page": page,
        "next": next_link(request, page),
        "duty": duty,
        "duties": Duty.choices,
        "staff": by.role in COMMUNITY_ROLES,
        "branches": _branches(by),
    }
    if by.role == Role.MEMBER:
        context["own"] = queries.own_duty(by=by, at=at, offered=page.rows)
    else:
        context |= {"coverage": coverage.duty_coverage(by=by, at=at), **_turns(request, by, at)}
    return render(request, "bank/duties.html", context)


def _turns(request: HttpRequest, by: Actor, at: datetime) -> dict[str, object]:
    """The turns that wait to be attested; or those of a duty and this quarter that a number of the coverage leads to."""
    done, waits = (one if one in Duty.values else "" for one in (request.GET.get("turns", ""), request.GET.get("waits", "")))
    asked: dict[str, Any] = {"done": True} if done else {"state": rules.TurnState.DONE}
    if done or waits:
        asked |= {"duty": done or waits, "quarter": clock.quarter_of(clock.local_date(at)), "size": queries.SIZE_MOST}
    page = queries.turns(by=by, at=at, **asked)
    return {
        "turns": page.rows,
        "turns_done": done,
        "turns_of": Duty(done or waits).label if done or waits else "",
        "turns_cut": page.next_after,
    }


def _branches(by: Actor) -> list[tuple[int, str]]:
    """The branches whose offers the reader may look at."""
    if by.role == Role.MEMBER:
        return [(by.branch_id, "")] if by.branch_id and may(by, "duty.offers") else []
    return people.branches_of(by.community_id or 0) if may(by, "duty.offers") else []


@require_http_methods(["GET", "HEAD", "POST"])
def vacancy_new(request: HttpRequest) -> HttpResponse:
    """Publish a post, or a need of one day."""
    by = acting(request)
    form = forms.VacancyForm(web.sent(request), branches=people.branches_of(by.community_id or 0))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.publish_vacancy(**form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("vacancy", args=[made.pk]),
            said=lambda _made: _("发出去了，党员在手机上就能认领。"),
        )
        if answer is not None:
            return answer
    return render(request, "bank/duty_vacancy_new.html", {"form": form, "layout": layout_of(by)}, status=web.status_of(form))


@require_safe
def vacancy(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """One post or need, and who is on it."""
    return _vacancy(request, vacancy_id, forms.ClaimForForm())


def _vacancy(request: HttpRequest, vacancy_id: int, form: forms.ClaimForForm) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.vacancy(vacancy_id, by=by, at=at)
    context: dict[str, object] = {
        "layout": layout_of(by),
        "found": found,
        "holders": queries.holders(vacancy_id, by=by, at=at),
        "staff": by.role in COMMUNITY_ROLES,
        "form": form,
    }
    return render(request, "bank/duty_vacancy.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def vacancy_claim(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """Take a place: one's own, or at the desk for a member."""
    by = acting(request)
    form = forms.ClaimForForm(web.sent(request))
    if request.method == "POST":
        desk = by.role in COMMUNITY_ROLES
        answer = web.submit(
            request,
            form if desk else None,
            lambda: actions.claim_duty(
                vacancy_id, member_id=_member(form.cleaned_data["who"], by) if desk else None, by=by, at=clock.now()
            ),
            to=lambda made: reverse("vacancy", args=[made.vacancy_id]),
            said=lambda made: _claimed(desk=desk, standing=made.standing),
        )
        if answer is not None:
            return answer
    return _vacancy(request, vacancy_id, form)


def _claimed(*, desk: bool, standing: bool) -> str:
    if desk:
        return _("登记好了，本人看得到。")
    return _("认领了，这就是你的岗。去排第一班吧。") if standing else _("记下了，到那天别忘了去。做完了来记一句。")


def _member(who: str, by: Actor) -> int:
    """The member of that number, or of that name if nobody else has it. Raises :class:`Invalid` on the field ``who``."""
    found = [row for row in people.members(by=by, q=who, size=20).rows if who.strip() in (row.number, row.name)]
    if not found:
        raise Invalid.on("who", _("没有找到这位党员，请看看名单里怎么写。"))
    if len(found) > 1:
        raise Invalid.on("who", _("有几位同名，请写编号。"))
    return found[0].id


@require_POST
def vacancy_close(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """Take nobody on any more."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.close_vacancy(vacancy_id, by=by, at=clock.now()),
        to=lambda found: reverse("vacancy", args=[found.pk]),
        said=lambda _found: _("不再招人了，在岗的同志照旧。"),
    )
    assert answer is not None
    return answer


@require_POST
def duty_give_up(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give a place up."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.give_up_duty(claim_id, by=by, at=clock.now()),
        to=lambda _claim: reverse("duties"),
        said=lambda _claim: _("放下了，别的同志可以接上。做过的都还在。"),
    )
    assert answer is not None
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def turn_new(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Plan a turn of duty, or put one down that was done."""
    by, at = acting(request), clock.now()
    today = clock.local_date(at)
    form = forms.TurnForm(web.sent(request), initial={"on_day": today})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.enter_turn(claim_id, form.cleaned_data["on_day"], text=form.cleaned_data["text"], by=by, at=clock.now()),
            to=lambda made: reverse("turn", args=[made.pk]),
            said=lambda made: _entered(made.state),
        )
        if answer is not None:
            return answer
    claim = queries.claim_card(claim_id, by=by, at=at)
    rule = bank.rulebook(by.community_id or 0).in_force(rules.TURN_RULE, today)
    left = None
    if rule is not None and rule.cap_quarter is not None:
        had = bank.had_by_rule(claim.member_id, today).get(rules.TURN_RULE)
        left = max(0, rule.cap_quarter - (had.quarter if had else 0))
    context = {"layout": layout_of(by), "claim": claim, "form": form, "rule": rule, "left": left}
    return render(request, "bank/duty_turn_new.html", context, status=web.status_of(form))


def _entered(state: str) -> str:
    return _("排好了，到那天别忘了。") if state == rules.TurnState.PLANNED else _("记上了，等社区证明。")


@require_safe
def turn(request: HttpRequest, turn_id: int) -> HttpResponse:
    """One turn of duty, and what the reader may do with it."""
    return _turn(request, turn_id)


def _turn(
    request: HttpRequest, turn_id: int, *, done: forms.TurnDoneForm | None = None, back: forms.ReturnForm | None = None
) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.turn(turn_id, by=by, at=at)
    context: dict[str, object] = {
        "layout": layout_of(by),
        "found": found,
        "staff": by.role in COMMUNITY_ROLES,
        "done": done or forms.TurnDoneForm(initial={"text": found.text}),
        "back": back or forms.ReturnForm(),
        "form": done or back,
    }
    sent = done or back
    return render(request, "bank/duty_turn.html", context, status=web.status_of(sent) if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def turn_record(request: HttpRequest, turn_id: int) -> HttpResponse:
    """Say that a planned turn was done."""
    by = acting(request)
    form = forms.TurnDoneForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.record_turn(turn_id, form.cleaned_data["text"], by=by, at=clock.now()),
            to=lambda found: reverse("turn", args=[found.pk]),
            said=lambda made: _entered(made.state),
        )
        if answer is not None:
            return answer
    return _turn(request, turn_id, done=form if request.method == "POST" else None)


@require_POST
def turn_cancel(request: HttpRequest, turn_id: int) -> HttpResponse:
    """Call a turn off."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.cancel_turn(turn_id, by=by, at=clock.now()),
        to=lambda _found: reverse("duties"),
        said=lambda _found: _("这一班不做了，已经记下。"),
    )
    assert answer is not None
    return answer


@require_POST
def turn_attest(request: HttpRequest, turn_id: int) -> HttpResponse:
    """Say that a turn was done."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.attest_turn(turn_id, by=by, at=clock.now()),
        to=lambda _found: reverse("duties"),
        said=lambda _found: _("证明好了，等书记核准入账。"),
    )
    assert answer is not None
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def turn_return(request: HttpRequest, turn_id: int) -> HttpResponse:
    """Send a turn back to be put right."""
    by = acting(request)
    form = forms.ReturnForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.return_turn(turn_id, form.cleaned_data["reason"], by=by, at=clock.now()),
            to=lambda _found: reverse("duties"),
            said=lambda _found: _("退回去了，本人看得到您写的原因。"),
        )
        if answer is not None:
            return answer
    return _turn(request, turn_id, back=form if request.method == "POST" else None)


@require_safe
def duty_offers(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Inside a branch: what to offer to those who have room this quarter."""
    by = acting(request)
    found = offers.branch_offers(branch_id, by=by, at=clock.now())
    return render(request, "bank/duty_offers.html", {"layout": layout_of(by), "found": found})
