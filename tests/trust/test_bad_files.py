"""Hostile files in every form that takes any: refused with a sentence, nothing kept, the words still there."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.trust.forms_of import read
from tests.trust.ground import Ground, jpeg, undone
from tests.trust.test_bad_forms import Browser
from tests.trust.walk import watched
from zengyi.orders.models import Photo

WORDS = {"kind": "DEMAND", "category": "ROAD", "title": "桥面破损", "text": "西段桥面有两处大坑。", "urgency": "2"}
PART = 1_000_000
HEAD = "支部,党员编号,姓名,手机,身份\n"


def png(width: int, height: int, *, lie: bool = False) -> bytes:
    """A white picture that unpacks to ``width × height``; ``lie``: it only says so."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = b"" if lie else (b"\0" + b"\xff" * -(-width // 8)) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def zipped(name: str, size: int) -> bytes:
    """An archive with one file of zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as inside:
        for _part in range(size // PART):
            inside.write(b"0" * PART)
        inside.write(b"0" * (size % PART))
    return file.getvalue()


def gif() -> bytes:
    """A picture of a kind that is not taken."""
    file = io.BytesIO()
    Image.new("P", (4, 4)).save(file, "GIF")
    return file.getvalue()


#: Made when a test asks for one: every worker of the suite reads this file.
PHOTOS: dict[str, Callable[[], bytes]] = {
    "empty but for a byte": lambda: b"\0",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "gif": gif,
    "truncated": lambda: jpeg()[:200],
    "only a head": lambda: jpeg()[:3],
    "zip": lambda: zipped("a.txt", 10),
    "jpeg with a page behind": lambda: jpeg() + b"<script>alert(1)</script>",
    "jpeg with an archive behind": lambda: jpeg() + zipped("a.txt", 10),
    "pdf before": lambda: b"%PDF-1.7\n" + jpeg(),
    "bomb": lambda: png(12_000, 12_000),
    "huge by its head": lambda: png(2**31 - 1, 2**31 - 1, lie=True),
    "nothing by its head": lambda: png(0, 0, lie=True),
    "noise": lambda: bytes(range(256)) * 64,
    "too many bytes": lambda: jpeg() + b"\0" * (8 * 1024 * 1024),
}
SHEETS: dict[str, Callable[[], bytes]] = {
    "noise": lambda: bytes(range(256)) * 64,
    "photo": jpeg,
    "zip bomb": lambda: zipped("xl/worksheets/sheet1.xml", 200_000_000),
    "empty zip": lambda: zipped("a.txt", 0),
    "nothing but a head": HEAD.encode,
    "another head": lambda: b"a,b,c\n1,2,3\n",
    "no text": lambda: HEAD.encode("utf-16-be") + b"\xd8\x00",
    "formula": lambda: (HEAD + "=cmd|'/c calc'!A0,1,甲,,在册\n").encode() + b"\0",
    "a cell too long": (HEAD + "第一支部,D9," + "甲" * 50_000 + ",,在册\n").encode,
    "no such status": (HEAD + "第一支部,D9,甲,,国王\n").encode,
    "no phone": (HEAD + "第一支部,D9,甲,12,在册\n").encode,
    "twice": (HEAD + "第一支部,D9,甲,,在册\n第一支部,D9,乙,,在册\n").encode,
}


def kept_files() -> set[Path]:
    """The files of photos there are."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("where", ["new", "deliver"])
def test_a_hostile_photo(ground: Ground, where: str, name: str) -> None:
    who, path = ("resident", "/orders/new") if where == "new" else ("unit", f"/orders/{ground.order('CLAIMED', holder='unit').id}/deliver")
    before, sound = kept_files(), SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    hostile = SimpleUploadedFile("../../b.jpg", PHOTOS[name](), "image/jpeg")
    answer = Browser(ground, who).send(path, {**WORDS, "photos": [sound, hostile]})
    assert answer.status_code == 422
    assert kept_files() == before
    shown = read(answer.content.decode())
    assert shown.texts["text"] == WORDS["text"]
    assert "b.jpg" not in answer.content.decode()


def test_more_photos_than_are_taken(ground: Ground) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(7)]
    assert Browser(ground, "resident").send("/orders/new", {**WORDS, "photos": photos}).status_code == 422


def test_what_a_phone_wrote_beside_the_pixels_is_gone(ground: Ground) -> None:
    picture, file = Image.new("RGB", (64, 48), "grey"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F] = "canary-maker"
    exif.get_ifd(0x8825)[2] = (32.0, 1.0, 30.0)
    picture.save(file, "JPEG", exif=exif, comment=b"canary-comment")
    assert b"canary" in file.getvalue()
    browser = Browser(ground, "resident")
    with undone():
        answer = browser.client.post("/orders/new", {**WORDS, "photos": SimpleUploadedFile("长" * 300 + "\u202egpj.exe", file.getvalue())})
        assert answer.status_code == 303
        photo = Photo.objects.latest("added_at")
        served = browser.client.get(f"/photos/{photo.pk}.jpg")
        body = b"".join(served)
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"canary" not in body and not Image.open(io.BytesIO(body)).getexif()


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_hostile_sheet(ground: Ground, name: str, ending: str) -> None:
    browser, upload = Browser(ground, "worker"), SimpleUploadedFile(f"../名单.{ending}", SHEETS[name]())
    with watched() as written:
        answer = browser.client.post("/people/import/members/", {"file": upload})
    assert answer.status_code in (200, 422)
    page = answer.content.decode()
    assert answer.status_code == 422 or 'role="alert"' in page
    assert 'name="upload"' not in page
    assert not written


@pytest.mark.parametrize("given", ["", "x", "../../etc/passwd", "\0", "9" * 500, "00000000-0000-0000-0000-000000000000", ["a", "b"]])
def test_an_upload_that_was_never_kept(ground: Ground, given: Any) -> None:
    browser = Browser(ground, "worker")
    with watched() as written:
        answer = browser.client.post("/people/import/members/", {"upload": given})
    assert answer.status_code in (404, 409, 422)
    assert not written
