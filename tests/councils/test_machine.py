"""Topics and sessions played at random: whatever people try in whatever order, a refusal writes nothing, and what must hold holds.

Each broken twin plants one fault, and must be found.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import AT, Cast
from tests.councils.talks import repair
from tests.groups import found_by_the_model
from tests.orders.test_machine import rows
from zengyi.core.errors import Refused
from zengyi.councils import actions
from zengyi.councils.actions.endings import orders_of
from zengyi.councils.models import AgendaItem, Decision, DecisionOrder, Minutes, Opinion, Participant, Presence, Session, Topic
from zengyi.orders import actions as orders
from zengyi.orders import queries as order_queries
from zengyi.orders.models import Order
from zengyi.people.rules import Actor

STAFF, EVERYBODY = ("worker", "secretary"), ("worker", "secretary", "resident", "member", "unit", "district")
WRITTEN = "SELECT (SELECT COUNT(*) FROM core_event), (SELECT COUNT(*) FROM councils_topic), (SELECT COUNT(*) FROM orders_order)"
MADE: Counter[str] = Counter()
WAYS = (
    *("topic",) * 2,
    *("talk",) * 3,
    *("plan",) * 2,
    *("go on",) * 9,
    *("decide",) * 4,
    *("work",) * 4,
    *("end",) * 4,
    *("item",) * 2,
    "any",
)
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Machine(RuleBasedStateMachine):
    """The product, and beside it what each row must say."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.actors: dict[str, Actor] = {}
        self.frozen: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def by(self, name: str) -> dict[str, Any]:
        if name not in self.actors:
            self.actors[name] = self.cast.actor(name)
        return {"by": self.actors[name], "at": self.at}

    @initialize()
    def begin(self) -> None:
        topic = actions.raise_topic("摄像头坏了", "调不出来。", **self.by("resident"))
        actions.screen_topic(topic.pk, urgency=2, **self.by("worker"))
        actions.plan_session("DELIBERATION", "监控会", "活动室", self.at, topic_ids=[topic.pk], **self.by("worker"))

    @rule(data=st.data())
    def somebody_acts(self, data: Any) -> None:
        """Mostly what comes next; now and then anything by anybody."""
        self.at += timedelta(minutes=7)
        draw: Draw = data.draw
        way = draw(st.sampled_from(WAYS))
        who = draw(st.sampled_from(EVERYBODY if way == "any" else STAFF))
        topics = list(Topic.objects.order_by("pk"))
        alive = [topic for topic in topics if topic.state != "ARCHIVED"] or topics
        topic = draw(st.sampled_from(topics if way == "any" else alive))
        sessions = list(Session.objects.order_by("pk"))
        session = sessions[-1] if way != "any" else draw(st.sampled_from(sessions))
        self.act(way, who, topic, session, topics, draw)

    def act(self, way: str, who: str, topic: Topic, session: Session, topics: list[Topic], draw: Draw) -> None:
        given = self.by(who)
        match way:
            case "topic":
                if len(Topic.objects.all()) < 5:
                    self.attempt("raise", lambda: actions.raise_topic("又一件", "也想商量。", **self.by("resident")))
                self.attempt("screen", lambda: actions.screen_topic(topic.pk, urgency=3, **given))
            case "talk":
                speaker = draw(st.sampled_from(("resident", "member")))
                support = draw(st.sampled_from(("", "FOR", "AGAINST")))
                words = ("居民", "PROPOSAL", "先修主干道")
                self.attempt("say", lambda: actions.opine(topic.pk, *words, support=support, **self.by(speaker)))
                self.attempt("survey", lambda: actions.survey_topic(topic.pk, text="看过了", **given))
            case "plan":
                ids = [topic.pk] if draw(st.booleans()) else []
                self.attempt("plan", lambda: actions.plan_session("DELIBERATION", "监控会", "活动室", self.at, topic_ids=ids, **given))
                self.attempt("schedule", lambda: actions.schedule_topic(topic.pk, session.pk, **given))
            case "go on":
                self.go_on(session, given, draw)
            case "decide":
                self.decide(session, topic, given, draw)
            case "work":
                self.work(draw)
            case "end":
                judged = [one for one in topics if one.state == "EVALUATED"]
                self.end(draw(st.sampled_from(judged)) if judged and draw(st.booleans()) else topic, given, draw)
            case "item":
                self.answer(session, given, draw)
            case _:
                steps = (actions.archive_topic, actions.publish_session, actions.close_session, actions.open_session)
                step = draw(st.sampled_from(steps))
                self.attempt("any", lambda: step(topic.pk if step == actions.archive_topic else session.pk, **given))

    def decide(self, session: Session, topic: Topic, given: dict[str, Any], draw: Draw) -> None:
        work = [repair(self.cast, self.at)] * draw(st.sampled_from((0, 0, 1, 2)))
        self.attempt("decide", lambda: actions.decide(session.pk, topic.pk, "先修主干道", actions=work, **given))
        last = Decision.objects.filter(session=session).order_by("pk").last()
        if last is not None:
            self.attempt("reword", lambda: actions.correct_decision(last.pk, "先修主干道和学校门口", **given))

    def go_on(self, session: Session, given: dict[str, Any], draw: Draw) -> None:
        match session.state:
            case "PLANNED" | "NOTICED":
                step = draw(st.sampled_from((actions.notice_session, actions.open_session, actions.open_session)))
                self.attempt(step.__name__, lambda: step(session.pk, **given))
            case "HELD":
                people = list(Participant.objects.filter(session=session))
                if people and draw(st.booleans()):
                    self.attempt("leave", lambda: actions.leave(people[0].pk, **given))
                name = f"居民{draw(st.integers(1, 3))}"
                self.attempt("attend", lambda: actions.attend(session.pk, "居民", name=name, **given))
                if draw(st.booleans()):
                    self.attempt("close", lambda: actions.close_session(session.pk, **given))
            case "MINUTED" | "SIGNED":
                loose = Decision.objects.filter(session=session, actions=None, no_action_reason="").order_by("pk").first()
                if loose is not None and draw(st.booleans()):
                    self.attempt("explain", lambda: actions.explain_decision(loose.pk, "只是说明", **given))
                step = actions.sign_session if session.state == "MINUTED" else actions.publish_session
                self.attempt(step.__name__, lambda: step(session.pk, **given))

    def work(self, draw: Draw) -> None:
        found = list(Order.objects.exclude(state__in=["CONFIRMED", "CLOSED"]).order_by("pk"))
        if not found:
            return
        order = draw(st.sampled_from(found))
        match order.state:
            case "ASSIGNED":
                self.attempt("accept", lambda: orders.accept(order.pk, **self.by("unit")))
            case "CLAIMED":
                self.attempt("deliver", lambda: orders.deliver(order.pk, text="都亮了。", **self.by("unit")))
            case "DELIVERED":
                self.attempt("confirm", lambda: orders.confirm(order.pk, **self.by("resident")))

    def end(self, topic: Topic, given: dict[str, Any], draw: Draw) -> None:
        match draw(st.sampled_from(("defer", "evaluate", "evaluate", "archive", "archive"))):
            case "defer":
                self.attempt("defer", lambda: actions.defer_topic(topic.pk, "先放一放", **given))
            case "evaluate":
                self.attempt("evaluate", lambda: actions.evaluate_topic(topic.pk, "GOOD", **self.by("resident")))
            case _:
                self.attempt("archive", lambda: actions.archive_topic(topic.pk, **given))

    def answer(self, session: Session, given: dict[str, Any], draw: Draw) -> None:
        items = list(AgendaItem.objects.filter(session=session))
        if items:
            item = draw(st.sampled_from(items))
            self.attempt("answer", lambda: actions.answer_item(item.pk, draw(st.sampled_from(("DO", "WITHDRAW"))), **given))

    def attempt(self, name: str, step: Callable[[], object]) -> bool:
        """One step: it is made, or it is refused and nothing is written."""
        before = rows(WRITTEN)
        try:
            step()
        except Refused as refusal:
            assert refusal.sentence
            assert rows(WRITTEN) == before
            return False
        MADE[name] += 1
        return True

    @invariant()
    def nothing_is_archived_while_somebody_waits_for_an_answer(self) -> None:
        for topic in Topic.objects.filter(state="ARCHIVED"):
            assert topic.verdict
            assert not any(order.is_open for order in order_queries.linked(orders_of(topic.pk)))

    @invariant()
    def what_is_published_has_somebody_to_do_it_or_says_why_not(self) -> None:
        loose = Decision.objects.filter(session__state="PUBLISHED", outcome="ADOPTED", actions=None, no_action_reason="")
        assert not loose.exists()

    @invariant()
    def signed_words_never_change(self) -> None:
        for pk, sha in Minutes.objects.values_list("pk", "sha256"):
            assert self.frozen.setdefault(pk, sha) == sha
        assert not Session.objects.filter(state__in=["SIGNED", "PUBLISHED"], minutes=None).exists()

    @invariant()
    def nobody_is_in_the_room_after_the_end(self) -> None:
        assert not Presence.objects.filter(left_at=None).exclude(participant__session__state="HELD").exists()

    @invariant()
    def every_action_is_an_order_with_a_party_and_a_day(self) -> None:
        made = DecisionOrder.objects.select_related("order")
        assert all(one.order.due_at and one.order.source == "DECISION" for one in made)
        assert made.count() == Order.objects.filter(source="DECISION").count()

    @invariant()
    def one_standing_word_a_person(self) -> None:
        counted = Counter(Opinion.objects.filter(counts=True, said_by__isnull=False).values_list("topic_id", "option_id", "said_by_id"))
        assert all(times == 1 for times in counted.values())

    @invariant()
    def what_is_open_is_carried_to_the_next(self) -> None:
        """An order that a held session went through and that is still open stands on the next held session's agenda, unless dropped."""
        held = list(Session.objects.exclude(state__in=["PLANNED", "NOTICED", "CANCELLED"]).order_by("series_id", "ordinal"))
        for earlier, later in pairwise(held):
            begun = later.opened_at
            if earlier.series_id != later.series_id or earlier.closed_at is None or begun is None or begun < earlier.closed_at:
                continue
            promised = DecisionOrder.objects.filter(decision__session=earlier, decision__decided_at__lte=begun)
            there = AgendaItem.objects.filter(session=later).values_list("order_id", flat=True)
            assert set(promised.values_list("order_id", flat=True)) <= set(there)


