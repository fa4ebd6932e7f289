"""What this package offers in the rail, and on the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.queries import patrols, programme
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web.navigation import EVERYBODY, Entry, Fact, Tile

ENTRIES = (Entry(name=gettext_lazy("活动"), icon="heart", url="activities", roles=COMMUNITY_ROLES, group="told", rank=15),)


def _ahead(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    count, first = programme.ahead(community.id, at=at)
    return Fact(str(count), _("场"), first or _("这两周还没有安排"))


def _patrols(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    return Fact(str(patrols.uncleared(community.id)), _("处还没清完"), _("走一圈，看见什么记什么"))


TILES = (
    Tile(rank=36, name=gettext_lazy("巡查"), icon="search", url="patrols", roles=EVERYBODY, fact=_patrols, asked="community"),
    Tile(rank=35, name=gettext_lazy("活动"), icon="heart", url="activities", roles=EVERYBODY, fact=_ahead, asked="community"),
)
