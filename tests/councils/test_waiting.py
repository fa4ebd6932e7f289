"""What waits for whoever may vote or sat in a session, and for nobody else."""

from datetime import datetime
from typing import Any

from django.test import Client

from tests.cast import AT, Cast
from tests.councils.ballots import CLOSES, owners_vote, peoples_vote
from tests.councils.talks import closed, opened, screened
from tests.people.test_waiting import waits
from tests.trail import refused
from zengyi.core.errors import NotThere, WrongState
from zengyi.councils import actions
from zengyi.councils.models import Session, Signature
from zengyi.councils.queries import minutes as minutes_of


def kinds(cast: Cast, name: str, at: datetime = AT) -> dict[str, int]:
    """How much of the councils waits for somebody."""
    return {kind: n for kind, n in waits(cast, name, at=at).counts.items() if kind in ("ballot-vote", "ballot-count", "minutes-sign")}


def sat(cast: Cast, session: Session, name: str, party: str = "居民", **more: Any) -> None:
    """That login's person is in the room."""
    person_id = cast.actor(name).person_id
    actions.attend(session.pk, party, person_id=person_id, by=cast.actor("worker"), at=AT, **more)


def test_a_vote_waits_for_its_elector_until_it_is_given_or_too_late(cast: Cast) -> None:
    vote = owners_vote(cast, 4)
    vote.bind(1, "resident")
    vote.bind(2, "member")
    assert kinds(cast, "resident") == {}, "nobody votes in a draft"
    vote.open()
    (item,) = (one for one in waits(cast, "resident").items if one.kind == "ballot-vote")
    assert (item.title, item.verb, item.url, item.due) == (vote.ballot.title, "去投票", f"/councils/ballots/{vote.ballot.pk}/", CLOSES)
    assert kinds(cast, "resident2") == kinds(cast, "far_resident") == {}
    vote.own("resident", "AGAINST")
    vote.say(2, "FOR")
    assert kinds(cast, "resident") == kinds(cast, "member") == {}, "whoever voted on paper is told nothing more"
    vote.bind(3, "property")
    assert kinds(cast, "property") == {"ballot-vote": 1}
    assert kinds(cast, "property", CLOSES) == {}


def test_a_vote_without_a_day_waits_for_the_desk_once_everybody_has_answered(cast: Cast) -> None:
    vote = peoples_vote(cast, voters=2).open(closes_at=None)
    vote.say(1, "FOR")
    assert kinds(cast, "worker") == {}
    vote.say(2, "AGAINST")
    assert kinds(cast, "worker") == kinds(cast, "secretary") == {"ballot-count": 1}
    assert kinds(cast, "far_worker") == kinds(cast, "resident") == {}
    vote.close()
    assert kinds(cast, "worker") == {}


def test_whoever_sat_there_reads_the_minutes_and_signs_once(cast: Cast, at: datetime) -> None:
    session = opened(cast, at, screened(cast, at))
    for name, part in (("resident", "DELIBERATOR"), ("property", "DELIBERATOR"), ("resident2", "OBSERVER")):
        sat(cast, session, name, part=part)
    assert kinds(cast, "resident") == {}
    closed(cast, at, session)
    assert [kinds(cast, name) for name in ("resident", "property", "resident2", "neighbour")] == [
        {"minutes-sign": 1},
        {"minutes-sign": 1},
        {},
        {},
    ]
    assert minutes_of.minutes(session.pk, by=cast.actor("resident")).asked
    with refused(NotThere):
        minutes_of.minutes(session.pk, by=cast.actor("neighbour"))
    for name in ("neighbour", "resident2", "far_resident"):
        with refused(NotThere):
            actions.sign_own(session.pk, by=cast.actor(name), at=at)
    made = actions.sign_own(session.pk, by=cast.actor("resident"), at=at)
    session.refresh_from_db()
    assert (made.party, made.name, made.refusal, session.state) == ("居民", "居民1206", "", "SIGNED")
    assert kinds(cast, "resident") == {}
    for refusal in ("", "想了想不签"):
        with refused(WrongState):
            actions.sign_own(session.pk, refusal=refusal, by=cast.actor("resident"), at=at)
    actions.sign_own(session.pk, refusal="第二条不是这样说的", by=cast.actor("property"), at=at)
    assert kinds(cast, "property") == {}, "a refusal is an answer"
    actions.sign_own(session.pk, by=cast.actor("property"), at=at)
    rows = Signature.objects.order_by("pk").values_list("party", "refusal")
    assert list(rows) == [("居民", ""), ("居民", "第二条不是这样说的"), ("居民", "")], "the refusal stays"
    published_one = actions.publish_session(session.pk, by=cast.actor("secretary"), at=at)
    assert published_one.state == "PUBLISHED"


def test_what_was_signed_on_paper_waits_for_nobody(cast: Cast, at: datetime) -> None:
    session = opened(cast, at)
    sat(cast, session, "resident")
    closed(cast, at, session)
    actions.sign_session(session.pk, party="居民", name="居民1206", by=cast.actor("worker"), at=at)
    assert kinds(cast, "resident") == {}


def test_signing_on_the_page_needs_words_only_for_a_refusal(cast: Cast, at: datetime) -> None:
    session = opened(cast, at)
    sat(cast, session, "resident")
    sat(cast, session, "resident2")
    closed(cast, at, session)
    client, path = Client(), f"/councils/sessions/{session.pk}/signing"
    client.force_login(cast.users["resident"])
    answer = client.post(path, {"refuses": "1", "refusal": ""})
    assert answer.status_code == 422 and "请写为什么不签" in answer.content.decode()
    assert not Signature.objects.exists(), "no refusal becomes a signature"
    assert client.post(path, {}).status_code == 303
    client.force_login(cast.users["resident2"])
    assert client.post(path, {"refuses": "1", "refusal": "时间记错了"}).status_code == 303
    assert list(Signature.objects.order_by("pk").values_list("name", "refusal")) == [("居民1206", ""), ("居民0301", "时间记错了")]
