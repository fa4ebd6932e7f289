"""What is published of a quarter: only what may be, on every outlet, with the digits of the file."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from PIL import Image

from tests.bank.test_quarters import AFTER, Q, objection, published, year
from tests.cast import AT, Cast
from zengyi.bank import actions
from zengyi.bank.models import Quarter
from zengyi.bank.rules import groups_of, verify
from zengyi.core import clock, paper
from zengyi.orders import actions as orders
from zengyi.people import actions as people
from zengyi.people.models import Person

__all__ = ["year"]
CANARIES = ("荀甲乙", "13977001234", "门牌八〇八", "小明小朋友")
OUTLETS = ("", "sheet.pdf", "poster.png", "text", "file.json")


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
            text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        elif outlet.endswith("png"):
            text = zxingcpp.read_barcodes(Image.open(io.BytesIO(content)))[0].text
        else:
            text = content.decode()
        yield outlet, text


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


def test_canaries_are_in_no_outlet(year: Cast) -> None:
    """A name, a phone, a door and a child's name, wherever people could have put them."""
    name, phone, door, child = CANARIES
    for login in ("member2", "resident", "member"):
        Person.objects.filter(user=year.users[login]).update(name=name, phone=phone, door=door)
    told = f"{name}说{child}家{door}漏水，打{phone}"
    worker, member = year.actor("worker"), year.actor("member2")
    private = year.place("resident", title=told[:60], text=told, private=True, contact=phone)
    orders.triage(private.pk, difficulty=9, by=worker, at=AT)
    orders.publish(private.pk, by=worker, at=AT)
    orders.assign(private.pk, member_id=year.member_id("member2"), by=worker, at=AT)
    orders.accept(private.pk, by=member, at=AT)
    orders.deliver(private.pk, text=told, by=member, at=AT)
    orders.confirm(private.pk, by=year.actor("resident"), at=AT)
    published(year)
    one = objection(year, told)
    assert not [(outlet, word) for outlet, text in said_by(year) for word in CANARIES if word in text]
    actions.answer_objection(one.pk, told, "漏记一次，已补记。", by=year.actor("worker"), at=AFTER)
    found = dict(said_by(year))
    assert not [(outlet, word) for outlet, text in found.items() for word in CANARIES if word in text]
    assert all("漏记一次，已补记。" in found[outlet] for outlet in ("", "text"))
    assert name in Quarter.objects.get().inside, "or the test looks for what is nowhere"


def test_who_agreed_is_named_on_every_outlet(year: Cast) -> None:
    """The other way round: the search above would find a name."""
    Person.objects.filter(user=year.users["member2"]).update(name="荀甲乙")
    people.agree_to_naming(year.users["member2"].person_id or 0, True, by=year.actor("member2"), at=AFTER)
    published(year)
    found = dict(said_by(year))
    assert all("荀甲乙" in found[outlet] for outlet in ("", "sheet.pdf", "text"))
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
