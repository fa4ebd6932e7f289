"""Pieces at the desk: the list, writing one, its marks and previews, its way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, paper, web
from zengyi.core.forms import contents
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.news import actions, forms, queries
from zengyi.news.pages import previews
from zengyi.news.pages.asks import ASKS
from zengyi.news.pages.common import picture_answer
from zengyi.news.queries import PieceCard
from zengyi.news.rules import Content, PieceKind, PieceState, settled
from zengyi.news.web import outlets
from zengyi.news.web.serving import link_of
from zengyi.people import queries as people
from zengyi.people.rules import check_role, known
from zengyi.people.web import acting, layout_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS = ("kind", "title", "text", "place", "held_on", "until", "organisers", "figures")


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The community's pieces, and what a new one could be made of."""
    by, at = acting(request), clock.now()
    asked = request.GET.get("state", "")
    state = asked if asked in PieceState.values else ""
    page = queries.desk(by=by, state=state, after=after_of(request))
    context = {
        "layout": layout_of(by),
        "page": page,
        "next": next_link(request, page),
        "first": f"{request.path}?state={state}" if state else request.path,
        "state": state,
        "states": PieceState.choices,
        "happenings": queries.happenings(by=by, at=at) if not state and not request.GET.get("after") else [],
    }
    return render(request, "news/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new piece, empty or with a draft of what happened."""
    by, at = acting(request), clock.now()
    source, _colon, ref = request.GET.get("from", "").partition(":")
    draft = queries.drafted(source, ref, by=by, at=at) if source else None
    places = people.told_at(by.community_id or 0)
    if request.method == "POST":
        form = forms.PieceForm(request.POST, request.FILES, places=places)
        answer = web.submit(
            request,
            form,
            lambda: actions.propose(**_given(form), source=source, source_ref=ref if source else "", by=by, at=at),
            to=lambda made: reverse("news-edit", args=[made.pk]),
            said=lambda _made: _("存好了。看一看标出来的地方，再请另一位来查。"),
        )
        if answer is not None:
            return answer
    else:
        form = forms.PieceForm(initial=_initial(draft) if draft else {"kind": PieceKind.BRIEF}, places=places)
    context = {"layout": layout_of(by), "form": form, "draft": draft, "bound": draft.figures if draft else ()}
    return web.waiting(form, render(request, "news/new.html", context, status=web.status_of(form)))


def _initial(content: Content, bound: tuple[tuple[str, str], ...] | None = None) -> dict[str, Any]:
    """``bound``: figures that come from elsewhere and are not typed; by default all of the draft's."""
    labels = {label for label, _figure in (content.figures if bound is None else bound)}
    own = [pair for pair in content.figures if pair[0] not in labels]
    told = [str(pk) for pk, _name in content.told]
    return {name: getattr(content, name) for name in WORDS} | {"figures": forms.written(own), "told": told}


def _given(form: forms.PieceForm) -> dict[str, Any]:
    given = form.cleaned_data
    told = known(*(id_of(text) for text in given.get("told", ())))
    return {name: given[name] for name in WORDS} | {"pictures": contents(given["pictures"]), "told": told}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, piece_id: int) -> HttpResponse:
    """A piece with its words, its marks and its outlets; sending the form changes the words."""
    by, at = acting(request), clock.now()
    before = web.taken_before(request) if request.method == "POST" else None
    if before is not None:
        return before
    card = queries.piece(piece_id, by=by, at=at)
    if request.method != "POST":
        return _desk_of(request, card)
    places = people.told_at(by.community_id or 0)
    form = forms.PieceForm(request.POST, request.FILES, standing=card.content.pictures, places=places)
    answer = web.submit(
        request,
        form,
        lambda: actions.edit(
            piece_id,
            **_given(form),
            without=form.cleaned_data.get("without", ()),
            digest=form.cleaned_data["digest"],
            by=by,
            at=at,
        ),
        to=lambda made: reverse("news-edit", args=[made.pk]),
        said=lambda _made: _("改好了，从头走：查稿、批准、发布。"),
    )
    return answer if answer is not None else _desk_of(request, card, form=form)


