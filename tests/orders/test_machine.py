"""Orders and points played at random: whatever people try in whatever order, the books and the table of moves hold.

Each broken twin plants one fault, and must be found.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import AT, Cast, asked_by
from tests.groups import found_by_the_model
from zengyi.bank import actions as bank
from zengyi.bank import queries as ledger
from zengyi.bank.models import Correction, Posting
from zengyi.core.errors import Refused
from zengyi.core.models import Event
from zengyi.orders import actions, queries
from zengyi.orders.actions import finding
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import MOVES, OPEN_CLAIMS, OPEN_STATES, SentMember, Situation, State, Verb, moves_from
from zengyi.people import rules as people
from zengyi.people.rules import SYSTEM, Actor

ASKERS = ("resident", "member", "colleague", "unit")
TAKERS = ("member", "member2", "member3", "kin", "unit", "unit2")
ORDERS_MOST = 4
WAYS = (
    "on",
    "on",
    "on",
    "on",
    "on",
    "on",
    "aside",
    "aside",
    "aside",
    "again",
    "wild",
    "new",
    "new",
    "time",
    "time",
    "wrong",
    "wrong",
    "wrong",
)
MADE: Counter[str] = Counter()
WRITTEN = "SELECT (SELECT COUNT(*) FROM core_event), (SELECT COUNT(*) FROM bank_posting), (SELECT COUNT(*) FROM orders_claim)"
STAFF = ("worker", "worker2", "secretary")
EVERYBODY = (*ASKERS, *TAKERS[1:], *STAFF, "resident2", "far_worker", "far_member")
WHO: dict[Verb, tuple[str, ...]] = {
    Verb.ACCEPT: TAKERS,
    Verb.REFUSE: TAKERS,
    Verb.CLAIM: TAKERS,
    Verb.RELEASE: (*TAKERS, *STAFF),
    Verb.DELIVER: TAKERS,
    Verb.CONFIRM: (*ASKERS, *STAFF),
    Verb.RETURN: (*ASKERS, *STAFF),
    Verb.CANCEL: (*ASKERS, *STAFF),
}
REASONED: dict[Verb, Callable[..., Order]] = {
    Verb.DECLINE: actions.decline,
    Verb.CANCEL: actions.cancel,
    Verb.REFUSE: actions.refuse,
    Verb.RELEASE: actions.release,
    Verb.RETURN: actions.send_back,
    Verb.REOPEN: actions.reopen,
}
ALONE: dict[Verb, Callable[..., Order]] = {
    Verb.PUBLISH: actions.publish,
    Verb.ACCEPT: actions.accept,
    Verb.CLAIM: actions.claim,
    Verb.CLOSE: actions.close,
}
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Machine(RuleBasedStateMachine):
    """The product, and beside it a model that knows each order's state and how many steps it has made."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.state: dict[int, State] = {}
        self.steps: Counter[int] = Counter()
        self.asker: dict[int, str] = {}
        self.last: tuple[int, Verb, str] | None = None
        self.actors: dict[str, Actor] = {}

    def teardown(self) -> None:
        try:
            assert ledger.check_ledger().problems == []
            assert queries.check_ended().problems == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def by(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = self.cast.actor(name)
        return self.actors[name]

    @initialize()
    def begin(self) -> None:
        self.place("resident")

    def place(self, who: str) -> None:
        order = actions.place(**asked_by(who), by=self.by(who), at=self.at)
        self.state[order.pk], self.steps[order.pk], self.asker[order.pk] = State.PLACED, 1, who

    @rule(data=st.data(), hours=st.sampled_from([1, 5, 30]))
    def somebody_acts(self, data: Any, hours: int) -> None:
        """Mostly what comes next, by whom it is expected; now and then the same again, another move, or anything by anybody."""
        self.at += timedelta(hours=hours)
        way = data.draw(st.sampled_from(WAYS))
        match way:
            case "new" if len(self.state) < ORDERS_MOST:
                self.place(data.draw(st.sampled_from(ASKERS)))
            case "time":
                for _n in range(data.draw(st.sampled_from([1, 4]))):
                    self.time_passes(days=2)
            case "wrong":
                self.correct(data.draw)
            case _:
                self.somebody_moves(way, data)

    def somebody_moves(self, way: str, data: Any) -> None:
        open_ones = sorted(pk for pk, state in self.state.items() if state in OPEN_STATES)
        pk = data.draw(st.sampled_from(open_ones if open_ones and way != "wild" else sorted(self.state)))
        if way == "again" and self.last:
            pk, verb, who = self.last
        elif way == "on" and self.state[pk] in OPEN_STATES:
            verb, who = self.expected(pk, data.draw)
        elif way == "wild" or self.state[pk] not in OPEN_STATES:
            verb, who = data.draw(st.sampled_from([verb for verb in Verb if verb != Verb.PLACE])), data.draw(st.sampled_from(EVERYBODY))
        else:
            verb = data.draw(st.sampled_from([move.verb for move in moves_from(self.state[pk])]))
            who = data.draw(st.sampled_from(WHO.get(verb, STAFF)))
        self.last = pk, verb, who
        self.attempt(pk, verb, who, data.draw)

    def expected(self, pk: int, draw: Draw) -> tuple[Verb, str]:
        """What comes next, and who does it."""
        match self.state[pk]:
            case State.PLACED:
                return Verb.TRIAGE, "worker"
            case State.TRIAGED:
                return draw(st.sampled_from([Verb.PUBLISH, Verb.PUBLISH, Verb.ASSIGN])), "worker"
            case State.PUBLISHED:
                return Verb.CLAIM, draw(st.sampled_from(TAKERS))
            case State.ASSIGNED:
                return Verb.ACCEPT, self.holder(pk, draw)
            case State.CLAIMED:
                verb = draw(st.sampled_from([Verb.DELIVER, Verb.DELIVER, Verb.CLAIM, Verb.RELEASE]))
                return verb, draw(st.sampled_from(TAKERS)) if verb == Verb.CLAIM else self.holder(pk, draw)
            case _:
                return draw(st.sampled_from([Verb.CONFIRM, Verb.CONFIRM, Verb.RETURN])), self.asker[pk]

    def holder(self, pk: int, draw: Draw) -> str:
        """One of those who hold the order, or are asked to."""
        rows = Claim.objects.filter(order=pk, state__in=OPEN_CLAIMS).order_by("pk").values_list("member_id", "organisation_id")
        logins = {(self.by(name).member_id, self.by(name).organisation_id): name for name in TAKERS}
        return str(draw(st.sampled_from([logins[row] for row in rows])))

    def time_passes(self, days: int) -> None:
        """What falls due: each step of the system is one the table allows."""
        self.at += timedelta(days=days)
        newest = Event.objects.latest("pk").pk
        actions.run_due(self.at)
        for event in Event.objects.filter(pk__gt=newest).order_by("pk"):
            self.steps[event.object_id] += 1
            if event.verb in ("lapse", "close"):
                move = MOVES[Verb(event.verb)]
                assert self.state[event.object_id] in move.sources
                self.state[event.object_id] = State(event.after["state"])
                MADE[event.verb] += 1

    def correct(self, draw: Draw) -> None:
        """A confirmation is found wrong."""
        postings = list(Posting.objects.filter(kind="CONFIRM", reversed_by=None).order_by("pk").values_list("pk", flat=True))
        if postings:
            approve = draw(st.sampled_from([True, True, False]))
            found = bank.propose_correction(draw(st.sampled_from(postings)), "没有办成", by=self.by("worker"), at=self.at)
            bank.decide_correction(found.pk, approve, by=self.by("secretary"), at=self.at)
            assert Correction.objects.filter(posting_id=found.posting_id, state="POSTED").count() == approve
            MADE["correct"] += approve
            if approve:
                self.undo(Order.objects.get(account__debits=found.posting_id), draw)

    def undo(self, order: Order, draw: Draw) -> None:
        """All that the confirmation brought is taken back, too, and the order is opened again."""
        self.cast.taken_back(order, self.at)
        self.attempt(order.pk, Verb.REOPEN, "worker", draw)

    def attempt(self, pk: int, verb: Verb, who: str, draw: Draw) -> None:
        """One move: either it is made and is one the table allows, or it is refused and nothing is written."""
        before = rows(WRITTEN)
        try:
            moved = self.move(pk, verb, self.by(who), draw)
        except Refused as refusal:
            assert refusal.sentence
            assert rows(WRITTEN) == before
            return
        move = MOVES[verb]
        assert self.state[pk] in move.sources, f"{verb} from {self.state[pk]}"
        stays = verb in (Verb.RELEASE, Verb.LAPSE) and moved.state == State.CLAIMED
        assert moved.state == move.target or stays
        self.state[pk] = State(moved.state)
        self.steps[pk] += 1
        MADE[verb] += 1

    def move(self, pk: int, verb: Verb, by: Actor, draw: Draw) -> Order:
        match verb:
            case Verb.TRIAGE:
                return actions.triage(pk, difficulty=draw(st.integers(1, 20)), places=draw(st.integers(1, 3)), by=by, at=self.at)
            case Verb.ASSIGN:
                taker = draw(st.sampled_from(TAKERS[:4]))
                points = draw(st.none() | st.integers(0, 6))
                stands = Claim.objects.filter(order_id=pk, state="PROPOSED").values_list("pk", flat=True).first()
                return actions.assign(pk, member_id=self.cast.member_id(taker), points=points, instead=stands, by=by, at=self.at)
            case Verb.DELIVER:
                sent = [SentMember(self.cast.member_id("member3"), draw(st.integers(0, 4)))] if by.organisation_id else []
                return actions.deliver(pk, text="办好了", sent=sent, by=by, at=self.at)
            case Verb.CONFIRM:
                return actions.confirm(pk, channel="PHONE", by=by, at=self.at)
            case Verb.MERGE:
                return actions.merge(pk, into_id=draw(st.sampled_from(sorted(self.state))), by=by, at=self.at)
            case Verb.LAPSE:
                return actions.lapse(pk, Claim.objects.filter(order=pk).values_list("pk", flat=True).last() or 1, by=SYSTEM, at=self.at)
            case _ if verb in REASONED:
                return REASONED[verb](pk, reason="有原因", by=by, at=self.at)
            case _:
                return ALONE[verb](pk, by=by, at=self.at)

    @invariant()
    def balances_are_the_sums_and_books_are_zero(self) -> None:
        sums: Counter[int] = Counter()
        for debit, credit, points in rows("SELECT debit_id, credit_id, points FROM bank_posting"):
            sums[debit] -= points
            sums[credit] += points
        kept = {pk: (kind, balance) for pk, kind, balance in rows("SELECT id, kind, balance FROM bank_account")}
        assert all(balance == sums[pk] for pk, (kind, balance) in kept.items() if kind != "ISSUE")
        assert sum(sums[pk] if kind == "ISSUE" else balance for pk, (kind, balance) in kept.items()) == 0
        gain = sum(balance for kind, balance in kept.values() if kind == "GAIN")
        recognised = -sum(sums[pk] for pk, (kind, _balance) in kept.items() if kind == "ISSUE")
        assert 0 <= gain <= recognised

    @invariant()
    def orders_are_where_the_model_says(self) -> None:
        steps = "SELECT object_id, COUNT(*) FROM core_event WHERE object_type = 'order' GROUP BY object_id"
        assert dict(rows(steps)) == dict(self.steps)
        active = sums("SELECT order_id, places FROM orders_claim WHERE state = 'ACTIVE'")
        paid = sums("SELECT order_id, points FROM orders_claim WHERE state = 'DONE'")
        moved = "SELECT p.debit_id, p.points FROM bank_posting p JOIN orders_order o ON o.account_id = p.debit_id"
        confirmed = sums(f"{moved} WHERE p.kind = 'CONFIRM' AND p.posted_at = o.ended_at")
        booked = sums("SELECT debit_id, points FROM bank_posting WHERE kind = 'CONFIRM'")
        helps = "SELECT account_id, {} FROM bank_help WHERE reversed_at IS NULL"
        worth, brought = sums(helps.format("worth")), sums(helps.format("points"))
        opened = sums("SELECT credit_id, points FROM bank_posting WHERE kind = 'TRIAGE'")
        closed = sums("SELECT m.debit_id, m.points FROM bank_posting m JOIN bank_posting p ON p.id = m.reverses_id WHERE p.kind = 'TRIAGE'")
        times = dict(rows("SELECT debit_id, COUNT(DISTINCT posted_at) FROM bank_posting WHERE kind = 'CONFIRM' GROUP BY debit_id"))
        back = sums("SELECT m.credit_id, m.points FROM bank_posting m JOIN bank_posting p ON p.id = m.reverses_id WHERE p.kind = 'CONFIRM'")
        balances = dict(rows("SELECT id, balance FROM bank_account WHERE kind = 'DIFFICULTY'"))
        made_good = {account for (account,) in rows("SELECT debit_id FROM bank_posting WHERE kind = 'CONFIRM' AND memo LIKE '%补记%'")}
        for pk, state, places, taken, difficulty, account, reopened in rows(
            "SELECT id, state, places, taken, difficulty, account_id, COALESCE(reopened, 0) FROM orders_order"
        ):
            assert state == self.state[pk]
            if state in OPEN_STATES:
                assert taken == active[pk] <= places
                assert (taken > 0) == (state in (State.CLAIMED, State.DELIVERED))
            else:
                assert not active[pk]
            if account not in made_good:
                assert times.get(account, 0) <= 1 + reopened
            assert confirmed[account] == paid[pk] <= (difficulty if state == State.CONFIRMED else 0)
            assert booked[account] - back[account] == brought[account] <= worth[account]
            assert opened[account] - closed[account] == brought[account] + balances.get(account, 0)
            if account:
                assert balances[account] == (
                    difficulty if state in OPEN_STATES else difficulty - worth[account] if state == State.CONFIRMED else 0
                )
                assert state == State.CONFIRMED or not worth[account]


def rows(statement: str) -> list[tuple[Any, ...]]:
    """What a statement reads."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def sums(statement: str) -> Counter[int]:
    """Numbers added up by whose they are."""
    found: Counter[int] = Counter()
    for whose, number in rows(statement):
        found[whose] += number or 0
    return found


def play(cast: Cast) -> None:
    """The machine over that cast, always the same way; a failure is shown as it was found."""
    machine = type("Played", (Machine,), {"cast": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=45,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_try_the_books_and_the_table_hold(cast: Cast) -> None:
    MADE.clear()
    play(cast)
    rare = {Verb.PLACE, Verb.REFUSE, Verb.MERGE}
    assert set(Verb) - rare <= {verb for verb, times in MADE.items() if times}, (
        MADE
    )  # a run in which a move was never made would prove little


def pays_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirming posts the first share again, and takes nothing for it."""
    real = bank.post_confirmation

    def twice(account_id: int, shares: Any, *, key: str, **more: Any) -> None:
        real(account_id, shares, key=key, **more)
        first = Posting.objects.get(key=f"{key}:1")
        same = ("community_id", "kind", "debit_id", "credit_id", "points", "occurred_on", "posted_at")
        row: dict[str, Any] = {name: getattr(first, name) for name in same}
        Posting.objects.create(**row, key=f"{key}:again")

    monkeypatch.setattr("zengyi.bank.actions.post_confirmation", twice)


def forgets_to_withdraw(monkeypatch: pytest.MonkeyPatch) -> None:
    """The points of an order that was declined, merged or taken back stay on the books."""
    monkeypatch.setattr("zengyi.bank.actions.withdraw_difficulty", lambda *args, **more: None)


def keeps_the_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that is given back leaves its places taken."""
    real = finding.change

    def change(order: Order, **changes: Any) -> None:
        real(order, **{**changes, "taken": order.taken} if "published_at" in changes and order.taken else changes)

    monkeypatch.setattr(finding, "change", change)


def asks_no_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may confirm may do so at any time."""

    def check(s: Situation) -> None:
        people.check(s.by, "order.confirm", s.target, sees=True)

    monkeypatch.setattr("zengyi.orders.rules.check_confirm", check)


def forgets_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery's event names the first order instead of its own."""

    def tell(order: Order, verb: str, **more: Any) -> None:
        finding.tell(Order.objects.earliest("pk") if verb == Verb.DELIVER else order, verb, **more)

    monkeypatch.setattr("zengyi.orders.actions.finishing.tell", tell)


FAULTS = [*found_by_the_model(forgets_to_withdraw, keeps_the_places, forgets_a_step), pays_twice, asks_no_state]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_twin_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, ArithmeticError, DatabaseError)):
        play(cast)
