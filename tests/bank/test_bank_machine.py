"""The whole bank played at random: deeds, meetings, help, corrections, quarters and objections, by everybody, in whatever order.

Beside the product stands a model that adds everything up by itself, from the raw postings: what is published stays true for good, what
was written once stays as it is, caps hold in the year of the deed and leave nobody short, and no step was taken by one person alone.
``test_bank_twins.py`` plants one fault after the other, and each must be found.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from tests.bank import test_deed_machine as deeds
from tests.bank.test_deed_machine import MADE, MEMBERS, STAFF, Draw, staffed  # noqa: F401  the fixture
from tests.cast import AT, Cast
from tests.orders.test_machine import rows
from zengyi.bank import actions
from zengyi.bank.models import Correction, Help, Objection, Posting, Quarter, RollCall, RollCallEntry
from zengyi.bank.rules import CLOSED_STATES, MOVES, UNANSWERED, QuarterState, QuarterVerb
from zengyi.core import clock
from zengyi.orders import actions as orders

#: Months of which a party lecture is held: 2 points each and 8 a year, so the fifth finds the cap.
MEETINGS = (*(date(2026, month, 10) for month in (2, 4, 6, 7, 8, 9, 10, 11)), date(2026, 9, 20), date(2026, 11, 20))
QUARTERS = ("2026Q3", "2026Q4")
MARKS = ("PRESENT", "PRESENT", "PRESENT", "LEAVE", "ABSENT")
ROLL_RULE, CAP, WORTH = "B04", 8, 2
#: What people do; a third of it are deeds, of which the deeds' machine knows more.
WAYS = (
    *("whole", "whole", "undone", "file", "on", "on", "any", "deny", "record"),
    *("meeting", "meeting", "meeting", "half a meeting", "half a meeting", "mark", "mark"),
    *("help", "help", "quarter", "quarter", "quarter", "objection", "objection", "time", "time"),
)
POSTINGS = "SELECT id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, reverses_id FROM bank_posting"
VERBS: dict[QuarterVerb, Callable[..., Quarter]] = {
    QuarterVerb.TALLY: actions.tally_quarter,
    QuarterVerb.PREPARE: actions.prepare_quarter,
    QuarterVerb.PUBLISH: actions.publish_quarter,
    QuarterVerb.SEAL: actions.seal_quarter,
}


@dataclass(frozen=True)
class Figures:
    """A quarter as the model adds it up."""

    opening: int
    new: int
    reduced: int
    base: int
    members_gain: int


class Machine(deeds.Machine):
    """Everything of the deeds' machine, and the rest of the bank."""

    ways = WAYS

    written = (
        f"{deeds.WRITTEN}, (SELECT COUNT(*) FROM bank_rollcall), (SELECT COUNT(*) FROM bank_objection), (SELECT COUNT(*) FROM bank_help),"
        " (SELECT COUNT(*) FROM orders_order)"
    )

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.states: dict[str, str] = {}
        self.frozen: dict[str, tuple[Any, ...]] = {}
        self.published: dict[str, Figures] = {}

    @property
    def days(self) -> tuple[date, ...]:
        """In the new year those of the quarter before may still be filed; that of two quarters before not."""
        today = clock.local_date(self.at)
        return deeds.DAYS if today.year == AT.year else (*deeds.DAYS[1:4], *(today - timedelta(days=n) for n in range(3)))

    def gained_elsewhere(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for help_ in Help.objects.filter(member__isnull=False):
            found[help_.member_id] += help_.points  # type: ignore[index]
        return found

    def act(self, way: str, draw: Draw) -> None:
        match way:
            case "meeting":
                self.a_branch_meets(draw, "whole")
            case "half a meeting":
                self.a_branch_meets(draw, draw(st.sampled_from(("meet", "decide", "held", "held"))))
            case "mark":
                self.a_mark_is_wrong(draw)
            case "help":
                self.somebody_helps(draw)
            case "quarter":
                self.a_quarter_is_closed(draw)
            case "objection":
                self.somebody_objects(draw)
            case "time":
                self.time_passes(draw(st.sampled_from((1, 9, 60, 60))))
            case _:
                super().act(way, draw)

    @initialize()
    def the_year_so_far(self) -> None:
        """Lectures that fill the cap of the year for some; and three times the same two, so that the next one counts less."""
        for points in (2, 5, 8):
            self.help_out("member2", points)
        for day in MEETINGS[:4]:
            self.meet(day, {self.cast.member_id(who): "PRESENT" for who in (*MEMBERS, "secretary")}, "worker")
            self.decide_on(RollCall.objects.latest("pk").pk, True, "secretary")

    def a_branch_meets(self, draw: Draw, way: str) -> None:
        """A list is put down, or decided on, or what its decider could not decide on is posted."""
        if way in ("whole", "meet"):
            marks = {self.cast.member_id(who): draw(st.sampled_from(MARKS)) for who in (*MEMBERS, "member3", "secretary")}
            self.meet(draw(st.sampled_from(MEETINGS[4:])), marks, draw(st.sampled_from(STAFF)))
        waiting = list(RollCall.objects.filter(state="PROPOSED").order_by("pk").values_list("pk", flat=True))
        who = draw(st.sampled_from(("secretary", "secretary2")))
        if way in ("whole", "decide") and waiting:
            self.decide_on(draw(st.sampled_from(waiting)), draw(st.integers(0, 9)) > 0, who)
        held = RollCallEntry.objects.filter(note="HELD").order_by("pk").values_list("roll_call_id", flat=True).first()
        if way == "held" and held:
            self.attempt("held", lambda: actions.post_held_marks(held, by=self.by(who), at=self.at))

    def meet(self, day: date, marks: dict[int, str], who: str) -> None:
        by = self.by(who)
        self.attempt("meet", lambda: actions.propose_roll_call(self.cast.branch.pk, ROLL_RULE, day, marks, by=by, at=self.at))

    def decide_on(self, pk: int, approve: bool, who: str) -> None:
        by, name = self.by(who), "call" if approve else "call back"
        if self.attempt(name, lambda: actions.decide_roll_call(pk, approve, reason="人不对", by=by, at=self.at)):
            call = RollCall.objects.get(pk=pk)
            assert call.proposed_by_id != call.decided_by_id

    def a_mark_is_wrong(self, draw: Draw) -> None:
        """Somebody was not there after all: two people take the points back, whether the quarter is closed or not."""
        standing = list(Posting.objects.filter(kind="BASE", reversed_by=None).order_by("pk").values_list("pk", flat=True))
        if standing:
            self.take_back(draw(st.sampled_from(standing)), "mark")

    def somebody_helps(self, draw: Draw) -> None:
        """An order from its difficulty to its points; now and then they are taken back."""
        helped = list(Posting.objects.filter(kind="CONFIRM", reversed_by=None).order_by("pk").values_list("pk", flat=True))
        if helped and draw(st.integers(0, 3)) == 0:
            self.take_back(draw(st.sampled_from(helped)), "help back")
        else:
            self.help_out(draw(st.sampled_from(("member2", "member2", "member2", "member3"))), draw(st.integers(2, 9)))

    def help_out(self, who: str, points: int) -> None:
        def helped_out() -> None:
            order = self.cast.delivered(who, "resident", difficulty=points, at=self.at)
            self.at += timedelta(hours=3)
            orders.confirm(order.pk, by=self.by("resident"), at=self.at)

        self.attempt("help", helped_out)

    def take_back(self, posting: int, name: str) -> None:
        reason, by = "没有这回事", self.by("worker2")
        self.attempt("correct", lambda: actions.propose_correction(posting, reason, by=by, at=self.at))
        waiting = Correction.objects.filter(posting_id=posting, state="PROPOSED").first()
        if waiting:
            pk = waiting.pk
            self.attempt(name, lambda: actions.decide_correction(pk, True, by=self.by("secretary"), at=self.at))

    def a_quarter_is_closed(self, draw: Draw) -> None:
        """Mostly the next step, mostly by whom it is expected; anything by anybody as well, and sometimes all of it at once."""
        quarter = draw(st.sampled_from(QUARTERS if self.at.year > AT.year else QUARTERS[:1]))
        usual = {"OPEN": "tally", "TALLIED": "prepare", "PREPARED": "publish", "PUBLISHED": "seal", "SEALED": "tally"}
        if draw(st.booleans()):
            between = draw(st.sampled_from(("", "meeting", "meeting", "whole", "mark")))
            one, other = draw(st.sampled_from((("worker", "secretary2"), ("worker", "secretary2"), ("secretary", "secretary"))))
            for verb, who in (("tally", one), ("prepare", one), ("publish", other)):
                self.close(quarter, QuarterVerb(verb), who)
                if between and verb == "prepare":
                    self.act(between, draw)
            if draw(st.booleans()):  # put down late
                self.a_branch_meets(draw, "whole")
            for _n in range(draw(st.integers(0, 2))):
                self.somebody_objects(draw)
            return
        as_usual = draw(st.integers(0, 4)) > 0
        verb = QuarterVerb(usual[self.states.get(quarter, "OPEN")] if as_usual else draw(st.sampled_from(list(QuarterVerb))))
        self.close(quarter, verb, draw(st.sampled_from(("secretary", "secretary2") if verb in ("publish", "seal") and as_usual else STAFF)))

    def close(self, quarter: str, verb: QuarterVerb, who: str) -> None:
        before = self.states.get(quarter, "OPEN")
        now = self.figures(quarter)
        act: Callable[..., Quarter] = VERBS[verb]
        if not self.attempt(verb, lambda: act(self.cast.community.pk, quarter, by=self.by(who), at=self.at)):
            return
        assert before in MOVES[verb][0]
        row = Quarter.objects.get(quarter=quarter)
        assert row.state in (MOVES[verb][1], QuarterState.TALLIED)
        self.states[quarter] = row.state
        assert now == self.stated(row), "the text is what the ledger says at that moment"
        if verb == QuarterVerb.SEAL:
            assert row.objections_until is not None and clock.local_date(self.at) > row.objections_until
        if row.state == "PUBLISHED":
            self.published[quarter], self.frozen[quarter] = now, (row.statement, row.inside, row.digits, row.savers)

    def somebody_objects(self, draw: Draw) -> None:
        """And is answered, contests it, and gets a second review."""
        open_ones = list(Objection.objects.exclude(state="REVIEWED").order_by("pk"))
        if not open_ones or draw(st.integers(0, 2)) == 0:
            quarter, who = (
                draw(st.sampled_from(sorted(self.published) or QUARTERS)),
                self.by(draw(st.sampled_from(("resident", "member", "unit")))),
            )
            self.attempt("object", lambda: actions.object_to(self.cast.community.pk, quarter, "我那一次没有记", by=who, at=self.at))
            return
        found = draw(st.sampled_from(open_ones))
        asker, given = self.by("resident"), dict[str, Any](at=self.at)
        staff = self.by(draw(st.sampled_from(STAFF)))
        match found.state:
            case "OPEN":
                self.attempt("answer", lambda: actions.answer_objection(found.pk, "查过了，没有错", "查过，属实", by=staff, **given))
            case "ANSWERED":
                self.attempt("contest", lambda: actions.contest_answer(found.pk, by=asker, **given))
            case _:
                self.attempt("review", lambda: actions.review_objection(found.pk, "又查了一遍", by=staff, **given))

    def time_passes(self, days: int) -> None:
        """Days for objections go by; after a while a new year has come."""
        self.at += timedelta(days=days)

    def figures(self, quarter: str) -> Figures:
        """The quarter from the raw postings, by arithmetic of its own."""
        first, following = clock.quarter_bounds(quarter)
        kinds = dict(rows("SELECT id, kind FROM bank_account"))
        members = {pk for (pk,) in rows("SELECT id FROM bank_account WHERE member_id IS NOT NULL")}
        sums: Counter[str] = Counter()
        for _pk, _kind, debit, credit_, points, _key, _rule, _memo, written, _reverses in rows(POSTINGS):
            day = written if isinstance(written, date) else date.fromisoformat(written)
            if day >= following:
                continue
            for account, sign in ((debit, -points), (credit_, points)):
                if day < first:
                    sums["opening"] += sign if kinds[account] == "DIFFICULTY" else 0
                elif kinds[account] in ("BASE", "GAIN") and account in members:
                    sums[kinds[account]] += sign
            if day >= first and "DIFFICULTY" in (kinds[debit], kinds[credit_]):
                other = kinds[credit_] if kinds[debit] == "DIFFICULTY" else kinds[debit]
                sign = points if kinds[credit_] == "DIFFICULTY" else -points
                sums["new" if other == "ISSUE" else "reduced"] += sign if other == "ISSUE" else -sign
        return Figures(sums["opening"], sums["new"], sums["reduced"], sums["BASE"], sums["GAIN"])

    def stated(self, row: Quarter) -> Figures:
        """The same out of the text that is published."""
        said = json.loads(row.statement)
        told, totals = said["equation"], said["totals"]
        assert told["opening"] + told["new"] - told["reduced"] == told["balance"]
        return Figures(told["opening"], told["new"], told["reduced"], totals["base"], totals["members_gain"])

    @invariant()
    def what_is_written_stays(self) -> None:
        """No posting is changed or goes; what reverses one is its exact mirror, once."""
        now = {row[0]: row for row in rows(POSTINGS)}
        assert self.seen.items() <= now.items()
        self.seen = now
        reversed_ = [row[-1] for row in now.values() if row[-1] is not None]
        assert len(reversed_) == len(set(reversed_))
        for _pk, kind, debit, credit_, points, *_more, reverses in now.values():
            if kind == "REVERSAL":
                assert (credit_, debit, points) == now[reverses][2:5]

    @invariant()
    def what_is_published_stays_true(self) -> None:
        """Nothing done afterwards changes the text, and the ledger still adds up to it."""
        for row in Quarter.objects.filter(state__in=CLOSED_STATES):
            assert (row.statement, row.inside, row.digits, row.savers) == self.frozen[row.quarter]
            assert self.figures(row.quarter) == self.published[row.quarter]
            assert row.prepared_by_id not in (row.published_by_id, row.sealed_by_id)
            if row.state == "SEALED":
                assert not row.objections.filter(state__in=UNANSWERED).exists()

    @invariant()
    def nobody_reviews_their_own_answer_nor_decides_their_own_proposal(self) -> None:
        assert all(one.answered_by_id != one.reviewed_by_id for one in Objection.objects.exclude(reviewed_by=None))
        assert all(one.proposed_by_id != one.decided_by_id for one in Correction.objects.exclude(decided_by=None))

    @invariant()
    def meetings_hold_their_cap_and_nobody_is_short(self) -> None:
        """In the year in which they were held, whenever they were posted; each mark has the points of its postings."""
        posted: Counter[tuple[int, int]] = Counter()
        gone = {row[-1] for row in rows(POSTINGS)}
        for pk, kind, _debit, _credit, points, key, *_more in rows(POSTINGS):
            if kind == "BASE" and pk not in gone:
                _roll, call, member, *_place = key.split(":")
                posted[int(call), int(member)] += points
        by_member: dict[tuple[int, int], list[RollCallEntry]] = defaultdict(list)
        for mark in RollCallEntry.objects.filter(roll_call__state="POSTED").select_related("roll_call").order_by("pk"):
            assert mark.points == posted.pop((mark.roll_call_id, mark.member_id), 0)
            assert mark.mark == "PRESENT" or mark.points == 0
            by_member[mark.member_id, mark.roll_call.held_on.year].append(mark)
        assert not posted
        for marks in by_member.values():
            had = sum(mark.points for mark in marks)
            assert had <= CAP
            for mark in marks:
                if mark.mark == "PRESENT" and mark.note not in ("HELD", "REVERSED"):
                    assert mark.points == min(WORTH, max(0, CAP - had + mark.points)), "there is room, and somebody is short"

    @invariant()
    def pairs_count_less_and_no_gain_exceeds_its_difficulty(self) -> None:
        pairs: dict[tuple[Any, ...], list[Help]] = defaultdict(list)
        for help_ in Help.objects.filter(reversed_at=None).order_by("confirmed_at", "pk"):
            pairs[help_.asker_id, help_.member_id, clock.quarter_of(help_.occurred_on)].append(help_)
        for helps in pairs.values():
            counted = [one.worth * (100 if place < 3 else 50 if place < 6 else 0) // 100 for place, one in enumerate(helps)]
            assert [one.points for one in helps] == counted
        assert all(balance >= 0 for (balance,) in rows("SELECT balance FROM bank_account WHERE kind = 'DIFFICULTY'"))


@pytest.fixture
def branch(staffed: Cast) -> Cast:  # noqa: F811
    """The staff with a secretary who is a member of the branch, so that marks of her own wait for somebody else."""
    staffed.second_role("secretary", "0901")
    return staffed


def test_whatever_people_try_the_whole_bank_holds(branch: Cast) -> None:
    MADE.clear()
    deeds.play(branch, examples=16, steps=60, machine=Machine)
    often = {"file", "approve", "reverse", "deny", "meet", "call", "held", "mark", "help", "help back", "object", "answer"}
    often |= set(QuarterVerb)
    assert often <= {name for name, times in MADE.items() if times}, MADE