@require_POST
def answer(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The answers to marks."""
    by, at = acting(request), clock.now()
    before = web.taken_before(request)
    if before is not None:
        return before
    card = queries.piece(piece_id, by=by, at=at)
    form = forms.AnswersForm(request.POST, cards=card.marks, taken=_taken_at(card))
    sent = web.submit(
        request,
        form,
        lambda: actions.answer(piece_id, form.answers(), children=form.children(), digest=form.cleaned_data["digest"], by=by, at=at),
        to=lambda made: f"{reverse('news-edit', args=[made.pk])}#marks",
        said=lambda _made: _("回答记下了。"),
    )
    return sent if sent is not None else _desk_of(request, card, answers=form)


def _desk_of(
    request: HttpRequest, card: PieceCard, *, form: forms.PieceForm | None = None, answers: forms.AnswersForm | None = None
) -> HttpResponse:
    by, at = acting(request), clock.now()
    bound = (queries.figures_now(card.source, card.source_ref, by=by, at=at) or ()) if card.source and card.may_edit else ()
    failed = form or answers
    places = people.told_at(by.community_id or 0) if card.may_edit and form is None else ()
    kept = {**_initial(card.content, bound), "digest": card.digest}
    words = form or forms.PieceForm(initial=kept, standing=card.content.pictures, places=places)
    context = {
        "layout": layout_of(by),
        "card": card,
        "form": words,
        "editing": form is not None,
        "answers": answers or forms.AnswersForm(cards=card.marks, taken=_taken_at(card), initial={"digest": card.digest}),
        "failed": failed,
        "waits": queries.waits_for(card),
        "bound": bound,
        "shown": previews.shown(card.content, [one.mark for one in card.marks], card.marks),
        "outlets": previews.previews(outlets.of_piece(card, link_of(request, card.id))),
        "spot": forms.SpotForm(auto_id="spot_%s"),
        "steps": _way(card),
        "asks": [(verb, ASKS[verb]) for verb in card.verbs],
        "printable": not paper.missing(),
        "left_out": paper.missing(),
    }
    return render(request, "news/edit.html", context, status=web.status_of(failed) if failed else 200)


def _taken_at(card: PieceCard) -> list[tuple[int, str]] | None:
    """The activities of which a picture can be; nothing where nobody is asked: without pictures, or in a piece from an activity."""
    if not card.content.pictures or queries.occasion_of(card.source, card.source_ref) is not None:
        return None
    found = queries.taken_at(card.community_id, at=clock.now())
    return [(one.id, f"{one.title} · {outlets.day(clock.local_date(one.starts_at))}") for one in found]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way, as the chain shows it: its name, who took it, whether it is the one to take now."""

    name: "StrOrPromise"
    who: str
    at: Any
    done: bool
    now: bool


def _way(card: PieceCard) -> list[Step]:
    reached = {PieceState.PROPOSED: 1, PieceState.CHECKED: 2, PieceState.APPROVED: 3, PieceState.PUBLISHED: 4, PieceState.WITHDRAWN: 4}[
        card.state
    ]
    names = (gettext_lazy("拟稿"), gettext_lazy("查稿"), gettext_lazy("批准"), gettext_lazy("发布"))
    now = 0 if card.facts.returned else reached
    taken = [(step.who, step.at) for step in card.steps] + [("", None)]
    return [Step(name, *taken[n], n < now, n == now) for n, name in enumerate(names)]


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """What somebody would have to look at, and how full the outlets are, while a piece is being typed: a fragment for its form."""
    by = acting(request)
    check_role(by, "news.propose")
    form = forms.PieceForm(request.POST)
    form.is_valid()
    content = form.words()
    community = people.community(by.community_id or 0)
    marks = queries.looked_at(content, community.id, community.phone)
    printed = outlets.Printed(settled(content, marks, {}), community.name, community.phone, link_of(request, 0))
    context = {
        "marks": list({mark.key: mark for mark in marks}.values()),
        "shown": previews.shown(content, marks),
        "meters": previews.previews(printed),
    }
    return render(request, "news/_look.html", context)


@require_safe
def trial_sheet(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The first page of the sheet as it would be printed now."""
    card = queries.piece(piece_id, by=acting(request), at=clock.now())
    data = outlets.sheet(outlets.of_piece(card, link_of(request, piece_id)))
    return HttpResponse(paper.picture(outlets.SHEET, data, scale=outlets.TRIAL_SHEET), content_type="image/png")


@require_safe
def trial_poster(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The poster as it would be now, half its size."""
    card = queries.piece(piece_id, by=acting(request), at=clock.now())
    data = outlets.poster(outlets.of_piece(card, link_of(request, piece_id)))
    return HttpResponse(paper.picture(outlets.POSTER, data, scale=outlets.TRIAL_POSTER), content_type="image/png")


@require_safe
def draft_picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """A picture of a piece of one's community, published or not, small."""
    return picture_answer(queries.draft_picture(picture_id, by=acting(request)).read_bytes())
