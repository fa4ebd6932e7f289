"""What this package offers in the rail and on the page of the community."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.councils import queries
from zengyi.councils.pages import taking
from zengyi.councils.queries.topics import topics_of
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.people.web.about import Line, Section
from zengyi.people.web.navigation import EVERYBODY, Entry, Fact, Tile
from zengyi.people.web.settling import Setting

_WAITS = ("topic-screen", "topic-judge", "session-run", "ballot-count", "ballot-post")

ENTRIES = (Entry(name=gettext_lazy("议事"), icon="chat", url="topics", roles=COMMUNITY_ROLES, group="talk", rank=10, waits=_WAITS),)


def _talked(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    return Fact(str(queries.under_way(community.id)), _("桩"), _("事正在商量、正在办"))


TILES = (
    Tile(
        rank=20,
        name=gettext_lazy("有事好商量"),
        icon="chat",
        url="topics",
        roles=EVERYBODY - {Role.ADMIN, Role.SYSTEM},
        fact=_talked,
        waits=("topic-judge", "minutes-sign", "ballot-vote"),
    ),
)


_TOPICS_SHOWN = 5


def _topics(person_id: int, member_id: int | None, by: Actor, at: datetime) -> Section | None:
    lines = [
        Line(f"{row.number} {row.title}", reverse("topic", args=[row.id]), row.label)
        for row in topics_of(person_id, by=by, most=_TOPICS_SHOWN)
    ]
    return Section(_("提的议题"), lines) if lines else None


ABOUT = (_topics,)
LISTS = taking.LISTS

SETTINGS = (
    Setting(
        rank=40,
        name=gettext_lazy("议事的五步"),
        url="stages",
        what=gettext_lazy("提、议、决、办、评，换成自己的叫法"),
        roles=frozenset({Role.SECRETARY}),
    ),
)
