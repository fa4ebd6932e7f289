"""What falls due by itself: leases, reminders, silence, and files nobody names."""

import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.orders.test_placing import jpeg, kept_files
from zengyi.core.models import Event
from zengyi.core.photos import FOLDERS
from zengyi.orders import actions
from zengyi.orders.actions import photos
from zengyi.orders.models import Claim, Order, Photo
from zengyi.orders.queries.files import path_of

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def verbs(order: Order) -> list[str]:
    """The steps the system made."""
    return list(Event.objects.filter(object_type="order", object_id=order.pk, role="system").order_by("pk").values_list("verb", flat=True))


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_nothing_is_due(cast: Cast, at: datetime) -> None:
    cast.place(), cast.published(), cast.claimed(), cast.delivered()
    assert actions.run_due(at + 3 * HOUR) == 0


def test_a_proposal_nobody_answers_is_open_again(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident")
    actions.assign(order.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=at)
    until = Claim.objects.get(order=order).lease_until
    assert actions.run_due(until - MINUTE) == 0
    assert actions.run_due(until) == 1
    assert (state_of(order), verbs(order)) == ("PUBLISHED", ["lapse"])
    assert actions.run_due(until + DAY) == 0


def test_a_claim_lapses_a_day_after_a_reminder(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    until = Claim.objects.get(order=order).lease_until
    assert actions.run_due(until) == 1
    assert (state_of(order), verbs(order)) == ("CLAIMED", ["remind_claimant"])
    assert actions.run_due(until + DAY - MINUTE) == 0
    assert actions.run_due(until + DAY) == 1
    assert (state_of(order), verbs(order)) == ("PUBLISHED", ["remind_claimant", "lapse"])
    assert actions.claim(order.pk, by=cast.actor("member2"), at=until + DAY).taken == 1


def test_a_worker_that_was_away_still_gives_a_day(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    late = Claim.objects.get(order=order).lease_until + 10 * DAY
    assert actions.run_due(late) == 1
    assert actions.run_due(late + MINUTE) == 0
    assert actions.run_due(late + DAY) == 1
    assert verbs(order) == ["remind_claimant", "lapse"]


def test_delivering_after_the_reminder_is_in_time(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    until = Claim.objects.get(order=order).lease_until
    actions.run_due(until)
    actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=until + HOUR)
    assert actions.run_due(until + DAY) == 0
    assert state_of(order) == "DELIVERED"


def test_after_coming_back_there_is_a_reminder_again(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    until = Claim.objects.get(order=order).lease_until
    actions.run_due(until)
    actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=until + HOUR)
    actions.send_back(order.pk, reason="还不行", by=cast.actor("resident"), at=until + 2 * HOUR)
    again = Claim.objects.get(order=order).lease_until
    assert again > until + DAY and actions.run_due(again - MINUTE) == 0
    actions.run_due(again)
    assert verbs(order) == ["remind_claimant", "remind_claimant"]


def test_two_reminders_and_then_silence(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    delivered = order.delivered_at or at
    done = [actions.run_due(delivered + n * DAY) for n in range(8)]
    assert done == [0, 0, 1, 0, 1, 0, 1, 0]
    assert (state_of(order), verbs(order)) == ("CLOSED", ["remind", "remind", "close"])
    assert cast.balance(member="member2") == 0


def test_an_answer_stops_it(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    actions.run_due(at + 3 * DAY)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + 4 * DAY)
    assert actions.run_due(at + 30 * DAY) == 0


def test_one_refusal_does_not_stop_the_others(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (cast.claimed("member2", "resident") for _n in range(2))
    until = Claim.objects.get(order=second).lease_until
    actions.run_due(until)
    real = actions.due.lapse  # type: ignore[attr-defined]

    def stolen(order_id: int, claim_id: int, **more: Any) -> Order:
        if order_id == first.pk:
            actions.release(order_id, reason="刚好退了", by=cast.actor("member2"), at=until + DAY)
        moved: Order = real(order_id, claim_id, **more)
        return moved

    monkeypatch.setattr("zengyi.orders.actions.due.lapse", stolen)
    assert actions.run_due(until + DAY) == 1
    assert [state_of(order) for order in (first, second)] == ["PUBLISHED", "PUBLISHED"]
    assert [verbs(order)[-1] for order in (first, second)] == ["remind_claimant", "lapse"]


def at_folder(name: str, at: datetime) -> datetime:
    """The next minute whose turn is that folder."""
    turn = int(at.timestamp()) // 60 % FOLDERS
    return at + (int(name, 16) - turn) % FOLDERS * MINUTE


def orphan(name: str, age: timedelta, at: datetime) -> Path:
    path = path_of(uuid.UUID(name + uuid.uuid4().hex[2:]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left over")
    os.utime(path, ((at - age).timestamp(),) * 2)
    return path


def test_files_nobody_names_go_after_six_hours(cast: Cast, at: datetime) -> None:
    cast.place("resident", photos=[jpeg()])
    photo = Photo.objects.get()
    folder = str(photo.pk)[:2]
    turn = at_folder(folder, at)
    for preview in (False, True):
        os.utime(path_of(photo.pk, preview=preview), ((at - 30 * DAY).timestamp(),) * 2)
    old, young = orphan(folder, 7 * HOUR, turn), orphan(folder, 5 * HOUR, turn)
    elsewhere = orphan(f"{(int(folder, 16) + 1) % 256:02x}", 7 * HOUR, turn)
    foreign = old.with_name("._notes.jpg")
    foreign.write_bytes(b"of some file manager")
    os.utime(foreign, (0, 0))
    assert photos.sweep(turn) == 1 and foreign.exists()
    foreign.unlink()
    assert set(kept_files()) == {young, elsewhere, path_of(photo.pk), path_of(photo.pk, preview=True)} and not old.exists()
    assert photos.sweep(turn + MINUTE) == 1 and not elsewhere.exists()
    assert photos.sweep(turn + 2 * MINUTE) == 0


def test_every_folder_has_its_turn(db: None, at: datetime) -> None:
    files = [orphan(f"{n:02x}", 7 * HOUR, at) for n in range(256)]
    assert sum(photos.sweep(at + n * MINUTE) for n in range(256)) == 256
    assert not any(path.exists() for path in files)


def test_an_orphan_behind_a_thousand_photos_is_found(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.core.photos.ASKED_AT_ONCE", 10)
    order = cast.place("resident")
    named = [orphan("7f", 7 * HOUR, at) for _n in range(25)]
    rows = [
        Photo(id=uuid.UUID(p.stem), order=order, stage="BEFORE", width=1, height=1, size=1, by=cast.users["resident"], added_at=at)
        for p in named
    ]
    Photo.objects.bulk_create(rows)
    left = [orphan("7f", 7 * HOUR, at) for _n in range(3)]
    assert photos.sweep(at_folder("7f", at)) == 3
    assert all(path.exists() for path in named) and not any(path.exists() for path in left)


def test_looking_for_files_does_not_grow_with_the_photos(db: None, at: datetime, sql: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks at the files of one folder only."""
    for n in range(64):
        orphan(f"{n:02x}", HOUR, at)
    looked: list[Path] = []
    real = Path.stat

    def stat(path: Path, **more: Any) -> os.stat_result:
        looked.append(path)
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    with sql() as seen:
        photos.sweep(at_folder("05", at))
    assert {path.parent.name for path in looked if path.suffix} == {"05"} and seen == []
    assert Path(settings.MEDIA_ROOT).exists()
