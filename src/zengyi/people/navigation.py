"""What this package offers in the tabs and the rail, and what of it must be settled before a community can work."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from zengyi.people.queries import CommunityCard
from zengyi.people.queries.founding import WANTED, Laid, laid
from zengyi.people.rules import COMMUNITY_ROLES, Role
from zengyi.people.web import people_lists
from zengyi.people.web.navigation import EVERYBODY, Entry
from zengyi.people.web.settling import Step, Told

LISTS = people_lists.LISTS

ENTRIES = (
    Entry(
        name=_("名单"),
        icon="users",
        url="members",
        roles=COMMUNITY_ROLES,
        group="books",
        rank=30,
        waits=("registration", "unit-registration"),
    ),
    Entry(name=pgettext_lazy("list", "社区"), icon="grid", url="communities", roles=frozenset({Role.DISTRICT}), group="books", rank=20),
    Entry(name=pgettext_lazy("list", "身份"), icon="shield", url="grants", roles=frozenset({Role.DISTRICT}), group="books", rank=30),
    Entry(name=_("我的"), icon="user", url="me", roles=EVERYBODY, tab=5, signed_in=True),
    Entry(name=_("登录"), icon="user", url="sign-in", roles=frozenset({Role.ANONYMOUS}), tab=5, signed_in=False),
)


def _number(here: CommunityCard, found: Laid) -> Told:
    return Told(bool(here.phone), here.phone or _now("还没有社区电话，居民有急事不知道打给谁。"))


def _estates(here: CommunityCard, found: Laid) -> Told:
    if not found.buildings:
        return Told(False, _now("还没有楼幢，点单选不了地方。"))
    return Told(True, _now("%(estates)d 个小区，%(buildings)d 幢") % {"estates": found.estates, "buildings": found.buildings})


def _branches(here: CommunityCard, found: Laid) -> Told:
    n = found.branches
    return Told(bool(n), ngettext("%(n)d 个支部", "%(n)d 个支部", n) % {"n": n} if n else _now("还没有支部，点名点不了。"))


def _residents(here: CommunityCard, found: Laid) -> Told:
    n = found.persons
    return Told(bool(n), _now("名单里还只有书记。") if not n else ngettext("%(n)d 人", "%(n)d 人", n) % {"n": n})


def _members(here: CommunityCard, found: Laid) -> Told:
    n = found.members
    return Told(bool(n), ngettext("%(n)d 名党员", "%(n)d 名党员", n) % {"n": n} if n else _now("还没有党员，没有人接单。"))


def _secretaries(here: CommunityCard, found: Laid) -> Told:
    n = found.secretaries
    if n < WANTED:
        return Told(False, _now("只有一位书记。冲销、公示这些要两个人：一位提、另一位批。请区里，或运行这台机器的人，再给一位。"))
    return Told(True, ngettext("%(n)d 位", "%(n)d 位", n) % {"n": n})


STEPS = (
    Step(rank=10, name=_("名称和电话"), url="community-edit", there="laying-edit", reads=laid, told=_number, roles=COMMUNITY_ROLES),
    Step(rank=20, name=_("小区和楼幢"), url="estate-new", there="laying-estate", reads=laid, told=_estates, roles=COMMUNITY_ROLES),
    Step(rank=30, name=_("党支部"), url="branches", there="laying-branches", reads=laid, told=_branches, roles=COMMUNITY_ROLES),
    Step(rank=40, name=_("书记"), url="grants", there="community-chief", reads=laid, told=_secretaries, roles=frozenset({Role.SECRETARY})),
    Step(rank=50, name=_("居民名单"), url="import", argument="residents", reads=laid, told=_residents, roles=COMMUNITY_ROLES),
    Step(rank=60, name=_("党员名单"), url="import", argument="members", reads=laid, told=_members, roles=COMMUNITY_ROLES),
)
