"""等您办: what waits for each role, by deadline, and the numbers beside it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, BRIDGE, Cast
from zengyi.bank import actions as bank
from zengyi.bank.models import Posting
from zengyi.core import clock
from zengyi.orders import actions
from zengyi.orders.rules import SOON, OnBehalf
from zengyi.people import actions as people
from zengyi.people.models import Member, Person, Registration, Tie, User
from zengyi.people.queries.waiting import COUNTED_MOST, Found, waiting
from zengyi.people.web.waiting import counted, sources, when


def waits(cast: Cast, name: str, acting_as: str = "", *, at: datetime = AT) -> Found:
    return waiting(sources(), by=cast.actor(name, acting_as), at=at, most=COUNTED_MOST)


def told(found: Found) -> list[tuple[str, str]]:
    return [(item.kind, item.detail) for item in found.items]


def test_an_order_that_is_done_waits_for_whoever_asked_and_nobody_else(cast: Cast) -> None:
    order = cast.delivered("unit", "resident")
    found = waits(cast, "resident")
    assert found.counts == {"confirm": 1}
    (item,) = found.items
    assert (item.title, item.verb, item.url) == (order.title, "看一眼", f"/orders/{order.pk}/")
    for name in ("neighbour", "member", "unit", "worker", "secretary", "district"):
        assert "confirm" not in waits(cast, name).counts, name


@pytest.mark.parametrize(("name", "acting_as"), [("member", ""), ("unit", "")])
def test_helpers_have_their_own_orders_confirmed_too(cast: Cast, name: str, acting_as: str) -> None:
    cast.delivered("member2", name)
    assert waits(cast, name, acting_as).counts["confirm"] == 1


@pytest.mark.parametrize("name", ["member", "unit"])
def test_what_was_proposed_waits_for_an_answer(cast: Cast, name: str, at: datetime) -> None:
    party = {"member_id": cast.member_id(name)} if name in cast.members else {"organisation_id": cast.unit.pk}
    order = actions.assign(cast.triaged("resident").pk, **party, by=cast.actor("worker"), at=at)
    (item,) = waits(cast, name).items
    assert (item.kind, item.verb, item.url) == ("answer", "回个话", f"/orders/{order.pk}/")
    assert item.due is not None and item.due > at
    actions.accept(order.pk, by=cast.actor(name), at=at)
    assert "answer" not in waits(cast, name).counts


def test_what_was_sent_back_waits_at_once_with_its_reason(cast: Cast, at: datetime) -> None:
    order = cast.delivered("unit", "resident")
    assert waits(cast, "unit").total == 0
    for reason in ("没填平", "坑还在，请再填一次"):
        actions.send_back(order.pk, reason=reason, by=cast.actor("resident"), at=at + timedelta(hours=3))
        (item,) = waits(cast, "unit").items
        assert (item.kind, item.detail, item.back) == ("finish", f"退回：{reason}", True)
        actions.deliver(order.pk, text="填平了", by=cast.actor("unit"), at=at + timedelta(hours=4))
    assert waits(cast, "unit").total == 0


def test_a_claim_waits_when_it_is_nearly_due(cast: Cast) -> None:
    order = cast.claimed("member", "resident")
    assert order.due_at is not None
    for before, n in ((timedelta(seconds=1), 0), (timedelta(), 1), (-2 * SOON, 1)):
        assert waits(cast, "member", at=order.due_at - SOON - before).of(["finish"]) == n, before


def test_new_orders_wait_for_the_worker_in_the_order_they_came(cast: Cast, at: datetime) -> None:
    first = cast.place("resident", at=at, title="第一件")
    second = cast.triaged("member", at=at + timedelta(minutes=1), title="第二件")
    third = cast.place("member2", at=at + timedelta(minutes=2), title="第三件")
    found = waits(cast, "worker", at=at + timedelta(minutes=3))
    assert found.counts == {"take-on": 3}
    verbs = {item.title: (item.verb, item.url) for item in found.items}
    assert verbs["第一件"] == ("受理", f"/desk/?order={first.pk}")
    assert verbs["第二件"] == ("派单", f"/desk/?order={second.pk}")
    looked_at = [item.title for item in found.items if item.verb == "受理"]
    assert looked_at == ["第一件", "第三件"] and third.pk
    assert [item.urgent for item in found.items] == sorted(item.urgent for item in found.items)
    assert waits(cast, "far_worker").total == 0


def test_a_member_without_a_login_is_told_to_the_desk(cast: Cast, at: datetime) -> None:
    person = Person.objects.create(community=cast.community, name="老党员")
    member = Member.objects.create(person=person, community=cast.community, branch=cast.branch, number="0077")
    order = actions.assign(cast.triaged("resident").pk, member_id=member.pk, by=cast.actor("worker"), at=at)
    for name in ("worker", "worker2", "secretary"):
        (item,) = [item for item in waits(cast, name).items if item.kind == "ask"]
        assert (item.detail, item.url) == ("老党员 没有账号，自己接不了，请打电话问", f"/orders/{order.pk}/")
    User.objects.create(username="laodangyuan", person=person, password="!")
    assert "ask" not in waits(cast, "worker").counts


def test_whoever_has_no_login_is_asked_by_a_colleague_who_has_not_touched_the_order(cast: Cast, at: datetime) -> None:
    behalf = OnBehalf(name="王阿婆", phone="13900007777")
    order = actions.place(**{**BRIDGE, "kind": "DEMAND"}, on_behalf=behalf, by=cast.actor("worker"), at=at)
    actions.triage(order.pk, difficulty=4, by=cast.actor("worker"), at=at)
    actions.publish(order.pk, by=cast.actor("worker"), at=at)
    actions.claim(order.pk, by=cast.actor("member"), at=at)
    actions.deliver(order.pk, text="好了", by=cast.actor("member"), at=at)
    assert "confirm-for" not in waits(cast, "worker").counts
    for name in ("worker2", "secretary"):
        (item,) = [item for item in waits(cast, name).items if item.kind == "confirm-for"]
        assert item.detail == "王阿婆 没有账号，请打电话问一声，替他确认"


def propose(cast: Cast, by: str, at: datetime) -> None:
    """A roll-call, a correction and a rule, each by that login."""
    who, today = cast.actor(by), clock.local_date(at)
    marks = {cast.member_id("member"): "PRESENT"}
    done = bank.propose_roll_call(cast.branch.pk, "B02", today, marks, by=cast.actor("worker2"), at=at)
    decider = "secretary" if by != "secretary" else "secretary2"
    bank.decide_roll_call(done.pk, True, by=cast.actor(decider), at=at)
    bank.propose_roll_call(cast.branch.pk, "B04", today, marks, by=who, at=at)
    bank.propose_correction(Posting.objects.get(kind="BASE").pk, "点错了人", by=who, at=at)
    caps = dict.fromkeys(("cap_activity", "cap_quarter", "cap_year"))
    bank.propose_rule("B02", points=3, **caps, valid_from=today + timedelta(days=40), why="居民代表商量过", by=who, at=at)


@pytest.fixture
def second_secretary(cast: Cast) -> None:
    cast.login("secretary2", cast.person("第二书记", cast.community))
    cast.users["secretary2"].refresh_from_db()
    cast.grant("secretary2", "secretary", cast.community)


@pytest.mark.usefixtures("second_secretary")
def test_what_one_proposed_waits_for_another_secretary_and_not_for_oneself(cast: Cast, at: datetime) -> None:
    propose(cast, "secretary", at)
    kinds = {"roll-call", "correction", "rule"}
    assert waits(cast, "secretary").of(kinds) == 0
    assert {kind for kind, n in waits(cast, "secretary2").counts.items() if n == 1} == kinds
    assert {item.verb for item in waits(cast, "secretary2").items} == {"审核"}
    assert waits(cast, "worker").of(kinds) == waits(cast, "far_secretary").of(kinds) == 0


def test_a_registration_waits_for_the_community_and_never_for_oneself(cast: Cast, client: Client, at: datetime) -> None:
    cast.second_role("worker", "0090")
    for name in ("member2", "worker"):
        people.register_member(cast.member_id(name), by=cast.actor(name, "member"), at=at)
    Registration.objects.create(community=cast.community, organisation=cast.far_unit, state="PENDING", registered_at=at)
    assert waits(cast, "worker2").counts == {"registration": 2, "unit-registration": 1}
    assert waits(cast, "worker").counts == {"registration": 1, "unit-registration": 1}
    client.force_login(cast.users["worker2"])
    for item in waits(cast, "worker2").items:
        assert "确认" in client.get(item.url).content.decode().split("<main")[1], item


def test_a_count_says_how_much_waits_and_no_more_than_is_counted(cast: Cast, sql: Callable[[], Any], at: datetime) -> None:
    made = cast.place("resident")
    spent = []
    for n in (1, COUNTED_MOST - 1, COUNTED_MOST + 5):
        while made.sequence < n:
            made.pk, made.sequence = None, made.sequence + 1
            made.save(force_insert=True)
        with sql() as seen:
            found = waiting(sources(), by=cast.actor("worker"), at=at, most=3)
        spent.append(len(seen))
        assert found.total == min(n, COUNTED_MOST) and len(found.items) == min(n, 3)
    assert len(set(spent)) == 1
    assert [counted(n) for n in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


def test_time_is_told_as_people_count_it(cast: Cast, at: datetime) -> None:
    cast.delivered("unit", "resident")
    (item,) = waits(cast, "resident").items
    assert item.due is not None
    spoken = {
        item.due - timedelta(days=2): ("还剩", "2", "天", False),
        item.due - timedelta(hours=1): ("今天", "12:00", "前", False),
        item.due + timedelta(days=3): ("晚了", "3", "天", True),
    }
    for moment, words in spoken.items():
        found = when(item, moment)
        assert (found.word, found.number, found.unit, found.late) == words


FIRST_PAGES = {
    "resident": "/mine/",
    "member": "/bank/",
    "unit": "/bank/",
    "worker": "/desk/",
    "secretary": "/desk/",
    "district": "/district/",
    "property": "/community/",
    "supervisor": "/community/",
    "admin": "/community/",
}


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_the_first_page_of_every_role_begins_with_what_waits(cast: Cast, client: Client, stopped: datetime, name: str) -> None:
    cast.delivered("unit2", "resident")
    cast.delivered("unit2", "member")
    cast.delivered("member", "unit")
    cast.place("resident")
    people.register_member(cast.member_id("member3"), by=cast.actor("member3"), at=stopped)
    client.force_login(cast.users[name])
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == FIRST_PAGES[name]
    main = answer.content.decode().split("<main")[1]
    total = waits(cast, name).total
    if name == "district":
        assert total == 0
        return
    start = main.index("等您办")
    others = [main.index(tag) for tag in ('class="book"', 'class="order"', 'class="cols"', 'class="hub"') if tag in main]
    assert start < min(others, default=len(main))
    if total:
        assert f"等您办 {total} 件" in main
        assert total == len(re.findall(r'class="need[ "]', main)) or "都看看" in main
    else:
        assert "今天没有等您的事" in main


def test_the_page_of_all_that_waits_tells_more_than_three(cast: Cast, client: Client, stopped: datetime) -> None:
    for n in range(5):
        cast.place("resident", title=f"第 {n} 件")
    client.force_login(cast.users["worker"])
    desk, everything = (client.get(path).content.decode() for path in ("/desk/", "/waiting/"))
    assert desk.count('class="need"') == 3 and everything.count('class="need"') == 5
    assert '<span class="badge">5<' in desk


def _call(cast: Cast, who: str, at: datetime) -> int:
    marks, day = {cast.member_id("member"): "PRESENT"}, at.date() - timedelta(days=2)
    return bank.propose_roll_call(cast.branch.pk, "B02", day, marks, by=cast.actor(who), at=at).pk


def test_what_a_tied_secretary_may_not_decide_is_not_counted_as_hers(cast: Cast, at: datetime) -> None:
    """The loss: her badge says 1, and all she finds is a sentence that it is not for her."""
    _call(cast, "worker", at)
    assert waits(cast, "secretary", at=at).counts["roll-call"] == 1
    for login, maker in (("worker", "secretary"), ("secretary", "worker")):
        tie = Tie.objects.create(login=cast.users[login], maker=cast.users[maker], kind="RESET", at=at, until=at + timedelta(days=1))
        assert "roll-call" not in waits(cast, "secretary", at=at).counts, login
        Tie.objects.filter(pk=tie.pk).delete()
    assert waits(cast, "secretary", at=at).counts["roll-call"] == 1


def test_the_district_hears_of_what_nobody_there_may_decide(cast: Cast, at: datetime) -> None:
    """The only secretary is tied to the worker who proposed: the step would wait for ever, and nobody with a way out would know."""
    _call(cast, "worker", at)
    assert "third-roll-call" not in waits(cast, "district", at=at).counts
    Tie.objects.create(login=cast.users["worker"], maker=cast.users["secretary"], kind="RESET", at=at)
    (item,) = waits(cast, "district", at=at).items
    assert (item.kind, item.title, item.url, item.verb) == ("third-roll-call", "虹西社区", "/people/grants/stand-in", "派人代班")
    client = Client()
    client.force_login(cast.users["district"])
    assert "没有第二个人能审核" in client.get("/district/").content.decode()
    reason = "没有第二个人审"
    people.stand_in(cast.users["worker2"].pk, "secretary", cast.community.pk, reason=reason, by=cast.actor("district"), at=at)
    assert "third-roll-call" not in waits(cast, "district", at=at).counts
    assert "third-roll-call" not in waits(cast, "secretary", at=at).counts
