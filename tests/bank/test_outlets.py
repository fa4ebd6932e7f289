"""What is published of a quarter: only what may be, on every outlet, with the digits of the file."""

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from PIL import Image
from python_calamine import CalamineWorkbook

from tests.api import Api
from tests.bank.test_quarters import AFTER, Q, objection, published, year
from tests.cast import AT, Cast
from tests.trail import refused
from zengyi.bank import actions, queries
from zengyi.bank.models import Quarter
from zengyi.bank.pages import outlets
from zengyi.bank.rules import groups_of, verify
from zengyi.core import clock, made, paper
from zengyi.core.errors import Invalid
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.orders.rules import Category
from zengyi.people import actions as people
from zengyi.people.models import Person
from zengyi.people.rules import NOBODY

pytestmark = pytest.mark.databases("sqlite")

__all__ = ["year"]
CANARIES = ("荀甲乙", "13977001234", "门牌八〇八", "小明小朋友")
OUTLETS = ("", "sheet.pdf", "poster.png", "text", "file.json", "book.xlsx")
#: What the poster says, set on paper: nobody reads a text off a picture here.
POSTER = "poster as text"


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(hours=1))


def path_of(cast: Cast, outlet: str = "") -> str:
    return f"/bank/quarters/{cast.community.pk}/{Q}/{outlet}"


def said_by(cast: Cast, client: Client | None = None) -> Iterator[tuple[str, str]]:
    """Every outlet and its text, as anybody gets them."""
    for outlet in OUTLETS:
        answer = (client or Client()).get(path_of(cast, outlet))
        assert answer.status_code == 200, (outlet, answer.status_code)
        content = answer.content
        if outlet.endswith("pdf"):
            text = printed(content)
        elif outlet.endswith("xlsx"):
            text = " ".join(value for row in cells(content) for value in row)
        elif outlet.endswith("png"):
            text = zxingcpp.read_barcodes(Image.open(io.BytesIO(content)))[0].text
        else:
            text = content.decode()
        yield outlet, text
    found = queries.publication(cast.community.pk, Q, by=NOBODY, at=clock.now())
    yield POSTER, printed(paper.pdf("bank/poster", outlets.poster(found, link="http://testserver"), at=found.published_at))


