"""Asked at a building's door, without an account: an order once the phone has answered, and nothing told about who lives there."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from PIL import Image

from tests.api import Api
from tests.cast import AT, Cast
from tests.trail import refused
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed, NotThere, TooMany, WrongState
from zengyi.core.models import Event
from zengyi.orders import actions, queries
from zengyi.orders.models import Order, PendingOrder, Photo, Sign
from zengyi.orders.queries.files import path_of
from zengyi.orders.waiting import ITEMS
from zengyi.people import actions as people
from zengyi.people.models import Person, User
from zengyi.people.queries.waiting import waiting

PHONE = "13977779999"
ASKED = {"about": "三楼楼道灯不亮\n晚上摸黑", "matter": "PUBLIC", "name": "李阿姨", "phone": PHONE, "way": "CODE"}


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Callable[[], str]:
    """SMS go to a file; the last code in it."""
    settings.SMS, settings.MEDIA_ROOT = f"file:{tmp_path / 'sms'}", tmp_path / "media"

    def last() -> str:
        assert people.send_codes(AT) == 1
        found = re.search(r"验证码 (\d{6})", json.loads((tmp_path / "sms").read_text().splitlines()[-1])["text"])
        assert found
        return found[1]

    return last


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


Sent = Callable[[], str]


def hung(cast: Cast, number: int = 0) -> Sign:
    """The sign of a building."""
    actions.hang_signs([cast.buildings[number].pk], by=cast.actor("worker"), at=AT)
    return Sign.objects.get(building=cast.buildings[number], revoked_at=None)


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


def ask(sign: Sign, **more: Any) -> PendingOrder:
    return actions.ask_at_door(sign.token, **{**ASKED, "address": "192.0.2.1", **more}, at=AT)


def confirm(row: PendingOrder, code: str) -> Order | None:
    return actions.confirm_at_door(row.pk, code, address="192.0.2.1", at=AT)


def test_a_few_words_a_photo_and_a_code_make_an_order(cast: Cast, sent: Sent) -> None:
    sign, client = hung(cast), Client()
    assert "不用登录" in client.get(f"/b/{sign.token}/").content.decode()
    photo = BytesIO(picture())
    photo.name = "a.jpg"
    assert client.post(f"/b/{sign.token}/", {**ASKED, "photo": photo})["Location"] == f"/b/{sign.token}/code"
    assert not Order.objects.exists() and not Person.objects.filter(name="李阿姨").exists()
    assert "139****9999" in client.get(f"/b/{sign.token}/code").content.decode()
    assert client.post(f"/b/{sign.token}/code", {"code": "x"}).status_code == 422
    answer = client.post(f"/b/{sign.token}/code", {"code": sent()})
    assert answer["Location"] == f"/b/{sign.token}/"
    order = Order.objects.get()
    assert order.number in client.get(answer["Location"]).content.decode()
    assert (order.title, order.place_id, order.private, order.requester.name) == ("三楼楼道灯不亮", cast.buildings[0].pk, False, "李阿姨")
    assert order.contact == PHONE and order.placed_by.person_id == order.requester_id and not order.placed_by.has_usable_password()
    assert path_of(Photo.objects.get(order=order).pk).exists()
    assert Event.objects.get(object_type="order").user_id == order.placed_by_id
    assert client.get(f"/b/{sign.token}/code").status_code == 303
    assert "_auth_user_id" not in client.session  # a code for an order opens no session


def test_who_is_known_by_the_phone_asks_for_themselves(cast: Cast, sent: Sent) -> None:
    row = ask(hung(cast), phone="139 0000 1206", name="随便写的")
    order = confirm(row, sent())
    assert order is not None and order.requester_id == cast.users["resident"].person_id
    assert order.placed_by_id == cast.users["resident"].pk
    row.refresh_from_db()
    assert not row.new_person and queries.doorstep(by=cast.actor("worker")) == ([], [])


@pytest.mark.parametrize(("name", "is_new"), [("妻子", False), ("儿子", True)])
def test_who_shares_a_phone_is_known_by_name_and_the_others_are_not_told(cast: Cast, sent: Sent, name: str, is_new: bool) -> None:
    for other in ("妻子", "丈夫"):
        people.enter_person(_given(other, PHONE), by=cast.actor("worker"), at=AT)
    order = confirm(ask(hung(cast), name=name), sent())
    assert order is not None and order.requester.name == name
    assert PendingOrder.objects.get().new_person is is_new and Person.objects.filter(name=name).count() == 1


def _given(name: str, phone: str) -> Any:
    from zengyi.people.rules.persons import Given

    return Given(name, phone)


def test_help_at_home_is_private(cast: Cast, sent: Sent) -> None:
    order = confirm(ask(hung(cast), matter="HOME", about="老人下不了楼，想请人搬轮椅"), sent())
    assert order is not None and order.private and order.category == "HELP"
    assert queries.listing(by=cast.actor("member"), at=AT).rows == []


def test_the_desk_rings_up_whoever_wants_that_or_where_no_sms_are_sent(cast: Cast, settings: Any) -> None:
    settings.SMS = ""
    sign, client = hung(cast), Client()
    page = client.get(f"/b/{sign.token}/").content.decode()
    assert "验证码" not in page and "社区会打这个电话给您" in page
    assert client.post(f"/b/{sign.token}/", {**ASKED, "way": "CODE"}).status_code == 422
    assert client.post(f"/b/{sign.token}/", {**ASKED, "way": "CALL", "phone": "0513-85001234"}).status_code == 303
    assert not Order.objects.exists()
    found = waiting(ITEMS, by=cast.actor("worker"), at=AT, most=9)
    assert "三楼楼道灯不亮" in [one.title for one in found.items]
    desk = Client()
    desk.force_login(cast.users["worker"])
    row = PendingOrder.objects.get()
    assert "051385001234" in desk.get("/desk/doorstep/").content.decode()
    assert desk.post(f"/desk/doorstep/{row.pk}/call", {"name": ""}).status_code == 422
    order_page = desk.post(f"/desk/doorstep/{row.pk}/call", {"name": "李大姐"})
    order = Order.objects.get()
    assert order_page["Location"] == f"/orders/{order.pk}/"
    assert (order.channel, order.requester.name, order.placed_by_id) == ("PHONE", "李大姐", cast.users["worker"].pk)
    assert desk.post(f"/desk/doorstep/{row.pk}/call", {"name": "李大姐"}).status_code == 409
    assert Order.objects.count() == 1


def test_what_was_not_meant_is_dropped_with_a_reason(cast: Cast) -> None:
    row = ask(hung(cast), way="CALL")
    with refused(NotThere):
        actions.drop_pending(row.pk, reason="别处的", by=cast.actor("far_worker"), at=AT)
    with refused(NotAllowed):
        actions.drop_pending(row.pk, reason="不是社区的", by=cast.actor("member"), at=AT)
    actions.drop_pending(row.pk, reason="三次没人接", by=cast.actor("worker"), at=AT)
    with refused(WrongState):
        actions.confirm_by_call(row.pk, name="李阿姨", by=cast.actor("worker"), at=AT)
    row.refresh_from_db()
    assert row.state == "DROPPED" and not Order.objects.exists()


def test_somebody_new_is_looked_at_by_the_desk(cast: Cast, sent: Sent) -> None:
    order = confirm(ask(hung(cast)), sent())
    assert order is not None
    _calls, entries = queries.doorstep(by=cast.actor("secretary"))
    assert [one.person_id for one in entries] == [order.requester_id]
    actions.person_checked(entries[0].id, by=cast.actor("secretary"), at=AT)
    assert queries.doorstep(by=cast.actor("secretary"))[1] == []
    with refused(WrongState):
        actions.person_checked(entries[0].id, by=cast.actor("secretary"), at=AT)


def test_the_login_of_somebody_in_office_is_not_opened_at_a_door(cast: Cast, sent: Sent) -> None:
    worker = Person.objects.get(user=cast.users["worker"])
    people.change_person(worker.pk, _given(worker.name, PHONE), reason="补上号码", by=cast.actor("secretary"), at=AT)
    row = ask(hung(cast))
    assert confirm(row, sent()) is None and not Order.objects.exists()
    row.refresh_from_db()
    assert row.state == "CALL"


def test_a_sign_can_be_replaced_and_ended(cast: Cast) -> None:
    sign = hung(cast)
    assert actions.hang_signs([cast.buildings[0].pk], by=cast.actor("worker"), at=AT) == 0
    with refused(NotThere):
        actions.end_sign(sign.pk, replace=True, by=cast.actor("far_worker"), at=AT)
    with refused(NotThere):
        actions.hang_signs([cast.far_building.pk], by=cast.actor("worker"), at=AT)
    new = Sign.objects.get(pk=actions.end_sign(sign.pk, replace=True, by=cast.actor("worker"), at=AT) or 0)
    assert new.token != sign.token and new.building_id == sign.building_id
    assert Client().get(f"/b/{sign.token}/").status_code == 404 and Client().get(f"/b/{new.token}/").status_code == 200
    with refused(NotThere):
        ask(sign)
    assert actions.end_sign(new.pk, replace=False, by=cast.actor("worker"), at=AT) is None
    with refused(NotThere):
        actions.end_sign(new.pk, replace=True, by=cast.actor("worker"), at=AT)


def test_an_address_a_building_and_a_phone_bring_only_so_much(cast: Cast) -> None:
    sign = hung(cast)
    for _n in range(3):
        ask(sign, way="CALL")
    with refused(TooMany):
        ask(sign, way="CALL")  # this phone was to be rung up three times today
    for n in range(2):
        ask(sign, way="CALL", phone=f"1397777888{n}")
    with refused(TooMany):
        ask(sign, way="CALL", phone="13977778899")  # from this address six within the hour
    for n in range(34):
        ask(sign, way="CALL", phone=f"139777766{n:02}", address=f"192.0.2.{n + 9}")
    with refused(TooMany):
        ask(sign, way="CALL", phone="13977776699", address="192.0.2.99")


@pytest.mark.parametrize(
    ("field", "value"),
    [("about", ""), ("about", "\u200b"), ("about", "长" * 301), ("name", ""), ("name", "长" * 41), ("phone", ""), ("phone", "05138500")],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(cast: Cast, sent: Sent, field: str, value: str) -> None:
    with refused(Invalid, fields={field}):
        ask(hung(cast), **{field: value})
    assert not PendingOrder.objects.exists()


def test_the_page_tells_nothing_about_who_lives_there(cast: Cast, sent: Sent) -> None:
    """And answers alike for a phone of the house and for any other."""
    sign = hung(cast)
    pages = []
    for number, phone in enumerate(("13900001206", PHONE)):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        page = client.get(f"/b/{sign.token}/").content.decode()
        asked = client.post(f"/b/{sign.token}/", {**ASKED, "phone": phone})
        after = client.get(asked["Location"]).content.decode()
        assert not any(person.name in page + after for person in Person.objects.filter(home=cast.buildings[0]))
        pages.append(re.sub(r'value="[^"]{20,}"|139\*\*\*\*\d{4}|nonce="[^"]*"', "", after))
    assert pages[0] == pages[1] and len(page.encode()) < 40_000


@pytest.mark.parametrize(("size", "pages"), [("a4", 3), ("a5", 2)])
def test_the_printed_signs_lead_to_their_pages(cast: Cast, size: str, pages: int) -> None:
    actions.hang_signs([one.pk for one in cast.buildings[:3]], by=cast.actor("worker"), at=AT)
    desk = Client()
    desk.force_login(cast.users["worker"])
    assert desk.post("/desk/signs/").status_code == 422  # no building was ticked: the page says so itself
    answer = desk.get(f"/desk/signs.pdf?size={size}")
    sheet = pypdfium2.PdfDocument(answer.content)
    assert len(sheet) == pages
    read = {code.text for number in range(pages) for code in zxingcpp.read_barcodes(sheet[number].render(scale=2).to_pil())}
    assert read == {f"http://testserver/b/{token}/" for token in Sign.objects.values_list("token", flat=True)}
    text = "".join(sheet[number].get_textpage().get_text_range() for number in range(pages))
    assert all(one.name in text.replace(" ", "") for one in cast.buildings[:3])


def test_what_nobody_confirmed_is_forgotten_and_a_new_entry_is_not(cast: Cast, sent: Sent) -> None:
    from datetime import timedelta

    sign = hung(cast)
    confirm(ask(sign), sent())
    ask(sign, way="CALL", phone="13977778888")
    ask(sign, phone="13977778887")
    assert actions.forget_pending(AT + timedelta(hours=23)) == 0
    assert actions.forget_pending(AT + timedelta(hours=25)) == 1
    assert actions.forget_pending(AT + timedelta(days=40)) == 0
    assert sorted(PendingOrder.objects.values_list("state", flat=True)) == ["CALL", "PLACED"]
    assert User.objects.filter(person__name="李阿姨").exists()


def test_signs_are_made_and_ended_over_the_api(cast: Cast) -> None:
    worker, first, second = Api("worker"), cast.buildings[0].pk, cast.buildings[1].pk
    assert worker.post("/signs", {"buildings": [first, second]}).body == {"made": 2}
    assert worker.post("/signs", {"buildings": [first]}).body == {"made": 0}, "what hangs goes on hanging"
    told = {row["building_id"]: row for row in worker.get("/signs").body}
    link = told[first]["link"]
    assert link.startswith("http://testserver/b/") and Client().get(link).status_code == 200
    assert {row["link"] for pk, row in told.items() if pk not in (first, second)} <= {""}
    ended = worker.post(f"/signs/{told[first]['id']}/end", {"replace": True}).body
    assert ended["new"] and Client().get(link).status_code == 404
    assert worker.post(f"/signs/{ended['new']}/end").body == {"id": ended["new"], "new": None}
    assert worker.post(f"/signs/{ended['new']}/end").status == 404
    assert worker.post("/signs", {"buildings": [cast.bridge.pk]}).status == 404
    assert worker.post("/signs", {"buildings": []}).status == 422 and Api("resident").get("/signs").status == 403
