"""The tabs and the rail: what each role is offered, all of it open to them, and no more than a phone has room for."""

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils.translation import override

from zengyi.people.rules import NOBODY, Actor, Role, action_of_url, scopes
from zengyi.project import shell

TABS_MOST = 6
OFFERED = {
    Role.WORKER: "派单 单子 储值 名单 公示 我的",
    Role.SECRETARY: "派单 单子 储值 名单 公示 我的",
    Role.DISTRICT: "一屏 单子 公示 我的",
    Role.MEMBER: "账户 接单 点单 公示 我的",
    Role.ORGANISATION: "账户 接单 点单 公示 我的",
    Role.RESIDENT: "我的单 点单 单子 公示 我的",
    Role.PROPERTY: "首页 公示 我的",
    Role.SUPERVISOR: "首页 公示 我的",
    Role.ADMIN: "首页 公示 我的",
    Role.ANONYMOUS: "首页 公示 我的",  # a login without any role
}


def offered(actor: Actor) -> list[shell.Tab]:
    with override("zh-hans"):
        return shell.tabs(actor, RequestFactory().get("/"))


@pytest.mark.parametrize("role", OFFERED)
def test_a_role_is_offered_its_ways_in_order(role: Role) -> None:
    assert " ".join(tab.name for tab in offered(Actor(user_id=1, role=role))) == OFFERED[role]


def test_a_visitor_is_offered_to_look_around_and_to_sign_in() -> None:
    assert " ".join(tab.name for tab in offered(NOBODY)) == "首页 单子 公示 登录"


def test_the_entry_of_the_page_one_is_on_is_marked() -> None:
    request = RequestFactory().get("/board/")
    request.resolver_match = resolve("/board/")
    assert [tab.here for tab in shell.tabs(NOBODY, request)] == [False, False, True, False]


def test_nobody_is_offered_what_they_may_not_open() -> None:
    for entry in shell._entries():
        for role in entry.roles - {Role.SYSTEM}:
            if role != Role.ANONYMOUS or entry.signed_in is not True:
                assert scopes(role, action_of_url()[entry.url]), (entry.url, role)


def test_a_phone_has_room_for_all_of_them() -> None:
    for role in set(Role) - {Role.SYSTEM}:
        for user in (1, None):
            assert len(offered(Actor(user_id=user, role=role))) <= TABS_MOST, role
