"""What this package offers in the rail, and on the page of the community."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.pages import taking
from zengyi.activities.queries import patrols, programme
from zengyi.activities.queries.signing import answers_of, sign_ups_of
from zengyi.core import clock
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web.about import Line, Section
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


_SIGN_UPS_SHOWN = 5


def _sign_ups(person_id: int, member_id: int | None, by: Actor, at: datetime) -> Section:
    found = sign_ups_of(person_id, by=by, most=_SIGN_UPS_SHOWN)
    lines = [
        Line(f"{clock.local_date(one.starts_at).isoformat()} {one.title}", reverse("occasion", args=[one.occasion_id]), one.state_name)
        for one in found
    ]
    return Section(_("报的名"), lines, _("还没有报过名。"))


_ANSWERS_SHOWN = 8


def _consents(person_id: int, member_id: int | None, by: Actor, at: datetime) -> Section | None:
    """What a guardian has agreed to for the children who come along; nothing is said of whoever was never asked."""
    found = answers_of(person_id, by=by, most=_ANSWERS_SHOWN)
    lines = [
        Line(
            _("%(day)s %(title)s · 孩子 %(letter)s · %(purpose)s")
            % {
                "day": clock.local_date(one.at).isoformat(),
                "title": one.title,
                "letter": one.letter,
                "purpose": one.purpose,
            },
            reverse("occasion", args=[one.occasion_id]),
            _("后来收回了") if one.withdrawn else _("同意") if one.given else _("不同意"),
        )
        for one in found
    ]
    return Section(_("替孩子同意过的"), lines) if lines else None


ABOUT = (_sign_ups, _consents)
LISTS = taking.LISTS
