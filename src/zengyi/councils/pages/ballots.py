"""Ballots for everybody: the list, one of them, and voting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.keyset import after_of, next_link
from zengyi.councils import actions, queries
from zengyi.councils.forms.ballots import VoteForm
from zengyi.councils.queries.ballots import BallotCard
from zengyi.councils.rules.owners import metres
from zengyi.people.rules import COMMUNITY_ROLES
from zengyi.people.web import acting, layout_of

CODE = "v"
CODE_MOST = 40


@require_safe
def ballots(request: HttpRequest) -> HttpResponse:
    """What is decided here, newest first."""
    by = acting(request)
    page = queries.ballots(by=by, after=after_of(request))
    context = {"layout": layout_of(by), "page": page, "next": next_link(request, page), "staff": by.role in COMMUNITY_ROLES}
    return render(request, "councils/ballots.html", context)


@never_cache
@require_safe
def ballot(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """One ballot: what it costs, what is needed, how many came; after closing what was decided. Whoever may vote does it here."""
    return _ballot(request, queries.ballot(ballot_id, by=acting(request), code=request.GET.get(CODE, "")[:CODE_MOST]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot_vote(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Take a vote."""
    by = acting(request)
    code = request.POST.get("code", "")[:CODE_MOST]
    found = queries.ballot(ballot_id, by=by, code=code)
    if request.method != "POST":
        return _ballot(request, found)
    form = vote_form(request, found)
    answer = web.submit(
        request,
        form,
        lambda: actions.cast_stance(
            ballot_id,
            actions.Answer(choice=form.cleaned_data.get("choice", ""), numbers=form.numbers(), reason=form.cleaned_data["reason"]),
            code=form.cleaned_data["code"],
            by=by,
            at=clock.now(),
        ),
        to=lambda _made: reverse("ballot", args=[ballot_id]),
        said=lambda _made: _("投好了。截止前想改，再投一次，算最后一次。"),
    )
    return answer or _ballot(request, found, form)


def vote_form(request: HttpRequest, found: BallotCard) -> VoteForm:
    """The form to vote in, as it was sent or empty."""
    return VoteForm(web.sent(request), method=found.method, choices=found.choices, options=found.options, initial={"code": found.code})


def _ballot(request: HttpRequest, found: BallotCard, form: VoteForm | None = None) -> HttpResponse:
    by = acting(request)
    shown = form or vote_form(request, found)
    context = {
        "layout": layout_of(by),
        "found": found,
        "form": shown,
        "facts": result_facts(found),
        "turnout": turnout_bars(found),
        "own_area": metres(found.mine.area) if found.mine else "",
        "money": yuan(found.amount),
        "share": yuan(found.mine.share if found.mine else None),
    }
    return render(request, "councils/ballot.html", context, status=web.status_of(shown) if form else 200)


def yuan(cents: int | None) -> str:
    """An amount as people write it."""
    return "" if cents is None else f"{cents // 100:,}.{cents % 100:02d}"


def turnout_bars(found: BallotCard) -> list[dict[str, object]]:
    """How many came, by each measure: its name, the figures, and the length of its bar out of a thousand."""
    turnout = found.turnout
    bars: list[dict[str, object]] = [
        {
            "name": _("人数"),
            "voted": turnout.heads_voted,
            "all": turnout.heads,
            "needed": turnout.heads_needed if found.of_owners else "",
            "missing": turnout.heads_missing if found.of_owners else "",
            "length": _thousandths(turnout.heads_voted, turnout.heads),
        }
    ]
    if found.of_owners:
        bars.append(
            {
                "name": _("面积（平方米）"),
                "voted": metres(turnout.area_voted),
                "all": metres(turnout.area),
                "needed": metres(turnout.area_needed),
                "missing": metres(turnout.area_missing) if turnout.area_missing else 0,
                "length": _thousandths(turnout.area_voted, turnout.area),
            }
        )
    return bars


def _thousandths(part: int, whole: int) -> int:
    return 1000 * part // whole if whole else 0


def result_facts(found: BallotCard) -> list[tuple[str, str, str]]:
    """What a closed ballot came to: a name and two figures (heads and area, or votes alone). Empty before closing."""
    result = found.result
    if result is None:
        return []
    if found.of_owners:
        return [
            (_("全部"), str(result["heads"]), result["area"]),
            (_("来了"), str(result["heads_voted"]), result["area_voted"]),
            (_("同意"), str(result["heads_for"]), result["area_for"]),
            *(
                (label, str(result["choices"][key]["heads"]), result["choices"][key]["area"])
                for key, label in found.choices
                if key != "FOR"
            ),
        ]
    facts = [(_("能投的"), str(result["entitled"]), ""), (_("投了的"), str(result["voted"]), "")]
    facts += [(label, str(result["choices"].get(key, 0)), "") for key, label in found.choices]
    facts += [(name, str(points), "") for name, points in zip(found.options, result["options"], strict=False)]
    return facts
