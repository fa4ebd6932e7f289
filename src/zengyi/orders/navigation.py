"""What this package offers in the tabs, the rail and the page of the community."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zengyi.orders import queries, rules
from zengyi.orders.pages import taking
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import COMMUNITY_ROLES, NOBODY, Actor, Role
from zengyi.people.web.about import Line, Section
from zengyi.people.web.navigation import Entry, Fact, Tile
from zengyi.people.web.settling import Setting

_HELPERS = frozenset({Role.MEMBER, Role.ORGANISATION})
_RESIDENTS = frozenset({Role.RESIDENT})
_STRANGERS = frozenset({Role.ANONYMOUS})
_READERS = frozenset(Role) - {Role.ADMIN, Role.SYSTEM}
_AT_THE_DESK = ("take-on", "ask", "confirm-for", "door", "door-person")
_TO_LOOK_AT_AGAIN = ("call-back", "reopen")
_OF_A_HELPER = ("answer", "finish", "confirm")

ENTRIES = (
    Entry(
        name=pgettext_lazy("tab", "派单"),
        icon="grid",
        url="desk",
        roles=COMMUNITY_ROLES,
        group="work",
        rank=10,
        first=True,
        waits=_AT_THE_DESK,
    ),
    Entry(name=gettext_lazy("单子"), icon="hand", url="orders", roles=COMMUNITY_ROLES, group="work", rank=20),
    Entry(
        name=pgettext_lazy("tab", "回访"),
        icon="phone",
        url="checks",
        roles=COMMUNITY_ROLES,
        group="work",
        rank=30,
        waits=_TO_LOOK_AT_AGAIN,
    ),
    Entry(name=gettext_lazy("单子"), icon="hand", url="orders", roles=frozenset({Role.DISTRICT}), group="look", rank=20, first=True),
    Entry(name=gettext_lazy("账户"), icon="book", url="account", roles=_HELPERS, tab=1, waits=_OF_A_HELPER),
    Entry(name=pgettext_lazy("tab", "接单"), icon="hand", url="orders", roles=_HELPERS, tab=2),
    Entry(name=gettext_lazy("我的单"), icon="check", url="my-orders", roles=_RESIDENTS, tab=1, waits=("confirm",)),
    Entry(name=pgettext_lazy("tab", "点单"), icon="edit", url="order-new", roles=_RESIDENTS, tab=2),
    Entry(name=gettext_lazy("单子"), icon="hand", url="orders", roles=_STRANGERS, tab=2, signed_in=False),
)


def _open(community: CommunityCard, by: Actor, at: datetime) -> Fact:
    found = queries.on_offer(community.id, by=NOBODY)
    what = found.newest or _("眼下没有等人接的单。")
    return Fact(str(found.count), _("件等人接"), what)


TILES = (
    Tile(
        rank=10,
        name=gettext_lazy("单子"),
        icon="hand",
        url="orders",
        roles=_READERS,
        fact=_open,
        asked=f"state={rules.State.PUBLISHED}&community",
    ),
)


_ORDERS_SHOWN = 10


def _orders(person_id: int, member_id: int | None, by: Actor, at: datetime) -> Section:
    found = queries.listing(by=by, at=at, requester_id=person_id, size=_ORDERS_SHOWN).rows
    lines = [Line(f"{row.number} {row.title}", reverse("order", args=[row.id]), str(rules.State(row.state).label)) for row in found]
    return Section(_("点的单"), lines, _("还没有点过单。"))


ABOUT = (_orders,)
LISTS = taking.LISTS

SETTINGS = (
    Setting(
        rank=5,
        name=gettext_lazy("每类事几小时办好"),
        url="time-limits",
        what=gettext_lazy("受理后几个工作小时到期；系统给的都能改"),
        roles=COMMUNITY_ROLES,
    ),
    Setting(
        rank=10,
        name=gettext_lazy("楼幢扫码牌"),
        url="signs",
        what=gettext_lazy("挂在楼道口，扫一扫就能点单，不用账号"),
        roles=COMMUNITY_ROLES,
    ),
)
