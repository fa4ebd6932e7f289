"""What this package offers in the tabs, the rail and the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank import queries
from zengyi.core import clock
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web.navigation import EVERYBODY, Entry, Fact, Tile

_PROPOSED = ("roll-call", "correction", "rule")
_CLOSING = (
    "quarter-tally",
    "quarter-prepare",
    "quarter-publish",
    "quarter-seal",
    "objection-answer",
    "objection-review",
    "objection-tell",
)

ENTRIES = (
    Entry(
        name=gettext_lazy("储值"), icon="book", url="roll-calls", roles=COMMUNITY_ROLES, group="books", rank=10, first=True, waits=_PROPOSED
    ),
    Entry(name=gettext_lazy("收季"), icon="lock", url="closing", roles=COMMUNITY_ROLES, group="books", rank=20, waits=_CLOSING),
)


def _rules(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    n = len(queries.rulebook(community.id).on(clock.local_date(at)))
    return Fact(str(n), _("条"), _("做什么记几分，谁说了算"))


TILES = (Tile(rank=60, name=gettext_lazy("规则"), icon="book", url="rules", roles=EVERYBODY, fact=_rules, asked="community"),)
