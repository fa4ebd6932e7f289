"""Two schematic pictures of a damaged bridge deck, drawn and never photographed: nobody should take them for real."""

import io

from PIL import Image, ImageDraw

WIDE, HIGH = 960, 640
_HOLE = ((250, 250), (400, 190), (530, 230), (690, 205), (745, 330), (650, 450), (480, 490), (330, 462), (225, 360))


def bridge() -> list[bytes]:
    """From close by, and from the bank."""
    return [_close(), _from_the_bank()]


def _close() -> bytes:
    image = Image.new("RGB", (WIDE, HIGH), "#8d877c")
    draw = ImageDraw.Draw(image)
    for y in (90, 560):
        draw.line((0, y, WIDE, y), fill="#d9d3c6", width=14)
    for x in range(0, WIDE, 48):
        draw.line((x, 0, x - 60, HIGH), fill="#857f74", width=3)
    draw.polygon(_HOLE, fill="#3c3831", outline="#6b665d", width=10)
    draw.polygon([(x * 0.6 + 200, y * 0.6 + 140) for x, y in _HOLE], fill="#2a2722")
    for start, end in (((250, 250), (120, 190)), ((745, 330), (900, 300)), ((480, 490), (500, 620)), ((400, 190), (380, 60))):
        draw.line((*start, *end), fill="#3c3831", width=9)
    return _png(image)


def _from_the_bank() -> bytes:
    image = Image.new("RGB", (WIDE, HIGH), "#cfdcdc")
    draw = ImageDraw.Draw(image)
    draw.ellipse((-200, 150, 520, 460), fill="#b3c8c1")
    draw.ellipse((380, 170, 1200, 480), fill="#b3c8c1")
    draw.rectangle((0, 400, WIDE, HIGH), fill="#8fb3b5")
    for y in range(440, HIGH, 60):
        draw.arc((-100, y, WIDE + 100, y + 60), 200, 340, fill="#a9c6c7", width=5)
    for x in (240, 640):
        draw.polygon(((x, 400), (x + 80, 400), (x + 110, HIGH), (x - 30, HIGH)), fill="#7a756b")
    draw.rectangle((0, 310, WIDE, 400), fill="#8d877c")
    draw.rectangle((0, 392, WIDE, 416), fill="#6b665d")
    for x in range(20, WIDE, 92):
        draw.line((x, 220, x, 312), fill="#7a756b", width=7)
    draw.line((0, 224, WIDE, 224), fill="#7a756b", width=9)
    draw.polygon(((410, 350), (500, 330), (590, 348), (560, 382), (450, 386)), fill="#3c3831")
    draw.polygon(((660, 392), (676, 290), (694, 290), (710, 392)), fill="#d65a31")
    draw.rectangle((668, 330, 702, 350), fill="#ffffff")
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
