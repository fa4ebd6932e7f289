"""Published pieces for everybody: the list, one of them, its pictures, its outlets, the feeds."""

import json
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.core import paper
from zengyi.core.errors import NotThere
from zengyi.core.public import public_page
from zengyi.news import queries
from zengyi.news.forms import Asked
from zengyi.news.pages.common import picture_answer
from zengyi.news.queries import EditionCard
from zengyi.news.rules import PieceKind, excerpt
from zengyi.news.web import outlets
from zengyi.news.web.serving import link_of, long_of, poster_of, rich_of, sheet_of, text_of
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES
from zengyi.people.web import acting, layout_of

FEED_MOST = 20
#: Characters below the title of a shared link, and of an entry of the feed.
DESCRIBED, TOLD = 120, 300


@public_page
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """社区传真: what is published, of one community or of all of them, newest first."""
    by, asked = acting(request), Asked(request.GET)
    communities = people.communities()
    here = next((card for card in communities if card.id == asked.community), None)
    if asked.community is not None and here is None:
        raise NotThere(_("没有找到这个社区。"))
    page = queries.editions(by=by, community_id=asked.community, kind=asked.kind, q=asked.q, after=asked.after)
    kept = {"community": asked.community, "kind": asked.kind, "q": asked.q}
    said = {name: value for name, value in kept.items() if value}
    first = f"{request.path}?{urlencode(said)}" if said else request.path
    context = {
        "layout": layout_of(by),
        "asked": asked,
        "communities": communities,
        "here": here,
        "kinds": PieceKind.choices,
        "rows": page.rows,
        "next": f"{request.path}?{urlencode({**said, 'after': page.next_after})}" if page.next_after else "",
        "first": first,
        "staff": by.role in COMMUNITY_ROLES,
    }
    return render(request, "news/list.html", context)


@public_page
@require_safe
def piece(request: HttpRequest, piece_id: int) -> HttpResponse:
    """One published piece, as everybody reads it; a link shared elsewhere shows its title, its beginning and its poster."""
    by = acting(request)
    card = queries.edition(piece_id, by=by)
    printable = not paper.missing()
    context = {
        "layout": layout_of(by),
        "card": card,
        "paragraphs": [one for one in card.content.text.split("\n") if one],
        "facts": outlets.facts(card.content),
        "description": excerpt(card.content.text, DESCRIBED),
        "link": link_of(request, piece_id),
        "image": request.build_absolute_uri(reverse("news-poster", args=[piece_id])) if printable else "",
        "printable": printable,
        "staff": by.role in COMMUNITY_ROLES and by.community_id == card.community_id,
    }
    return render(request, "news/piece.html", context)


@require_safe
def picture(request: HttpRequest, picture_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A picture of a published piece, or its preview."""
    return picture_answer(queries.picture(picture_id, preview=preview, by=acting(request)).read_bytes())


@require_safe
def sheet(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The A4 sheet for the notice board, as PDF."""
    return sheet_of(request, queries.edition(piece_id, by=acting(request)))


@require_safe
def poster(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The picture for WeChat groups, 1080 × 1440."""
    return poster_of(request, queries.edition(piece_id, by=acting(request)))


@require_safe
def robot(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The text message for the robot of a WeCom group."""
    return text_of(request, queries.edition(piece_id, by=acting(request)), outlets.robot)


@require_safe
def markdown(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The markdown message for the robot."""
    return text_of(request, queries.edition(piece_id, by=acting(request)), outlets.markdown)


@require_safe
def plain(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The whole text, to be copied."""
    return text_of(request, queries.edition(piece_id, by=acting(request)), outlets.plain)


@require_safe
def long(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The long picture for WeChat groups: the whole text."""
    return long_of(request, queries.edition(piece_id, by=acting(request)))


@require_safe
def rich(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The whole piece with its looks inside, to be pasted into the editor of a public account."""
    return rich_of(request, queries.edition(piece_id, by=acting(request)))


@require_safe
def feed_atom(request: HttpRequest, community_id: int) -> HttpResponse:
    """What a community published, as an Atom feed (RFC 4287)."""
    title, home, rows = _fed(request, community_id)
    feed = Atom1Feed(title=title, link=home, description=title, language="zh-CN", feed_url=request.build_absolute_uri())
    for card in rows:
        link = link_of(request, card.piece_id)
        feed.add_item(
            title=card.content.title,
            link=link,
            description=excerpt(card.content.text, TOLD),
            unique_id=link,
            pubdate=card.published_at,
            updateddate=card.published_at,
            author_name=card.community,
            categories=[_kind(card)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def feed_json(request: HttpRequest, community_id: int) -> HttpResponse:
    """The same as a JSON Feed (version 1.1)."""
    title, home, rows = _fed(request, community_id)
    items = [
        {
            "id": link_of(request, card.piece_id),
            "url": link_of(request, card.piece_id),
            "title": card.content.title,
            "content_text": card.content.text,
            "date_published": card.published_at.isoformat(timespec="seconds"),
            "authors": [{"name": card.community}],
            "tags": [_kind(card)],
        }
        for card in rows
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": request.build_absolute_uri(),
        "language": "zh-CN",
        "items": items,
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/feed+json; charset=utf-8")


def _fed(request: HttpRequest, community_id: int) -> tuple[str, str, list[EditionCard]]:
    """The feed's title, the page it stands for, and what is in it; ``?kind=BRIEF`` narrows it."""
    community = people.community(community_id)
    rows = queries.editions(by=acting(request), community_id=community_id, kind=Asked(request.GET).kind, size=FEED_MOST).rows
    home = request.build_absolute_uri(f"{reverse('news')}?community={community_id}")
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(community)s · 社区传真") % {"community": community.name}, home, rows


def _kind(card: EditionCard) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return card.label