def printed(pdf: bytes) -> str:
    """The text of every page."""
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def cells(book: bytes) -> list[list[str]]:
    """Every cell of every sheet, row by row."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return [[str(value) for value in row] for name in opened.sheet_names for row in opened.get_sheet_by_name(name).to_python()]


def test_every_outlet_says_the_same_digits(year: Cast) -> None:
    row = published(year)
    for outlet, text in said_by(year):
        if outlet == "poster.png":
            assert text == f"http://testserver{path_of(year)}"
        else:
            groups = re.findall(r"(?<!\d)\d{5}(?!\d)", text)
            assert " ".join(groups_of(row.digits)) in " ".join(groups), outlet
    file = Client().get(path_of(year, "file.json")).content
    assert verify(file)[1] == row.digits
    picture = Image.open(io.BytesIO(Client().get(path_of(year, "poster.png")).content))
    assert picture.size == (1080, 1440)


def beside(cast: Cast) -> Iterator[tuple[str, str]]:
    """Where else anybody reads of a published quarter: the board, the front page, its state over the API, its sums."""
    here = cast.community.pk
    for path in (f"/board/?community={here}", "/"):
        answer = Client().get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        yield path, answer.content.decode()
    for path in (f"/bank/quarters/{here}/{Q}", f"/bank/statements/{here}/{Q}"):
        told = Api("unit").get(path)
        assert told.status == 200, (path, told.body)
        yield path, json.dumps(told.body, ensure_ascii=False)


def with_canaries(cast: Cast, *, private: bool) -> str:
    """A name, a phone, a door and a child's name, wherever people could have put them: in their own data, and in the words of an order that
    only the community reads, or that everybody may read. Returns words with all four.
    """
    name, phone, door, child = CANARIES
    for login in ("member2", "resident", "member"):
        Person.objects.filter(user=cast.users[login]).update(name=name, phone=phone, door=door)
    told = f"{name}说{child}家{door}室漏水，打{phone}"
    worker, member = cast.actor("worker"), cast.actor("member2")
    order = cast.place("resident", title=told[:60], text=told, private=private, contact=phone)
    orders.triage(order.pk, difficulty=9, by=worker, at=AT)
    orders.publish(order.pk, by=worker, at=AT)
    orders.assign(order.pk, member_id=cast.member_id("member2"), by=worker, at=AT)
    orders.accept(order.pk, by=member, at=AT)
    orders.deliver(order.pk, text=told, by=member, at=AT)
    orders.confirm(order.pk, by=cast.actor("resident"), at=AT)
    return told


def test_canaries_are_in_no_outlet(year: Cast) -> None:
    told = with_canaries(year, private=True)
    published(year)
    one = objection(year, told)
    assert not [(outlet, word) for outlet, text in said_by(year) for word in CANARIES if word in text]
    worker = year.actor("worker")
    with refused(Invalid, fields={"public"}):
        actions.answer_objection(one.pk, told, told, by=worker, at=AFTER)
    actions.answer_objection(one.pk, told, "漏记一次，已补记。", by=worker, at=AFTER)
    actions.contest_answer(one.pk, by=year.actor("resident"), at=AFTER)
    with refused(Invalid, "可以写成：荀*说孩子家", fields={"public"}):
        actions.review_objection(one.pk, told, told, by=year.actor("secretary"), at=AFTER)
    found = dict(said_by(year))
    assert not [(outlet, word) for outlet, text in (*found.items(), *beside(year)) for word in CANARIES if word in text]
    assert all("漏记一次，已补记。" in found[outlet] for outlet in ("", "text", "sheet.pdf", "book.xlsx"))
    assert CANARIES[0] in Quarter.objects.get().inside, "or the test looks for what is nowhere"


def test_a_deed_is_told_without_canaries(year: Cast) -> None:
    """Of an order that everybody may read, too, only what may hang on a board is in the statement."""
    with_canaries(year, private=False)
    published(year)
    found = {outlet: "".join(text.split()) for outlet, text in said_by(year)}
    assert not [(outlet, word) for outlet, text in found.items() for word in CANARIES if word in text]
    assert all("荀*说孩子家门牌***漏水" in text for outlet, text in found.items() if outlet != "poster.png")


def test_deeds_of_one_title_are_one_line(year: Cast) -> None:
    """With their number and all their points; a kind that nobody could tell is called another one."""
    published(year)
    for outlet, text in said_by(year):
        if outlet not in ("poster.png", "file.json"):
            assert "虹西路西段桥面破损（2件）" in "".join(text.split()), outlet
    file = json.loads(dict(said_by(year))["file.json"])["statement"]
    assert file["deeds"] == [{"title": "虹西路西段桥面破损", "points": 13, "count": 2}]
    Quarter.objects.all().delete()
    Order.objects.filter(difficulty=8).update(category="OTHER")
    published(year)
    found = dict(said_by(year))
    kinds = json.loads(found["file.json"])["statement"]["categories"]
    assert [(one["label"], one["points"]) for one in kinds] == [("路面桥面", 5), ("其他", 8)], "the others come last"
    assert all("其他" in found[outlet] and "说不清" not in found[outlet] for outlet in ("sheet.pdf", "book.xlsx", "file.json"))


def test_a_statement_from_before_deeds_were_counted_is_shown(year: Cast) -> None:
    row = published(year)
    found = queries.publication(row.community_id, Q, by=NOBODY, at=clock.now())
    deeds = [{"title": one["title"], "points": one["points"]} for one in found.statement["deeds"]]
    assert replace(found, statement={**found.statement, "deeds": deeds}).deeds == [("虹西路西段桥面破损", 13)]


def test_a_usual_quarter_fits_on_one_sheet(year: Cast) -> None:
    """Ten savers, three deeds, every kind of difficulty, two objections: the digits hang on the board with the figures they are of."""
    published(year)
    found = queries.publication(year.community.pk, Q, by=NOBODY, at=clock.now())
    kinds = [{"label": str(kind.label), "count": 3, "points": 9} for kind in Category]
    more = {
        "savers": [{"name": "欧阳*", "branch": "虹西社区第二党支部", "points": 40}] * 10,
        "deeds": [{"title": "三号楼二单元楼道灯修好了", "points": 14, "count": 2}] * 3,
        "categories": kinds,
        "objections": [{"number": 1, "public": "有居民问清扫河边为何没有记分：名册只点党员，群众参加写进简讯。"}] * 2,
    }
    sheet = outlets.sheet(replace(found, statement=found.statement | more), link="http://testserver/")
    pages = pypdfium2.PdfDocument(paper.pdf("bank/statement", sheet, at=AT))
    assert len(pages) == 1
    assert found.digits[-1] in pages[0].get_textpage().get_text_range()


def test_a_long_title_leaves_the_posters_code_alone(year: Cast) -> None:
    """Cut to two lines on the poster, so that three of them end above the code; whole everywhere else."""
    published(year)
    found = queries.publication(year.community.pk, Q, by=NOBODY, at=clock.now())
    told = [{"title": "灯" * 60, "points": 120, "count": 12}] * 3
    long = replace(found, statement=found.statement | {"deeds": told})
    poster: Any = outlets.poster(long, link="http://testserver/")
    assert {one["title"] for one in poster["deeds"]} == {f"{'灯' * 27}…（12 件）"}
    page = pypdfium2.PdfDocument(paper.pdf("bank/poster", poster, at=AT))[0].get_textpage()
    lowest = min(page.get_charbox(n)[1] for n, character in enumerate(page.get_text_range()) if character == "灯")
    assert lowest > 40 + 112, "points above the foot, where the code begins"
    sheet: Any = outlets.sheet(long, link="")
    assert {one["title"] for one in sheet["deeds"]} == {f"{'灯' * 60}（12 件）"}


def test_who_agreed_is_named_on_every_outlet(year: Cast) -> None:
    """The other way round: the search above would find a name."""
    Person.objects.filter(user=year.users["member2"]).update(name="荀甲乙")
    people.agree_to_naming(year.users["member2"].person_id or 0, True, by=year.actor("member2"), at=AFTER)
    published(year)
    found = dict(said_by(year))
    assert all("荀甲乙" in found[outlet] for outlet in ("", "sheet.pdf", "text", "book.xlsx"))
    assert "荀甲乙" in json.loads(found["file.json"])["statement"]["savers"][0]["name"]


def test_nothing_before_it_is_published(year: Cast) -> None:
    actions.tally_quarter(year.community.pk, Q, by=year.actor("worker"), at=AFTER)
    actions.prepare_quarter(year.community.pk, Q, by=year.actor("worker"), at=AFTER)
    worker = Client()
    worker.force_login(year.users["worker"])
    for client in (Client(), worker):
        assert {client.get(path_of(year, outlet)).status_code for outlet in OUTLETS} == {404}


def test_without_a_font_the_page_says_so(year: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = published(year)
    monkeypatch.setattr(paper, "_families", lambda: ("", ""))
    assert {Client().get(path_of(year, outlet)).status_code for outlet in ("sheet.pdf", "poster.png")} == {503}
    page = Client().get(path_of(year)).content.decode()
    assert "fonts-noto-cjk" in page
    assert "sheet.pdf" not in page
    assert " ".join(groups_of(row.digits)) in page
    assert len(page.encode()) < 40_000


def test_a_text_in_the_workbook_is_never_a_formula(year: Cast) -> None:
    """Not even once it was saved as csv: whoever places an order may call it what they like."""
    title = '=HYPERLINK("http://x","点我")'
    order = year.delivered("member2", "resident", difficulty=9, title=title)
    orders.confirm(order.pk, by=year.actor("resident"), at=AT)
    published(year)
    rows = cells(Client().get(path_of(year, "book.xlsx")).content)
    assert [f"'{title}", "9.0"] in [row[:2] for row in rows]
    assert not [value for row in rows for value in row if value.startswith(("=", "@"))]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MADE_ROOT = tmp_path / "made"
    return tmp_path / "made"


def test_files_are_made_once(year: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    make = paper.pdf

    def counted(sheet: str, data: Any, *, at: Any) -> bytes:
        calls.append(sheet)
        return make(sheet, data, at=at)

    monkeypatch.setattr(paper, "pdf", counted)
    published(year)
    sheet = path_of(year, "sheet.pdf")
    first = Client().get(sheet).content
    assert [Client().get(sheet).content == first for _again in range(3)] == [True] * 3
    assert calls == ["bank/statement"]
    one = objection(year)
    actions.answer_objection(one.pk, "查过了。", "漏记一次，已补记。", by=year.actor("worker"), at=AFTER)
    assert "漏记一次，已补记。" in printed(Client().get(sheet).content), "what it says has changed, so it is made anew"
    assert len(calls) == 2
    for file in folder.iterdir():
        file.unlink()
    assert Client().get(sheet).status_code == 200, "what is gone is made again"


def test_making_files_is_limited_and_reading_them_is_not(year: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "A_MINUTE", 1)
    published(year)
    assert Client().get(path_of(year, "sheet.pdf")).status_code == 200
    answer = Client().get(path_of(year, "poster.png"))
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert Client().get(path_of(year, "sheet.pdf")).status_code == 200


def test_only_so_much_is_kept(folder: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "FILES_MOST", 3)
    monkeypatch.setattr(made, "BYTES_MOST", 1000)
    for number in range(5):
        assert made.kept("x", bytes([number]), lambda: b"x" * 10, at=AT) == b"x" * 10
        os.utime(max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns), (number, number))
    assert len(list(folder.iterdir())) == 3
    made.kept("x", b"large", lambda: b"x" * 990, at=AT)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 1000


def test_a_full_disk_keeps_nobody_from_reading(folder: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(made, "_write", full)
    assert made.kept("x", b"a", lambda: b"content", at=AT) == b"content"


def test_the_full_list_stays_in_the_branch(year: Cast) -> None:
    published(year)

    def members(name: str) -> Any:
        client = Client()
        if name:
            client.force_login(year.users[name])
        return client.get(path_of(year, "members"))

    assert "党员乙" in members("member").content.decode()
    assert "党员乙" in members("worker").content.decode()
    assert {name: members(name).status_code for name in ("resident", "unit", "district", "far_worker")} == {
        "resident": 403,
        "unit": 403,
        "district": 403,
        "far_worker": 404,
    }
    assert members("").status_code in (302, 303, 401)


def test_the_board_and_the_home_page_lead_to_the_newest(year: Cast) -> None:
    assert path_of(year) not in Client().get("/board/").content.decode()
    published(year)
    for page in ("/", f"/board/?community={year.community.pk}"):
        assert path_of(year) in Client().get(page).content.decode()
