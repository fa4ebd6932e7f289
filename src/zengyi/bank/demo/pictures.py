"""A schematic picture of a wall with hollow plaster, drawn and never photographed: nobody should take it for real."""

import io

from PIL import Image, ImageDraw

WIDE, HIGH = 640, 480


def wall() -> bytes:
    """The wall of a staircase: a patch of new plaster, marked where it sounds hollow."""
    image = Image.new("RGB", (WIDE, HIGH), "#d8d4ca")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, WIDE, HIGH), fill="#a9a295")
    draw.polygon(((150, 70), (470, 60), (500, 330), (170, 350)), fill="#efece4", outline="#b9b2a4", width=4)
    draw.ellipse((250, 130, 400, 270), outline="#d65a31", width=8)
    for start, end in (((300, 160), (345, 245)), ((345, 245), (330, 262)), ((300, 200), (262, 214))):
        draw.line((*start, *end), fill="#6b665d", width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
