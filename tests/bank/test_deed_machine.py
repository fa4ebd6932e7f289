"""Deeds played at random: whatever people try in whatever order, the books, the caps and the three people hold.

Each broken twin plants one fault, and must be found.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.bank.deeds import recorded
from tests.cast import AT, Cast
from tests.groups import found_by_the_model
from tests.orders.test_machine import rows, sums
from zengyi.bank import actions, queries
from zengyi.bank.models import Correction, Filing, FilingPosting, Posting
from zengyi.bank.rules import ENDED, FILING_MOVES, STANDING, FilingVerb, Had, granted
from zengyi.core import clock
from zengyi.core.errors import Refused
from zengyi.people.rules import Actor

MEMBERS = ("member", "member2", "colleague")
STAFF = ("worker", "worker2", "secretary", "secretary2")
#: Four a quarter, six a quarter, six a year, a deduction, a veto.
RULES = ("V02", "V03", "V19", "D01", "N01")
DAYS = (date(2026, 9, 1), *(date(2026, 11, day) for day in range(2, 8)))
WAYS = (
    "whole",
    "whole",
    "whole",
    "whole",
    "undone",
    "undone",
    "file",
    "on",
    "on",
    "on",
    "any",
    "any",
    "correct",
    "decide",
    "record",
    "deny",
    "hours",
    "hours",
)
#: Two rules that count hours, and hours of which some touch, some overlap, and some are not told.
HOURLY = ("V05", "V11")
HOURS = ((time(8), time(10)), (time(9), time(11)), (time(10), time(12)), (time(14), time(15)), (None, None))
MADE: Counter[str] = Counter()
WRITTEN = "SELECT (SELECT COUNT(*) FROM core_event), (SELECT COUNT(*) FROM bank_posting), (SELECT COUNT(*) FROM bank_filing)"
STEPS: dict[FilingVerb, Callable[..., Filing]] = {
    FilingVerb.ATTEST: actions.attest_deed,
    FilingVerb.APPROVE: actions.approve_deed,
    FilingVerb.REJECT: lambda pk, **by: actions.reject_deed(pk, "不算", **by),
    FilingVerb.WITHDRAW: actions.withdraw_deed,
    FilingVerb.DENY: actions.deny_deed,
}
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Machine(RuleBasedStateMachine):
    """The product, and beside it what a filing's row and its postings must say."""

    cast: Cast
    #: What a step writes, which is nothing when it is refused.
    written = WRITTEN
    #: One is drawn each time: not a rule of its own for each, of which Hypothesis would leave out most in a run.
    ways: tuple[str, ...] = WAYS

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.actors: dict[str, Actor] = {}
        self.refs = 0

    def teardown(self) -> None:
        try:
            assert queries.check_ledger().problems == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def by(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = self.cast.actor(name)
        return self.actors[name]

    @property
    def days(self) -> tuple[date, ...]:
        """Days of which people file deeds."""
        return DAYS

    def gained_elsewhere(self) -> Counter[int]:
        """Points by member that came by other ways than deeds."""
        return Counter()

    @initialize()
    def begin(self) -> None:
        self.attempt("file", lambda: actions.file_deed("V02", DAYS[2], by=self.by("member"), at=self.at))

    @rule(data=st.data())
    def somebody_acts(self, data: Any) -> None:
        """Mostly what comes next; now and then anything by anybody."""
        self.at += timedelta(minutes=7)
        self.act(data.draw(st.sampled_from(self.ways)), data.draw)

    def act(self, way: str, draw: Draw) -> None:
        match way:
            case "whole":
                self.whole(draw)
            case "undone":
                self.correct(draw)
                self.decide(draw, "secretary")
            case "file":
                self.file(draw)
            case "record":
                self.record(draw)
            case "hours":
                self.hours(draw)
            case "correct":
                self.correct(draw)
            case "decide":
                self.decide(draw)
            case _:
                self.move(way, draw)

    def whole(self, draw: Draw) -> None:
        """A deed all the way to its points: mostly more than the cap of one rule leaves to one member."""
        day, code = draw(st.sampled_from(self.days)), draw(st.sampled_from(("V03", "V03", "V03", "V19")))
        given: dict[str, Any] = {"quantity": draw(st.integers(1, 2)), "text": "说一句做了什么"}
        if self.attempt("file", lambda: actions.file_deed(code, day, **given, by=self.by("member"), at=self.at)):
            made = Filing.objects.latest("pk").pk
            for verb, who in ((FilingVerb.ATTEST, "worker"), (FilingVerb.APPROVE, "secretary")):
                self.attempt(verb, lambda: STEPS[verb](made, by=self.by(who), at=self.at))  # noqa: B023

    def hours(self, draw: Draw) -> None:
        """A deed by the hour, as often as not at an hour at which the same member did something else; sometimes all the way."""
        begins, ends = draw(st.sampled_from(HOURS))
        given: dict[str, Any] = {"begins": begins, "ends": ends, "text": "说一句做了什么", "by": self.by("member"), "at": self.at}
        code, day = draw(st.sampled_from(HOURLY)), draw(st.sampled_from(self.days[:2]))
        if self.attempt("hours", lambda: actions.file_deed(code, day, **given)) and draw(st.booleans()):
            made = Filing.objects.latest("pk").pk
            for verb, who in ((FilingVerb.ATTEST, "worker"), (FilingVerb.APPROVE, "secretary")):
                self.attempt(verb, lambda: STEPS[verb](made, by=self.by(who), at=self.at))  # noqa: B023

    def file(self, draw: Draw) -> None:
        code, day, who = draw(st.sampled_from(RULES)), draw(st.sampled_from(self.days)), draw(st.sampled_from(MEMBERS))
        staff = code[0] in "DN" or draw(st.booleans())
        by = draw(st.sampled_from(STAFF)) if staff else who
        whose = self.cast.member_id(who)
        quantity = 1 if code == "N01" else draw(st.integers(1, 2))
        given: dict[str, Any] = {"quantity": quantity, "text": "说一句做了什么", "member_id": whose, "by": self.by(by), "at": self.at}
        self.attempt("file", lambda: actions.file_deed(code, day, **given))

    def record(self, draw: Draw) -> None:
        members = {self.cast.member_id(who): draw(st.integers(1, 2)) for who in draw(st.sets(st.sampled_from(MEMBERS), min_size=1))}
        self.refs += draw(st.integers(0, 1))
        by, day = self.by(draw(st.sampled_from(STAFF))), draw(st.sampled_from(self.days))
        where = self.cast.community.pk
        self.attempt("record", lambda: recorded(members, by=by, community_id=where, day=day, ref=str(self.refs), at=self.at))

    def move(self, way: str, draw: Draw) -> None:
        filings = list(Filing.objects.order_by("pk"))
        alive = [filing for filing in filings if filing.state not in (*ENDED, "POSTED")]
        filing = draw(st.sampled_from(alive if alive and way == "on" else filings))
        usual = {"SUBMITTED": FilingVerb.ATTEST, "ATTESTED": FilingVerb.APPROVE, "DENIED": FilingVerb.REJECT}
        verb = usual.get(filing.state, FilingVerb.DENY) if way == "on" else draw(st.sampled_from(list(FilingVerb)))
        verb = FilingVerb.DENY if way == "deny" else verb
        logins = {self.cast.member_id(name): name for name in MEMBERS}
        who = logins[filing.member_id] if verb == FilingVerb.DENY else draw(st.sampled_from((*STAFF, *MEMBERS) if way == "any" else STAFF))
        before = filing.state
        if self.attempt(verb, lambda: STEPS[verb](filing.pk, by=self.by(who), at=self.at)):
            filing.refresh_from_db()
            assert before in FILING_MOVES[verb].sources
            assert filing.state == FILING_MOVES[verb].target

    def correct(self, draw: Draw) -> None:
        standing = list(Posting.objects.filter(kind__in=["DEED", "DEDUCT"], reversed_by=None).order_by("pk").values_list("pk", flat=True))
        if standing:
            posting, by = draw(st.sampled_from(standing)), self.by(draw(st.sampled_from(STAFF[:2])))
            self.attempt("correct", lambda: actions.propose_correction(posting, "没有去", by=by, at=self.at))

    def decide(self, draw: Draw, who: str = "") -> None:
        waiting = list(Correction.objects.filter(state="PROPOSED").order_by("pk").values_list("pk", flat=True))
        if waiting:
            found, approve = draw(st.sampled_from(waiting)), bool(who) or draw(st.booleans())
            by = self.by(who or draw(st.sampled_from(STAFF[2:])))
            name = "reverse" if approve else "uphold"
            self.attempt(name, lambda: actions.decide_correction(found, approve, by=by, at=self.at))

    def attempt(self, name: str, step: Callable[[], object]) -> bool:
        """One step: it is made, or it is refused and nothing is written."""
        before = rows(self.written)
        try:
            step()
        except Refused as refusal:
            assert refusal.sentence
            assert rows(self.written) == before
            return False
        MADE[name] += 1
        return True

    @invariant()
    def the_books_hold(self) -> None:
        balances: Counter[int] = Counter()
        for debit, credit, points in rows("SELECT debit_id, credit_id, points FROM bank_posting"):
            balances[debit] -= points
            balances[credit] += points
        kept = {pk: (kind, balance) for pk, kind, balance in rows("SELECT id, kind, balance FROM bank_account")}
        assert all(balance == balances[pk] for pk, (kind, balance) in kept.items() if kind != "ISSUE")
        assert sum(balances.values()) == 0

    @invariant()
    def a_filings_points_are_those_of_its_postings(self) -> None:
        """And a member's account holds just these."""
        standing = sums(
            "SELECT l.filing_id, p.points FROM bank_filingposting l JOIN bank_posting p ON p.id = l.posting_id"
            " WHERE NOT EXISTS (SELECT 1 FROM bank_posting r WHERE r.reverses_id = p.id)"
        )
        account = self.gained_elsewhere()
        for filing in Filing.objects.all():
            assert filing.points == standing[filing.pk]
            account[filing.member_id] += -filing.points if filing.kind == "DEDUCT" else filing.points
        gains = dict(rows("SELECT member_id, balance FROM bank_account WHERE kind = 'GAIN'"))
        assert all(gains.get(member, 0) == points for member, points in account.items())

    @invariant()
    def caps_hold_and_nobody_is_short_while_there_is_room(self) -> None:
        filings = list(Filing.objects.filter(kind="GAIN"))
        for filing in filings:
            same = [one for one in filings if (one.member_id, one.rule) == (filing.member_id, filing.rule) and one.pk != filing.pk]
            quarter = clock.quarter_of(filing.occurred_on)
            had = Had(
                sum(one.points for one in same if clock.quarter_of(one.occurred_on) == quarter),
                sum(one.points for one in same if one.occurred_on.year == filing.occurred_on.year),
            )
            assert filing.cap_quarter is None or filing.points == 0 or had.quarter + filing.points <= filing.cap_quarter
            assert filing.cap_year is None or filing.points == 0 or had.year + filing.points <= filing.cap_year
            if filing.state == "POSTED":
                room, _short = granted(filing.worth, cap_quarter=filing.cap_quarter, cap_year=filing.cap_year, had=had)
                assert filing.points == room
                assert (filing.short == "") == (filing.points == filing.asked)

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        """Hours may touch; a deed that tells none stands for its whole day."""
        alive = [one for one in Filing.objects.filter(rule__in=HOURLY).order_by("pk") if one.state not in ENDED]
        for one, other in combinations(alive, 2):
            if (one.member_id, one.occurred_on) == (other.member_id, other.occurred_on):
                assert one.begins and one.ends and other.begins and other.ends
                assert one.ends <= other.begins or other.ends <= one.begins

    @invariant()
    def three_people_stand_behind_points_and_two_behind_a_penalty(self) -> None:
        logins = dict(rows("SELECT m.id, u.id FROM people_member m JOIN people_user u ON u.person_id = m.person_id"))
        seen = set()
        for filing in Filing.objects.all():
            people = [pk for pk in (filing.filed_by_id, filing.attested_by_id, filing.decided_by_id) if pk is not None]
            assert len(people) == len(set(people))
            if filing.state in STANDING and filing.decided_by_id:
                assert logins[filing.member_id] not in (filing.attested_by_id, filing.decided_by_id)
                assert filing.attested_by_id or filing.kind in ("DEDUCT", "VETO")
                assert len(people) >= 2
            if filing.state not in ENDED:
                assert (filing.member_id, filing.source, filing.source_ref) not in seen
                seen.add((filing.member_id, filing.source, filing.source_ref))


def play(cast: Cast, examples: int = 12, steps: int = 40, machine: type[Machine] = Machine) -> None:
    """The machine over that cast, always the same way; a failure is shown as it was found."""
    played = type("Played", (machine,), {"cast": cast})
    run_state_machine_as_test(
        played,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    """The cast with a second secretary."""
    cast.login("secretary2", cast.person("同志secretary2", cast.community))
    cast.grant("secretary2", "secretary", cast.community)
    return cast


def test_whatever_people_try_the_books_and_the_caps_hold(staffed: Cast) -> None:
    MADE.clear()
    play(staffed)
    # A run in which a step was never made would prove little.
    often = {*FilingVerb, "file", "hours", "record", "correct", "reverse", "uphold"} - {FilingVerb.WITHDRAW}
    assert often <= {name for name, times in MADE.items() if times}, MADE


def counts_no_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every deed brings all that its rule says."""
    monkeypatch.setattr("zengyi.bank.actions.deed_posting.granted", lambda points, **_caps: (points, ""))


def forgets_what_was_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reversal leaves room, and nobody gets it."""
    monkeypatch.setattr("zengyi.bank.actions.deed_posting._make_good", lambda *_args, **_more: None)


def counts_the_deed_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a deed has already takes room from the rest of it."""
    from zengyi.bank.actions import deed_posting

    real = deed_posting._had

    def had(filing: Filing) -> Had:
        found = real(filing)
        return Had(found.quarter + filing.points, found.year + filing.points)

    monkeypatch.setattr(deed_posting, "_had", had)


def reverses_the_first_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What made good a cap stays on the books when the deed is reversed."""
    from zengyi.bank.actions import deed_posting
    from zengyi.bank.actions.posting import mirror as real

    def mirror(posting: Posting, **more: Any) -> Any:
        first = FilingPosting.objects.filter(filing__postings__posting=posting).order_by("pk").values_list("posting_id", flat=True)[0]
        return real(posting, **more) if posting.pk == first else None

    monkeypatch.setattr(deed_posting, "mirror", mirror)


def asks_not_who(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the role may attest and approve."""
    monkeypatch.setattr("zengyi.bank.rules.filings.against_vouching", lambda *_args: "")


def looks_at_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever files two things at the same hours is paid for both."""
    monkeypatch.setattr("zengyi.bank.actions.deeds.overlapping", lambda _filing: Filing.objects.none())


FAULTS = [counts_no_cap, forgets_what_was_held_back, counts_the_deed_itself, reverses_the_first_only, looks_at_no_clock]


@pytest.mark.parametrize("fault", [*found_by_the_model(*FAULTS), asks_not_who])
def test_a_broken_twin_is_found(staffed: Cast, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, ArithmeticError, DatabaseError)):
        play(staffed, examples=30)
