"""A list of members under a rule for deeds: each who was there has a deed, approved together with the list."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.api import Api
from tests.bank import test_deed_machine as deeds
from tests.bank.deeds import DAY, filed
from tests.bank.roll import proposed
from tests.bank.test_deed_machine import staffed
from tests.cast import Cast
from tests.orders.test_api import problem
from tests.trail import refused, told
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing, RollCall
from zengyi.bank.rules import FilingState, lists_deeds, shipped
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

__all__ = ["staffed"]
MARKS = {"member": "PRESENT", "member2": "PRESENT", "kin": "LEAVE"}


def listed(cast: Cast, marks: dict[str, str] = MARKS, rule: str = "V03", **more: Any) -> RollCall:
    return proposed(cast, marks, rule=rule, held_on=more.pop("held_on", DAY), **more)


def states(cast: Cast) -> dict[str, str]:
    rows = Filing.objects.filter(source="ROLL_CALL").values_list("member_id", "state")
    names = {member.pk: name for name, member in cast.members.items()}
    return {names[member_id]: state for member_id, state in rows}


def test_which_rules_take_a_list_of_deeds() -> None:
    """Not where a photo, hours or the word of whoever was helped are asked for, and no penalties."""
    assert {rule.code for rule in shipped() if lists_deeds(rule)} == {"V01", "V02", "V03", "V04", "V06", "V08", "V12", "V14", "V17", "V19"}


def test_a_meeting_brings_each_a_deed_that_two_people_stand_for(cast: Cast, at: datetime) -> None:
    with told("propose", "roll_call") as step:
        made = listed(cast)
    assert step.event.after["deeds"] == 2
    worker = cast.actor("worker")
    assert states(cast) == {"member": "ATTESTED", "member2": "ATTESTED"}
    assert len(queries.entered_by_others(by=cast.actor("member"), at=at)) == 1, "they are told at once"
    assert cast.balance(member="member") == 0
    with refused(NotAllowed):
        actions.decide_roll_call(made.pk, True, by=worker, at=at)
    with told("decide", "roll_call"):
        actions.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)
    assert set(Filing.objects.values_list("state", "attested_by_id", "decided_by_id")) == {
        ("POSTED", worker.user_id, cast.users["secretary"].pk)
    }
    assert [cast.balance(member=name) for name in ("member", "member2")] == [2, 2]
    seen = queries.roll_call(made.pk, by=worker, at=at)
    assert {(row.mark, row.points, row.note) for row in seen.marks} == {("PRESENT", 2, ""), ("LEAVE", 0, "")}
    home = queries.account_home(by=cast.actor("member"), at=at)
    assert (home.standard, home.quarter_gain) == (0, 2), "a deed is nothing that base points ask for"


def test_caps_and_deeds_that_were_told_already(cast: Cast, at: datetime) -> None:
    """Two meetings more than the quarter's cap leaves room for; what a member filed themselves is not put down again."""
    filed(cast, "member2", rule="V03")
    for day in (DAY, date(2026, 11, 17), date(2026, 11, 16), date(2026, 11, 13)):
        made = listed(cast, held_on=day)
        actions.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)
    assert (cast.balance(member="member"), cast.balance(member="member2")) == (6, 6)
    last = queries.roll_call(made.pk, by=cast.actor("worker"), at=at)
    assert {(row.points, row.note) for row in last.marks if row.mark == "PRESENT"} == {(0, "CAPPED"), (2, "")}
    first = queries.roll_call(RollCall.objects.earliest("pk").pk, by=cast.actor("worker"), at=at)
    assert {(row.points, row.note) for row in first.marks if row.mark == "PRESENT"} == {(2, ""), (0, "FILED")}
    with refused(WrongState, "已经点过名"):
        listed(cast)


def test_sent_back_its_deeds_are_sent_back_too(cast: Cast, at: datetime) -> None:
    made = listed(cast)
    actions.decide_roll_call(made.pk, False, reason="名册不对", by=cast.actor("secretary"), at=at)
    assert set(states(cast).values()) == {"REJECTED"}
    again = listed(cast, {"member": "PRESENT"})
    actions.decide_roll_call(again.pk, True, by=cast.actor("secretary"), at=at)
    assert (cast.balance(member="member"), cast.balance(member="member2")) == (2, 0)


def test_nobody_decides_about_their_own(cast: Cast, at: datetime) -> None:
    """The secretary, who was there, too, approves the others; their own deed waits for another one. So does that of who put it down."""
    for name, number in (("worker", "0077"), ("secretary", "0078")):
        cast.second_role(name, number)
    made = listed(cast, {"member": "PRESENT", "secretary": "PRESENT", "worker": "PRESENT"})
    assert states(cast) == {"member": "ATTESTED", "secretary": "ATTESTED", "worker": "SUBMITTED"}
    actions.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)
    assert states(cast) == {"member": "POSTED", "secretary": "ATTESTED", "worker": "SUBMITTED"}
    notes = {row.note for row in queries.roll_call(made.pk, by=cast.actor("worker"), at=at).marks}
    assert notes == {"", "WAITING"}


