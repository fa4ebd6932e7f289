"""What this package offers in the tabs, the rail and the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.facilities import queries
from zengyi.facilities.pages import taking
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.people.web.navigation import Entry, Fact, Tile
from zengyi.people.web.settling import Setting

_WALKERS = frozenset({Role.PROPERTY})
_READERS = frozenset(Role) - {Role.ADMIN, Role.SYSTEM, Role.ANONYMOUS}

ENTRIES = (
    Entry(name=gettext_lazy("设施"), icon="cctv", url="facilities", roles=COMMUNITY_ROLES, group="work", rank=40),
    Entry(name=gettext_lazy("设施"), icon="cctv", url="facilities", roles=_WALKERS, tab=2),
)


def _working(community: CommunityCard, by: Actor, at: datetime) -> Fact | None:
    found = queries.added(queries.counts(community.id, at=at))
    if found.per_cent is None:
        return Fact("0", _("处"), _("还没有登记设施。"))
    if not found.up and not found.down:
        return Fact(str(found.unknown), _("处"), _("还没查过，不知道能不能用。"))
    what = _("坏 %(down)d 处，没查到 %(unknown)d 处") % {"down": found.down, "unknown": found.unknown}
    return Fact(str(found.per_cent), _("% 能用"), what, found.per_cent)


TILES = (Tile(rank=40, name=gettext_lazy("设施"), icon="cctv", url="facility-share", roles=_READERS, fact=_working, asked="community"),)

LISTS = taking.LISTS

SETTINGS = (
    Setting(rank=50, name=gettext_lazy("巡检路线"), url="rounds", what=gettext_lazy("谁走、多久走一趟、查哪些项"), roles=COMMUNITY_ROLES),
)
