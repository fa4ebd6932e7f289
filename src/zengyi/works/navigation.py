"""What this package offers in the rail and on the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.people.web.navigation import Entry, Fact, Tile
from zengyi.works import queries
from zengyi.works.pages import taking

_WAITS = ("demand-answer", "demand-check", "demand-tell", "milestone-report", "project-inspect")
_MONEY = ("line-decide", "line-sign", "line-post")
_READERS = frozenset({Role.RESIDENT, Role.MEMBER, Role.ORGANISATION, Role.PROPERTY, Role.SUPERVISOR, *COMMUNITY_ROLES})

ENTRIES = (
    Entry(name=gettext_lazy("现场"), icon="tool", url="projects", roles=COMMUNITY_ROLES, group="talk", rank=20, waits=(*_WAITS, *_MONEY)),
    Entry(name=gettext_lazy("现场"), icon="tool", url="projects", roles=frozenset({Role.SUPERVISOR}), tab=1, waits=_WAITS),
    Entry(name=gettext_lazy("现场"), icon="tool", url="projects", roles=frozenset({Role.DISTRICT}), group="look", rank=30),
)


def _sites(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    return Fact(str(queries.working(community.id)), _("个"), _("正在修、正在建的"))


def _nothing(community: CommunityCard, by: Actor, at: datetime) -> None:
    """No figure: what was paid stands on the page itself, and a statement here would run on every hub."""


TILES = (
    Tile(rank=22, name=gettext_lazy("现场"), icon="tool", url="projects", roles=_READERS, fact=_sites, waits=_WAITS),
    Tile(rank=24, name=gettext_lazy("联盟"), icon="users", url="alliance", roles=_READERS, fact=_nothing, waits=_MONEY),
)

LISTS = taking.LISTS
