"""Only pixels survive; whatever else a file holds or pretends to be does not."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from zengyi.core.errors import Invalid
from zengyi.core.images import clean


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB", **extra: Any) -> bytes:
    made = io.BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(made, kind, **extra)
    return made.getvalue()


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = 6  # EXIF orientation: the picture lies on its side
    tags[0x010F] = "PhoneMaker-canary"
    tags.get_ifd(0x8825)[1] = "N"
    tags.get_ifd(0x8825)[2] = (32.0, 1.0, 2.0)
    return tags


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGBA")]
)
def test_photos_become_jpeg(kind: str, mode: str) -> None:
    cleaned = clean(photo(kind=kind, mode=mode))
    with Image.open(io.BytesIO(cleaned.jpeg)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert (cleaned.width, cleaned.height) == (640, 480)


def test_a_file_object_is_read() -> None:
    assert clean(io.BytesIO(photo())).width == 640


def test_large_photos_shrink_to_1600() -> None:
    cleaned = clean(photo((4000, 3000)))
    assert Image.open(io.BytesIO(cleaned.preview)).size == (640, 480)
    assert (cleaned.width, cleaned.height) == (1600, 1200)
    assert len(cleaned.jpeg) < 1_500_000


def test_metadata_is_gone_and_the_photo_upright() -> None:
    data = photo(exif=exif(), comment=b"comment-canary", icc_profile=b"icc-canary" * 20)
    assert b"canary" in data
    cleaned = clean(data)
    assert (cleaned.width, cleaned.height) == (480, 640)
    assert b"canary" not in cleaned.jpeg
    assert b"Exif" not in cleaned.jpeg
    with Image.open(io.BytesIO(cleaned.jpeg)) as image:
        assert not image.getexif()
        assert "icc_profile" not in image.info
        assert "comment" not in image.info


def test_transparency_becomes_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")
    with Image.open(io.BytesIO(clean(made.getvalue()).jpeg)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims to be that large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def with_zip(data: bytes) -> bytes:
    both = io.BytesIO(data)
    both.seek(0, io.SEEK_END)
    with zipfile.ZipFile(both, "a") as archive:
        archive.writestr("evil.txt", "x")
    return both.getvalue()


#: Made when a test asks for one: every worker of the suite reads this file.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"hello",
    "svg": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": lambda: photo(kind="GIF", mode="L"),
    "tiff": lambda: photo(kind="TIFF"),
    "bmp": lambda: photo(kind="BMP"),
    "pdf": lambda: b"%PDF-1.7\n",
    "html": lambda: b"<!DOCTYPE html><script>alert(1)</script>",
    "truncated jpeg": lambda: photo()[:5000],
    "truncated png": lambda: photo(kind="PNG")[:5000],
    "truncated webp": lambda: photo(kind="WEBP")[:500],
    "head only": lambda: photo()[:20],
    "jpeg and script": lambda: photo() + b"<script>alert(1)</script>",
    "jpeg and php in a comment": lambda: photo(comment=b"<?php system('id'); ?>"),
    "jpeg and zip": lambda: with_zip(photo()),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "nul": lambda: bytes(5000),
    "bomb, 10^9 pixels": lambda: png_of(40_000, 40_000),
    "bomb, just too large": lambda: png_of(5_000, 5_001),
    "progressive bomb": lambda: photo((5_001, 5_000), mode="L", progressive=True, quality=1),
    "no pixels": lambda: png_of(0, 0),
    "fewer pixels than promised": lambda: png_of(1000, 1000),
    "too many bytes": lambda: photo() + bytes(8 * 1024 * 1024),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_sentence(name: str) -> None:
    data = HOSTILE[name]()
    with pytest.raises(Invalid) as refusal:
        clean(data)
    assert refusal.value.sentence
    assert refusal.value.fields["photos"]


def test_the_largest_phone_photo_is_taken() -> None:
    assert clean(photo((8160, 6144), mode="L", quality=1)).width == 1600


@cache
def good(kind: str) -> bytes:
    return photo((200, 150), kind)


@settings(max_examples=150)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20))
def test_flipped_bytes_give_a_photo_or_a_sentence(kind: str, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(good(kind))
    for position, value in flips:
        damaged[position % len(damaged)] = value
    try:
        cleaned = clean(bytes(damaged))
    except Invalid:
        return
    assert 0 < cleaned.width <= 1600
    assert 0 < cleaned.height <= 1600


def test_bytes_inside_a_picture_are_no_second_file() -> None:
    pixels = bytearray(random.Random(1).randbytes(300 * 300 * 3))
    pixels[150_000:150_004] = b"<SvG"
    made = io.BytesIO()
    Image.frombytes("RGB", (300, 300), bytes(pixels)).save(made, "PNG", compress_level=0)
    assert b"<SvG" in made.getvalue()
    assert clean(made.getvalue()).width == 300
