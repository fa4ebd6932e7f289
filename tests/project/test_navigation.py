"""The tabs and the rail: what each role is offered, where it stands, all of it open to them, and no more than there is room for."""

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils.translation import override

from zengyi.people.rules import NOBODY, STAFF_ROLES, Actor, Role, action_of_url, scopes
from zengyi.people.web.settling import settings
from zengyi.people.web.waiting import ask_nothing
from zengyi.project import shell

TABS_MOST, KEPT_MOST = 5, 4
#: On a phone: one's own work, the community in the middle, oneself at the end.
TABS = {
    Role.MEMBER: "账户 接单 社区 消息 我的",
    Role.ORGANISATION: "账户 接单 社区 消息 我的",
    Role.RESIDENT: "我的单 点单 社区 消息 我的",
    Role.PROPERTY: "设施 社区 消息 我的",
    Role.SUPERVISOR: "现场 社区 消息 我的",
    Role.ANONYMOUS: "社区 消息 我的",  # a login without any role
}
#: On a desk: in groups.
RAILS = {
    Role.WORKER: "待我 待办 · 办事 派单 单子 回访 设施 · 商量 议事 现场 · 往来 消息 活动 传真 公示 · 底账 点名 收季 名单",
    Role.SECRETARY: "待我 待办 · 办事 派单 单子 回访 设施 · 商量 议事 现场 · 往来 消息 活动 传真 公示 · 底账 点名 收季 名单",
    Role.DISTRICT: "待我 待办 · 看 一屏 单子 现场 · 往来 消息 传真 公示 · 底账 社区 身份",
    Role.ADMIN: "往来 消息 公示",
}
TAB_OF = {
    "账户": 1, "现场": 1, "我的单": 1, "首页": 1, "接单": 2, "点单": 2,
    "设施": 2, "单子": 2, "社区": 3, "消息": 4, "我的": 5, "登录": 5,
}  # fmt: skip


def asked(path: str = "/") -> object:
    request = RequestFactory().get(path)
    ask_nothing(request)
    return request


def tabs(actor: Actor) -> list[shell.Tab]:
    with override("zh-hans"):
        return shell.tabs(actor, asked())  # type: ignore[arg-type]


def rail(actor: Actor) -> list[tuple[str, list[shell.Tab]]]:
    with override("zh-hans"):
        return shell.rail(actor, asked())  # type: ignore[arg-type]


@pytest.mark.parametrize("role", TABS)
def test_a_phone_offers_its_ways_in_order(role: Role) -> None:
    assert " ".join(tab.name for tab in tabs(Actor(user_id=1, role=role))) == TABS[role]


@pytest.mark.parametrize("role", RAILS)
def test_a_desk_offers_its_ways_in_groups(role: Role) -> None:
    found = rail(Actor(user_id=1, role=role))
    assert " · ".join(" ".join([name, *(tab.name for tab in items)]) for name, items in found) == RAILS[role]


def test_everybody_works_on_one_of_them() -> None:
    assert TABS.keys() | RAILS.keys() == set(Role) - {Role.SYSTEM}
    assert RAILS.keys() == STAFF_ROLES


def test_a_visitor_is_offered_to_look_around_and_to_sign_in() -> None:
    assert " ".join(tab.name for tab in tabs(NOBODY)) == "首页 单子 社区 登录"


def test_a_changed_role_never_changes_where_the_thumb_goes() -> None:
    for entry in shell.entries():
        if entry.tab:
            with override("zh-hans"):
                assert TAB_OF[str(entry.name)] == entry.tab
    for actor in (NOBODY, *(Actor(user_id=1, role=role) for role in TABS)):
        offered = [entry.tab for entry in shell.entries() if entry.tab and entry.is_for(actor)]
        assert len(offered) == len(set(offered)) and {3, 5} <= set(offered)


def test_the_entry_of_the_page_one_is_on_is_marked() -> None:
    request = RequestFactory().get("/community/")
    request.resolver_match = resolve("/community/")
    assert [tab.here for tab in shell.tabs(NOBODY, request)] == [False, False, True, False]


def test_nobody_is_offered_what_they_may_not_open() -> None:
    ways = [(entry.url, entry.roles, entry.signed_in) for entry in shell.entries()]
    ways += [(tile.url, tile.roles, None) for tile in shell.tiles()]
    offered = {role: settings(Actor(user_id=1, role=role)) for role in Role}
    assert len(offered[Role.SECRETARY]) > 1 and not offered[Role.RESIDENT]
    ways += [(one.url, frozenset({role}), None) for role, found in offered.items() for one in found]
    for url, roles, signed_in in ways:
        for role in roles - {Role.SYSTEM}:
            if role != Role.ANONYMOUS or signed_in is not True:
                assert scopes(role, action_of_url()[url]), (url, role)


def test_there_is_room_for_all_of_them() -> None:
    for role in set(Role) - {Role.SYSTEM}:
        for user in (1, None):
            actor = Actor(user_id=user, role=role)
            assert len(tabs(actor)) <= TABS_MOST, role
            assert sum(tab.first for _name, items in rail(actor) for tab in items) <= KEPT_MOST, role


def test_every_number_stands_for_something_that_can_wait() -> None:
    from zengyi.people.web.waiting import sources

    kinds = [source.kind for source in sources()]
    assert len(kinds) == len(set(kinds))
    shown = {kind for entry in shell.entries() for kind in entry.waits} | {kind for tile in shell.tiles() for kind in tile.waits}
    assert {"*"} < shown <= {*kinds, "*"}
