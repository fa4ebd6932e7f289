"""One human being with two logins, and people who decide on what is their own: what the attacks of collusion tried, and their failure."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.trail import refused, told
from zengyi.bank import actions as bank
from zengyi.bank import queries as books
from zengyi.bank.models import Correction, Posting
from zengyi.core.errors import NotAllowed, WrongState
from zengyi.orders import actions as orders
from zengyi.orders import queries
from zengyi.orders.rules import OnBehalf
from zengyi.people import actions as people
from zengyi.people.models import Member, Person, Registration, Tie, User
from zengyi.people.queries import actor_for_user, hand_overs
from zengyi.people.rules import HANDED_LATELY, KNOWN, LOOSE_TIE, Actor

DAY = timedelta(days=1)
MEETING = date(2026, 11, 20)


def invented(cast: Cast, by: str, name: str = "居民虚") -> int:
    """A person who exists only because somebody placed an order for them."""
    orders.place(
        kind="DEMAND",
        category="HELP",
        title="陪去医院",
        text="想请人陪一趟。",
        on_behalf=OnBehalf(name=name, phone="13900007777"),
        by=cast.actor(by),
        at=AT,
    )
    return Person.objects.get(name=name).pk


def opened(person_id: int, by: Actor, at: datetime = AT) -> int:
    """A login of that person, whose password its opener has changed already: it can act."""
    made = people.open_login(person_id, by=by, at=at)
    User.objects.filter(pk=made.user_id).update(must_change=False)
    return made.user_id


def acting(user_id: int, at: datetime = AT) -> Actor:
    return actor_for_user(user_id, at=at)


def proposed(cast: Cast, by: Actor, *present: str, at: datetime = AT) -> int:
    marks = {cast.member_id(name): "PRESENT" for name in present}
    return bank.propose_roll_call(cast.branch.pk, "B02", MEETING, marks, by=by, at=at).pk


def test_a_secretary_alone_does_not_raise_her_own_points(cast: Cast, at: datetime) -> None:
    """Invent somebody, open their login, make them a worker, have them propose, approve."""
    secretary = cast.actor("secretary")
    puppet = opened(invented(cast, "secretary"), secretary)
    with refused(NotAllowed, "要由另一位书记或区里来给"):
        people.grant(puppet, "worker", cast.community.pk, by=secretary, at=at)
    people.grant(puppet, "worker", cast.community.pk, by=cast.actor("district"), at=at)
    cast.second_role("secretary", "0077")
    call = proposed(cast, acting(puppet), "secretary", "member")
    for approve in (True, False):
        with refused(NotAllowed, "不算两个人"):
            bank.decide_roll_call(call, approve, reason="不对", by=secretary, at=at)
    found = books.roll_call(call, by=secretary, at=at)
    assert "不算两个人" in found.why_not
    assert [(maker.name, maker.label) for maker in found.makers][:2] == [("同志secretary", "登记了本人"), ("同志secretary", "开了账号")]


def test_a_puppet_does_not_decide_for_its_master_either(cast: Cast, at: datetime) -> None:
    secretary = cast.actor("secretary")
    puppet = opened(invented(cast, "secretary"), secretary)
    people.grant(puppet, "secretary", cast.community.pk, by=cast.actor("district"), at=at)
    call, by = proposed(cast, secretary, "member"), acting(puppet)
    with refused(NotAllowed, "不算两个人"):
        bank.decide_roll_call(call, True, by=by, at=at)


def test_a_role_that_decides_is_not_for_a_stranger(cast: Cast, at: datetime) -> None:
    """A colleague who was talked into opening the login does not help: nobody knows the person yet."""
    puppet = opened(invented(cast, "worker"), cast.actor("worker2"))
    with refused(NotAllowed, "登记还不到 30 天"):
        people.grant(puppet, "worker", cast.community.pk, by=cast.actor("secretary"), at=at + KNOWN - DAY)
    assert people.grant(puppet, "worker", cast.community.pk, by=cast.actor("secretary"), at=at + KNOWN)


def placed_and_done(cast: Cast, asker: Actor, weigher: Actor, helper: Actor, at: datetime) -> int:
    order = orders.place(kind="DEMAND", category="HELP", title="搬一张桌子", text="搬不动。", by=asker, at=at)
    orders.triage(order.pk, difficulty=20, by=weigher, at=at)
    orders.publish(order.pk, by=weigher, at=at)
    orders.claim(order.pk, by=helper, at=at)
    orders.deliver(order.pk, text="搬好了。", by=helper, at=at)
    return order.pk


def confirms_not(order: int, by: Actor, sentence: str, at: datetime) -> None:
    with refused(NotAllowed, sentence):
        orders.confirm(order, channel="PHONE", by=by, at=at)
    assert "confirm" not in {move.verb for move in queries.detail(order, by=by, at=at).moves}


def reset_by_a_colleague(cast: Cast, person: int, at: datetime) -> None:
    """The last one who handed out a password is not the only one who has."""
    people.open_login(person, by=cast.actor("worker2"), at=at)


def left_as_it_is(cast: Cast, person: int, at: datetime) -> None: ...


@pytest.mark.parametrize("then", [left_as_it_is, reset_by_a_colleague])
def test_a_worker_and_a_friend_do_not_make_points(cast: Cast, at: datetime, then: Callable[[Cast, int, datetime], None]) -> None:
    """The worker opens a resident's login, weighs what it places, the friend claims, the login confirms."""
    person = cast.users["resident2"].person_id or 0
    puppet = opened(person, cast.actor("worker"))
    then(cast, person, at)
    order = placed_and_done(cast, acting(puppet), cast.actor("worker"), cast.actor("member2"), at)
    confirms_not(order, acting(puppet), "同一位同事经手", at)
    assert orders.confirm(order, channel="PHONE", by=cast.actor("worker2"), at=at).state == "CONFIRMED"


