"""What this package offers in the rail, and on the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.queries import programme
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web.navigation import EVERYBODY, Entry, Fact, Tile

ENTRIES = (Entry(name=gettext_lazy("活动"), icon="heart", url="activities", roles=COMMUNITY_ROLES, group="told", rank=15),)


def _ahead(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    count, first = programme.ahead(community.id, at=at)
    return Fact(str(count), _("场"), first or _("这两周还没有安排"))


TILES = (Tile(rank=35, name=gettext_lazy("活动"), icon="heart", url="activities", roles=EVERYBODY, fact=_ahead, asked="community"),)
