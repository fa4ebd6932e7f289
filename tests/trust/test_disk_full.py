"""A disk that is full: what reads goes on, what writes says so, and nothing is half there."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError
from django.test import Client

from tests.trust.ground import Ground, jpeg
from tests.trust.walk import token
from zengyi.core import probe
from zengyi.orders.models import Order, Photo

WORDS = {"kind": "DEMAND", "category": "ROAD", "title": "桥面破损", "text": "西段桥面有两处大坑。", "urgency": "2"}


class Disk:
    """A small disk that photos are kept on. Where nothing can be mounted, writing to the end of a file fails instead."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = patch
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
        self.real = os.geteuid() == 0 and not subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode

    def fill(self, *, but: int = 0) -> None:
        """Leave no room but for so many blocks."""
        if not self.real:
            self.patch.setattr(os, "fsync", _no_room)
            return
        full = self.folder / "full"
        with full.open("ab", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(4096))
        os.truncate(full, full.stat().st_size // 4096 * 4096 - but * 4096)

    def free(self) -> None:
        """Make room again."""
        self.patch.undo()
        (self.folder / "full").unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """What lies there."""
        return [path for path in self.folder.rglob("*") if path.is_file() and path.name != "full"]


def _no_room(_handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Iterator[Disk]:
    """The small disk, with nothing on it."""
    folder = tmp_path / "small"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    probe._last.clear()
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(folder, patch)
        yield disk
    if disk.real:
        subprocess.run(["umount", folder], check=True)
    probe._last.clear()


def photos(number: int) -> list[SimpleUploadedFile]:
    """So many, as a form sends them."""
    return [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(number)]


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_a_photo_that_finds_no_room_is_told_and_leaves_nothing(ground: Ground, disk: Disk, blocks: int) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(ground.users["resident"])
    before, kept = Order.objects.count(), Photo.objects.count()
    disk.fill(but=blocks)
    answer = client.post("/orders/new", {**WORDS, "photos": photos(2)})
    assert answer.status_code == 503
    assert "没有地方存" in answer.content.decode()
    assert int(answer["Retry-After"]) > 0
    assert disk.files() == []
    assert (Order.objects.count(), Photo.objects.count()) == (before, kept)
    assert client.get("/orders/").status_code == client.get("/mine/").status_code == 200
    disk.free()
    assert client.post("/orders/new", {**WORDS, "photos": photos(2)}).status_code == 303
    assert (Photo.objects.count(), len(disk.files())) == (kept + 2, 4)


def test_ready_asks_by_writing_a_file(ground: Ground, disk: Disk) -> None:
    assert Client().get("/ready").status_code == 200
    disk.fill()
    assert Client().get("/ready").status_code == 200, "asked again at once, it is the last answer"
    probe._last.clear()
    answer = Client().get("/ready")
    assert (answer.status_code, answer.json()["files"], answer.json()["writes"]) == (503, False, True)
    assert Client().get("/health").status_code == 200
    disk.free()
    probe._last.clear()
    assert Client().get("/ready").status_code == 200
    assert disk.files() == []


NO_ROOM = (DatabaseError("database or disk is full"), OperationalError("could not extend file: No space left on device"))


@pytest.mark.parametrize("error", NO_ROOM)
def test_a_database_without_room_is_told(ground: Ground, monkeypatch: pytest.MonkeyPatch, error: DatabaseError) -> None:
    def full(*_asked: Any, **_more: Any) -> None:
        raise error

    client = Client(raise_request_exception=False)
    client.force_login(ground.users["resident"])
    probe._last.clear()
    monkeypatch.setattr(Order, "save", full)
    monkeypatch.setattr(Order.objects, "create", full)
    monkeypatch.setattr(probe, "_touch", full)
    answer = client.post("/orders/new", WORDS)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    api = {"Authorization": f"Bearer {token(ground, 'resident')}"}
    body = {name: WORDS[name] for name in ("kind", "category", "title", "text")}
    told = client.post("/api/v1/orders", body, content_type="application/json", headers=api)
    assert (told.status_code, told["Content-Type"]) == (503, "application/problem+json")
    assert client.get("/orders/").status_code == 200
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["writes"], ready.json()["database"]) == (503, False, True)
    probe._last.clear()