def test_a_list_waits_as_one_and_what_is_left_of_it_by_itself(cast: Cast, at: datetime) -> None:
    cast.second_role("secretary", "0078")
    made = listed(cast, {"member": "PRESENT", "member2": "PRESENT", "secretary": "PRESENT"})

    def waits(name: str) -> dict[str, int]:
        found = waiting(sources(), by=cast.actor(name, "secretary"), at=at, most=9).counts
        return {kind: n for kind, n in found.items() if n and kind in ("deed-approve", "roll-call", "deed-attest")}

    assert waits("secretary") == {"roll-call": 1}
    actions.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)
    cast.login("secretary2", cast.person("同志secretary2", cast.community))
    cast.grant("secretary2", "secretary", cast.community)
    assert (waits("secretary"), waits("secretary2")) == ({}, {"deed-approve": 1})


def test_not_me_stays_frozen(cast: Cast, at: datetime) -> None:
    made = listed(cast)
    denied = Filing.objects.get(member_id=cast.member_id("member2"))
    actions.deny_deed(denied.pk, by=cast.actor("member2"), at=at)
    actions.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)
    assert states(cast) == {"member": "POSTED", "member2": "DENIED"}
    assert cast.balance(member="member2") == 0
    assert {row.note for row in queries.roll_call(made.pk, by=cast.actor("worker"), at=at).marks if row.mark == "PRESENT"} == {"", "DENIED"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": "V13"}, "rule"),
        ({"rule": "V09"}, "rule"),
        ({"rule": "V11"}, "rule"),
        ({"rule": "D01"}, "rule"),
        ({"rule": "V17"}, "note"),
        ({"held_on": date(2026, 6, 30)}, "held_on"),
        ({"held_on": date(2026, 11, 24)}, "held_on"),
    ],
)
def test_what_is_not_put_down(cast: Cast, given: dict[str, Any], field: str) -> None:
    with refused(Invalid, fields={field}):
        listed(cast, **given)
    assert not Filing.objects.exists()


def test_over_the_api_and_with_words(cast: Cast, stopped: datetime) -> None:
    marks = [{"member_id": cast.member_id(name), "mark": "PRESENT"} for name in ("member", "member2")]
    body = {"rule": "V17", "branch_id": cast.branch.pk, "held_on": DAY.isoformat(), "marks": marks}
    assert set(problem(Api("worker").post("/bank/roll-calls", body), 422)["fields"]) == {"note"}
    made = Api("worker").post("/bank/roll-calls", {**body, "note": "夜里守河堤"})
    assert (made.status, made.body["state"]) == (201, "PROPOSED")
    done = Api("secretary").post(f"/bank/roll-calls/{made.body['id']}/decide", {"approve": True}).body
    assert {one["points"] for one in done["marks"]} == {2}
    assert set(Filing.objects.values_list("state", "text")) == {(FilingState.POSTED, "夜里守河堤")}


class Machine(deeds.Machine):
    """The deeds' machine, in which lists are put down and decided on, too."""

    ways = ("list", "list", "list", "decide on it", "decide on it", *deeds.WAYS)
    written = f"{deeds.WRITTEN}, (SELECT COUNT(*) FROM bank_rollcall)"

    def act(self, way: str, draw: deeds.Draw) -> None:
        if way == "list":
            marks = {self.cast.member_id(who): draw(st.sampled_from(("PRESENT", "PRESENT", "LEAVE"))) for who in deeds.MEMBERS}
            rule, day, who = (draw(st.sampled_from(some)) for some in (("V03", "V03", "V02"), self.days, deeds.STAFF))
            by, branch = self.by(who), self.cast.branch.pk
            self.attempt("list", lambda: actions.propose_roll_call(branch, rule, day, marks, by=by, at=self.at))
        elif way == "decide on it":
            waiting = list(RollCall.objects.filter(state="PROPOSED").order_by("pk").values_list("pk", flat=True))
            if waiting:
                pk, approve = draw(st.sampled_from(waiting)), draw(st.integers(0, 3)) > 0
                by, name = self.by(draw(st.sampled_from(("secretary", "secretary2")))), "listed" if approve else "sent back"
                self.attempt(name, lambda: actions.decide_roll_call(pk, approve, reason="不对", by=by, at=self.at))
        else:
            super().act(way, draw)


def test_whatever_people_try_lists_hold_caps_and_three_people(staffed: Cast) -> None:
    deeds.MADE.clear()
    deeds.play(staffed, examples=3, steps=40, machine=Machine)
    assert {"list", "listed", "sent back", "approve", "deny"} <= {name for name, times in deeds.MADE.items() if times}, deeds.MADE
