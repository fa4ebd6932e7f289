"""Standing in for a day: the way to a third person when two are needed and there is only one."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from zengyi.bank import actions as bank
from zengyi.bank.models import Correction, Posting
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.people import actions
from zengyi.people.models import Grant
from zengyi.people.queries import actor_for_user, staff_of
from zengyi.people.queries.waiting import waiting
from zengyi.people.rules import Actor, Role
from zengyi.people.web.waiting import sources

WHY = "书记提的冲销，没有第二个人审"


def stand_in(cast: Cast, name: str = "neighbour", role: str = "secretary", by: str = "district", *, at: datetime, reason: str = WHY) -> int:
    return actions.stand_in(cast.users[name].pk, role, cast.community.pk, reason=reason, by=cast.actor(by), at=at)


def acting(cast: Cast, name: str, grant: int, at: datetime) -> Actor:
    return actor_for_user(cast.users[name].pk, f"grant:{grant}", at=at)


def corrected(cast: Cast, at: datetime) -> Correction:
    """A correction that the only secretary has proposed."""
    marks = {cast.member_id("member"): "PRESENT"}
    call = bank.propose_roll_call(cast.branch.pk, "B02", clock.local_date(at), marks, by=cast.actor("worker"), at=at)
    bank.decide_roll_call(call.pk, True, by=cast.actor("secretary"), at=at)
    return bank.propose_correction(Posting.objects.get(kind="BASE").pk, "点错了人", by=cast.actor("secretary"), at=at)


def test_a_secretarys_own_correction_is_decided_by_whom_the_district_sends(cast: Cast, at: datetime) -> None:
    correction = corrected(cast, at)
    with pytest.raises(NotAllowed):
        bank.decide_correction(correction.pk, True, by=cast.actor("secretary"), at=at)
    made = stand_in(cast, at=at)
    by = acting(cast, "neighbour", made, at)
    assert waiting(sources(), by=by, at=at, most=3).counts["correction"] == 1
    assert bank.decide_correction(correction.pk, True, by=by, at=at).state == "POSTED"


def test_it_ends_by_itself_after_a_day(cast: Cast, at: datetime) -> None:
    made = stand_in(cast, at=at)
    for later, role in ((timedelta(), Role.SECRETARY), (timedelta(hours=23), Role.SECRETARY), (timedelta(days=1), Role.RESIDENT)):
        assert acting(cast, "neighbour", made, at + later).role == role, later
        there = {one.user_id for one in staff_of(cast.community.pk, at=at + later)}
        assert (cast.users["neighbour"].pk in there) == (role == Role.SECRETARY)


def test_it_is_written_down_with_the_reason_and_the_end(cast: Cast, at: datetime) -> None:
    made = stand_in(cast, at=at)
    event = Event.objects.get(verb="stand-in")
    assert (event.object_type, event.object_id, event.reason, event.user_id) == ("grant", made, WHY, cast.users["district"].pk)
    assert event.after == {
        "user": cast.users["neighbour"].pk,
        "role": "secretary",
        "place": cast.community.pk,
        "until": (at + timedelta(days=1)).isoformat(),
    }
    assert Grant.objects.get(pk=made).granted_by_id == cast.users["district"].pk


def test_whoever_stands_in_is_no_second_person_to_themselves(cast: Cast, at: datetime) -> None:
    by = acting(cast, "neighbour", stand_in(cast, at=at), at)
    marks = {cast.member_id("member"): "PRESENT"}
    mine = bank.propose_roll_call(cast.branch.pk, "B04", clock.local_date(at), marks, by=by, at=at)
    with pytest.raises(NotAllowed):
        bank.decide_roll_call(mine.pk, True, by=by, at=at)


@pytest.mark.parametrize(
    ("who", "role", "by", "refusal"),
    [
        ("neighbour", "secretary", "secretary", NotAllowed),
        ("neighbour", "secretary", "worker", NotThere),
        ("neighbour", "worker", "far_secretary", NotThere),
        ("secretary", "worker", "secretary", NotAllowed),
        ("district", "secretary", "district", NotAllowed),
        ("neighbour", "property", "district", Invalid),
        ("neighbour", "district", "district", Invalid),
        ("neighbour", "king", "district", Invalid),
        ("secretary", "secretary", "district", WrongState),
    ],
)
def test_nobody_sends_themselves_or_whom_they_could_not_give_the_role(
    cast: Cast, at: datetime, who: str, role: str, by: str, refusal: type[Exception]
) -> None:
    before = Grant.objects.count()
    with pytest.raises(refusal):
        stand_in(cast, who, role, by, at=at)
    assert Grant.objects.count() == before and not Event.objects.filter(verb="stand-in").exists()


def test_a_secretary_sends_a_worker_and_a_reason_is_wanted(cast: Cast, at: datetime) -> None:
    for reason in ("", "  ", "代班", "长" * 201):
        with pytest.raises(Invalid):
            stand_in(cast, role="worker", by="secretary", at=at, reason=reason)
    assert stand_in(cast, role="worker", by="secretary", at=at)


def test_the_page_says_what_happened_once_and_until_when(cast: Cast, client: Client, stopped: datetime) -> None:
    client.force_login(cast.users["district"])
    shown = client.get(f"/people/grants/stand-in?community={cast.community.pk}").content.decode()
    assert f'<option value="{cast.community.pk}" selected>' in shown
    sent = {"login": "neighbour", "role": "secretary", "place": cast.community.pk, "reason": WHY}
    assert "请写清楚为什么代班" in client.post("/people/grants/stand-in", {**sent, "reason": "代"}).content.decode()
    assert client.post("/people/grants/stand-in", sent).headers["Location"] == "/people/grants/"
    page = client.get("/people/grants/").content.decode()
    assert 'role="status"' in page and "明天这个时候自动收回" in page
    assert "代到 11月24日 10:00" in page
    assert "明天这个时候自动收回" not in client.get("/people/grants/").content.decode()
