"""Placing: for oneself, on behalf of somebody, with photos, and what is refused."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image

from tests.cast import AT, BRIDGE, Cast
from tests.trail import refused, told
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, TooMany
from zengyi.orders import actions, queries
from zengyi.orders.models import Order, Photo
from zengyi.orders.queries.files import path_of
from zengyi.orders.rules import Channel, OnBehalf
from zengyi.people.models import Person
from zengyi.people.rules import NOBODY, SYSTEM


def jpeg(side: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "grey").save(file, "JPEG")
    return file.getvalue()


def kept_files() -> list[Path]:
    return sorted(Path(settings.MEDIA_ROOT).rglob("*.jpg"))


@pytest.mark.parametrize(
    ("who", "source", "kind"),
    [
        ("resident", "RESIDENT", "DEMAND"),
        ("member", "MEMBER", "REPORT"),
        ("worker", "WORKER", "REPORT"),
        ("secretary", "WORKER", "REPORT"),
        ("unit", "RESIDENT", "REPORT"),
    ],
)
def test_for_oneself(cast: Cast, at: datetime, who: str, source: str, kind: str) -> None:
    with told("place") as step:
        order = cast.place(who, spot="桥头", contact="139 0000 1206")
    assert (order.state, order.outcome, order.source, order.channel) == ("PLACED", "", source, "SELF")
    assert (order.number, order.requester_id, order.placed_by_id) == ("2026-0001", cast.users[who].person_id, cast.users[who].pk)
    assert (order.difficulty, order.account_id, order.taken, order.ended_at) == (None, None, 0, None)
    assert Order.objects.get(pk=order.pk).contact == "13900001206"
    assert step.postings == []
    assert step.event.after == {"state": "PLACED", "kind": kind, "photos": 0, "channel": "SELF"}
    assert (step.event.object_id, step.event.user_id, step.event.at) == (order.pk, cast.users[who].pk, at)


def test_numbers_run_by_community_and_year(cast: Cast, at: datetime) -> None:
    next_year = at + timedelta(days=60)
    placed = [cast.place(), cast.place("resident"), cast.place("far_resident"), cast.place(at=next_year), cast.place()]
    assert [order.number for order in placed] == ["2026-0001", "2026-0002", "2026-0001", "2027-0001", "2026-0003"]


def test_on_behalf_of_a_known_person(cast: Cast) -> None:
    resident = cast.users["resident"].person
    assert resident is not None
    by_id = cast.place("worker", on_behalf=OnBehalf(person_id=resident.pk, channel=Channel.VISIT))
    by_phone = cast.place("worker2", on_behalf=OnBehalf(name="随便写的", phone="139-0000-1206"))
    for order, channel, who in ((by_id, "VISIT", "worker"), (by_phone, "PHONE", "worker2")):
        assert (order.requester_id, order.source, order.channel) == (resident.pk, "WORKER", channel)
        assert order.placed_by_id == cast.users[who].pk
    assert Person.objects.get(pk=resident.pk).name == "居民1206"


def test_on_behalf_of_somebody_new(cast: Cast) -> None:
    with told("place") as step:
        order = cast.place("worker", on_behalf=OnBehalf(name="居民0808", phone="13900000808", channel=Channel.PAPER))
    person = Person.objects.get(pk=order.requester_id)
    assert (person.name, person.phone, person.community_id) == ("居民0808", "13900000808", cast.community.pk)
    assert step.event.after["channel"] == "PAPER"
    again = cast.place("worker", on_behalf=OnBehalf(name="居民0808", phone="13900000808"))
    assert again.requester_id == person.pk


@pytest.mark.parametrize(
    ("behalf", "field"),
    [
        (OnBehalf(name=""), "name"),
        (OnBehalf(name="名" * 41), "name"),
        (OnBehalf(name="居民", phone="12"), "phone"),
        (OnBehalf(person_id=2**62), "person_id"),
        (OnBehalf(name="居民", channel=Channel.SELF), "channel"),
    ],
)
def test_on_behalf_of_nobody_in_particular(cast: Cast, behalf: OnBehalf, field: str) -> None:
    with refused(Invalid, fields={field}):
        cast.place("worker", on_behalf=behalf)


def test_on_behalf_of_somebody_elsewhere(cast: Cast) -> None:
    with refused(Invalid, "名单里没有这位居民", fields={"person_id"}):
        cast.place("worker", on_behalf=OnBehalf(person_id=cast.users["far_resident"].person_id))


@pytest.mark.parametrize("who", ["resident", "member", "unit"])
def test_only_staff_write_down_for_others(cast: Cast, who: str) -> None:
    with refused(Invalid, "请找社区工作人员", fields={"on_behalf_of"}):
        cast.place(who, on_behalf=OnBehalf(name="邻居"))


def test_staff_without_a_person_say_for_whom(cast: Cast) -> None:
    cast.login("clerk", None)
    cast.grant("clerk", "worker", cast.community)
    with refused(Invalid, fields={"on_behalf_of", "name"}):
        cast.place("clerk")
    assert cast.place("clerk", on_behalf=OnBehalf(name="居民")).source == "WORKER"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "THING"}, "kind"),
        ({"category": ""}, "category"),
        ({"urgency": 5}, "urgency"),
        ({"title": "桥"}, "title"),
        ({"title": " \u200b\n "}, "title"),
        ({"title": "桥" * 61}, "title"),
        ({"text": ""}, "text"),
        ({"text": "桥" * 2001}, "text"),
        ({"spot": "桥" * 61}, "spot"),
        ({"contact": "打我电话"}, "contact"),
        ({"place_id": 2**62}, "place"),
        ({"place_id": 2**70}, "place"),
        ({"place_id": -1}, "place"),
        ({"photos": [b"x"] * 7}, "photos"),
    ],
)
def test_what_cannot_be_taken(cast: Cast, given: dict[str, Any], field: str) -> None:
    with refused(Invalid, fields={field}):
        cast.place("resident", **given)


def test_a_place_of_another_community_is_unknown(cast: Cast) -> None:
    with refused(Invalid, fields={"place"}):
        cast.place("resident", place_id=cast.far_building.pk)


def test_control_characters_are_left_out(cast: Cast) -> None:
    order = cast.place("resident", title="灯\x00不\x07亮\n了", text="第一行\n第二行\x1b", spot="门\n口")
    assert (order.title, order.text, order.spot) == ("灯不亮 了", "第一行\n第二行", "门 口")


@pytest.mark.parametrize("who", ["property", "supervisor", "district", "admin"])
def test_who_may_not(cast: Cast, who: str) -> None:
    with refused(NotAllowed):
        cast.place(who, place_id=None)


@pytest.mark.parametrize(("who", "acting_as"), [("resident", ""), ("member", "resident"), ("unit", "resident")])
def test_a_resident_reports_nothing(cast: Cast, at: datetime, who: str, acting_as: str) -> None:
    """By rule, not only by the page: whatever way it comes."""
    by = cast.actor(who, acting_as)
    with refused(Invalid, "“上报”由党员、单位和社区来提", fields={"kind"}):
        actions.place(**BRIDGE, by=by, at=at)
    for kind in ("DEMAND", "WISH"):
        assert actions.place(**{**BRIDGE, "kind": kind}, by=by, at=at).kind == kind


def test_nobody_and_the_system_place_nothing(cast: Cast, at: datetime) -> None:
    with refused(NotSignedIn):
        actions.place(**BRIDGE, by=NOBODY, at=at)
    with refused(NotAllowed):
        actions.place(**BRIDGE, by=SYSTEM, at=at)


def test_a_days_quota(cast: Cast, at: datetime) -> None:
    for n in range(20):
        cast.place("resident", title=f"第{n}盏灯")
    with refused(TooMany, "请"):
        cast.place("resident")
    assert cast.place("neighbour").number == "2026-0021"
    assert cast.place("resident", at=at + timedelta(days=2)).state == "PLACED"


def test_photos_are_kept_under_random_names(cast: Cast) -> None:
    order = cast.place("resident", photos=[jpeg(40), jpeg(60)])
    rows = list(Photo.objects.filter(order=order).order_by("width"))
    assert [(row.stage, row.width, row.by_id) for row in rows] == [("BEFORE", n, cast.users["resident"].pk) for n in (40, 60)]
    assert kept_files() == sorted(path_of(row.pk, preview=preview) for row in rows for preview in (False, True))
    assert [path_of(row.pk).stat().st_size for row in rows] == [row.size for row in rows]


def test_a_preview_is_shown_and_where_there_is_none_the_photo(cast: Cast, at: datetime) -> None:
    cast.place("resident", photos=[jpeg(1000)])
    row, by = Photo.objects.get(), cast.actor("resident")
    small, large = queries.photo(row.pk, preview=True, by=by, at=at), queries.photo(row.pk, by=by, at=at)
    assert tuple(Image.open(io.BytesIO(path.read_bytes())).width for path in (small, large)) == (640, 1000)
    assert small.stat().st_size < large.stat().st_size == row.size
    small.unlink()
    assert queries.photo(row.pk, preview=True, by=by, at=at) == large
    with refused(NotThere):
        queries.photo(row.pk, preview=True, by=cast.actor("neighbour"), at=at)


def test_photos_stay_in_the_order_in_which_they_were_given(cast: Cast) -> None:
    widths = [60, 40, 70, 50, 45, 65]
    order = cast.place("resident", photos=[jpeg(width) for width in widths])
    shown = queries.detail(order.pk, by=cast.actor("resident"), at=AT).photos
    assert [photo.width for photo in shown] == widths


@pytest.mark.parametrize("given", [{"photos": [jpeg(), b"no photo"]}, {"photos": [jpeg()], "place_id": 2**62}])
def test_a_refused_order_leaves_no_file(cast: Cast, given: dict[str, Any]) -> None:
    with refused(Invalid):
        cast.place("resident", **given)
    assert kept_files() == []
