"""What a piece can be made of: what happened and may be told. Its figures stay bound to where they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zengyi.activities.queries import patrols, told
from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.councils import queries as councils
from zengyi.news.queries.drafts import TOLD_TOPICS, no_source, of_order, of_quarter, of_topic
from zengyi.news.queries.drafts_outside import of_activity, of_ledger, of_project
from zengyi.news.rules import Content, Figure
from zengyi.orders import queries as orders
from zengyi.people.rules import NOBODY, Actor, check_role
from zengyi.works import queries as works
from zengyi.works.rules.projects import ProjectState

QUARTER, TOPIC, ORDER, ACTIVITY, LEDGER, PROJECT = "QUARTER", "TOPIC", "ORDER", "ACTIVITY", "LEDGER", "PROJECT"
#: So many of each kind are offered.
FEW, OFFERED_MOST = 3, 8
#: What was done longer ago is no news.
FRESH = timedelta(days=45)

_SOURCES: dict[str, Callable[[str, int, datetime], Content]] = {
    QUARTER: of_quarter,
    TOPIC: of_topic,
    ORDER: of_order,
    ACTIVITY: of_activity,
    LEDGER: of_ledger,
    PROJECT: of_project,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a piece can be made of."""

    source: str
    ref: str
    title: str
    day: date | None


def happenings(*, by: Actor, at: datetime) -> list[Happening]:
    """What of the actor's community could be told, the newest first of each kind. Seven statements."""
    check_role(by, "news.propose")
    here = by.community_id
    if here is None:
        return []
    found = [
        Happening(QUARTER, q, _("%(quarter)s的公示") % {"quarter": spoken_quarter(q)}, None) for q in bank.quarters_published(here)[:2]
    ]
    held = told.held(here, since=at - FRESH, by=NOBODY)[:FEW]
    found += [Happening(ACTIVITY, str(one.id), one.title, clock.local_date(one.starts_at)) for one in held]
    found += [Happening(LEDGER, str(one.id), f"{one.label} {one.where}", None) for one in _cleared(here)]
    shown = works.projects(by=by, at=at, state=ProjectState.SHOWN, size=FEW).rows
    found += [Happening(PROJECT, str(one.id), one.title, None) for one in shown]
    for state in TOLD_TOPICS:
        topics = councils.topics(by=NOBODY, state=state, community_id=here, size=FEW).rows
        found += [Happening(TOPIC, str(row.id), row.title, None) for row in topics]
    rows = orders.listing(by=NOBODY, at=at, state="CONFIRMED", community_id=here, size=OFFERED_MOST * 2).rows
    fresh = [row for row in rows if row.ended_at is not None and row.ended_at > at - FRESH]
    fresh.sort(key=lambda row: row.ended_at or at, reverse=True)
    return found + [Happening(ORDER, str(row.id), row.title, clock.local_date(row.ended_at or at)) for row in fresh[:OFFERED_MOST]]


def _cleared(community_id: int) -> list[patrols.LedgerCard]:
    """The newest ledgers of which nothing is left."""
    rows = [one for one in patrols.ledgers(by=NOBODY, community_id=community_id) if one.removed and one.remaining <= 0]
    return sorted(rows, key=lambda one: one.id, reverse=True)[:FEW]


def drafted(source: str, ref: str, *, by: Actor, at: datetime) -> Content:
    """A draft in the words that everybody may read of it already. Raises :class:`Invalid` for what is not there or not over."""
    check_role(by, "news.propose")
    make = _SOURCES.get(source)
    try:
        if make is None or by.community_id is None:
            raise no_source()
        with translation.override(settings.LANGUAGE_CODE):  # the piece is in Chinese whoever writes it
            return make(ref, by.community_id, at)
    except NotThere as missing:
        raise no_source() from missing


def figures_now(source: str, ref: str, *, by: Actor, at: datetime) -> tuple[Figure, ...] | None:
    """The figures that the piece's source gives now; empty for a piece that was written freely.

    ``None`` when the source is gone, not over any more, or no longer public.
    """
    try:
        return drafted(source, ref, by=by, at=at).figures if source else ()
    except Invalid:
        return None


def consents_missing(occasion_id: int | None) -> int | None:
    """How many children of the occasion may not be shown in pictures; ``None`` once the answers are deleted and nobody can know."""
    return 0 if occasion_id is None else told.unconsented(occasion_id)


def taken_at(community_id: int, *, at: datetime) -> list[told.Held]:
    """The activities at which pictures of children may have been taken, the newest first. One statement."""
    return told.with_children(community_id, since=at - FRESH, by=NOBODY)


def occasion_of(source: str, ref: str) -> int | None:
    """The occasion that a piece was made from; nothing for a piece that was made from something else, or written freely."""
    return int(ref) if source == ACTIVITY and ref.isdecimal() else None
