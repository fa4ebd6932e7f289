"""The steps of a piece, each asked for on a page with the words it is about; and where paper of it hangs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zengyi.core import clock, web
from zengyi.core.errors import NotThere
from zengyi.core.ids import WithId
from zengyi.news import actions, forms, queries
from zengyi.news.pages.asks import ASKS
from zengyi.news.rules import CHECKS, Verb
from zengyi.news.web import outlets
from zengyi.people.rules import Actor, check_role
from zengyi.people.web import acting, layout_of


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, piece_id: int, verb: str) -> HttpResponse:
    """The page that asks for a step, with the words it is about, and the step itself."""
    by, at = acting(request), clock.now()
    if verb not in Verb.values:
        raise NotThere(_("没有这一步。"))
    check_role(by, f"news.{verb}")
    move = Verb(verb)
    before = web.taken_before(request) if request.method == "POST" else None
    if before is not None:
        return before
    card = queries.piece(piece_id, by=by, at=at)
    reasoned = move in (Verb.RETURN, Verb.WITHDRAW)
    kind_of_form = forms.ReasonForm if reasoned else forms.SureForm
    form = kind_of_form(web.sent(request), initial={"digest": card.digest})
    if request.method == "POST":
        sent = web.submit(
            request,
            form,
            lambda: _take(move, piece_id, form.cleaned_data, by),
            to=lambda made: reverse("news-edit", args=[made.pk]),
            said=lambda _made: str(ASKS[move].said),
        )
        if sent is not None:
            return sent
    elif move not in card.verbs:
        CHECKS[move](by, card.facts)
    context = {
        "layout": layout_of(by),
        "card": card,
        "verb": verb,
        "ask": ASKS[move],
        "form": form,
        "paragraphs": [one for one in card.settled.text.split("\n") if one],
        "facts": outlets.facts(card.settled),
        "waits": queries.waits_for(card) if move in (Verb.APPROVE, Verb.PUBLISH) else "",
        "hangs": queries.hangs(piece_id) if move == Verb.WITHDRAW else [],
    }
    return render(request, "news/step.html", context, status=web.status_of(form))


def _take(verb: Verb, piece_id: int, given: dict[str, Any], by: Actor) -> WithId:
    at, digest = clock.now(), given["digest"]
    match verb:
        case Verb.CHECK:
            return actions.check(piece_id, digest=digest, by=by, at=at)
        case Verb.RETURN:
            return actions.send_back(piece_id, given["reason"], digest=digest, by=by, at=at)
        case Verb.APPROVE:
            return actions.approve(piece_id, digest=digest, by=by, at=at)
        case Verb.PUBLISH:
            return actions.publish(piece_id, digest=digest, by=by, at=at)
        case Verb.WITHDRAW:
            return actions.withdraw(piece_id, given["reason"], by=by, at=at)


@require_POST
def hang(request: HttpRequest, piece_id: int) -> HttpResponse:
    """A sheet hangs somewhere."""
    by = acting(request)
    form = forms.SpotForm(request.POST)
    sent = web.submit(
        request,
        form,
        lambda: actions.hang(piece_id, **form.cleaned_data, by=by, at=clock.now()),
        to=lambda made: f"{reverse('news-edit', args=[made.pk])}#paper",
        said=lambda _made: _("记下了。"),
    )
    if sent is not None:
        return sent
    card = queries.piece(piece_id, by=by, at=clock.now())
    context = {"layout": layout_of(by), "card": card, "form": form}
    return render(request, "news/hang.html", context, status=web.status_of(form))


@require_POST
def take_down(request: HttpRequest, hung_id: int) -> HttpResponse:
    """A sheet was taken off its board."""
    by = acting(request)
    sent = web.submit(
        request,
        None,
        lambda: actions.take_down(hung_id, by=by, at=clock.now()),
        to=lambda piece_id: f"{reverse('news-edit', args=[piece_id])}#paper",
        said=lambda _piece_id: _("揭下来了。"),
    )
    assert sent is not None
    return sent
