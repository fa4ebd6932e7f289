"""Where an action is hidden the page says why, and who may; after every step it says what happened."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import BRIDGE, Cast
from zengyi.bank import actions as bank
from zengyi.core import clock, web
from zengyi.orders import actions
from zengyi.orders.models import Order
from zengyi.orders.pages.moving import ASKS
from zengyi.orders.pages.saying import SAID
from zengyi.orders.rules import OnBehalf
from zengyi.people.models import Grant

pytestmark = pytest.mark.databases("sqlite")


def page(client: Client, cast: Cast, name: str, path: str) -> str:
    client.force_login(cast.users[name])
    return client.get(path).content.decode()


def touched_by_two(cast: Cast, at: datetime) -> Order:
    """One colleague wrote it down, another set its points."""
    behalf = OnBehalf(name="王阿婆", phone="13900007777")
    order = actions.place(**{**BRIDGE, "kind": "DEMAND"}, on_behalf=behalf, by=cast.actor("worker"), at=at)
    actions.triage(order.pk, difficulty=4, by=cast.actor("worker2"), at=at)
    actions.publish(order.pk, by=cast.actor("worker2"), at=at)
    actions.claim(order.pk, by=cast.actor("member"), at=at)
    return actions.deliver(order.pk, text="好了", by=cast.actor("member"), at=at)


@pytest.mark.parametrize("path", ["/orders/{pk}/", "/desk/?order={pk}"])
def test_two_colleagues_who_touched_an_order_see_why_and_who_may(cast: Cast, client: Client, stopped: datetime, path: str) -> None:
    order = touched_by_two(cast, stopped)
    for name in ("worker", "worker2"):
        shown = page(client, cast, name, path.format(pk=order.pk))
        assert "这一单您经手过，请另一位同事来确认。" in shown
        assert "还能确认的：同志secretary，或者点单的人自己。" in shown
        assert f"/orders/{order.pk}/confirm" not in shown
    shown = page(client, cast, "secretary", path.format(pk=order.pk))
    assert "还能确认的" not in shown and f"/orders/{order.pk}/confirm" in shown


def test_when_no_colleague_is_left_the_district_sends_one(cast: Cast, client: Client, stopped: datetime) -> None:
    order = touched_by_two(cast, stopped)
    Grant.objects.filter(role="secretary", place=cast.community).update(ends_at=stopped)
    assert "请区里派一位同志代班一天" in page(client, cast, "worker", f"/orders/{order.pk}/")


def test_a_helper_with_a_stake_sees_why_there_is_no_button(cast: Cast, client: Client, stopped: datetime) -> None:
    order = cast.published("member")
    path = f"/orders/{order.pk}/"
    assert "自己点的单，要请别人来接。" in page(client, cast, "member", path)
    for name in ("member2", "resident", "unit", "worker"):
        assert "要请别人来接" not in page(client, cast, name, path), name


def test_a_neighbour_is_told_nothing_about_what_is_not_theirs(cast: Cast, client: Client, stopped: datetime) -> None:
    order = cast.delivered("member", "resident2")
    for name in ("resident", "member", "member2"):
        assert 'class="note"' not in page(client, cast, name, f"/orders/{order.pk}/"), name


def test_a_secretarys_own_roll_call_says_whom_it_waits_for(cast: Cast, client: Client, stopped: datetime) -> None:
    marks = {cast.member_id("member"): "PRESENT"}
    today = clock.local_date(stopped)
    mine = bank.propose_roll_call(cast.branch.pk, "B02", today, marks, by=cast.actor("secretary"), at=stopped)
    path = f"/bank/roll-calls/{mine.pk}/"
    assert "社区里没有别的书记：请区里派一位同志代班一天" in page(client, cast, "secretary", path)
    cast.login("secretary2", cast.person("第二书记", cast.community))
    cast.users["secretary2"].refresh_from_db()
    cast.grant("secretary2", "secretary", cast.community)
    assert "等 第二书记 审核。" in page(client, cast, "secretary", path)
    assert "等 同志secretary" not in page(client, cast, "worker", path)


def test_every_move_says_what_happened() -> None:
    assert SAID.keys() == ASKS.keys()


@pytest.mark.parametrize("how", ["plain", "htmx", "script"])
def test_what_happened_is_said_once_on_the_next_page(cast: Cast, client: Client, stopped: datetime, how: str) -> None:
    headers = {"htmx": {"HX-Request": "true"}, "script": {web.SCRIPTED: "form"}}.get(how, {})
    order = cast.published("resident")
    client.force_login(cast.users["member"])
    answer = client.post(f"/orders/{order.pk}/claim", {"_key": str(uuid4())}, headers=headers)
    onward = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or answer.headers[web.TO]
    assert onward == f"/orders/{order.pk}/"
    first, second = (client.get(onward).content.decode() for _ in range(2))
    assert 'role="status"' in first and "接下了。" in first
    assert 'role="status"' not in second and "接下了。" not in second


def test_a_second_press_says_it_again(cast: Cast, client: Client, stopped: datetime) -> None:
    order = cast.published("resident")
    client.force_login(cast.users["member"])
    key = str(uuid4())
    for _press in range(2):
        answer = client.post(f"/orders/{order.pk}/claim", {"_key": key})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{order.pk}/")
        assert "接下了。" in client.get(f"/orders/{order.pk}/").content.decode()


def test_nobody_else_is_told_and_nobody_can_make_it_up(cast: Cast, client: Client, stopped: datetime) -> None:
    order = cast.published("resident")
    client.force_login(cast.users["member"])
    client.post(f"/orders/{order.pk}/claim", {"_key": str(uuid4())})
    kept = client.cookies[web.SAID].value
    other = Client()
    other.force_login(cast.users["member2"])
    for forged in (kept, kept[:-2] + "xx", "jie-xia-le", ""):
        other.cookies[web.SAID] = forged
        assert 'role="status"' not in other.get("/help/").content.decode()
