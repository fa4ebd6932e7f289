"""Members and residents without a login: the desk writes down what they say, says how it heard, and is no second person to it."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.bank import queries as ledger
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.orders import actions, queries, rules
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import OnBehalf, State


class Street(Cast):
    """With a member who has no phone, and an order by somebody who has none either."""

    def __init__(self) -> None:
        super().__init__()
        self.member_without = self.without_login("mute", "党员闷", "0041")

    def ordered(self) -> Order:
        behalf = OnBehalf(name="周阿婆", channel=rules.Channel.VISIT)
        words: dict[str, Any] = {"kind": "DEMAND", "category": "LIGHT", "title": "楼道灯不亮", "text": "三楼的灯坏了。"}
        order = actions.place(**words, on_behalf=behalf, by=self.actor("worker"), at=AT)
        actions.triage(order.pk, difficulty=2, by=self.actor("worker"), at=AT)
        return order

    def assigned(self, party: str = "mute") -> int:
        order = self.ordered()
        actions.assign(order.pk, member_id=self.member_id(party), by=self.actor("worker"), at=AT)
        return order.pk


@pytest.fixture
def street(db: None) -> Street:
    return Street()


def test_two_colleagues_carry_an_order_of_two_people_without_a_phone(street: Street) -> None:
    """One asks the helper and writes it down, another asks whoever had the difficulty; the points go to the helper."""
    pk, worker, secretary = street.assigned(), street.actor("worker"), street.actor("secretary")
    actions.accept(pk, channel="PHONE", by=worker, at=AT)
    actions.deliver(pk, text="换好了灯。", channel="VISIT", by=worker, at=AT)
    with pytest.raises(NotAllowed, match="请另一位同事来确认"):
        actions.confirm(pk, channel="VISIT", by=worker, at=AT)
    actions.send_back(pk, reason="一闪一闪的", channel="PAPER", by=secretary, at=AT)
    actions.deliver(pk, text="又换了一只。", channel="PHONE", by=worker, at=AT)
    actions.confirm(pk, channel="VISIT", by=secretary, at=AT)
    claim = Claim.objects.get(order_id=pk)
    assert (claim.state, claim.points, claim.member_id) == ("DONE", 2, street.member_id("mute"))
    heard = list(Event.objects.filter(object_type="order", object_id=pk).order_by("pk").values_list("verb", "after__channel"))
    assert heard[-5:] == [("accept", "PHONE"), ("deliver", "VISIT"), ("return", "PAPER"), ("deliver", "PHONE"), ("confirm", "VISIT")]
    assert ledger.check_ledger().problems == []


def test_who_wrote_down_that_it_is_done_is_no_second_person_whoever_had_accepted(street: Street) -> None:
    """Each of the two desks tries to confirm what it has itself written down."""
    pk = street.assigned()
    actions.accept(pk, channel="PHONE", by=street.actor("worker2"), at=AT)
    actions.deliver(pk, text="换好了灯。", channel="PHONE", by=street.actor("secretary"), at=AT)
    with pytest.raises(NotAllowed, match="接单的人说的话是您记的"):
        actions.confirm(pk, channel="PHONE", by=street.actor("secretary"), at=AT)


def test_a_desk_that_forgot_who_wrote_it_down_would_confirm_alone(street: Street) -> None:
    """The broken twin: without the hand of whoever wrote it down, one colleague moves the points all alone."""
    pk = street.assigned()
    secretary = street.actor("secretary")
    actions.accept(pk, channel="PHONE", by=street.actor("worker2"), at=AT)
    actions.deliver(pk, text="换好了灯。", channel="PHONE", by=secretary, at=AT)
    Claim.objects.filter(order_id=pk).update(by=street.users["worker2"])
    assert actions.confirm(pk, channel="PHONE", by=secretary, at=AT).state == State.CONFIRMED


@pytest.mark.parametrize("step", ["accept", "refuse", "deliver"])
def test_who_has_a_login_is_asked_to_say_it_themselves(street: Street, step: str) -> None:
    pk, by = street.assigned("member3"), street.actor("secretary")
    if step == "deliver":
        actions.accept(pk, by=street.actor("member3"), at=AT)
    more: dict[str, Any] = {"deliver": {"text": "好了"}, "refuse": {"reason": "没空"}}.get(step, {})
    with pytest.raises(NotAllowed, match="对方自己有账号"):
        getattr(actions, step)(pk, **more, channel="PHONE", by=by, at=AT)


def test_a_closed_login_is_none(street: Street) -> None:
    street.users["member3"].is_active = False
    street.users["member3"].save()
    pk = street.assigned("member3")
    assert actions.accept(pk, channel="VISIT", by=street.actor("secretary"), at=AT).state == State.CLAIMED


@pytest.mark.parametrize("channel", ["SELF", "", "LETTER"])
def test_how_it_was_heard_must_be_said(street: Street, channel: str) -> None:
    pk = street.assigned()
    with pytest.raises(Invalid) as refused:
        actions.accept(pk, channel=channel, by=street.actor("worker"), at=AT)
    assert "channel" in refused.value.fields
    assert Order.objects.get(pk=pk).state == State.ASSIGNED


def test_nobody_writes_down_what_their_own_household_said(street: Street) -> None:
    pk, worker = street.assigned(), street.users["worker"].person
    assert worker is not None
    worker.household_index = b"h" * 32
    worker.save()
    person = street.member_without.person
    person.household_index = b"h" * 32
    person.save()
    with pytest.raises(NotAllowed, match="接单的是您家里人"):
        actions.accept(pk, channel="PHONE", by=street.actor("worker"), at=AT)
    assert actions.accept(pk, channel="PHONE", by=street.actor("secretary"), at=AT).state == State.CLAIMED


def test_an_assignment_is_taken_back_or_moved(street: Street) -> None:
    """Taken back it is open for everybody; moved it is the other's at once. Neither counts as given back."""
    pk, worker = street.assigned("member3"), street.actor("worker")
    first = Claim.objects.get(order_id=pk).pk
    for unseen in (None, first - 1):
        with pytest.raises(WrongState, match="同事刚把这一单派给了别人"):
            actions.assign(pk, member_id=street.member_id("member2"), instead=unseen, by=worker, at=AT)
    actions.assign(pk, member_id=street.member_id("member2"), instead=first, by=worker, at=AT)
    assert list(Claim.objects.filter(order_id=pk).order_by("pk").values_list("state", flat=True)) == ["RECALLED", "PROPOSED"]
    with pytest.raises(NotThere):
        actions.accept(pk, by=street.actor("member3"), at=AT)
    with pytest.raises(Invalid, match="已经派给这一位"):
        second = Claim.objects.latest("pk").pk
        actions.assign(pk, member_id=street.member_id("member2"), instead=second, by=worker, at=AT)
    with pytest.raises(NotAllowed, match="只能退自己接的单"):
        actions.release(pk, reason="不想接", by=street.actor("member2"), at=AT)
    assert actions.release(pk, reason="换个人", by=worker, at=AT).state == State.PUBLISHED
    assert actions.claim(pk, by=street.actor("member3"), at=AT).state == State.CLAIMED
    assert queries.check_ended().problems == []