def test_an_invented_person_with_a_login_from_a_colleague(cast: Cast, at: datetime) -> None:
    """Whoever entered the person counts as well as whoever opened the login."""
    puppet = opened(invented(cast, "worker"), cast.actor("worker2"))
    order = placed_and_done(cast, acting(puppet), cast.actor("worker"), cast.actor("member2"), at)
    confirms_not(order, acting(puppet), "同一位同事经手", at)


def test_whoever_helped_does_not_confirm_with_a_login_they_opened(cast: Cast, at: datetime) -> None:
    cast.second_role("worker2", "0077")
    puppet = opened(cast.users["resident2"].person_id or 0, cast.actor("worker2"))
    order = placed_and_done(cast, acting(puppet), cast.actor("worker"), cast.actor("worker2", "member"), at)
    confirms_not(order, acting(puppet), "不算两个人", at)
    assert orders.confirm(order, channel="PHONE", by=cast.actor("secretary"), at=at).state == "CONFIRMED"


def test_two_steps_through_a_colleague_whose_password_was_just_reset(cast: Cast, at: datetime) -> None:
    """She hands herself a colleague's password, opens a login as the colleague, and weighs as herself what it places."""
    secretary = cast.actor("secretary")
    people.open_login(cast.users["worker2"].person_id or 0, by=secretary, at=at)
    puppet = opened(cast.users["resident2"].person_id or 0, cast.actor("worker2"), at + DAY)
    assert set(Tie.objects.filter(login_id=puppet).values_list("maker_id", "through_id")) == {
        (cast.users["worker2"].pk, None),
        (secretary.user_id, cast.users["worker2"].pk),
    }
    order = placed_and_done(cast, acting(puppet, at + DAY), secretary, cast.actor("member2"), at + DAY)
    confirms_not(order, acting(puppet, at + DAY), "同一位同事经手", at + DAY)
    later = at + DAY + HANDED_LATELY
    other = opened(cast.users["resident"].person_id or 0, cast.actor("worker2"), later)
    order = placed_and_done(cast, acting(other, later), secretary, cast.actor("member2"), later)
    assert orders.confirm(order, by=acting(other, later), at=later).state == "CONFIRMED"


