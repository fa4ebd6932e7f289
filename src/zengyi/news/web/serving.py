"""The files of a published edition, for pages and the API alike."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from zengyi.core import clock, made, paper
from zengyi.core.errors import Unavailable
from zengyi.news.queries import EditionCard
from zengyi.news.web import outlets

#: Looks written into the elements themselves are the point of that document; scripts, frames and forms are not.
RICH_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def link_of(request: HttpRequest, piece_id: int) -> str:
    """The address of the public page of a piece, as it stands on paper."""
    return request.build_absolute_uri(reverse("piece", args=[piece_id]))


def sheet_of(request: HttpRequest, card: EditionCard) -> HttpResponse:
    """The edition's sheet, made once."""
    data = outlets.sheet(outlets.of_edition(card, link_of(request, card.piece_id)))
    file = _kept(outlets.SHEET, data, card, lambda: paper.pdf(outlets.SHEET, data, at=card.published_at))
    return HttpResponse(file, content_type="application/pdf")


def poster_of(request: HttpRequest, card: EditionCard) -> HttpResponse:
    """The edition's poster, made once."""
    data = outlets.poster(outlets.of_edition(card, link_of(request, card.piece_id)))
    file = _kept(outlets.POSTER, data, card, lambda: paper.picture(outlets.POSTER, data, scale=outlets.POSTER_SCALE))
    return HttpResponse(file, content_type="image/png")


def long_of(request: HttpRequest, card: EditionCard) -> HttpResponse:
    """The edition's long picture, made once."""
    data = outlets.long(outlets.of_edition(card, link_of(request, card.piece_id)))
    file = _kept(
        outlets.LONG, data, card, lambda: paper.picture(outlets.LONG, data, scale=outlets.POSTER_SCALE, colours=outlets.LONG_COLOURS)
    )
    return HttpResponse(file, content_type="image/png")


def rich_of(request: HttpRequest, card: EditionCard) -> HttpResponse:
    """The edition for the editor of a public account, as a document of its own: all of it is to be copied, and nothing in it runs."""
    printed = outlets.of_edition(card, link_of(request, card.piece_id))
    pictures = [request.build_absolute_uri(reverse("news-photo", args=[one])) for one in card.content.pictures]
    page = format_html(
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>{}</title></head><body style="margin:0;">{}</body></html>',
        card.content.title,
        outlets.rich(printed, pictures),
    )
    answer = HttpResponse(page)
    answer["Content-Security-Policy"] = RICH_POLICY
    return answer


def text_of(request: HttpRequest, card: EditionCard, make: Callable[[outlets.Printed], str]) -> HttpResponse:
    """One of the edition's texts."""
    return HttpResponse(make(outlets.of_edition(card, link_of(request, card.piece_id))), content_type="text/plain; charset=utf-8")


def _kept(name: str, data: dict[str, object], card: EditionCard, make: Callable[[], bytes]) -> bytes:
    """The file, made once from the same data. Raises :class:`Unavailable` on a machine without a Chinese font, kept or not."""
    if reason := paper.missing():
        raise Unavailable(reason)
    return made.kept(str(card.community_id), paper.source(name, data), make, at=clock.now())
