"""Filters of lists. A value that makes no sense is ignored, so that an old link still works."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from zengyi.core import clock
from zengyi.core.ids import id_of
from zengyi.orders import queries, rules

QUERY_MOST = 60
LIGHTS = ("late", "soon", "ok")


def words(text: str | None) -> str:
    """What somebody searches for, cut to size and without control characters."""
    return "".join(c if c.isprintable() else " " for c in text or "").strip()[:QUERY_MOST]


def one_of(text: str | None, allowed: tuple[str, ...]) -> str:
    """``text`` if it is allowed, else nothing."""
    return text if text in allowed else ""


def _quarter(text: str) -> str:
    try:
        clock.quarter_bounds(text)
    except ValueError:
        return ""
    return text


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list, and where its page begins.

    ``quarter``: placed in it; ``step``: got so far; ``stage``: stands there now, as the desk counts.
    """

    state: str = ""
    kind: str = ""
    category: str = ""
    q: str = ""
    light: str = ""
    step: str = ""
    quarter: str = ""
    stage: str = ""
    order: int | None = None
    place: int | None = None
    community: int | None = None
    after: int | None = None

    @property
    def filtered(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(
            self.state or self.kind or self.category or self.q or self.light or self.step or self.quarter or self.stage or self.place
        )

    def link(self, **change: object) -> str:
        """The query string of the same list with something changed; paging starts anew."""
        kept: dict[str, object] = {
            "state": self.state,
            "kind": self.kind,
            "category": self.category,
            "q": self.q,
            "light": self.light,
            "step": self.step,
            "quarter": self.quarter,
            "stage": self.stage,
            "order": self.order,
            "place": self.place,
            "community": self.community,
        }
        kept.update(change)
        return "?" + urlencode({name: value for name, value in kept.items() if value})


def filters_of(data: QueryDict) -> Filters:
    """The filters of a query string."""
    return Filters(
        state=one_of(data.get("state"), tuple(rules.State.values)),
        kind=one_of(data.get("kind"), tuple(rules.Kind.values)),
        category=one_of(data.get("category"), tuple(rules.Category.values)),
        q=words(data.get("q")),
        light=one_of(data.get("light"), LIGHTS),
        step=one_of(data.get("step"), tuple(queries.STEPS)),
        quarter=_quarter(data.get("quarter", "")),
        stage=one_of(data.get("stage"), tuple(queries.STAGES)),
        order=id_of(data.get("order")),
        place=id_of(data.get("place")),
        community=id_of(data.get("community")),
        after=id_of(data.get("after")),
    )
