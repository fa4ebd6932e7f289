"""Photos received before their form is taken: once, for whoever sent them, for a day, and never half."""

import errno
import io
import os
import stat
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from zengyi.core import clock, staging, throttle, work
from zengyi.core.errors import Invalid, TooMany, WrongState

ANNA, BODO = 7, 8


def photo(colour: str = "grey") -> bytes:
    """A small one."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def files(settings: object) -> Callable[[], list[Path]]:
    """What lies there."""
    return lambda: sorted(path for path in Path(settings.STAGED_ROOT).rglob("*") if path.is_file())  # type: ignore[attr-defined]


Files = Callable[[], list[Path]]


def test_the_same_again_gets_the_same_answer_and_writes_nothing(db: None, at: datetime, files: Files) -> None:
    name, sent = uuid4(), photo()
    answer = staging.receive(ANNA, name, sent, at=at)
    before = [(path, path.stat().st_mtime_ns) for path in files()]
    assert staging.receive(ANNA, name, sent, at=at + timedelta(minutes=1)) == answer
    assert [(path, path.stat().st_mtime_ns) for path in files()] == before
    assert staging.content_of(ANNA, name) == sent, "to the byte"
    with pytest.raises(WrongState):
        staging.receive(ANNA, name, photo("teal"), at=at)
    assert staging.content_of(ANNA, name) == sent


def test_it_is_its_senders_alone_on_this_machine_too(db: None, at: datetime, files: Files) -> None:
    name = uuid4()
    staging.receive(ANNA, name, photo(), at=at)
    assert staging.content_of(BODO, name) is None and staging.preview_of(BODO, name) is None
    staging.drop(BODO, [name])
    assert staging.is_there(ANNA, name)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files()} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in files()} == {0o700}
    staging.drop(ANNA, [name, uuid4()])
    assert files() == []


def test_what_is_no_photo_is_refused_at_once(db: None, at: datetime, files: Files) -> None:
    for odd in (b"", b"no photo", b"<svg onload=alert(1)>", photo() + b"<script>"):
        with pytest.raises(Invalid):
            staging.receive(ANNA, uuid4(), odd, at=at)
    assert files() == []


def test_a_preview_holds_nothing_but_pixels(db: None, at: datetime) -> None:
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010E] = "SECRET-PLACE"
    Image.new("RGB", (900, 900)).save(file, "JPEG", exif=exif)
    name = uuid4()
    staging.receive(ANNA, name, file.getvalue(), at=at)
    preview = staging.preview_of(ANNA, name)
    assert preview is not None and b"SECRET-PLACE" not in preview
    assert Image.open(io.BytesIO(preview)).size == (640, 640)


def test_one_login_keeps_so_many_and_may_make_room(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch, files: Files) -> None:
    monkeypatch.setattr(staging, "PHOTOS_MOST", 3)
    names = [uuid4() for _n in range(4)]
    for name in names[:3]:
        staging.receive(ANNA, name, photo(), at=at)
    with pytest.raises(TooMany, match="3 张照片选好了没有交") as refused:
        staging.receive(ANNA, names[3], photo(), at=at + timedelta(hours=23))
    assert refused.value.retry_after == 3600
    assert len(files()) == 6
    staging.receive(BODO, names[3], photo(), at=at)
    staging.drop(ANNA, names[:1])
    staging.receive(ANNA, names[3], photo(), at=at)


def test_one_login_keeps_so_much(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch, files: Files) -> None:
    monkeypatch.setattr(staging, "BYTES_MOST", 3 * len(photo()))
    staging.receive(ANNA, uuid4(), photo(), at=at)
    with pytest.raises(TooMany):
        staging.receive(ANNA, uuid4(), photo(), at=at)
    assert len(files()) == 2


def test_photos_of_an_hour_are_counted(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "AN_HOUR", 2)
    name = uuid4()
    staging.receive(ANNA, name, photo(), at=at)
    for _again in range(3):
        staging.receive(ANNA, name, photo(), at=at)
    staging.receive(ANNA, uuid4(), photo(), at=at)
    with pytest.raises(TooMany, match="试得太多了"):
        staging.receive(ANNA, uuid4(), photo(), at=at)


def test_a_day_later_it_is_swept(db: None, at: datetime, files: Files) -> None:
    name = uuid4()
    staging.receive(ANNA, name, photo(), at=at)
    left = files()[0].with_name(f"{uuid4()}.part")
    left.write_bytes(b"a crash left this")
    os.utime(left, (at.timestamp(), at.timestamp()))
    sweep = work.JOBS["staged"].run
    assert sweep(at + timedelta(hours=24)) == 0
    assert staging.is_there(ANNA, name)
    assert sweep(at + timedelta(hours=24, seconds=1)) == 3
    assert files() == []


def test_there_is_nothing_to_sweep_on_a_new_machine(settings: object) -> None:
    assert not Path(settings.STAGED_ROOT).exists()  # type: ignore[attr-defined]
    assert staging.sweep(clock.now()) == 0


@pytest.mark.parametrize("step", [1, 2])
def test_a_full_disk_leaves_no_half_photo(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch, files: Files, step: int) -> None:
    calls = []

    def full(_handle: int) -> None:
        calls.append(1)
        if len(calls) == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    name = uuid4()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        staging.receive(ANNA, name, photo(), at=at)
    assert files() == [] and not staging.is_there(ANNA, name)
    assert staging.receive(ANNA, name, photo(), at=at)


def race(sent: list[bytes], names: list[UUID], at: datetime) -> list[str]:
    """So many at the same moment, each beyond what counts tries; returns how each ended."""
    begin, ended = threading.Barrier(len(sent)), []

    def run(content: bytes, name: UUID) -> None:
        begin.wait()
        try:
            staging.receive(ANNA, name, content, at=at)
            ended.append("kept")
        except (WrongState, TooMany) as refusal:
            ended.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=one) for one in zip(sent, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about files: threads need no database then."""
    monkeypatch.setattr(throttle, "hit", lambda *_asked, **_more: None)


@pytest.mark.usefixtures("uncounted")
def test_two_photos_under_one_id_at_once(at: datetime, files: Files) -> None:
    name = uuid4()
    assert race([photo("grey"), photo("teal")], [name, name], at) == ["WrongState", "kept"]
    assert staging.content_of(ANNA, name) in (photo("grey"), photo("teal"))
    assert len(files()) == 2


@pytest.mark.usefixtures("uncounted")
def test_the_same_photo_twice_at_once_is_kept_once(at: datetime, files: Files) -> None:
    name = uuid4()
    assert race([photo()] * 4, [name] * 4, at) == ["kept"] * 4
    assert len(files()) == 2


@pytest.mark.usefixtures("uncounted")
def test_many_at_once_never_keep_more_than_the_limit(at: datetime, monkeypatch: pytest.MonkeyPatch, files: Files) -> None:
    monkeypatch.setattr(staging, "PHOTOS_MOST", 3)
    race([photo()] * 8, [uuid4() for _n in range(8)], at)
    assert len([path for path in files() if not path.suffix]) <= 3
