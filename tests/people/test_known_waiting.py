"""The statement of what waits is written once for all who are alike, and serves each of them with their own values."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import AT, Cast
from zengyi.core import clock
from zengyi.orders.models import Order
from zengyi.people.queries import samples
from zengyi.people.queries.samples import sample_of
from zengyi.people.queries.waiting import COUNTED_MOST, LEARNED_MOST, Source, Waiting, learned, told, waiting
from zengyi.people.rules import Actor, Role
from zengyi.people.web.waiting import sources

BY = Actor(
    user_id=7,
    role=Role.WORKER,
    name="小赵",
    person_id=7,
    community_id=3,
    place_path="1/2_0%/",
    organisation_id=9,
    unit_id=4,
    contact_of=frozenset({4, 9, 2}),
    household=b"door",
)


def test_every_word_about_an_actor_is_a_sample_or_kept() -> None:
    ids = [name for names in samples.IDS.values() for name in names]
    assert sorted([*ids, *samples.TEXTS, *samples.BYTES, *samples.KEPT]) == sorted(field.name for field in fields(Actor))


def test_who_is_alike_has_the_same_sample_and_values_of_their_own() -> None:
    sample, values = sample_of(BY)
    assert sample_of(sample)[0] == sample
    other = replace(BY, user_id=8, person_id=2**40, place_path="5/", organisation_id=90, unit_id=40, contact_of=frozenset({40, 90, 20}))
    assert sample_of(other)[0] == sample
    assert [values[f"unit{rank}"] for rank in range(3)] == [2, 4, 9] and values["login0"] == values["person0"] == 7
    assert values["place_path_begins"] == "1/2\\_0\\%/%"
    unlike: list[dict[str, Any]] = [
        {"role": Role.SECRETARY},
        {"person_id": None},
        {"household": None},
        {"place_path": ""},
        {"contact_of": frozenset({4, 9})},
        {"contact_of": frozenset({4, 9, 2, 1})},
        {"makers": frozenset({1})},
        {"organisation_id": 4},
        {"duty": "GIVING"},
    ]
    for changed in unlike:
        assert sample_of(replace(BY, **changed))[0] != sample, changed
    assert sample_of(BY, 1)[0] != sample and sample_of(sample, 1)[0] == sample_of(BY, 1)[0]


def test_it_is_written_once_for_all_who_are_alike_and_each_sees_their_own(cast: Cast, at: datetime) -> None:
    for name in ("member", "member2"):
        cast.delivered("unit", name)
    asked = []

    def rows(by: Actor, moment: datetime) -> Any:
        asked.append(by)
        mine = Order.objects.filter(requester_id=by.person_id, delivered_at__gt=moment - timedelta(days=1)).order_by("pk")
        return told(mine, since="delivered_at", title="title", detail="requester__name")

    source = Source("mine", rows, lambda row: Waiting(title=row.title, detail=row.detail, verb="", url="", since=row.since))
    for name in ("member", "member2", "member"):
        who = cast.actor(name)
        by = replace(cast.actor("member"), user_id=who.user_id, person_id=who.person_id, member_id=who.member_id, name=who.name)
        for later, n in ((timedelta(), 1), (timedelta(days=2), 0)):
            found = waiting([source], by=by, at=AT + later, most=COUNTED_MOST)
            assert [item.detail for item in found.items] == [by.name] * n, (name, later)
    assert len(asked) == 2 * 2, "two samples for each of two days"


def _of(rows: Callable[[Actor, datetime], Any]) -> Source:
    return Source("wrong", rows, lambda row: Waiting(title="", detail="", verb="", url="", since=row.since))


def _told(**conditions: Any) -> Any:
    return told(Order.objects.filter(**conditions), since="placed_at", title="title")


WRONG: dict[str, Callable[[Actor, datetime], Any]] = {
    "a number made of an id": lambda by, at: _told(pk=(by.community_id or 0) + 1),
    "a text made of an id": lambda by, at: _told(title=f"{by.user_id}"),
    "a text made of a name": lambda by, at: _told(title=f"{by.name}的单"),
    "the hour": lambda by, at: _told(placed_at__gt=at.replace(minute=0, second=0, microsecond=0)),
    "a number of the hour": lambda by, at: _told(pk=at.hour),
    "another query in the evening": lambda by, at: _told(pk=1) if at.astimezone(clock.SHANGHAI).hour < 12 else _told(pk=1, state="PLACED"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_calculated_from_a_sample_is_refused(db: None, wrong: str) -> None:
    """The loss: the sample's own number, kept in the statement, would answer for everybody."""
    with pytest.raises(TypeError, match="sample"):
        waiting([_of(WRONG[wrong])], by=BY, at=AT, most=3)


def test_there_is_room_for_every_kind_of_actor() -> None:
    assert 4 * len(Role) <= LEARNED_MOST and learned.cache_info().maxsize == LEARNED_MOST and sources()
