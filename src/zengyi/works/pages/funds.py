"""Money: ask for it, approve it, sign an emergency, post it, pay it; and the alliance with who paid for what."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import PlainForm
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role, may
from zengyi.people.web import acting, layout_of
from zengyi.works import actions, forms, queries
from zengyi.works.pages.common import Ask
from zengyi.works.rules import funds as rules


@require_safe
def alliance(request: HttpRequest) -> HttpResponse:
    """The alliance: members, what each can give and has paid for, and by what each sum was approved."""
    by, at = acting(request), clock.now()
    context = {
        "layout": layout_of(by),
        "found": queries.alliance(by=by, at=at),
        "keeps": may(by, "alliance.keep"),
        "meetings": queries.alliance_meetings(by=by),
        "done": queries.shown_pairs(by=by),
        "today": clock.local_date(at),
    }
    return render(request, "works/alliance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alliance_new(request: HttpRequest) -> HttpResponse:
    """Give the alliance its name."""
    by = acting(request)
    form = forms.AllianceForm(web.sent(request))
    return _ask(request, form, lambda given: actions.name_alliance(given["name"], by=by, at=clock.now()), _("建一个联盟"), _("建好"))


@require_http_methods(["GET", "HEAD", "POST"])
def alliance_join(request: HttpRequest) -> HttpResponse:
    """Take an organisation into it, or write anew what it can give."""
    by = acting(request)
    form = forms.JoinForm(web.sent(request), units=people.units_of(by.community_id or 0))
    return _ask(request, form, lambda given: actions.join_alliance(**given, by=by, at=clock.now()), _("加一个单位"), _("加上"))


@require_http_methods(["GET", "HEAD", "POST"])
def alliance_meeting(request: HttpRequest) -> HttpResponse:
    """Call the alliance's next meeting."""
    by = acting(request)
    form = forms.MeetingForm(web.sent(request))
    return _ask(request, form, lambda given: actions.call_alliance(**given, by=by, at=clock.now()), _("召集联盟会"), _("排上"))


def _ask(request: HttpRequest, form: PlainForm, run: Callable[[dict[str, Any]], object], title: str, button: str) -> HttpResponse:
    if request.method == "POST":
        answer = web.submit(
            request, form, lambda: run(form.cleaned_data), to=lambda _made: reverse("alliance"), said=lambda _made: _("记上了。")
        )
        if answer is not None:
            return answer
    layout = layout_of(acting(request))
    context = {"layout": layout, "form": form, "title": title, "button": button, "back": reverse("alliance")}
    return render(request, "works/form.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def line_new(request: HttpRequest, project_id: int) -> HttpResponse:
    """Ask for money."""
    by = acting(request)
    lines = queries.money(project_id, by=by, at=clock.now()).lines
    before = next((line for line in lines if str(line.id) == request.GET.get("follows") and "anew" in line.verbs), None)
    initial: dict[str, Any] = {"source": rules.Source.ALLIANCE, "pack": rules.STRICT}
    if before:
        title = _("%(title)s，超出的") % {"title": before.title}
        initial = {"title": title, "source": before.source, "pack": before.pack, "follows_id": before.id, "payer_id": before.payer_id}
    units, known = people.units_of(by.community_id or 0), [(line.id, line.title) for line in lines]
    form = forms.LineForm(web.sent(request), units=units, lines=known, initial=initial)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.propose_line(project_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda _made: f"{reverse('project', args=[project_id])}#money",
            said=lambda _made: _("提上了。要另一位来批。"),
        )
        if answer is not None:
            return answer
    of = queries.project(project_id, by=by, at=clock.now())
    then = _("自己提的，要另一位来批。付的从不超过批的。")
    if before:
        then = _("“%(title)s”超出 %(percent)d%% 以上，超出的另报：和新提的一样，要业主表决。") % {
            "title": before.title,
            "percent": rules.PACKS[before.pack].overrun or 0,
        }
    context = {"form": form, "title": _("提一笔钱"), "about": of.title, "then": then}
    context |= {"layout": layout_of(by), "button": _("提上"), "back": reverse("project", args=[project_id])}
    return render(request, "works/form.html", context, status=web.status_of(form))


ASKS = {
    "decide": Ask(
        gettext_lazy("批一笔钱"),
        gettext_lazy("动公共维修资金，凭通过了的业主表决；别的钱，写在哪次会上定的。"),
        gettext_lazy("定下来"),
        gettext_lazy("定下来了。"),
    ),
    "sign": Ask(
        gettext_lazy("应急签字"),
        gettext_lazy("真急才走这条路：两个人签字，先张贴，再付。"),
        gettext_lazy("签字"),
        gettext_lazy("签好了。两个人都签了才算批。"),
    ),
    "post": Ask(
        gettext_lazy("写哪天张贴的"),
        gettext_lazy("应急的钱，先让大家看到，再付。"),
        gettext_lazy("记上"),
        gettext_lazy("记上了。贴满了日子就可以付。"),
    ),
    "pay": Ask(
        gettext_lazy("记一笔付款"),
        gettext_lazy("付的从不超过批的。大家都看得到。"),
        gettext_lazy("记上"),
        gettext_lazy("记上了，大家看得到。"),
    ),
    "more": Ask(
        gettext_lazy("追加"),
        gettext_lazy("写一共批多少。动公共维修资金超得多的，要重新报批。"),
        gettext_lazy("追加"),
        gettext_lazy("追加了，原来批多少也留着。"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def line_move(request: HttpRequest, line_id: int, verb: str) -> HttpResponse:
    """A step of a fund line."""
    if verb not in ASKS:
        raise Http404
    by, at = acting(request), clock.now()
    check_role(by, rules.ACTIONS[verb])
    more = {"votes": queries.adopted_votes(by.community_id or 0)} if verb == "decide" else {}
    form = forms.LINE_FORMS[verb](web.sent(request), **more)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _step(verb, line_id, form.cleaned_data, by),
            to=lambda _made: f"{reverse('project', args=[queries.line(line_id, by=by, at=at).project_id])}#money",
            said=lambda _made: str(ASKS[verb].said),
        )
        if answer is not None:
            return answer
    found = queries.line(line_id, by=by, at=at)
    if not form.errors:
        queries.refuse_line(verb, line_id, by=by, at=at)
    ask = ASKS[verb]
    context = {"form": form, "title": ask.title, "line": found, "then": ask.then, "button": ask.button, "layout": layout_of(by)}
    context["back"] = f"{reverse('project', args=[found.project_id])}#money"
    return render(request, "works/form.html", context, status=web.status_of(form))


def _step(verb: str, line_id: int, given: dict[str, Any], by: Actor) -> object:
    at = clock.now()
    match verb:
        case "decide":
            return actions.decide_line(line_id, given["approve"] == "1", given["basis"], ballot_id=given["ballot_id"], by=by, at=at)
        case "sign":
            return actions.sign_line(line_id, given["kind"], given["reason"], by=by, at=at)
        case "post":
            return actions.post_line(line_id, given["posted_on"], by=by, at=at)
        case "pay":
            return actions.pay_line(line_id, given["amount"], given["payee"], given["paid_on"], by=by, at=at)
        case _:
            return actions.raise_line(line_id, given["total"], given["reason"], by=by, at=at)
