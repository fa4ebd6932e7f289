"""What is published of a piece: the same words on every outlet, within its limits, and nobody's privacy on any of them."""

import io
import json
import random
import re
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from PIL import Image

from tests.bank.test_outlets import CANARIES as QUARTER_CANARIES
from tests.bank.test_outlets import with_canaries
from tests.bank.test_quarters import AFTER, Q, year
from tests.bank.test_quarters import published as closed
from tests.cast import AT, Cast
from tests.news.outlets import FILES, SET, joined, said_by
from tests.news.pieces import RIVER, answered, proposed, published, through
from tests.trust.ground import jpeg
from zengyi.core import clock, paper
from zengyi.news import actions, queries
from zengyi.news.rules import MARKDOWN_MOST, PICTURE_MOST, ROBOT_MOST, Said
from zengyi.news.web import outlets
from zengyi.people.rules import NOBODY

pytestmark = pytest.mark.databases("sqlite")

__all__ = ["year"]


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: AT)


def test_every_outlet_says_the_same_words(cast: Cast) -> None:
    piece = published(cast)
    for name, text in said_by(piece):
        if name in ("poster.png", "long.png"):
            assert text == f"http://testserver/news/{piece.pk}/"
        else:
            assert RIVER["title"] in joined(text), name
    found = dict(said_by(piece))
    assert all("950株" in joined(found[name]) for name in ("", "a4.pdf", "plain.txt", "robot.txt", "rich.html", *SET[1:]))
    assert all(f"/news/{piece.pk}" in found[name] for name in ("a4.pdf", "robot.txt", "robot.md", "plain.txt", "rich.html", *SET[1:]))


