"""What is offered is what is accepted, in both directions: every situation of an order x everybody x everything that can be done.

Offered is asked of the page's buttons, of the API's moves and of the guards; accepted of the action itself, which is then undone:
on both databases, situation by situation, on PostgreSQL for everybody where every reason is heard, and elsewhere for those who stand
for the others. Whether the twins are found, every reason was heard and the pages are linked no database can answer differently.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import groups
from tests.orders.situations import SITUATIONS, VERBS, Lies, Town, accepted
from tests.trust.ground import undone
from zengyi.core import clock
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.orders import queries, rules
from zengyi.orders.api.shapes import OrderDetailOut
from zengyi.orders.pages.telling import story
from zengyi.orders.queries import reading
from zengyi.orders.queries.reading import read
from zengyi.orders.rules import Situation, State, Verb
from zengyi.people.models import Token
from zengyi.people.rules import Actor, Role

#: What only the machine does, and never by a page.
MACHINE = frozenset({str(Verb.LAPSE), rules.REMIND, rules.REMIND_CLAIMANT})


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """The town, for all tests of this file; each lays its order there and takes it away again."""
    with django_db_blocker.unblock(), undone():
        yield Town()


@pytest.fixture
def town(laid: Town, db: None) -> Town:
    return laid


def offered(lies: Lies, by: Actor) -> dict[str, frozenset[str]]:
    """What each way offers; nothing to whoever does not see the order."""
    try:
        order, lines = queries.story(lies.order, by=by, at=lies.at)
    except NotThere:
        return {"guards": frozenset(), "page": frozenset(), "api": frozenset()}
    told = story(order, lines, by)
    buttons = {str(button.verb) for button in (*told["buttons"], *told["others"])}
    moves = OrderDetailOut.model_validate(order, from_attributes=True).moves
    return {
        "guards": frozenset(str(verb) for verb in VERBS if rules.can(verb, order.situation)),
        "page": frozenset(buttons),
        "api": frozenset(moves),
    }


def accepted_of(town: Town, lies: Lies, by: Actor) -> set[str]:
    """Everything that the actions accept, each tried where nothing was done before: refusals leave nothing, the rest is undone."""
    left, taken = list(VERBS), set[str]()
    while left:
        with undone():
            while left:
                verb = left.pop()
                if accepted(town, lies, verb, by):
                    taken.add(verb)
                    break
    return taken


def differences(town: Town, lies: Lies, asked: frozenset[str] | None = None) -> Iterator[str]:
    """Where what is offered is refused, or what is accepted is not offered, to anybody, or to those who are ``asked``."""
    for who, by in town.everybody():
        if asked is not None and who not in asked:
            continue
        ways, taken = offered(lies, by), accepted_of(town, lies, by)
        for verb in VERBS:
            done = verb in taken
            shown = {"guards"} | ({"page"} if verb not in MACHINE else set()) | ({"api"} if verb in set(Verb) - MACHINE else set())
            for way in sorted(shown):
                if (verb in ways[way]) != done:
                    yield f"{who}: {verb}: {way} {'does not offer what is accepted' if done else 'offers what is refused'}"


#: Whose reasons are listened to everywhere; and situations in which everybody's are.
HEARD = frozenset({"system", "resident as resident", "member as member", "unit as organisation", "worker2 as worker"})
TELLING = frozenset(
    {
        "published",
        "published, asked by who works for a unit",
        "published, weighed by who lives with a member",
        "published, placed on behalf",
        "published, asked by a member",
        "published, a unit is kept away",
        "assigned to a unit whose contact lives with the asker",
        "claimed by one of three",
        "claimed, time is over",
        "delivered, just reminded twice",
        "delivered, reminded twice, time is over",
        "delivered, the asker's login was handed out by the placer",
    }
)


@pytest.mark.parametrize("name", SITUATIONS)
def test_offered_is_accepted(town: Town, name: str) -> None:
    asked = None if groups.database() == "sqlite" or name in TELLING else HEARD
    assert list(differences(town, town.lay(name), asked)) == []


@pytest.mark.databases("sqlite")
def test_the_walk_leaves_nothing_out(town: Town) -> None:
    """Every state, every role; every verb is accepted here and refused there, for every reason that a situation can give."""
    everybody, heard, states = list(town.everybody()), {verb: set[str]() for verb in VERBS}, set[State]()
    for name in SITUATIONS:
        with undone():
            lies = town.lay(name)
            for by in (by for who, by in everybody if name in TELLING or who in HEARD):
                found = read(lies.order, by=by, at=lies.at)
                assert found is not None
                situation = found.situation(lies.at)
                states.add(situation.state)
                for verb in VERBS:
                    heard[verb].add(rules.why_not(verb, situation))
    assert states == set(State)
    assert {by.role for _who, by in everybody} == set(Role)
    print(f"{len(SITUATIONS)} situations x {len(everybody)} roles x {len(VERBS)} verbs")
    assert all("" in sentences and len(sentences) > 1 for sentences in heard.values()), heard
    assert {
        "已被别人接走，看看附近另外几单。",
        "您已经接了这一单。",
        "您手上已经有 5 单，先办好一单再接。",
        "您手上已经有 20 单，先办好一单再接。",
        "自己点的单，要请别人来接。",
        "一家人点的单，要请别人来接。",
        "同单位的人点的单，要请别人来接。",
        "自己定分的单，要请别人来接。",
        "自己代点的单，要请别人来接。",
        "代点或定分的是一家人或本单位的人，要请别人来接。",
        "这一单要请别人来接。",
    } <= heard[Verb.CLAIM]
    assert "一家人点的单，要请别人来接。" in heard[Verb.ACCEPT]
    assert "提醒过两次、再等两天没有回话，才能关闭。" in heard[Verb.CLOSE]
    assert {
        "办的人不能自己确认，请点单的人来确认。",
        "这一单您经手过，请另一位同事来确认。",
        "这一单和这个账号是同一位同事经手的，请社区另一位同事来确认。",
    } <= heard[Verb.CONFIRM]


#: Some situations with who finds what in them, through the whole of Django: links of the page, forms, the API.
SEEN = [
    ("published", "member"),
    ("published", "busy"),
    ("published", "kin"),
    ("published", ""),
    ("assigned to a unit", "unit"),
    ("assigned to a unit whose contact lives with the asker", "unit_kin"),
    ("claimed by one of three", "member"),
    ("claimed by one of three", "member2"),
    ("claimed by three of three", "secretary"),
    ("delivered by a member", "resident"),
    ("delivered, placed on behalf", "secretary"),
    ("delivered, just reminded twice", "worker2"),
    ("delivered, reminded twice, time is over", "worker2"),
    ("published, a unit is kept away", "unit"),
    ("published, a unit is kept away", "colleague"),
    ("published, a unit is kept away", "resident"),
    ("placed", "worker2"),
    ("taken on", "secretary"),
    ("declined", "worker2"),
]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("name", "login"), SEEN)
def test_the_pages_and_the_api_show_it(town: Town, monkeypatch: pytest.MonkeyPatch, name: str, login: str) -> None:
    lies, client = town.lay(name), Client()
    monkeypatch.setattr(clock, "now", lambda: lies.at)
    if login:
        client.force_login(town.users[login])
    by = next(actor for who, actor in town.everybody() if who.startswith(f"{login} as ")) if login else dict(town.everybody())["nobody"]
    ways = offered(lies, by)
    page = client.get(f"/orders/{lies.order}/").content.decode()
    linked = set(re.findall(rf'(?:href|action)="/orders/{lies.order}/([a-z]+)', page)) - {"history", "contact"}
    assert linked == ways["page"]
    for verb in sorted(set(VERBS) - MACHINE):
        status = client.get(f"/orders/{lies.order}/{verb}").status_code
        assert (status == 200) == (verb in ways["guards"]), (verb, status)
    if login:
        assert set(api_moves(town, login, by, lies)) == ways["api"]


def api_moves(town: Town, login: str, by: Actor, lies: Lies) -> list[str]:
    """The moves as the API tells them to that login."""
    raw = f"token-of-{login}"
    more: dict[str, Any] = {"acting_as": by.acting_as, "epoch": town.users[login].epoch, "created_at": lies.at}
    Token.objects.create(
        user=town.users[login], digest=hashlib.sha256(raw.encode()).digest(), expires_at=lies.at.replace(year=2027), **more
    )
    answer = Client().get(f"/api/v1/orders/{lies.order}", headers={"Authorization": f"Bearer {raw}"})
    moves: list[str] = answer.json()["moves"]
    return moves


Fault = Callable[[pytest.MonkeyPatch], None]


def omitted(verb: str) -> Fault:
    """Whoever offers the move forgets its guard."""
    return lambda patch: patch.setitem(rules.GUARDS, verb, lambda s: None)


def flipped(verb: str) -> Fault:
    """Whoever offers the move takes its guard the other way round."""
    real = rules.GUARDS[verb]

    def check(s: Situation) -> None:
        try:
            real(s)
        except Exception:
            return
        raise NotAllowed("")

    return lambda patch: patch.setitem(rules.GUARDS, verb, check)


def unguarded(check: str) -> Fault:
    """The action forgets its guard, and takes whatever claim there is."""
    return lambda patch: patch.setattr(rules, check, lambda s, *more: s.claims_read[0] if s.claims_read else None)


def hands_uncounted(patch: pytest.MonkeyPatch) -> None:
    """The page's statement does not count what somebody holds."""
    patch.setattr(reading, "_holder", lambda by: ("", 0))


