"""Schematic pictures of an entrance door, before and after, and of a manhole: drawn and never photographed, so that nobody takes them for
real.
"""

import io

from PIL import Image, ImageDraw

WIDE, HIGH = 640, 480


def doors() -> tuple[bytes, bytes]:
    """With broken panes, and with new ones."""
    return _door(broken=True), _door(broken=False)


def _door(*, broken: bool) -> bytes:
    image = Image.new("RGB", (WIDE, HIGH), "#d9d3c6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 410, WIDE, HIGH), fill="#b8b0a0")
    for y in (100, 200, 300):
        draw.line((0, y, WIDE, y), fill="#c9c2b3", width=3)
    draw.rectangle((172, 50, 468, 416), fill="#7b6a58" if broken else "#4a5552")
    draw.rectangle((192, 70, 314, 404), fill="#a9bfc2" if broken else "#b9d6dc")
    draw.rectangle((326, 70, 448, 404), fill="#3c3731" if broken else "#b9d6dc")
    if broken:
        draw.polygon(((326, 70), (358, 128), (384, 83), (406, 154), (448, 70), (448, 179), (326, 166)), fill="#a9bfc2")
        for end in ((192, 140), (314, 140), (192, 270), (314, 280), (230, 404)):
            draw.line((250, 210, *end), fill="#f3f6f6", width=5)
        draw.polygon(((180, 190), (330, 240), (322, 264), (172, 216)), fill="#cdb98a")
    else:
        draw.polygon(((198, 200), (294, 84), (310, 84), (198, 224)), fill="#e3f0f2")
        for x in (304, 336):
            draw.line((x, 200, x, 284), fill="#dfe6e4", width=11)
        draw.rectangle((486, 192, 531, 270), fill="#2d3331")
        draw.rectangle((496, 208, 521, 232), fill="#73cbbf")
    return _file(image)


def cover() -> bytes:
    """The cover of a manhole, which stands above the road."""
    image = Image.new("RGB", (WIDE, HIGH), "#8d8a83")
    draw = ImageDraw.Draw(image)
    draw.polygon(((0, 0), (WIDE, 0), (WIDE, 150), (0, 190)), fill="#b8b0a0")
    draw.ellipse((150, 232, 490, 412), fill="#4b4a47")
    draw.ellipse((150, 200, 490, 380), fill="#6b665d", outline="#3c3831", width=6)
    for n in range(5):
        draw.line((190 + 14 * n, 240 + 25 * n, 450 - 14 * n, 240 + 25 * n), fill="#3c3831", width=5)
    draw.line((520, 200, 520, 380), fill="#d65a31", width=4)
    draw.line(((508, 200), (532, 200)), fill="#d65a31", width=4)
    draw.line(((508, 232), (532, 232)), fill="#d65a31", width=4)
    return _file(image)


def _file(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
