"""A schematic picture of a camera whose cable hangs loose, drawn and never photographed: nobody should take it for real."""

import io

from PIL import Image, ImageDraw

WIDE, HIGH = 640, 480


def camera() -> bytes:
    """On its pole, with the cable torn off."""
    image = Image.new("RGB", (WIDE, HIGH), "#cfdcdc")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, WIDE, HIGH), fill="#b3c8c1")
    draw.rectangle((40, 150, 210, 380), fill="#d9d3c6")
    for y in (180, 250, 320):
        for x in (62, 118, 174):
            draw.rectangle((x, y, x + 22, y + 34), fill="#a9bfc2")
    draw.rectangle((396, 60, 416, HIGH), fill="#6b665d")
    draw.rectangle((300, 96, 396, 108), fill="#6b665d")
    draw.polygon(((214, 92), (322, 112), (312, 166), (204, 146)), fill="#e8e4da", outline="#6b665d")
    draw.ellipse((194, 92, 240, 150), fill="#3c3831")
    draw.ellipse((206, 106, 228, 136), fill="#5b6b70")
    draw.line(((208, 104), (230, 138)), fill="#f3f6f6", width=3)
    draw.arc((300, 110, 440, 260), 60, 190, fill="#3c3831", width=6)
    draw.line(((404, 250), (392, 296)), fill="#3c3831", width=6)
    draw.line(((392, 296), (384, 308)), fill="#d65a31", width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
