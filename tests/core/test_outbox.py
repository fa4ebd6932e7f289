"""Messages are sent after the change that caused them, again when it failed, and never lost."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from tests.core.steps_for_tests import AT, Someone
from zengyi.core import audit, outbox
from zengyi.core.errors import WrongState
from zengyi.core.models import Outgoing
from zengyi.core.steps import StepError, action

pytestmark = pytest.mark.django_db(transaction=True)


class Carrier:
    """Keeps what it is given; fails as often as told."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.fail = 0

    def __call__(self, payload: Mapping[str, Any]) -> None:
        if self.fail:
            self.fail -= 1
            raise ConnectionError("carrier down")
        self.sent.append(payload["n"])


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    made = Carrier()
    monkeypatch.setitem(outbox.HANDLERS, "test", made)
    return made


@action
def put(number: int = 1, *, topic: str = "test", wait: timedelta | None = None, refuse: bool = False) -> None:
    audit.record("put", "thing", number, by=Someone(), at=AT, community_id=None)
    outbox.put(topic, {"n": number}, at=AT, due_at=AT + wait if wait else None)
    if refuse:
        raise WrongState("不行。")


def test_a_message_is_sent_once(carrier: Carrier) -> None:
    put()
    assert carrier.sent == []
    assert outbox.send_due(AT) == 1
    assert outbox.send_due(AT + timedelta(days=1)) == 0
    assert carrier.sent == [1]


def test_a_refused_step_sends_nothing(carrier: Carrier) -> None:
    with pytest.raises(WrongState):
        put(refuse=True)
    assert outbox.send_due(AT) == 0


def test_messages_belong_to_steps_and_topics(carrier: Carrier) -> None:
    with pytest.raises(StepError):
        outbox.put("test", {}, at=AT)
    with pytest.raises(ValueError):
        put(topic="nobody")
    assert Outgoing.objects.count() == 0


def test_a_message_waits_for_its_time(carrier: Carrier) -> None:
    put(wait=timedelta(hours=1))
    assert outbox.send_due(AT + timedelta(minutes=59)) == 0
    assert outbox.send_due(AT + timedelta(hours=1)) == 1


def test_failures_are_tried_again_later_and_later_and_given_up_in_the_end(carrier: Carrier) -> None:
    carrier.fail = 1000
    put(1)
    at, waits = AT, []
    while True:
        assert outbox.send_due(at) == 0
        row = Outgoing.objects.get()
        if row.given_up_at:
            break
        waits.append(row.due_at - at)
        assert outbox.send_due(row.due_at - timedelta(seconds=1)) == 0
        assert Outgoing.objects.get().attempts == row.attempts
        at = row.due_at
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert max(waits) == timedelta(minutes=256)
    assert row.attempts == 10
    assert "carrier down" in row.last_error


def test_one_bad_message_does_not_hold_up_the_others(carrier: Carrier) -> None:
    for number in range(50):
        put(number)
    carrier.fail = 1
    assert outbox.send_due(AT) == 49
    assert outbox.send_due(AT + timedelta(minutes=1)) == 1
    assert sorted(carrier.sent) == list(range(50))


def test_a_worker_that_died_leaves_the_message_to_the_next(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    put()

    def die(payload: Mapping[str, Any]) -> None:
        raise SystemExit

    monkeypatch.setitem(outbox.HANDLERS, "test", die)
    with pytest.raises(SystemExit):
        outbox.send_due(AT)
    monkeypatch.setitem(outbox.HANDLERS, "test", carrier)
    assert outbox.send_due(AT + timedelta(minutes=1)) == 0
    assert outbox.send_due(AT + outbox.LEASE) == 1


@pytest.mark.live
def test_two_workers_do_not_send_the_same(carrier: Carrier) -> None:
    for number in range(60):
        put(number)
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        try:
            outbox.send_due(AT)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(carrier.sent) == list(range(60))


def test_stuck_messages_show(carrier: Carrier) -> None:
    put()
    assert outbox.stuck(AT + timedelta(minutes=30)) == 0
    assert outbox.stuck(AT + timedelta(hours=2)) == 1


def test_sent_messages_are_forgotten_with_their_addresses(carrier: Carrier) -> None:
    put(1)
    outbox.send_due(AT)
    put(2)
    assert outbox.forget_old(AT + outbox.KEPT + timedelta(seconds=1)) == 1
    assert Outgoing.objects.get().payload == {"n": 2}


def test_e_mail_is_sent() -> None:
    @action
    def write() -> None:
        audit.record("put", "thing", 1, by=Someone(), at=AT, community_id=None)
        outbox.put("email", {"to": ["a@example.org"], "subject": "修好了", "text": "请您看一眼。"}, at=AT)

    write()
    assert outbox.send_due(AT) == 1
    assert (mail.outbox[0].subject, mail.outbox[0].to) == ("修好了", ["a@example.org"])


def test_an_e_mail_with_a_line_break_in_its_subject_is_never_sent() -> None:
    @action
    def write() -> None:
        audit.record("put", "thing", 1, by=Someone(), at=AT, community_id=None)
        outbox.put("email", {"to": ["a@example.org"], "subject": "x\nBcc: b@example.org", "text": ""}, at=AT)

    write()
    assert outbox.send_due(AT) == 0
    assert not mail.outbox