def test_who_was_asked_may_be_faster_than_who_takes_back(street: Street) -> None:
    pk = street.assigned("member3")
    actions.accept(pk, by=street.actor("member3"), at=AT)
    with pytest.raises(WrongState):
        actions.assign(pk, member_id=street.member_id("member2"), by=street.actor("worker"), at=AT)


def test_the_pages_mark_them_and_ask_how_it_was_heard(street: Street) -> None:
    pk, client = street.assigned(), Client()
    client.force_login(street.users["worker"])
    page = client.get(f"/orders/{pk}/").content.decode()
    assert "党员闷没有账号" in page and "替他接下" in page and "改派" in page
    assert "没有账号" in client.get("/people/members/").content.decode()
    assert "没有账号，要打电话问" in client.get(f"/orders/{pk}/assign").content.decode()
    asked = client.post(f"/orders/{pk}/accept", {})
    assert asked.status_code == 422 and "请选一种：电话、纸条，还是上门。" in asked.content.decode()
    assert client.post(f"/orders/{pk}/accept", {"channel": "PHONE"}).status_code == 303
    assert client.post(f"/orders/{pk}/deliver", {"channel": "VISIT", "text": "灯换好了"}).status_code == 303
    history = client.get(f"/orders/{pk}/history").content.decode()
    assert "党员 党员闷（上门，社区代记）" in history


def test_who_confirms_sees_who_did_it_and_who_places_in_care_mode_is_asked_for_a_sentence(street: Street) -> None:
    client = Client()
    client.force_login(street.users["resident"])
    client.cookies["zengyi_care"] = "1"
    page = client.get("/orders/new").content.decode()
    assert page.count('name="short"') == 1 and "别的都替您填好了" in page
    placed = client.post("/orders/new", {"short": "1", "kind": "DEMAND", "title": "想请人陪我去看病", "urgency": ""})
    assert placed.status_code == 303
    order = Order.objects.latest("pk")
    assert (order.category, order.private) == ("HELP", True)
    assert "只有社区和答应来帮的人看得到" in client.get(placed["Location"]).content.decode()
    actions.triage(order.pk, difficulty=2, by=street.actor("worker"), at=AT)
    actions.assign(order.pk, member_id=street.member_id("mute"), by=street.actor("worker"), at=AT)
    actions.accept(order.pk, channel="PHONE", by=street.actor("worker"), at=AT)
    actions.deliver(order.pk, text="陪到医院，拿了药。", channel="PHONE", by=street.actor("worker"), at=AT)
    asked = client.get(f"/orders/{order.pk}/confirm").content.decode()
    assert "谁办的，办了什么" in asked and "党员 党员闷" in asked
