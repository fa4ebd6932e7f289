"""The search over all that is public: every kind of thing on one page, and a page after the other of one kind."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.ids import id_of
from zengyi.core.public import public_page
from zengyi.people import queries as people
from zengyi.people.queries.findable import OF_EACH, OF_ONE, Findable, Hit, found, words_asked
from zengyi.people.web import acting, layout_of
from zengyi.people.web.findable import kinds


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, each with its community's name. ``more``: where the rest of it stands, empty when this is all."""

    of: Findable
    rows: list[tuple[Hit, str]]
    more: str


@public_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What holds the words asked for; everybody finds the same, signed in or not."""
    by, at = acting(request), clock.now()
    q = words_asked(request.GET.get("q", ""))
    communities = people.communities()
    names = {card.id: card.name for card in communities}
    community_id = id_of(request.GET.get("community"))
    if request.GET.get("community") and community_id not in names:
        raise NotThere(_("没有找到这个社区。"))
    one = next((kind for kind in kinds() if kind.kind == request.GET.get("kind")), None)
    after = id_of(request.GET.get("after")) if one else None
    hits = found((one,) if one else kinds(), q, at=at, community_id=community_id, after=after, most=OF_ONE if one else OF_EACH)
    asked = {name: value for name, value in (("q", q), ("community", community_id)) if value}

    def link(**more: object) -> str:
        return f"?{urlencode({**asked, **more})}"

    context = {
        "layout": layout_of(by),
        "q": q,
        "communities": communities,
        "here": community_id,
        "one": one,
        "groups": [
            Group(
                its.of,
                [(hit, names.get(hit.community_id, "")) for hit in its.rows],
                link(kind=its.of.kind) if its.next_after and not one else "",
            )
            for its in hits
        ],
        "all": link(),
        "everywhere": f"?{urlencode({'q': q})}" if community_id or one else "",
        "first": link(kind=one.kind) if one else "",
        "next": link(kind=one.kind, after=hits[0].next_after) if one and hits and hits[0].next_after else "",
    }
    answer = render(request, "search.html", context)
    if q:
        answer["X-Robots-Tag"] = "noindex"  # what is found is listed by itself
    return answer
