"""Who did not come is left out; what was taken back is opened again; orders that were drawn are rung up."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.orders.test_finishing import together
from tests.orders.test_pairs import helped
from tests.trail import refused, told
from zengyi.bank import actions as bank_actions
from zengyi.bank import queries as bank
from zengyi.bank.models import Correction, Posting
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import OnBehalf, is_drawn
from zengyi.people.models import Look
from zengyi.people.queries.waiting import COUNTED_MOST, waiting
from zengyi.people.web.waiting import sources

DAY = timedelta(days=1)


def claims(order: Order) -> list[tuple[str, int | None, str]]:
    return list(Claim.objects.filter(order=order).order_by("pk").values_list("state", "points", "reason"))


def claim_of(order: Order, cast: Cast, name: str) -> int:
    return Claim.objects.get(order=order, member_id=cast.member_id(name)).pk


# Who did not come.


def test_whoever_claims_just_before_the_end_gets_nothing_by_it(cast: Cast, at: datetime) -> None:
    """The second one claims a minute before the first delivers: the asker leaves them out, and they read why."""
    order = cast.published("resident", places=2)
    actions.claim(order.pk, by=cast.actor("member"), at=at)
    actions.claim(order.pk, by=cast.actor("member2"), at=at + timedelta(hours=3))
    actions.deliver(order.pk, text="灯装好了", by=cast.actor("member"), at=at + timedelta(hours=3, minutes=1))
    late = claim_of(order, cast, "member2")
    with told("confirm") as step:
        actions.confirm(order.pk, left_out=[late], reason="没见着人", by=cast.actor("resident"), at=at + DAY)
    assert step.postings == [("CONFIRM", "DIFFICULTY", "党员甲", 8)]
    assert (step.event.after["left_out"], step.event.reason) == ([late], "没见着人")
    assert claims(order) == [("DONE", 8, ""), ("LEFT_OUT", 0, "没见着人")]
    seen = queries.detail(order.pk, by=cast.actor("member2"), at=at + DAY)
    assert [(claim.state, claim.reason) for claim in seen.paid][1] == ("LEFT_OUT", "没见着人")
    assert seen.may_note, "whoever was left out can say what they think of it"


def test_leaving_out_asks_for_a_reason_and_for_somebody_who_stays(cast: Cast, at: datetime) -> None:
    order = together(cast, "member", "member2", at=at)
    one, other = Claim.objects.filter(order=order).order_by("pk").values_list("pk", flat=True)
    by = cast.actor("resident")
    with refused(Invalid, fields={"reason"}):
        actions.confirm(order.pk, left_out=[one], by=by, at=at + DAY)
    for wrong in ([one, other], [one, other + 99], [0]):
        with refused(Invalid, fields={"left_out"}):
            actions.confirm(order.pk, left_out=wrong, reason="没来", by=by, at=at + DAY)


def test_a_phone_call_leaves_nobody_with_nothing_and_no_word(cast: Cast, at: datetime) -> None:
    """0 and 8 by phone was taken once; now a helper gets something, or is left out with a reason."""
    order = together(cast, "member", "member2", at=at)
    one, other = Claim.objects.filter(order=order).order_by("pk").values_list("pk", flat=True)
    by = cast.actor("worker2")
    with refused(Invalid, "都要有分", fields={"shares"}):
        actions.confirm(order.pk, channel="PHONE", shares={one: 0, other: 8}, by=by, at=at + DAY)
    actions.confirm(order.pk, channel="PHONE", shares={other: 8}, left_out=[one], reason="居民说他没来", by=by, at=at + DAY)
    assert claims(order) == [("LEFT_OUT", 0, "居民说他没来"), ("DONE", 8, "")]
    asker = queries.detail(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert [(claim.points, claim.reason) for claim in asker.paid] == [(0, "居民说他没来"), (8, "")]
    assert asker.may_note


def test_the_dispatcher_fixes_no_share_of_nothing(cast: Cast, at: datetime) -> None:
    order = cast.published("resident")
    with refused(Invalid, fields={"points"}):
        actions.assign(order.pk, member_id=cast.member_id("member"), points=0, by=cast.actor("worker"), at=at)


# Opened again.


def test_an_order_whose_points_were_taken_back_is_opened_again(cast: Cast) -> None:
    order = helped(cast)
    with refused(WrongState, "还在账上"):
        actions.reopen(order.pk, reason="没有办", by=cast.actor("worker"), at=AT + 4 * DAY)
    cast.taken_back(order, AT + 3 * DAY)
    seen = queries.detail(order.pk, by=cast.actor("neighbour"), at=AT + 4 * DAY)
    assert (seen.state, seen.booked, seen.taken_back) == ("CONFIRMED", 0, True)
    assert "冲销" in seen.done
    row = next(row for row in queries.listing(by=cast.actor("neighbour"), at=AT + 4 * DAY).rows if row.id == order.pk)
    assert (row.booked, row.taken_back) == (0, True)
    with told("reopen") as step:
        order = actions.reopen(order.pk, reason="居民说没有办", by=cast.actor("worker"), at=AT + 4 * DAY)
    assert step.postings == [] and step.event.reason == "居民说没有办"
    assert (order.state, order.outcome, order.ended_at, order.delivered_at, order.taken) == ("TRIAGED", "", None, None, 0)
    assert claims(order) == [("UNDONE", 0, "居民说没有办")]
    assert cast.balance(order=order) == 8
    # Somebody else does it, and it counts; the same two begin where they were.
    actions.publish(order.pk, by=cast.actor("worker"), at=AT + 4 * DAY)
    actions.claim(order.pk, by=cast.actor("member3"), at=AT + 4 * DAY)
    actions.deliver(order.pk, text="真办好了", by=cast.actor("member3"), at=AT + 5 * DAY)
    order = actions.confirm(order.pk, by=cast.actor("resident"), at=AT + 5 * DAY)
    assert (order.state, cast.balance(member="member3"), cast.balance(member="member2")) == ("CONFIRMED", 8, 0)
    assert bank.check_ledger().problems == []


def test_or_it_is_taken_back(cast: Cast) -> None:
    order = helped(cast)
    cast.taken_back(order, AT + 3 * DAY)
    actions.reopen(order.pk, reason="没有办", by=cast.actor("worker"), at=AT + 4 * DAY)
    order = actions.cancel(order.pk, reason="不用了", by=cast.actor("resident"), at=AT + 4 * DAY)
    assert (order.state, order.outcome, cast.balance(order=order)) == ("CLOSED", "CANCELLED", 0)
    assert bank.check_ledger().problems == []


def test_weighed_anew_after_it_was_opened_again(cast: Cast) -> None:
    for _n in range(3):
        helped(cast)
    order = helped(cast, points=9)  # the fourth: 4 of 9 counted
    cast.taken_back(order, AT + 3 * DAY)
    actions.reopen(order.pk, reason="没有办", by=cast.actor("worker"), at=AT + 4 * DAY)
    order = actions.triage(order.pk, difficulty=5, by=cast.actor("worker"), at=AT + 4 * DAY)
    assert cast.balance(order=order) == 5
    assert bank.check_ledger().problems == []


def test_one_of_two_taken_back_leaves_it_confirmed(cast: Cast, at: datetime) -> None:
    order = together(cast, "member", "member2", at=at)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    wrong = Posting.objects.filter(kind="CONFIRM").order_by("pk")[0]
    found = bank_actions.propose_correction(wrong.pk, "没有来", by=cast.actor("worker2"), at=at + DAY)
    bank_actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=at + DAY)
    seen = queries.detail(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert (seen.booked, seen.taken_back) == (4, False)
    with refused(WrongState):
        actions.reopen(order.pk, reason="没有办", by=cast.actor("worker"), at=at + DAY)


def test_the_quarter_tells_only_of_what_stands(cast: Cast) -> None:
    from datetime import date

    good, bad = helped(cast, "member3", points=6), helped(cast)
    cast.taken_back(bad, AT + 3 * DAY)
    told_ = queries.told_of_quarter(cast.community.pk, date(2026, 10, 1), date(2026, 12, 31))
    assert [(deed.title, deed.points) for deed in told_.deeds] == [(good.title, 6)]
    assert [(one.count, one.points) for one in told_.categories] == [(1, 6)]


# Rung up.


@pytest.fixture
def drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setattr("zengyi.orders.rules.is_drawn", lambda lot: True)
    return helped(cast)


def test_about_one_in_ten_is_drawn_and_always_the_same() -> None:
    from zengyi.core.secrets import blind_index

    found = [is_drawn(blind_index("call-back", f"{n}:0") or b"") for n in range(2000)]
    assert 140 < sum(found) < 270
    assert found == [is_drawn(blind_index("call-back", f"{n}:0") or b"") for n in range(2000)]


def test_the_first_time_that_counts_less_is_drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.orders.rules.is_drawn", lambda lot: False)
    assert [bool(helped(cast).drawn) for _n in range(6)] == [False, False, False, True, False, False]


def test_it_is_so(cast: Cast, drawn: Order) -> None:
    by = cast.actor("worker2")
    assert [call.id for call in queries.quarter_checks("2026Q4", by=by, at=AT).calls if call.waits] == [drawn.pk]
    with told("callback") as step:
        actions.call_back(drawn.pk, outcome="UNREACHED", by=by, at=AT + 2 * DAY)
    assert step.event.after == {"called": "UNREACHED"}
    with told("callback"):
        actions.call_back(drawn.pk, outcome="TRUE", text="说灯当天就亮了", by=by, at=AT + 3 * DAY)
    assert queries.quarter_checks("2026Q4", by=by, at=AT).calls[0].waits is False
    with refused(WrongState, "已经回访过"):
        actions.call_back(drawn.pk, outcome="FALSE", text="改主意", by=by, at=AT + 3 * DAY)
    assert Correction.objects.count() == 0


def test_whoever_rings_up_opens_the_phone_and_its_owner_reads_of_it(cast: Cast, drawn: Order, client: Client, stopped: datetime) -> None:
    """Neither the list nor the form shows it: it takes the same tap as everywhere, which leaves a look."""
    phone, form = "13900001206", f"/orders/{drawn.pk}/callback"
    client.force_login(cast.users["worker2"])
    pages = [client.get(path).content.decode() for path in ("/desk/checks/?quarter=2026Q4", form, "/desk/")]
    assert drawn.title in pages[0] and "到单子里看电话" in pages[1]
    assert not [page for page in pages if phone in page]
    assert client.post(f"/orders/{drawn.pk}/contact").status_code == 303
    assert phone in client.get(form).content.decode()
    look = Look.objects.get(person=cast.users["resident"].person)
    assert (look.viewer, look.about) == (cast.users["worker2"], drawn.number)


def test_it_is_not_so_and_a_second_person_decides(cast: Cast, drawn: Order) -> None:
    by = cast.actor("worker2")
    with refused(Invalid, fields={"text"}):
        actions.call_back(drawn.pk, outcome="FALSE", by=by, at=AT + 2 * DAY)
    with refused(Invalid, fields={"outcome"}):
        actions.call_back(drawn.pk, outcome="MAYBE", by=by, at=AT + 2 * DAY)
    with told("callback") as step:
        actions.call_back(drawn.pk, outcome="FALSE", text="说没人来过", by=by, at=AT + 2 * DAY)
    found = Correction.objects.get()
    assert (step.event.after["corrections"], found.state, found.reason) == ([found.pk], "PROPOSED", "回访：说没人来过")
    with refused(NotAllowed):
        bank_actions.decide_correction(found.pk, True, by=by, at=AT + 3 * DAY)
    bank_actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=AT + 3 * DAY)
    assert queries.detail(drawn.pk, by=by, at=AT + 3 * DAY).taken_back


def test_nobody_rings_up_about_what_they_had_in_hand(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.orders.rules.is_drawn", lambda lot: True)
    order = cast.place("secretary", on_behalf=OnBehalf(name="居民0909", phone="13900000909"))
    actions.triage(order.pk, difficulty=4, by=cast.actor("worker"), at=AT)
    actions.publish(order.pk, by=cast.actor("worker"), at=AT)
    actions.claim(order.pk, by=cast.actor("member2"), at=AT)
    actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=AT)
    actions.confirm(order.pk, channel="PHONE", by=cast.actor("worker2"), at=AT)
    for name in ("worker", "worker2", "secretary"):  # weighed, confirmed, wrote it down
        with refused(NotAllowed, "另一位同事来回访"):
            actions.call_back(order.pk, outcome="TRUE", by=cast.actor(name), at=AT + DAY)
    for name in ("member2", "resident"):
        with refused(NotAllowed):
            actions.call_back(order.pk, outcome="TRUE", by=cast.actor(name), at=AT + DAY)
    assert order.pk in [call.id for call in queries.quarter_checks("2026Q4", by=cast.actor("worker"), at=AT).calls]


def test_what_was_not_drawn_is_left_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.orders.rules.is_drawn", lambda lot: False)
    order = helped(cast)
    with refused(WrongState, "没有抽到"):
        actions.call_back(order.pk, outcome="TRUE", by=cast.actor("worker2"), at=AT + DAY)


# What waits for somebody, and where.


def waits(cast: Cast, name: str, kind: str, at: datetime) -> list[str]:
    found = waiting(sources(), by=cast.actor(name), at=at, most=COUNTED_MOST)
    items = [item.url for item in found.items if item.kind == kind]
    assert found.counts.get(kind, 0) == len(items)
    return items


def test_a_call_back_waits_for_those_who_may_make_it(cast: Cast, drawn: Order) -> None:
    by, url = cast.actor("worker2"), f"/orders/{drawn.pk}/callback"
    assert waits(cast, "worker2", "call-back", AT + 2 * DAY) == waits(cast, "secretary", "call-back", AT + 2 * DAY) == [url]
    for name in ("worker", "resident", "member2", "unit", "district", "far_worker"):  # who weighed it, and who may not at all
        assert waits(cast, name, "call-back", AT + 2 * DAY) == [], name
    actions.call_back(drawn.pk, outcome="UNREACHED", by=by, at=AT + 2 * DAY)
    assert waits(cast, "worker2", "call-back", AT + 2 * DAY) == [url], "nobody was reached"
    assert waits(cast, "worker2", "call-back", AT + 200 * DAY) == [], "after two quarters it is too late to ask"
    actions.call_back(drawn.pk, outcome="TRUE", text="说灯当天就亮了", by=by, at=AT + 3 * DAY)
    assert waits(cast, "worker2", "call-back", AT + 3 * DAY) == []


def test_what_was_taken_back_waits_to_be_opened_again(cast: Cast) -> None:
    order, other = helped(cast), helped(cast)
    assert waits(cast, "worker", "reopen", AT + 2 * DAY) == []
    cast.taken_back(order, AT + 2 * DAY)
    for name in ("worker", "worker2", "secretary"):
        assert waits(cast, name, "reopen", AT + 2 * DAY) == [f"/orders/{order.pk}/reopen"]
    found = waiting(sources(), by=cast.actor("worker"), at=AT + 5 * DAY, most=COUNTED_MOST)
    (since,) = [item.since for item in found.items if item.kind == "reopen"]
    assert since >= AT + 2 * DAY, "since the points were taken back, not since the order was confirmed"
    for name in ("far_worker", "member2", "resident", "district"):
        assert waits(cast, name, "reopen", AT + 2 * DAY) == [], name
    actions.reopen(order.pk, reason="没有人来过", by=cast.actor("worker"), at=AT + 3 * DAY)
    assert waits(cast, "worker", "reopen", AT + 3 * DAY) == []
    assert other.pk


def test_half_of_it_taken_back_waits_for_nobody(cast: Cast, at: datetime) -> None:
    order = together(cast, "member", "member2", at=at)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at)
    posting = Posting.objects.filter(debit=order.account, kind="CONFIRM").earliest("pk")
    made = bank_actions.propose_correction(posting.pk, "没有来", by=cast.actor("worker2"), at=at)
    bank_actions.decide_correction(made.pk, True, by=cast.actor("secretary"), at=at)
    assert waits(cast, "worker", "reopen", at) == []
