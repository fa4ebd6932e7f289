"""What this package offers in the rail and the page of the community."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.news import queries
from zengyi.news.pages import taking
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.people.web.navigation import Entry, Fact, Tile

_WAITS = ("news-take-down", "news-check", "news-approve", "news-publish", "news-mend", "news-board")

ENTRIES = (
    Entry(name=gettext_lazy("传真"), icon="share", url="news-desk", roles=COMMUNITY_ROLES, group="told", rank=20, waits=_WAITS),
    Entry(name=gettext_lazy("传真"), icon="share", url="news", roles=frozenset({Role.DISTRICT}), group="told", rank=20),
)


def _newest(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    found = queries.newest(community.id)
    return Fact(str(found.count), _("篇"), found.title or _("社区的简讯、通知和典型事迹"))


TILES = (
    Tile(
        rank=40,
        name=gettext_lazy("社区传真"),
        icon="share",
        url="news",
        roles=frozenset(Role),
        fact=_newest,
        asked="community",
    ),
)

LISTS = taking.LISTS
