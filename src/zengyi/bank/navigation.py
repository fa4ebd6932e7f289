"""What this package offers in the tabs, the rail and the page of the community."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank import queries
from zengyi.bank.pages import taking
from zengyi.bank.queries.entries import balances_of
from zengyi.core import clock
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.people.web.about import Line, Section
from zengyi.people.web.navigation import EVERYBODY, Entry, Fact, Tile
from zengyi.people.web.settling import Setting

_CLOSING = (
    "quarter-tally",
    "quarter-prepare",
    "quarter-publish",
    "quarter-seal",
    "objection-answer",
    "objection-review",
    "objection-tell",
)
_PROPOSED = ("deed-attest", "deed-approve", "deed-denied", "roll-call", "correction", "rule")

ENTRIES = (
    Entry(
        name=gettext_lazy("点名"),
        icon="book",
        url="roll-calls",
        roles=COMMUNITY_ROLES,
        group="books",
        rank=10,
        first=True,
        waits=_PROPOSED,
    ),
    Entry(name=gettext_lazy("收季"), icon="lock", url="closing", roles=COMMUNITY_ROLES, group="books", rank=20, waits=_CLOSING),
)


def _rules(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    n = len(queries.rulebook(community.id).on(clock.local_date(at)))
    return Fact(str(n), _("条"), _("做什么记几分，谁说了算"))


def _duties(community: CommunityCard, by: Actor, at: datetime, left: queries.Left) -> Fact:
    return Fact(str(left.places), _("人"), _("四大岗还请几个人"))


def _nothing(community: CommunityCard, by: Actor, at: datetime) -> None:
    """One's own years take more statements than a tile may."""


TILES = (
    Tile(
        rank=15,
        name=gettext_lazy("四大岗"),
        icon="hand",
        url="duties",
        roles=frozenset({Role.MEMBER, *COMMUNITY_ROLES}),
        fact=_duties,
        reads=queries.left,
        waits=("turn", "turn-due"),
    ),
    Tile(rank=61, name=gettext_lazy("评议"), icon="shield", url="appraisals", roles=frozenset({Role.MEMBER}), fact=_nothing),
    Tile(rank=60, name=gettext_lazy("规则"), icon="book", url="rules", roles=EVERYBODY, fact=_rules, asked="community"),
)


def _balances(person_id: int, member_id: int | None, by: Actor, at: datetime) -> Section | None:
    if member_id is None:
        return None
    found = balances_of(member_id, by=by)
    lines = [Line(one.label, reverse("entries", args=[one.id]), _("%(points)d 分") % {"points": one.points}) for one in found]
    return Section(_("储值"), lines, _("还没有记过分。"))


ABOUT = (_balances,)
LISTS = taking.LISTS

SETTINGS = (
    Setting(
        rank=20,
        name=gettext_lazy("积分规则"),
        url="rules",
        what=gettext_lazy("做什么记几分；要改，一位提、另一位批"),
        roles=COMMUNITY_ROLES,
    ),
    Setting(rank=30, name=gettext_lazy("评议的分档"), url="tiers", what=gettext_lazy("一年多少分，算哪一档"), roles=COMMUNITY_ROLES),
)
