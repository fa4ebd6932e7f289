"""Signing up: seats all or none, the waiting list, offers that end, leaving, moving and cancelling, and a guardian's answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.activities.plans import AGREED, CHILD, SATURDAY, caller, child_of, guests, planned
from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.models import Attendee, Consent, Occasion, SignUp, Slot
from zengyi.activities.queries import signing as queries
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.people.models import Person


def states(occasion: Occasion) -> list[str]:
    """Of all sign-ups, in their order."""
    return list(SignUp.objects.filter(occasion=occasion).order_by("number").values_list("state", flat=True))


def test_a_family_has_all_its_seats_or_waits(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=3)
    first = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=AT)
    family = actions.sign_up(occasion.pk, seats=2, by=cast.actor("resident2"), at=AT)
    single = actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    assert [one.state for one in (first, family, single)] == ["CONFIRMED", "WAITLISTED", "CONFIRMED"]
    assert [one.number for one in (first, family, single)] == [1, 2, 3]
    assert guests(occasion).taken == 3
    assert [queries.position_of(one.pk) for one in (first, family, single)] == [None, 1, None]
    assert Attendee.objects.filter(sign_up=first).count() == 2


def test_nobody_signs_up_twice_but_may_come_back(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker")), cast.actor("resident")
    first = actions.sign_up(occasion.pk, by=by, at=AT)
    with pytest.raises(WrongState, match="已经报过了"):
        actions.sign_up(occasion.pk, by=by, at=AT)
    assert guests(occasion).taken == 1
    actions.cancel_sign_up(first.pk, by=by, at=AT)
    assert actions.sign_up(occasion.pk, by=by, at=AT).state == "CONFIRMED"
    assert guests(occasion).taken == 1


def test_a_free_seat_is_offered_to_the_first_whom_it_is_enough_for(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=2)
    holder = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    actions.sign_up(occasion.pk, seats=2, by=cast.actor("resident2"), at=AT)
    actions.sign_up(occasion.pk, by=cast.actor("member2"), at=AT)
    actions.cancel_sign_up(holder.pk, by=cast.actor("resident"), at=AT)
    assert states(occasion) == ["CANCELLED", "CONFIRMED", "WAITLISTED", "OFFERED"]
    event = Event.objects.filter(verb="cancel").latest("pk")
    offered = SignUp.objects.get(occasion=occasion, state="OFFERED")
    assert event.after["offered"] == [offered.pk] and offered.until == AT + timedelta(days=2)
    assert guests(occasion).taken == 2


def test_an_offer_is_taken_once_and_in_time(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1)
    holder = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    waits = actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    with pytest.raises(WrongState, match="眼下没有"):
        actions.accept(waits.pk, by=cast.actor("member"), at=AT)
    actions.cancel_sign_up(holder.pk, by=cast.actor("resident"), at=AT)
    with pytest.raises(NotThere):
        actions.accept(waits.pk, by=cast.actor("member2"), at=AT)
    with pytest.raises(WrongState, match="答得晚了"):
        actions.accept(waits.pk, by=cast.actor("member"), at=AT + timedelta(days=2))
    assert actions.accept(waits.pk, by=cast.actor("member"), at=AT + timedelta(days=1)).state == "CONFIRMED"
    with pytest.raises(WrongState, match="已经定了"):
        actions.accept(waits.pk, by=cast.actor("member"), at=AT + timedelta(days=1))


def test_an_offer_that_runs_out_goes_on_by_itself(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1)
    holder = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    for who in ("member", "member2"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    actions.cancel_sign_up(holder.pk, by=cast.actor("resident"), at=AT)
    assert actions.run_due(AT + timedelta(days=2) - timedelta(seconds=1)) == 0
    assert actions.run_due(AT + timedelta(days=2)) == 1
    assert states(occasion) == ["CANCELLED", "EXPIRED", "OFFERED"]
    assert actions.run_due(AT + timedelta(days=2)) == 0
    assert actions.run_due(SATURDAY - timedelta(hours=2)) == 1
    # Too near the beginning: nobody is offered the seat any more, whoever comes first may have it.
    assert states(occasion) == ["CANCELLED", "EXPIRED", "EXPIRED"] and guests(occasion).taken == 0
    assert actions.sign_up(occasion.pk, by=cast.actor("resident2"), at=SATURDAY - timedelta(minutes=5)).state == "CONFIRMED"


def test_leaving_late_is_called_so_unless_the_host_moved_the_time(cast: Cast) -> None:
    late = SATURDAY - timedelta(hours=3)
    occasion, other = planned(cast.actor("worker")), planned(cast.actor("worker"), title="另一场")
    sure = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    assert actions.cancel_sign_up(sure.pk, reason="孩子发烧", by=cast.actor("resident"), at=late).state == "LATE_CANCELLED"
    moved = actions.sign_up(other.pk, by=cast.actor("resident"), at=AT)
    actions.move_occasion(
        other.pk, SATURDAY + timedelta(hours=1), SATURDAY + timedelta(hours=2), reason="要用场地", by=cast.actor("worker"), at=late
    )
    assert actions.cancel_sign_up(moved.pk, by=cast.actor("resident"), at=late).state == "CANCELLED"


def test_a_moved_occasion_asks_again_and_who_does_not_answer_loses_the_seat(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=2)
    for who in ("resident", "member"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    waits = actions.sign_up(occasion.pk, by=cast.actor("member2"), at=AT)
    new = SATURDAY + timedelta(days=1)
    moved = actions.move_occasion(occasion.pk, new, new + timedelta(hours=1), reason="下雨", by=cast.actor("worker"), at=AT)
    assert (moved.sequence, moved.moved_from) == (1, SATURDAY)
    first = SignUp.objects.get(occasion=occasion, number=1)
    assert first.asked and first.until == AT + timedelta(days=2)
    assert not actions.accept(first.pk, by=cast.actor("resident"), at=AT).asked
    assert actions.run_due(AT + timedelta(days=2)) == 1
    assert states(occasion) == ["CONFIRMED", "CANCELLED", "OFFERED"]
    waits.refresh_from_db()
    assert waits.until == AT + timedelta(days=4)
    with pytest.raises(Invalid, match="时间和名额都没有变"):
        actions.move_occasion(occasion.pk, new, new + timedelta(hours=1), reason="下雨", by=cast.actor("worker"), at=AT)


def test_a_cancelled_occasion_ends_every_sign_up(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1)
    for who in ("resident", "member", "member2"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    off = actions.cancel_occasion(occasion.pk, "老师病了", by=cast.actor("worker"), at=AT)
    assert (off.state, off.sequence) == ("CANCELLED", 1)
    assert states(occasion) == ["CANCELLED"] * 3 and guests(occasion).taken == 0
    with pytest.raises(WrongState, match="取消"):
        actions.sign_up(occasion.pk, by=cast.actor("resident2"), at=AT)
    with pytest.raises(WrongState, match="取消"):
        actions.cancel_occasion(occasion.pk, "再来", by=cast.actor("worker"), at=AT)


def test_people_of_every_host_may_sign_up_and_nobody_else(cast: Cast) -> None:
    joint = planned(cast.actor("worker"), title="联合消防演练", kind="DRILL", hosts=[cast.elsewhere.pk], along="消防站")
    own = planned(cast.actor("worker"))
    made = actions.sign_up(joint.pk, by=cast.actor("far_resident"), at=AT)
    assert made.community_id == cast.elsewhere.pk
    with pytest.raises(NotAllowed):
        actions.sign_up(own.pk, by=cast.actor("far_resident"), at=AT)
    called = actions.sign_up(joint.pk, who=caller("外来电", "13900008888"), by=cast.actor("far_worker"), at=AT)
    assert called.channel == "PHONE" and called.community_id == cast.elsewhere.pk
    with pytest.raises(NotAllowed):
        actions.cancel_occasion(joint.pk, "不办了", by=cast.actor("far_worker"), at=AT)


def test_staff_sign_up_whoever_rings_up(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker")), cast.actor("worker")
    made = actions.sign_up(occasion.pk, who=caller("来电居民", "13900007777"), by=by, at=AT)
    assert Person.objects.get(pk=made.person_id).phone == "13900007777"
    again = actions.sign_up(planned(by, title="第二场").pk, who=Who("DESK", person_id=made.person_id), by=by, at=AT)
    assert (again.person_id, again.channel) == (made.person_id, "DESK")
    for who, field in ((None, "name"), (Who("SELF", name="甲"), "channel"), (Who("PHONE", phone="12"), "phone")):
        with pytest.raises(Invalid) as refused:
            actions.sign_up(occasion.pk, who=who, by=by, at=AT)
        assert field in refused.value.fields
    with pytest.raises(Invalid, match="只能替自己家里"):
        actions.sign_up(occasion.pk, who=caller("邻居"), by=cast.actor("resident"), at=AT)


def test_helpers_have_places_of_their_own_and_are_grown_up(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1, helpers=[("看热熔枪", 1)])
    slot = Slot.objects.get(occasion=occasion, name="看热熔枪")
    actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    helper = actions.sign_up(occasion.pk, slot_id=slot.pk, by=cast.actor("member"), at=AT)
    assert helper.state == "CONFIRMED"
    with pytest.raises(Invalid, match="只请成年人"):
        actions.sign_up(occasion.pk, slot_id=slot.pk, seats=2, children=[CHILD], by=cast.actor("resident2"), at=AT)
    other = planned(cast.actor("worker"), title="别的")
    with pytest.raises(Invalid, match="没有这样的名额"):
        actions.sign_up(other.pk, slot_id=slot.pk, by=cast.actor("resident2"), at=AT)
    open_to_all = planned(cast.actor("worker"), title="来就行", capacity=None)
    with pytest.raises(Invalid, match="不用报名"):
        actions.sign_up(open_to_all.pk, by=cast.actor("resident2"), at=AT)


@pytest.mark.parametrize("missing", ["TAKE_PART", "RECORD"])
def test_a_child_comes_only_with_its_guardians_word(cast: Cast, missing: str) -> None:
    occasion = planned(cast.actor("worker"))
    for agreed in ({**AGREED, missing: False}, {name: said for name, said in AGREED.items() if name != missing}):
        with pytest.raises(Invalid, match="监护人同意"):
            actions.sign_up(occasion.pk, seats=2, children=[Child("FROM_8", agreed)], by=cast.actor("resident"), at=AT)
    with pytest.raises(Invalid, match="大人陪着"):
        actions.sign_up(occasion.pk, seats=1, children=[CHILD], by=cast.actor("resident"), at=AT)
    assert not SignUp.objects.exists() and guests(occasion).taken == 0


def test_an_answer_is_withdrawn_and_another_one_stands(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker")), cast.actor("resident")
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=by, at=AT)
    child = child_of(made)
    later = AT + timedelta(hours=1)
    actions.answer_consent(made.pk, child.pk, "PHOTOGRAPH", True, by=by, at=later)
    said = Consent.objects.filter(attendee=child, purpose="PHOTOGRAPH").order_by("pk")
    assert [(one.given, one.withdrawn_at) for one in said] == [(False, later), (True, None)]
    with pytest.raises(Invalid, match="监护人是怎么说的"):
        actions.answer_consent(made.pk, child.pk, "PUBLISH", True, by=cast.actor("worker"), at=later)
    actions.answer_consent(made.pk, child.pk, "PUBLISH", False, channel="PHONE", by=cast.actor("worker"), at=later)
    with pytest.raises(NotThere):
        actions.answer_consent(made.pk, child.pk, "PUBLISH", True, by=cast.actor("resident2"), at=later)
    told = [(one.purpose, one.given, one.withdrawn) for one in queries.answers_of(by.person_id or 0, by=cast.actor("worker"), most=9)]
    assert told[0] == ("发出去", False, False) and ("拍照", True, False) in told and ("拍照", False, True) in told
    assert queries.answers_of(by.person_id or 0, by=cast.actor("far_worker"), most=9) == []


def test_a_guardians_answers_stand_on_their_page(cast: Cast, client: Client) -> None:
    by = cast.actor("resident")
    client.force_login(cast.users["worker"])
    page = f"/people/persons/{by.person_id}/"
    assert "替孩子同意过的" not in client.get(page).content.decode()
    actions.sign_up(planned(cast.actor("worker")).pk, seats=2, children=[CHILD], by=by, at=AT)
    assert "替孩子同意过的" in client.get(page).content.decode()


def test_a_child_taken_back_is_off_the_list_and_its_seat_goes_on(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker"), capacity=2), cast.actor("resident")
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=by, at=AT)
    waits = actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    actions.answer_consent(made.pk, child_of(made).pk, "RECORD", False, by=by, at=AT)
    made.refresh_from_db()
    waits.refresh_from_db()
    assert (made.seats, made.state, waits.state) == (1, "CONFIRMED", "OFFERED")
    assert not Consent.objects.exists() and Attendee.objects.exclude(band="").count() == 0


def test_everything_about_children_is_deleted_after_thirty_days(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"))
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=AT)
    day = occasion.ends_at + timedelta(days=30)
    assert actions.run_due(day - timedelta(minutes=1)) == 0 and child_of(made)
    assert actions.run_due(day) == 1
    assert Attendee.objects.filter(sign_up=made).count() == 1 and not Consent.objects.exists()
    assert actions.run_due(day + timedelta(days=1)) == 0


def test_nobody_but_the_guardian_reads_what_a_child_is_called(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"))
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=AT)
    seen = {who: queries.sign_up(made.pk, by=cast.actor(who)).coming[1] for who in ("resident", "worker", "secretary")}
    assert {who: one.called for who, one in seen.items()} == {"resident": "小花", "worker": "", "secretary": ""}
    assert {one.alias for one in seen.values()} == {"孩子 01"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_at": SATURDAY}, "ends_at"),
        ({"starts_at": AT + timedelta(days=400), "ends_at": AT + timedelta(days=400, hours=1)}, "starts_at"),
        ({"starts_at": AT - timedelta(days=31), "ends_at": AT - timedelta(days=31) + timedelta(hours=1)}, "starts_at"),
        ({"capacity": 0}, "capacity"),
        ({"helpers": [("剪花", 1), ("剪花", 2)]}, "helpers"),
        ({"helpers": [("剪花", 0)]}, "helpers"),
        ({"place_id": 10**17}, "place_id"),
        ({"spot": "在" * 61}, "spot"),
    ],
)
def test_what_cannot_be_planned_is_said_field_by_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        planned(cast.actor("worker"), **changed)
    assert field in refused.value.fields and not Occasion.objects.exists()


def test_it_is_too_late_when_it_has_begun(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"))
    during: datetime = SATURDAY + timedelta(minutes=10)
    with pytest.raises(WrongState, match="直接去现场"):
        actions.sign_up(occasion.pk, by=cast.actor("resident"), at=during)
    assert actions.sign_up(occasion.pk, who=caller("走过来的"), by=cast.actor("worker"), at=during).state == "CONFIRMED"
    with pytest.raises(WrongState, match="过去了"):
        actions.sign_up(occasion.pk, who=caller("走过来的二"), by=cast.actor("worker"), at=occasion.ends_at)


def test_more_places_go_to_who_waits_and_fewer_throw_nobody_out(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker"), capacity=2), cast.actor("worker")
    sure = actions.sign_up(occasion.pk, seats=2, by=cast.actor("resident"), at=AT)
    family = actions.sign_up(occasion.pk, seats=2, by=cast.actor("resident2"), at=AT)
    alone = actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)

    def resized(capacity: int, **more: Any) -> tuple[int, int, list[str]]:
        times = {"starts_at": occasion.starts_at, "ends_at": occasion.ends_at, **more}
        actions.move_occasion(occasion.pk, **times, capacity=capacity, reason="换了大教室", by=by, at=AT)
        states = [str(one.state) for one in SignUp.objects.filter(pk__in=(sure.pk, family.pk, alone.pk)).order_by("pk")]
        return guests(occasion).capacity, guests(occasion).taken, states

    for capacity in (1, 0, 5001):
        with pytest.raises(Invalid) as refused:
            resized(capacity)
        assert "capacity" in refused.value.fields and guests(occasion).capacity == 2
    with pytest.raises(Invalid, match="都没有变"):
        resized(2)
    assert resized(3) == (3, 3, ["CONFIRMED", "WAITLISTED", "OFFERED"]), "too few for the family, which keeps its place"
    assert not SignUp.objects.get(pk=sure.pk).asked and Occasion.objects.get().sequence == 0, "the time is the same"
    assert resized(6) == (6, 5, ["CONFIRMED", "OFFERED", "OFFERED"])
    assert resized(5) == (5, 5, ["CONFIRMED", "OFFERED", "OFFERED"])
    with pytest.raises(Invalid, match="已经定了 5 位"):
        resized(4)
    later = {name: getattr(occasion, name) + timedelta(days=1) for name in ("starts_at", "ends_at")}
    assert resized(8, **later)[0] == 8 and SignUp.objects.get(pk=sure.pk).asked
    free = planned(cast.actor("worker"), capacity=None)
    with pytest.raises(Invalid, match="不用报名"):
        actions.move_occasion(free.pk, free.starts_at, free.ends_at, capacity=4, reason="换了大教室", by=by, at=AT)
