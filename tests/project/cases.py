"""Every way of the whole: the public pages, the district's screen, and what the API says of itself."""

from collections.abc import Iterator

from tests.trust.cases import (
    READ,
    SHOWN_OR_SENT,
    Case,
    lies,
    visits,
)
from tests.trust.forms_of import Filled
from tests.trust.ground import Ground


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The pages of the whole."""
    yield from visits("home", "/", SHOWN_OR_SENT)
    yield from visits("appearance", "/appearance", post={"care": "1", "next": "/help/"})
    yield from visits("robots-txt", "/robots.txt", READ)
    for name in ("help", "health", "ready"):
        yield from visits(name, {"help": "/help/"}.get(name, f"/{name}"), READ)
    for where, community in ground.communities.items():
        yield Case("board", "GET", f"/board/?community={community.pk}", action="points.sums", relations=lies(role, where))
    yield from visits("board", "/board/", READ, action="points.sums")
    yield from visits("search", "/search/?q=路", READ)
    yield Case("api:search", "GET", "/api/v1/search?q=路")
    yield from visits("hub", "/community/", READ)
    yield from visits("waiting", "/waiting/", READ)
    yield from visits("district", "/district/", READ)
    yield Case("api:openapi-json", "GET", "/api/v1/openapi.json")
    yield Case("api:api-root", "GET", "/api/v1/", good=frozenset({404}))


#: The names of the forms, in this order.
FORMS = ("appearance",)


def forms(ground: Ground) -> Iterator[Filled]:
    """Its one form."""
    yield Filled("appearance", "", "/appearance", {"care": "1", "theme": "dark", "language": "en", "next": "/help/"}, again=False)


#: Pages that take no form.
READ_ONLY = ("search",)