def play(cast: Cast, examples: int = 10, steps: int = 60) -> None:
    """The machine over that cast, always the same way; a failure is shown as it was found."""
    played = type("Played", (Machine,), {"cast": cast})
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


def test_whatever_people_try_what_must_hold_holds(cast: Cast) -> None:
    MADE.clear()
    play(cast)
    # A run in which a step was never made would prove little.
    often = {"raise", "screen", "say", "survey", "plan", "schedule", "decide", "attend", "leave", "close", "explain", "reword"}
    often |= {
        "open_session",
        "notice_session",
        "sign_session",
        "publish_session",
        "accept",
        "deliver",
        "confirm",
        "evaluate",
        "archive",
        "answer",
    }
    assert often <= MADE.keys(), often - MADE.keys()


def forgets_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic is put away whatever is still open."""
    monkeypatch.setattr("zengyi.councils.actions.endings.orders_of", lambda _topic: [])


def publishes_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for loose decisions."""
    monkeypatch.setattr("zengyi.councils.actions.minutes._loose", lambda _session: [])


def carries_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is carried."""
    monkeypatch.setattr("zengyi.councils.actions.agenda.carry", lambda _session: [])


def try_the_worst(cast: Cast) -> None:
    """What people should not get away with, one step after the other, and then whether everything holds."""
    machine = type("Worst", (Machine,), {"cast": cast})()
    try:
        machine.begin()
        topic, session = Topic.objects.get(), Session.objects.get()
        worker, at = machine.by("worker"), machine.at
        actions.open_session(session.pk, **worker)
        actions.decide(session.pk, topic.pk, "说了算，谁也不办", **worker)
        actions.decide(session.pk, topic.pk, "先修主干道", actions=[repair(cast, at)], **worker)
        actions.close_session(session.pk, **worker)
        actions.sign_session(session.pk, **worker)
        machine.attempt("publish", lambda: actions.publish_session(session.pk, **worker))
        actions.evaluate_topic(topic.pk, "GOOD", **machine.by("resident"))
        machine.attempt("archive", lambda: actions.archive_topic(topic.pk, **worker))
        machine.at += timedelta(days=1)
        later = actions.plan_session("DELIBERATION", "监控会", "活动室", machine.at, **machine.by("worker"))
        actions.open_session(later.pk, **machine.by("worker"))
        machine.nothing_is_archived_while_somebody_waits_for_an_answer()
        machine.what_is_published_has_somebody_to_do_it_or_says_why_not()
        machine.what_is_open_is_carried_to_the_next()
    finally:
        machine.teardown()


def test_the_worst_is_refused(cast: Cast) -> None:
    try_the_worst(cast)


@pytest.mark.parametrize("fault", found_by_the_model(forgets_orders, publishes_anything, carries_nothing))
def test_a_broken_twin_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        try_the_worst(cast)
