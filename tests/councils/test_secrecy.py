"""Before closing nobody learns what was said: two worlds that differ in nothing but the answers look the same to everybody."""

import logging
import re
import secrets
from collections.abc import Collection
from itertools import count

import pytest
from django.test import Client

from tests.cast import AT, PASSWORD, Cast
from tests.councils.ballots import Vote, owners_vote
from tests.trust.cases import LOGINS
from tests.trust.ground import undone
from zengyi.core import clock
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import Stance
from zengyi.people.actions import issue_token

pytestmark = pytest.mark.django_db

BELOW = ("", "desk", "vote", "open", "close", "entry", "delivered", "mandate", "owners", "sale", "posted", "papers.pdf", "file.zip")
ELSEWHERE = (
    *("/", "/hub/", "/waiting/", "/councils/topics/", "/councils/ballots/", "/councils/ballots/new", "/me", "/district/", "/charts/"),
    *("/me/", "/me/data", "/inbox/", "/desk/", "/community/", "/board/", "/news/", "/news/new", "/works/", "/works/alliance/"),
)
API = ("ballots", "ballots/{}", "ballots/{}/electors", "topics", "orders")
#: What differs from one answer to the next whatever is in it: keys of forms and of sessions.
_KEYS = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken\" value=\"[^\"]+|nonce-[^\"' ]+|name=\"_by\" value=\"[^\"]+")


def seen(
    cast: Cast, said: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, roles: Collection[str] = ("anonymous", *LOGINS)
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Everything that every role is told about an open ballot in which this was said; the trail with it."""
    numbers = count(1)
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(numbers))
    told: dict[tuple[str, str], tuple[int, bytes]] = {}
    with undone():
        vote: Vote = owners_vote(cast, 4).open()
        vote.bind(1, "resident")
        vote.own("resident", said[0])
        vote.say(2, said[1])
        vote.say(3, said[2])
        sold = actions.sell_flat(vote.ballot.pk, vote.elector(4).pk, "新业主", "不动产权证", by=cast.actor("worker"), at=AT)
        actions.mark_delivered(vote.ballot.pk, [sold.pk], by=cast.actor("worker"), at=AT)
        paths = [f"/councils/ballots/{vote.ballot.pk}/{end}" for end in BELOW] + list(ELSEWHERE)
        paths += [f"/api/v1/{path}".format(vote.ballot.pk) for path in API]
        for role, login in [("anonymous", ""), *LOGINS.items()]:
            if role not in roles:
                continue
            client = Client()
            if login:
                client.force_login(cast.users[login])
            token = issue_token(login, PASSWORD, "", at=AT)[0] if login else ""
            for path in paths:
                headers = {"Authorization": f"Bearer {token}"} if token and path.startswith("/api/") else {}
                answer = client.get(path, headers=headers)
                told[role, path.replace(str(vote.ballot.pk), "N")] = (answer.status_code, _KEYS.sub(b"", answer.content))
        trail = list(Event.objects.filter(object_type="ballot").order_by("pk").values_list("verb", "before", "after", "reason"))
        told["trail", ""] = (0, repr(trail).encode())
    return told


#: PostgreSQL never gives the same id twice, so that two worlds differ in their ids there.
@pytest.mark.databases("sqlite")
def test_two_worlds_with_other_answers_look_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    caplog.set_level(logging.DEBUG)
    one = seen(cast, ("FOR", "FOR", "FOR"), monkeypatch)
    logged = caplog.text
    caplog.clear()
    other = seen(cast, ("AGAINST", "ABSTAIN", "AGAINST"), monkeypatch)
    assert sum(status == 200 for status, _body in one.values()) > 60
    assert [key for key in one if one[key] != other[key]] == []
    for text in (logged, caplog.text):
        assert "AGAINST" not in text
        assert "ABSTAIN" not in text


@pytest.mark.databases("sqlite")
def test_a_planted_leak_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that shows turnout of those who agree is told from one that does not."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    right = queries.ballots

    def leaking(**asked: object) -> object:
        page = right(**asked)  # type: ignore[arg-type]
        agree = sum(stance.answer == "FOR" for stance in Stance.objects.filter(latest=True))
        return page.map(lambda row: type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"title": f"{row.title}{agree}"}))

    monkeypatch.setattr(queries, "ballots", leaking)
    one = seen(cast, ("FOR", "FOR", "FOR"), monkeypatch, ("resident",))
    other = seen(cast, ("AGAINST", "ABSTAIN", "AGAINST"), monkeypatch, ("resident",))
    assert {path for _role, path in one if one[_role, path] != other[_role, path]} >= {"/councils/ballots/"}