def test_a_role_just_given_makes_no_second_person(cast: Cast, at: datetime) -> None:
    """For a quarter; then everybody has seen who it is."""
    secretary, fresh = cast.actor("secretary"), cast.users["resident2"].pk
    people.grant(fresh, "worker", cast.community.pk, by=secretary, at=at)
    call = proposed(cast, acting(fresh), "member")
    with refused(NotAllowed, "不算两个人"):
        bank.decide_roll_call(call, True, by=secretary, at=at + LOOSE_TIE - timedelta(seconds=1))
    assert bank.decide_roll_call(call, True, by=secretary, at=at + LOOSE_TIE).state == "POSTED"


def test_a_rule_is_not_adopted_by_the_same_two_hands(cast: Cast, at: datetime) -> None:
    secretary = cast.actor("secretary")
    puppet = opened(cast.users["resident2"].person_id or 0, secretary)
    people.grant(puppet, "worker", cast.community.pk, by=cast.actor("district"), at=at)
    now: dict[str, Any] = {"points": 2, "cap_activity": None, "cap_quarter": None, "cap_year": None}
    made = bank.propose_rule("V06", **now, valid_from=date(2027, 1, 1), why="想多记一点。", by=acting(puppet), at=at)
    with pytest.raises(NotAllowed, match="不算两个人"):
        bank.decide_rule(made.pk, True, by=secretary, at=at)


def test_a_quarter_is_not_published_by_the_same_two_hands(cast: Cast, at: datetime) -> None:
    secretary = cast.actor("secretary")
    puppet = opened(cast.users["resident2"].person_id or 0, secretary)
    people.grant(puppet, "worker", cast.community.pk, by=cast.actor("district"), at=at)
    community, quarter, after = cast.community.pk, "2026Q4", at.replace(year=2027, month=1, day=5)
    bank.tally_quarter(community, quarter, by=acting(puppet), at=after)
    bank.prepare_quarter(community, quarter, by=acting(puppet), at=after)
    with pytest.raises(NotAllowed, match="不算两个人"):
        bank.publish_quarter(community, quarter, by=secretary, at=after)


def test_a_deed_is_not_attested_by_whoever_opened_the_filers_login(cast: Cast, at: datetime) -> None:
    worker = cast.actor("worker")
    puppet = opened(cast.members["member3"].person_id, worker)
    made = bank.file_deed("V02", at.date(), by=acting(puppet), at=at)
    with pytest.raises(NotAllowed, match="不算两个人"):
        bank.attest_deed(made.pk, by=worker, at=at)


def test_a_registration_is_not_confirmed_by_whoever_opened_its_login(cast: Cast, at: datetime) -> None:
    puppet = opened(cast.members["member2"].person_id, cast.actor("worker"))
    made = people.register_member(cast.member_id("member2"), by=acting(puppet), at=at)
    with pytest.raises(NotAllowed, match="不算两个人"):
        people.confirm_registration(made, by=cast.actor("worker"), at=at)
    people.confirm_registration(made, by=cast.actor("worker2"), at=at)
    assert Registration.objects.get(pk=made).state == "ACTIVE"


def test_staff_enter_their_own_unit_only_for_somebody_else_to_confirm(cast: Cast, at: datetime) -> None:
    Member.objects.filter(pk=cast.member_id("member2")).update(unit=cast.second_unit)
    cast.second_role("worker", "0077", unit=cast.second_unit)
    made = people.register_member(cast.member_id("member2"), by=cast.actor("worker"), at=at)
    assert Registration.objects.get(pk=made).state == "PENDING"
    with pytest.raises(NotAllowed):
        people.confirm_registration(made, by=cast.actor("worker"), at=at)
    people.confirm_registration(made, by=cast.actor("worker2"), at=at)


def of_her_own(cast: Cast) -> str:
    cast.second_role("secretary", "0077")
    return "secretary"


def of_her_household(cast: Cast) -> str:
    Person.objects.filter(user__username="secretary").update(household_index=cast.members["kin"].person.household_index)
    return "kin"