def time_ignored(patch: pytest.MonkeyPatch) -> None:
    """As it was once: two reminders are enough, however long ago."""
    real = rules.GUARDS[Verb.CLOSE]
    patch.setitem(rules.GUARDS, Verb.CLOSE, lambda s: real(replace(s, at=s.at + timedelta(days=365))))


def kept_away_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The page's statement does not read who is kept away."""
    real = reading._order
    patch.setattr(reading, "_order", lambda row: real({**row, "excluded": []}))


TWINS: list[tuple[str, Fault]] = [
    *(("claimed by one of three", omitted(verb)) for verb in (Verb.CLAIM, Verb.RELEASE, Verb.DELIVER, Verb.PUBLISH, rules.NOTE)),
    *(("delivered, just reminded twice", omitted(verb)) for verb in (Verb.CONFIRM, Verb.RETURN, Verb.CLOSE, rules.REMIND)),
    *(("published", flipped(verb)) for verb in (Verb.CLAIM, Verb.ASSIGN, Verb.MERGE, Verb.CANCEL)),
    *(("assigned to a unit", flipped(verb)) for verb in (Verb.ACCEPT, Verb.REFUSE)),
    *(("placed", flipped(verb)) for verb in (Verb.TRIAGE, Verb.DECLINE)),
    ("published", unguarded("check_claim")),
    ("delivered by a member", unguarded("check_confirm")),
    ("assigned to a unit whose contact lives with the asker", unguarded("check_accept")),
    ("published", hands_uncounted),
    ("published, a unit is kept away", kept_away_forgotten),
    ("delivered, just reminded twice", time_ignored),
]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("name", "fault"), TWINS)
def test_a_broken_twin_is_found(town: Town, monkeypatch: pytest.MonkeyPatch, name: str, fault: Fault) -> None:
    lies = town.lay(name)
    fault(monkeypatch)
    assert next(differences(town, lies), "")