def test_a_draft_of_a_quarter_holds_no_canaries(year: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what hangs on the board already, and no more than that; once published, on every outlet."""
    with_canaries(year, private=False)
    closed(year)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    draft = queries.drafted("QUARTER", Q, by=year.actor("worker"), at=AFTER)
    assert "孩子家门牌***漏水" in draft.text, "or the test looks for what is nowhere"
    assert not [word for word in QUARTER_CANARIES for _field, text in draft.fields() if word in text]
    words = {name: getattr(draft, name) for name in ("kind", "title", "text", "place", "held_on", "until", "organisers")}
    piece = published(year, **words, figures=draft.figures, source="QUARTER", source_ref=Q)
    assert not [(name, word) for name, text in said_by(piece) for word in QUARTER_CANARIES if word in joined(text)]


def test_nothing_is_there_before_it_is_published_and_after_it_is_withdrawn(cast: Cast) -> None:
    piece = proposed(cast)
    worker = Client()
    worker.force_login(cast.users["worker"])
    paths = [f"/news/{piece.pk}/{name}" for name in FILES]
    assert {client.get(path).status_code for client in (Client(), worker) for path in paths} == {404}
    answered(cast, piece)
    through(cast, piece)
    assert {client.get(path).status_code for client in (Client(), worker) for path in paths} == {404}
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert {Client().get(path).status_code for path in paths} == {200}
    actions.withdraw(piece.pk, "写错了", by=cast.actor("worker"), at=AT)
    assert {Client().get(path).status_code for path in paths} == {404}


def test_the_poster_fits_into_a_group_and_its_code_survives_being_pressed(cast: Cast) -> None:
    content = Client().get(f"/news/{published(cast).pk}/poster.png").content
    picture = Image.open(io.BytesIO(content))
    assert (picture.size, picture.format) == ((1080, 1440), "PNG")
    assert len(content) <= PICTURE_MOST
    recoded = io.BytesIO()
    picture.convert("RGB").resize((540, 720)).save(recoded, "JPEG", quality=50)  # as a chat sends it on
    for shown in (picture, Image.open(recoded)):
        (code,) = zxingcpp.read_barcodes(shown)
        assert code.text.startswith("http://testserver/news/") and "M" in str(getattr(code, "ec_level", "M"))


def test_the_long_picture_holds_the_whole_text_and_its_code(cast: Cast) -> None:
    draw = random.Random(7)  # letters that do not come again pack badly
    text = "".join(draw.choice(RIVER["text"] + "桥面补好灯亮水清人多说行走天晚早上午下课楼道电瓶车孩子") for _n in range(4000))
    short, longest = published(cast), published(cast, text=text)
    heights = []
    for piece in (short, longest):
        content = Client().get(f"/news/{piece.pk}/long.png").content
        assert len(content) <= PICTURE_MOST, len(content)
        picture = Image.open(io.BytesIO(content))
        assert picture.width == 1080
        heights.append(picture.height)
        (code,) = zxingcpp.read_barcodes(picture.crop((0, picture.height - 500, 1080, picture.height)))
        assert code.text == f"http://testserver/news/{piece.pk}/"
    assert heights[0] < 1600 and heights[1] > 8000


def test_rich_text_carries_its_looks_and_nothing_that_runs(cast: Cast) -> None:
    answer = Client().get(f"/news/{published(cast, text='第一段 <b>粗</b>' + chr(10) * 2 + '第二段').pk}/rich.html")
    page = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "style-src 'unsafe-inline'" in policy
    body = page.partition("<body")[2]
    assert not re.search(r"<(script|style|link|iframe|form|a)\b|\bclass=|\bid=|\bon\w+=", body)
    assert all("style=" in tag for tag in re.findall(r"<(?:p|h1|section|span|strong|img)\b[^>]*>", body))
    assert "&lt;b&gt;粗" in body and body.count("text-indent:2em") == 2 and RIVER["title"] in body


def test_the_sheet_steps_its_type_and_then_takes_a_second_page(cast: Cast) -> None:
    def made(text: str) -> tuple[int, float]:
        data = outlets.sheet(outlets.of_edition(queries.edition(published(cast, text=text).pk, by=NOBODY), "http://testserver/news/7/"))
        return len(pypdfium2.PdfDocument(paper.pdf(outlets.SHEET, data, at=AT))), paper.told(outlets.SHEET, data, "fit")["size"]

    sizes = [made("清一株数一株。" * n) for n in (3, 40, 70, 110, 500)]
    assert [pages for pages, _size in sizes][:4] == [1, 1, 1, 1] and sizes[-1][0] > 1
    assert [size for _pages, size in sizes] == sorted((size for _pages, size in sizes), reverse=True)
    assert sizes[0][1] > sizes[3][1] >= sizes[4][1] == 12


def test_the_code_stands_on_each_page_of_paper(cast: Cast) -> None:
    piece = published(cast, text="清一株数一株。" * 500)
    pdf = pypdfium2.PdfDocument(Client().get(f"/news/{piece.pk}/a4.pdf").content)
    for page in pdf:
        (code,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        assert code.text == f"http://testserver/news/{piece.pk}/"


def test_robots_get_whole_messages_with_the_link(cast: Cast) -> None:
    for text in ("一" * 4000, "清一株", "👨‍👩‍👧" * 300, "e\u0301" * 1500, "a" * 4000):
        piece = published(cast, text=text)
        for name, most in (("robot.txt", ROBOT_MOST), ("robot.md", MARKDOWN_MOST)):
            content = Client().get(f"/news/{piece.pk}/{name}").content
            assert len(content) <= most, (name, text[:3], len(content))
            assert content.decode().endswith(f"http://testserver/news/{piece.pk}/{')' if name.endswith('md') else ''}")
        assert joined(text) in joined(Client().get(f"/news/{piece.pk}/plain.txt").content.decode()), "nothing is cut there"


def test_nobody_is_called_and_no_link_is_made_by_what_was_written(cast: Cast) -> None:
    text = '<@all> [点我](http://evil.example) **粗** `码` <font color="warning">红</font> # 题'
    piece = published(cast, title="[点我](http://evil.example)", text=text)
    markdown = Client().get(f"/news/{piece.pk}/robot.md").content.decode()
    assert markdown.count("](") == 1 and "<" not in markdown and "`" not in markdown and markdown.count("**") == 2
    assert "<@" not in Client().get(f"/news/{piece.pk}/robot.txt").content.decode()


def test_a_shared_link_shows_what_it_is(cast: Cast) -> None:
    piece = published(cast)
    page = Client().get(f"/news/{piece.pk}/").content.decode()
    assert '<meta name="description" content="社区组织党员和居民' in page
    for name, value in (
        ("title", RIVER["title"]),
        ("url", f"http://testserver/news/{piece.pk}/"),
        ("image", f"http://testserver/news/{piece.pk}/poster.png"),
    ):
        assert f'<meta property="og:{name}" content="{value}">' in page


def test_readers_pages_are_light(cast: Cast) -> None:
    piece = published(cast, text="一" * 4000, pictures=[])
    for _n in range(24):
        published(cast, title="题" * 60, text="一" * 300)
    for path in (f"/news/{piece.pk}/", "/news/", "/news/?q=题题"):
        assert len(Client().get(path).content) <= 40_000, path


def test_photos_lose_where_they_were_taken_and_are_shown_while_published(cast: Cast) -> None:
    file = io.BytesIO()
    with Image.open(io.BytesIO(jpeg())) as plain:
        exif = Image.Exif()
        exif[0x010F] = "电话13800138000"
        exif.get_ifd(0x8825)[1] = "N"
        plain.save(file, "JPEG", exif=exif)
    piece = proposed(cast, pictures=[file.getvalue()])
    (mark, _said) = queries.marks(piece.pk, by=cast.actor("worker"))[0]
    path = f"/news/pictures/{mark.text}.jpg"
    assert Client().get(path).status_code == 404
    answered(cast, piece, Said.NOT_PERSON)
    through(cast, piece)
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    shown: Any = Client().get(path)
    assert shown.status_code == 200 and not Image.open(io.BytesIO(shown.content)).getexif()
    assert Client().get(path.replace(".jpg", ".preview.jpg")).status_code == 200


def test_the_feeds_of_a_community(cast: Cast) -> None:
    piece = published(cast)
    published(cast, kind="NOTICE", title="29日演练")
    here, away = cast.community.pk, cast.elsewhere.pk
    feed = ET.fromstring(Client().get(f"/feeds/{here}.atom").content)
    space = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{space}title") for entry in feed.iter(f"{space}entry")] == ["29日演练", RIVER["title"]]
    told = json.loads(Client().get(f"/feeds/{here}.json").content)
    assert (told["version"], told["title"]) == ("https://jsonfeed.org/version/1.1", "虹西社区 · 社区传真")
    assert told["items"][1]["url"] == f"http://testserver/news/{piece.pk}/"
    assert json.loads(Client().get(f"/feeds/{here}.json?kind=NOTICE").content)["items"][0]["tags"] == ["通知"]
    assert json.loads(Client().get(f"/feeds/{away}.json").content)["items"] == []
    assert Client().get("/feeds/999999.atom").status_code == 404


def test_everybody_finds_by_words_and_by_community(cast: Cast) -> None:
    published(cast)
    published(cast, title="29日演练", text="听见警报走楼梯下楼。", place="")
    client = Client()
    assert "29日演练" not in client.get("/news/?q=一枝黄花").content.decode()
    assert RIVER["title"] in client.get("/news/?q=一枝黄花").content.decode()
    assert "没有找到" in client.get("/news/?q=%3Cscript%3E").content.decode()
    assert RIVER["title"] not in client.get(f"/news/?community={cast.elsewhere.pk}").content.decode()
    assert client.get("/news/?community=999999").status_code == 404
    for odd in ("?after=x", "?kind=SONG", "?q=%00", "?community=0"):
        assert client.get(f"/news/{odd}").status_code in (200, 404)


def test_without_a_font_the_page_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = published(cast)
    monkeypatch.setattr(paper, "_families", lambda: ("", ""))
    assert {Client().get(f"/news/{piece.pk}/{name}").status_code for name in ("a4.pdf", "poster.png")} == {503}
    assert Client().get(f"/news/{piece.pk}/").status_code == 200
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/news/{piece.pk}/edit").content.decode()
    assert "fonts-noto-cjk" in page and "trial/a4.png" not in page
