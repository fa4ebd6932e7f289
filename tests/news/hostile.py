"""Hostile texts, and what each outlet must still hold with one: its limits, its shape, and nothing that runs, calls or turns a line.

The suite sends a few through every outlet. All 2,000, which takes a quarter of an hour of a core:
``ZENGYI_HOSTILE=2000 .venv/bin/pytest -q -n0 -s tests/news/test_hostile.py`` (docs/benchmarks.md has the figures).
"""

import io
import json
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
from PIL import Image

from tests.news.outlets import PICTURES, SEARCH, around, code_of, codes_on, files_of
from zengyi.news.models import Piece
from zengyi.news.rules import MARKDOWN_MOST, PICTURE_MOST, ROBOT_MOST

UNSEEN = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0, 7, 0x200B, 0xFEFF)))
PARTS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example","点我")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202eetadpu\u202c \u2066x\u2069 \u200bz\u200dw\u2060 \ufeff",
    "W" * 4000,
    "👨‍👩‍👧‍👦🏳️‍🌈👍🏽" * 40,
    "]]><!-- --><!DOCTYPE x>&lt;&amp;&#0; %s {{ 7*7 }} {% load x %}",
    '#import "/core/paper/sheet.typ": * #panic() $x^2$ *b* _i_ `c` \\ #{1+1} @ref <label>',
    "ن ص ع ر ב י ת \u0301\u0301\u0301\u0301\u0301\u0301",
    "\x00\x07\x1b[31m\ud800\uffff\U000e0041",
    "\u2011\u00ad\u3000\u2028行\u2029段\r\n\r\r",
    "'; DROP TABLE news_piece; -- \" ' ` \\0",
)


def mixed(number: int) -> str:
    """The hostile text of that number: pieces of the parts one after the other."""
    draw = random.Random(number)
    return "".join(draw.choice(PARTS)[: draw.randrange(1, 300)] for _part in range(draw.randrange(1, 6)))


def words_of(hostile: str) -> dict[str, Any]:
    """A piece that carries it wherever people write, within what a form takes."""
    short = hostile[:12]
    return {
        "title": f"标题{hostile}"[:60],
        "text": f"正文{hostile}"[:4000],
        "place": f"地{hostile}"[:60],
        "organisers": f"组{hostile}"[:120],
        "figures": [(short or "数", short or "1")],
    }


def wrong_with(piece: Piece) -> Iterator[str]:
    """Whatever is wrong with any outlet of a published piece, in words; nothing when all hold."""
    link = f"http://testserver/news/{piece.pk}/"
    files, pages = files_of(piece.pk), around(piece)
    texts = {name: content.decode() for name, content in files.items() if not name.endswith((".pdf", ".png"))} | pages
    for name, text in texts.items():
        if found := set(text) & UNSEEN:
            yield f"{name}: {found} that nobody sees"
        if name.endswith((".html", "/")) or name.startswith(SEARCH) or not name:
            yield from (f"{name}: {one}" for one in active(text))
    for name, most, end in (("robot.txt", ROBOT_MOST, link), ("robot.md", MARKDOWN_MOST, f"({link})")):
        if len(files[name]) > most or not texts[name].endswith(end):
            yield f"{name}: {len(files[name])} bytes, ends with {texts[name][-40:]!r}"
    if texts["robot.md"].count("](") != 1 or "<" in texts["robot.md"] or "<@" in texts["robot.txt"]:
        yield "robot: a link, a colour or a call that we didn't write"
    if link not in texts["plain.txt"] or len(files[""]) > 40_000:
        yield "plain.txt without its link, or a page too heavy"
    if not {*re.findall(r"<(\w+)", texts["rich.html"].partition("<body")[2])} <= {"section", "p", "h1", "span", "br", "strong"}:
        yield "rich.html: an element that we didn't write"
    yield from _papers(files, link)
    yield from _feeds(pages)


def _papers(files: dict[str, bytes], link: str) -> Iterator[str]:
    for name in PICTURES:
        size = Image.open(io.BytesIO(files[name])).size
        fits = size == (1080, 1440) if name == "poster.png" else size[0] == 1080
        if code_of(files[name]) != link or len(files[name]) > PICTURE_MOST or not fits:
            yield f"{name}: {size}, {len(files[name])} bytes, code {code_of(files[name])!r}"
    with pypdfium2.PdfDocument(files["a4.pdf"]) as pdf:
        for number, page in enumerate(pdf):
            codes = codes_on(page.render(scale=2).to_pil())
            if codes != [link]:
                yield f"a4.pdf, page {number + 1}: codes {codes}"
    if any(word in files["a4.pdf"] for word in (b"/JavaScript", b"/OpenAction", b"/Launch", b"/URI")):
        yield "a4.pdf: something that runs or leads away"


def _feeds(pages: dict[str, str]) -> Iterator[str]:
    for name, text in pages.items():
        if name.endswith(".atom"):
            space = "{http://www.w3.org/2005/Atom}"
            for one in ET.fromstring(text).iter(f"{space}content"):
                if len(one):
                    yield f"{name}: elements inside a text"
        if name.endswith(".json"):
            items = json.loads(text)["items"]
            if not items or set(items[0]) > {
                "id",
                "url",
                "title",
                "content_text",
                "date_published",
                "date_modified",
                "tags",
                "image",
                "summary",
            }:
                yield f"{name}: {items[:1]}"


class _Reader(HTMLParser):
    """Reads a page as a browser does, and notes what could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No script of a page's own, no handler of events, and nothing that leads or fetches from elsewhere."""
        if tag == "script" and not any(name == "src" for name, _value in attrs):
            self.found.append("<script>")
        for name, value in attrs:
            if name.startswith("on") or name == "srcdoc":
                self.found.append(f"<{tag} {name}>")
            elif name in ("src", "href", "action", "formaction", "data") and not self._ours(value or ""):
                self.found.append(f"<{tag} {name}={value!r}>")

    @staticmethod
    def _ours(value: str) -> bool:
        return value[:1] in ("", "/", "#", "?") and value[:2] != "//" or value.startswith(("http://testserver/", "tel:", "data:image/"))


def active(text: str) -> list[str]:
    """What of a page could run, or leads elsewhere."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found
