"""Photos from people: decoded, turned upright, shrunk and encoded anew, so that nothing but pixels is kept.

What a phone writes beside the pixels (place, time, device) is gone afterwards, and so is whatever else a hostile file holds.
HEIC is not read; phones turn it into JPEG themselves when a page asks for JPEG.
"""

import io
import threading
import zipfile
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from zengyi.core.errors import Invalid

BYTES_MOST = 8 * 1024 * 1024
#: As large as phones take photos. A plain JPEG is decoded straight to a smaller size; any other picture has to fit into memory whole,
#: so it may have fewer pixels.
PIXELS_MOST = 52_000_000
PIXELS_MOST_WHOLE = 25_000_000
#: Photos decoded at the same time in one process: bounds the memory a burst of uploads can take.
AT_ONCE = threading.BoundedSemaphore(2)
SIDE_MOST = 1600
#: A preview fills a phone and weighs a tenth of its photo.
PREVIEW_SIDE = 640
QUALITY = 82
PREVIEW_QUALITY = 75
FORMATS = ("JPEG", "PNG", "WEBP")
#: A file can be a photo and a web page, script or PDF at once, by text before or behind the picture. Only both ends are searched: in the
#: middle such bytes occur by chance.
FOREIGN = (b"<script", b"<?php", b"<svg", b"<html", b"<!doctype", b"javascript:", b"%pdf-")
EDGE_BYTES = 16 * 1024

NOT_A_PHOTO = _("这个文件不是照片，或者已经损坏。请用 JPEG、PNG 或 WebP 照片。")
TOO_LARGE = _("照片太大：一张最多 8 MB。")
TOO_MANY_PIXELS = _("照片的尺寸太大，请换一张小一点的。")


class Readable(Protocol):
    """An uploaded file."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A photo as it is kept: ``jpeg`` bytes with its size in pixels, and a smaller ``preview`` of it."""

    jpeg: bytes
    preview: bytes
    width: int
    height: int


def clean(source: bytes | Readable) -> Cleaned:
    """The photo in ``source``, at most 1600 pixels a side and without metadata. Raises :class:`Invalid` with a sentence."""
    data = source if isinstance(source, bytes) else source.read(BYTES_MOST + 1)
    if len(data) > BYTES_MOST:
        raise _refusal(TOO_LARGE)
    if not data or _holds_another_file(data):
        raise _refusal(NOT_A_PHOTO)
    try:
        with AT_ONCE, Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            in_parts = opened.format == "JPEG" and not opened.info.get("progressive")
            if opened.width * opened.height > (PIXELS_MOST if in_parts else PIXELS_MOST_WHOLE):
                raise _refusal(TOO_MANY_PIXELS)
            upright = _upright(opened)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refusal(TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders raise anything on a hostile file
        raise _refusal(NOT_A_PHOTO) from error
    width, height = upright.size
    jpeg = _encoded(upright, QUALITY)
    upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return Cleaned(jpeg, _encoded(upright, PREVIEW_QUALITY), width, height)


def _encoded(picture: Image.Image, quality: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality, optimize=True, progressive=True)
    return encoded.getvalue()


def _upright(opened: Image.Image) -> Image.Image:
    opened.draft("RGB", (SIDE_MOST, SIDE_MOST))  # has an effect on JPEG only: decodes straight to a smaller size, in less memory
    opened.thumbnail((SIDE_MOST, SIDE_MOST), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(opened)
    if turned.has_transparency_data:
        turned = turned.convert("RGBA")
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned)
    plain = Image.new("RGB", turned.size)
    plain.paste(turned.convert("RGB"))
    return plain


def _holds_another_file(data: bytes) -> bool:
    edges = (data[:EDGE_BYTES] + data[-EDGE_BYTES:]).lower()
    return any(mark in edges for mark in FOREIGN) or zipfile.is_zipfile(io.BytesIO(data))


def _refusal(sentence: object) -> Invalid:
    return Invalid.on("photos", sentence)
