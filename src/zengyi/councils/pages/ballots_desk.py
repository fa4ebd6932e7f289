"""Ballots at the desk: prepared, opened, the doors still needed, papers entered, closed, and the file for the housing office."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, paper, web
from zengyi.core.errors import Invalid, Refused
from zengyi.core.forms import PlainForm
from zengyi.core.ids import WithId, id_of
from zengyi.councils import actions, queries
from zengyi.councils.forms import ballots as forms
from zengyi.councils.pages.ballots import result_facts, turnout_bars
from zengyi.councils.queries.ballots import BallotCard
from zengyi.councils.queries.topics import topics_to_vote_on
from zengyi.councils.rules.ballots import VoteChannel
from zengyi.councils.rules.owner_sheets import owners_sheet
from zengyi.councils.rules.owners import Silence, heads_of
from zengyi.people import queries as people
from zengyi.people.forms.files import read_table
from zengyi.people.rules import Actor, PlaceKind
from zengyi.people.web import acting

ERRORS_SHOWN = 20
#: Doors of one stair that are drawn; the rest are counted.
STAIR_SHOWN = 200

R = TypeVar("R")


class _Cast(Protocol):
    """What was cast for somebody."""

    @property
    def receipt(self) -> str: ...


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_new(request: HttpRequest) -> HttpResponse:
    """Prepare a ballot."""
    by = acting(request)
    community = by.community_id or 0
    lists = {"places": _places(community), "topics": topics_to_vote_on(community)}
    form = forms.BallotForm(web.sent(request), **lists, initial={"topic": id_of(request.GET.get("topic"))})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _prepare(form, by),
            to=lambda made: reverse("ballot-desk", args=[made.pk]),
            said=lambda _made: _("准备好了，还没有开投。先看名单，再开。"),
        )
        if answer is not None:
            return answer
    fields = [form[name] for name in form.fields]
    context = {"title": _("准备一次表决"), "form": form, "fields": fields, "button": _("准备好，下一步"), "back": reverse("ballots")}
    return render(request, "councils/ballot_form.html", context, status=web.status_of(form))


def _places(community_id: int) -> list[tuple[int, str]]:
    found = [one for one in people.places_of(community_id) if one.kind in (PlaceKind.BUILDING, PlaceKind.SPOT)]
    return [(one.id, one.name) for one in sorted(found, key=lambda one: one.kind != PlaceKind.BUILDING)]


def _prepare(form: forms.BallotForm, by: Actor) -> WithId:
    """The ballot as the form has it; who is in the community's lists votes themselves."""
    given, names = form.cleaned_data, form.names()
    known = people.persons_called(by.community_id or 0, names) if names else {}
    voters = [actions.Voter(name, known.get(name)) for name in names]
    about: dict[str, Any] = {"topic_id": given.get("topic"), "place_id": given.get("place")}
    about |= {"passes": given["passes"], "quorum": given["quorum"]}
    return actions.create_ballot(form.proposal(), **about, voters=voters, by=by, at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_owners(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Import the list of owners; what is wrong with it is told row by row, and nothing is taken."""
    by = acting(request)
    found = _desk_card(request, ballot_id)
    form = forms.OwnersForm(request.POST, request.FILES) if request.method == "POST" else forms.OwnersForm()
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            sheet = owners_sheet(read_table(form.cleaned_data["file"], formulas=True))
        except Refused as refusal:
            web.add_refusal(form, refusal)
        else:
            if sheet.errors:
                more = {"errors": sheet.errors[:ERRORS_SHOWN], "count": len(sheet.errors), "status": Invalid.status}
            else:
                owners = heads_of(flat for flat, _opinion in sheet.rows)
                answer = web.submit(
                    request,
                    form,
                    lambda: actions.set_owners(ballot_id, owners, by=by, at=clock.now()),
                    to=lambda _done: reverse("ballot-desk", args=[ballot_id]),
                    said=lambda done: ngettext("导入了 %(n)d 位业主。", "导入了 %(n)d 位业主。", done.heads) % {"n": done.heads},
                )
                if answer is not None:
                    return answer
    return _form(request, found, form, _("导入业主清册"), _("导入，换掉现在的名单"), multipart=True, **more)


def _desk_card(request: HttpRequest, ballot_id: int) -> BallotCard:
    """The ballot, for who may know its electors."""
    by = acting(request)
    found = queries.ballot(ballot_id, by=by)
    queries.check_desk(found, by=by)
    return found


def _form(
    request: HttpRequest, found: BallotCard, form: PlainForm, title: str, button: str, *, status: int | None = None, **more: object
) -> HttpResponse:
    names = [name for name in form.fields if not form[name].is_hidden]
    context = {"found": found, "title": title, "form": form, "fields": [form[name] for name in names], "button": button}
    context |= {"back": reverse("ballot-desk", args=[found.id]), **more}
    return render(request, "councils/ballot_form.html", context, status=status or web.status_of(form))


@never_cache
@require_safe
def ballot_desk(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Where it stands: who is still to be asked while it is open, what was decided once it is closed."""
    return _desk(request, ballot_id)


def _desk(request: HttpRequest, ballot_id: int, *, form: PlainForm | None = None) -> HttpResponse:
    by = acting(request)
    found = queries.ballot(ballot_id, by=by)
    plan = queries.desk(ballot_id, by=by)
    context = {
        "found": found,
        "plan": plan,
        "turnout": turnout_bars(found),
        "facts": result_facts(found),
        "recounts": _recounts(found),
        "rule": _rule(found),
        "open_form": form if isinstance(form, forms.OpenForm) else forms.OpenForm(),
        "close_form": form if isinstance(form, forms.CloseForm) else forms.CloseForm(),
        "posted_form": form if isinstance(form, forms.PostedForm) else forms.PostedForm(),
        "form": form,
        "shown_most": STAIR_SHOWN,
        "left_out": paper.missing(),
    }
    return render(request, "councils/ballot_desk.html", context, status=web.status_of(form) if form is not None else 200)


def _rule(found: BallotCard) -> str:
    """The days of the rule pack, before opening."""
    if found.pack is None:
        return ""
    days = {"name": found.pack.name, "days": found.pack.notice_days, "least": found.pack.window_least, "most": found.pack.window_most}
    return _("%(name)s：公告贴满 %(days)d 天，投票开 %(least)d 到 %(most)d 天。") % days


def _recounts(found: BallotCard) -> list[dict[str, Any]]:
    """The same ballots under every rule for the silent, the announced one marked."""
    if found.result is None or not found.of_owners:
        return []
    counts = found.result["recounts"]
    return [{"name": silence.label, "chosen": silence == found.result["silence"], **counts[silence]} for silence in Silence]


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_open(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Open it."""
    form = forms.OpenForm(web.sent(request))
    run = lambda: actions.open_ballot(ballot_id, **form.given(), by=acting(request), at=clock.now())  # noqa: E731
    return _moved(request, ballot_id, form, run, _("开投了。送一张记一张。"))


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_close(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Close and count it."""
    form = forms.CloseForm(web.sent(request))
    run = lambda: actions.close_ballot(ballot_id, reason=form.cleaned_data["reason"], by=acting(request), at=clock.now())  # noqa: E731
    return _moved(request, ballot_id, form, run, _("截止了，票已经数好。"))


def _moved(request: HttpRequest, ballot_id: int, form: PlainForm, run: Callable[[], object], said: str) -> HttpResponse:
    if request.method == "POST":
        answer = web.submit(request, form, run, to=lambda _row: reverse("ballot-desk", args=[ballot_id]), said=lambda _row: said)
        if answer is not None:
            return answer
    return _desk(request, ballot_id, form=form if request.method == "POST" else None)


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_entry(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Enter what an elector said: one paper after the other."""
    by = acting(request)
    found = _desk_card(request, ballot_id)
    form = forms.EntryForm(web.sent(request), method=found.method, choices=found.choices, options=found.options)

    def enter() -> _Cast:
        given = form.cleaned_data
        told = {name: given[name] for name in ("read_back", "by_mandate", "holder_present")}
        answer = actions.Answer(choice=given.get("choice", ""), numbers=form.numbers(), reason=given["reason"])

        def cast(elector_id: int) -> _Cast:
            entered = actions.Entered(elector_id=elector_id, channel=VoteChannel(given["channel"]), **told)
            return actions.cast_stance(ballot_id, answer, entered=entered, by=by, at=clock.now())

        return _on_position(ballot_id, given["position"], cast)

    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            enter,
            to=lambda _made: reverse("ballot-entry", args=[ballot_id]),
            said=lambda made: _("记好了，回执 %(receipt)s。下一张。") % {"receipt": made.receipt},
        )
        if answer is not None:
            return answer
    return _form(request, found, form, _("记纸票、记口头意见"), _("记下这张票"))


def _on_position(ballot_id: int, position: int, run: Callable[[int], R]) -> R:
    """Run a step for the elector at that number; one who is not there is told beside the field with the number."""
    try:
        return run(queries.electors_at(ballot_id, [position]).get(position, 0))
    except Invalid as refusal:
        if "elector_id" not in refusal.fields:
            raise
        raise Invalid.on("position", refusal.sentence) from refusal


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_delivered(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Note whose papers were handed over."""
    by = acting(request)
    found = _desk_card(request, ballot_id)
    form = forms.DeliveredForm(web.sent(request))

    def note() -> int:
        ids = queries.electors_at(ballot_id, form.cleaned_data["positions"]).values()
        try:
            return actions.mark_delivered(ballot_id, list(ids), by=by, at=clock.now())
        except Invalid as refusal:
            raise Invalid.on("positions", refusal.sentence) from refusal

    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            note,
            to=lambda _n: reverse("ballot-desk", args=[ballot_id]),
            said=lambda n: ngettext("记了 %(n)d 张送到。", "记了 %(n)d 张送到。", n) % {"n": n},
        )
        if answer is not None:
            return answer
    return _form(request, found, form, _("记送到"), _("记下送到"))


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_mandate(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Record a written mandate."""
    words = _("登记书面委托"), _("记下委托"), _("委托记下了。受托人来投时勾“受托人代投”。")
    return _by_paper(request, ballot_id, forms.MandateForm(web.sent(request)), "holder", actions.give_mandate, *words)


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_sale(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Note that a flat was sold: its buyer votes."""
    words = _("房子卖了，换业主"), _("换成新业主"), _("换成新业主了。原来那张票作废，请印一张新的送去。")
    return _by_paper(request, ballot_id, forms.SaleForm(web.sent(request)), "buyer", actions.sell_flat, *words)


def _by_paper(
    request: HttpRequest, ballot_id: int, form: PlainForm, whom: str, step: Callable[..., object], title: str, button: str, said: str
) -> HttpResponse:
    """A paper that says who votes instead of the elector at a number."""
    by = acting(request)
    found = _desk_card(request, ballot_id)

    def run(elector_id: int) -> object:
        return step(ballot_id, elector_id, form.cleaned_data[whom], form.cleaned_data["paper"], by=by, at=clock.now())

    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _on_position(ballot_id, form.cleaned_data["position"], run),
            to=lambda _made: reverse("ballot-desk", args=[ballot_id]),
            said=lambda _made: said,
        )
        if answer is not None:
            return answer
    return _form(request, found, form, title, button)


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_posted(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Note since when the result has hung."""
    form = forms.PostedForm(web.sent(request))
    run = lambda: actions.post_result(ballot_id, form.cleaned_data["posted_on"], by=acting(request), at=clock.now())  # noqa: E731
    return _moved(request, ballot_id, form, run, _("记下了。要贴满规定的天数。"))