def of_her_unit(cast: Cast) -> str:
    cast.second_role("secretary", "0077", unit=cast.unit)
    return "colleague"


@pytest.mark.parametrize("whose", [of_her_own, of_her_household, of_her_unit])
def test_nobody_decides_about_points_of_their_own(cast: Cast, at: datetime, whose: Callable[[Cast], str]) -> None:
    """A secretary refused the reversal of her own points; and her approval posted her own base."""
    name = whose(cast)
    cast.login("secretary2", cast.person("书记乙", cast.community))
    cast.grant("secretary2", "secretary", cast.community)
    call = proposed(cast, cast.actor("worker"), name, "member")
    with told("decide", "roll_call") as step:
        bank.decide_roll_call(call, True, by=cast.actor("secretary"), at=at)
    assert [who for _kind, _from, who, _points in step.postings] == ["党员甲"], "hers are held"
    assert cast.balance(member=name, kind="BASE") == 0
    assert not books.roll_call(call, by=cast.actor("secretary"), at=at).may_post_held
    with refused(NotAllowed):
        bank.post_held_marks(call, by=cast.actor("secretary"), at=at)
    assert books.roll_call(call, by=cast.actor("secretary2"), at=at).may_post_held
    with told("decide", "roll_call"):
        bank.post_held_marks(call, by=cast.actor("secretary2"), at=at)
    with refused(WrongState, "已经审核过"):
        bank.post_held_marks(call, by=cast.actor("secretary2"), at=at)
    assert (cast.balance(member=name, kind="BASE"), cast.balance(member="member", kind="BASE")) == (3, 3)
    paid = Posting.objects.get(credit__member=cast.members[name], kind="BASE")
    made = bank.propose_correction(paid.pk, "没有到会", by=cast.actor("worker"), at=at)
    for approve in (True, False):
        with refused(NotAllowed, "您自己、家人或同单位"):
            bank.decide_correction(made.pk, approve, by=cast.actor("secretary"), at=at)
    assert bank.decide_correction(made.pk, True, by=cast.actor("secretary2"), at=at).state == "POSTED"
    assert Correction.objects.get().decided_by_id == cast.users["secretary2"].pk


def test_the_district_sees_who_handed_out_whose_password(cast: Cast, at: datetime) -> None:
    puppet = opened(invented(cast, "worker"), cast.actor("worker"))
    people.open_login(Person.objects.get(name="居民虚").pk, by=cast.actor("secretary"), at=at + DAY)
    rows = hand_overs(by=cast.actor("district")).rows
    assert [(row.name, row.by, row.kind, row.used) for row in rows] == [
        ("居民虚", "同志secretary", "RESET", False),
        ("居民虚", "同志worker", "OPENED", False),
    ]
    assert hand_overs(by=cast.actor("far_secretary")).rows == []
    assert User.objects.get(pk=puppet).must_change


def test_who_weighs_is_told_who_opened_the_askers_login(cast: Cast, at: datetime) -> None:
    """A worker opens somebody's login, it places, the worker weighs: she and her colleagues see whose hand was in it before she does."""
    worker = cast.actor("worker")
    person = cast.person("居民新", cast.community, "13900008888")
    puppet = opened(person.pk, worker)
    order = orders.place(kind="DEMAND", category="HELP", title="陪去医院", text="想请人陪一趟。", by=acting(puppet), at=at)
    for name, own in (("worker", True), ("worker2", False)):
        client = Client()
        client.force_login(cast.users[name])
        for path in (f"/orders/{order.pk}/", f"/orders/{order.pk}/triage", f"/desk/?order={order.pk}"):
            page = client.get(path).content.decode()
            assert "点单人的账号：" in page and "同志worker" in page and "开了账号" in page, (name, path)
            assert ("其中有您" in page) == own, (name, path)
    assert queries.detail(order.pk, by=acting(puppet), at=at).asker_opened == []
    plain = cast.place("resident")
    assert queries.detail(plain.pk, by=worker, at=at).asker_opened == []
