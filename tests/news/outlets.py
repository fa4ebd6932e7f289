"""Everything that anybody gets of a piece, and what of it a test can read."""

import io
from collections.abc import Iterator

import zxingcpp
from django.test import Client
from PIL import Image

from tests.bank.test_outlets import printed
from tests.cast import AT
from zengyi.core import paper
from zengyi.news import queries
from zengyi.news.models import Piece
from zengyi.news.web import outlets
from zengyi.people.rules import NOBODY

FILES = ("", "a4.pdf", "poster.png", "long.png", "rich.html", "robot.txt", "robot.md", "plain.txt")
SEARCH = "/search/?q="
PICTURES = ("poster.png", "long.png")
#: Set by the paper engine, which breaks lines its own way.
SET = ("a4.pdf", "poster as text", "long as text")


def files_of(piece_id: int) -> dict[str, bytes]:
    """Every outlet as anybody gets it."""
    found = {}
    for name in FILES:
        answer = Client().get(f"/news/{piece_id}/{name}")
        assert answer.status_code == 200, (name, answer.status_code)
        found[name] = answer.content
    return found


def around(piece: Piece) -> dict[str, str]:
    """The public pages and feeds in which a piece stands besides."""
    community = piece.community_id
    paths = ("/", "/news/", f"/feeds/{community}.atom", f"/feeds/{community}.json", "/community/", SEARCH + piece.title[:2])
    return {path: Client().get(path).content.decode() for path in paths}


def said_by(piece: Piece) -> Iterator[tuple[str, str]]:
    """Every outlet and its text; of the pictures what their code says, and what would be set on them."""
    for name, content in files_of(piece.pk).items():
        if name.endswith("pdf"):
            yield name, printed(content)
        elif name in PICTURES:
            yield name, code_of(content)
        else:
            yield name, content.decode()
    shown = outlets.of_edition(queries.edition(piece.pk, by=NOBODY), f"http://testserver/news/{piece.pk}/")
    for name, sheet, data in (("poster", outlets.POSTER, outlets.poster(shown)), ("long", outlets.LONG, outlets.long(shown))):
        yield f"{name} as text", printed(paper.pdf(sheet, data, at=AT))
    yield from around(piece).items()


def codes_on(picture: Image.Image) -> list[str]:
    """What the QR codes of a picture say. A reader of every kind takes one of two thousand hostile texts for a bar code."""
    return [code.text for code in zxingcpp.read_barcodes(picture) if code.format == zxingcpp.BarcodeFormat.QRCode]


def code_of(picture: bytes) -> str:
    """What the one code of a picture says; it stands at its lower end."""
    with Image.open(io.BytesIO(picture)) as opened:
        (code,) = codes_on(opened.crop((0, opened.height - 500, opened.width, opened.height)))
    return code


def joined(text: str) -> str:
    """The text without its line breaks, which each outlet makes for itself."""
    return "".join(text.split()).replace("\u200b", "").replace("\ufffe", "")
