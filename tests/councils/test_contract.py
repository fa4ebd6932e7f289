"""The contract as it was promised, played by somebody who knows nothing but the addresses: from a topic to a ballot."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api import Api, Said
from tests.cast import Cast
from zengyi.core import clock

WORDS = {"title": "摄像头坏了八成", "text": "丢了电瓶车，调监控，什么也没有。"}


class Outsider:
    """Everybody's token, and paths as the contract writes them."""

    def __init__(self) -> None:
        self.as_ = {name: Api(name) for name in ("resident", "resident2", "worker", "secretary", "property", "supervisor", "member")}

    def post(self, who: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """What came back, if it came back as promised."""
        said: Said = self.as_[who].post(path, body)
        assert said.status == expect, (path, said.status, said.body)
        return said.body

    def topic(self, pk: int) -> Any:
        """As a neighbour reads it."""
        return self.as_["resident2"].get(f"/topics/{pk}").body


@pytest.fixture
def outsider(cast: Cast) -> Outsider:
    return Outsider()


def in_days(days: int) -> str:
    """A moment as the contract writes it."""
    return (clock.now() + timedelta(days=days)).isoformat()


def test_from_the_topic_to_the_published_decision(cast: Cast, outsider: Outsider) -> None:
    post, topic_at = outsider.post, outsider.topic
    made = post("resident", "/topics", WORDS, 201)
    assert (made.keys() >= {"id", "number", "state"}, made["state"]) == (True, "COLLECTED")
    pk = made["id"]
    for who, status in (("resident", 403), ("property", 403), ("supervisor", 403)):
        post(who, f"/topics/{pk}/screen", {"urgency": 2}, status)
    assert post("worker", f"/topics/{pk}/screen", {"urgency": 2, "tier": "DEEP", "answer": "收到了。"})["state"] == "SCREENED"
    figures = [{"label": "摄像头", "number": 390, "unit": "个"}, {"label": "坏的", "number": 312, "unit": "个", "part": True}]
    assert post("worker", f"/topics/{pk}/survey", {"figures": figures})["state"] == "SURVEYED"
    for who, party in (("resident2", "居民"), ("property", "物业"), ("supervisor", "红管家")):
        said = post(who, f"/topics/{pk}/opinions", {"party": party, "kind": "PROPOSAL", "text": "先修主干道", "support": "FOR"}, 201)
        assert said["party"] == party
    session = post(
        "worker", "/sessions", {"kind": "DELIBERATION", "title": "协商会", "starts_at": in_days(1), "place": "活动室", "topic_ids": []}, 201
    )["id"]
    assert post("worker", f"/topics/{pk}/schedule", {"session_id": session})["state"] == "SCHEDULED"
    assert post("worker", f"/sessions/{session}/notice")["state"] == "NOTICED"
    assert post("worker", f"/sessions/{session}/open")["state"] == "HELD"
    known = {"party": "居民", "person_id": cast.actor("resident").person_id, "role": "DELIBERATOR"}
    assert post("worker", f"/sessions/{session}/attendance", known, 201)["state"] == "ATTENDED"
    post("worker", f"/sessions/{session}/attendance", {"party": "物业", "name": "保安队长庚", "role": "OBSERVER"}, 201)
    action = {"title": "修好南区摄像头", "text": "先主干道。", "organisation_id": cast.unit.pk, "due_at": in_days(20)}
    own = {"title": "每天看一遍", "text": "", "member_id": cast.members["member"].pk, "due_at": in_days(9)}
    decision = {"topic_id": pk, "text": "先修主干道", "outcome": "ADOPTED", "actions": [action, own]}
    decided = post("worker", f"/sessions/{session}/decisions", decision, 201)
    assert len(decided["orders"]) == 2
    loose = post("worker", f"/sessions/{session}/decisions", {"topic_id": pk, "text": "再修支路", "outcome": "ADOPTED", "actions": []}, 201)
    assert post("worker", f"/sessions/{session}/close")["state"] == "MINUTED"
    post("worker", f"/sessions/{session}/sign")
    refused = post("secretary", f"/sessions/{session}/publish", None, 422)
    assert "再修支路" in str(refused)
    post("worker", f"/decisions/{loose['id']}/explain", {"no_action_reason": "等主干道修好再排"})
    assert post("secretary", f"/sessions/{session}/publish")["state"] == "PUBLISHED"
    told = topic_at(pk)["decisions"]
    assert [[(one["title"], one["state"]) for one in each["actions"]] for each in told] == [
        [("修好南区摄像头", "ASSIGNED"), ("每天看一遍", "ASSIGNED")],
        [],
    ]
    assert {one["order_id"] for one in told[0]["actions"]} == set(decided["orders"])
    post("worker", f"/topics/{pk}/evaluate", {"verdict": "GOOD", "channel": "PHONE"})
    post("worker", f"/topics/{pk}/archive", None, 409)  # two orders have no answer yet


def test_deferring_and_a_reason_instead_of_actions(outsider: Outsider) -> None:
    post = outsider.post
    pk = post("resident", "/topics", WORDS, 201)["id"]
    post("worker", f"/topics/{pk}/screen", {"urgency": 3})
    assert post("worker", f"/topics/{pk}/defer", {"reason": "等三标段收尾"})["state"] == "DEFERRED"
    body = {"kind": "DELIBERATION", "title": "协商会", "starts_at": in_days(1), "place": "活动室", "topic_ids": [pk]}
    session = post("worker", "/sessions", body, 201)["id"]
    for step in ("notice", "open"):
        post("worker", f"/sessions/{session}/{step}")
    said = {"topic_id": pk, "text": "说明情况", "outcome": "ADOPTED", "actions": [], "no_action_reason": "只是说明情况"}
    assert post("worker", f"/sessions/{session}/decisions", said, 201)["orders"] == []
    for step in ("close", "sign", "publish"):
        post("secretary", f"/sessions/{session}/{step}")
    (decision,) = outsider.topic(pk)["decisions"]
    assert (decision["actions"], decision["no_action_reason"]) == ([], "只是说明情况")


def test_a_ballot_shows_turnout_then_tallies_and_takes_a_second_word_until_it_closes(cast: Cast, outsider: Outsider) -> None:
    post = outsider.post
    electors = [{"person_id": cast.actor(who).person_id} for who in ("resident", "resident2", "member")]
    ballot = post("worker", "/ballots", {"title": "换不换门？", "method": "hands", "electors": electors}, 201)["id"]
    assert post("worker", f"/ballots/{ballot}/open")["state"] == "OPEN"
    for choice in ("AGAINST", "FOR"):
        post("resident", f"/ballots/{ballot}/stances", {"choice": choice}, 201)
    post("resident2", f"/ballots/{ballot}/stances", {"choice": "FOR"}, 201)
    for who in outsider.as_:
        told = outsider.as_[who].get(f"/ballots/{ballot}").body
        assert (told["turnout"]["heads_voted"], told["tallies"], told["adopted"]) == (2, None, None), who
    assert post("worker", f"/ballots/{ballot}/close")["state"] == "CLOSED"
    post("resident", f"/ballots/{ballot}/stances", {"choice": "AGAINST"}, 409)
    told = outsider.as_["supervisor"].get(f"/ballots/{ballot}").body
    assert told["adopted"] is True
    assert told["tallies"] is not None
