"""The first day: from an empty database to a community that can work, in the browser, with the code that the command printed."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.people.town import START, Clock
from zengyi.core.errors import Invalid, TooMany
from zengyi.people import actions
from zengyi.people.models import Branch, Grant, Person, Place, User
from zengyi.people.rules import SYSTEM

pytestmark = pytest.mark.databases("sqlite")

FOUNDING = {
    "step": "found", "district": "某区", "subdistrict": "甲街道", "name": "甲社区", "phone": "0513-85001234",
    "chief": "钱 甲", "chief_phone": "139 0000 0001", "chief2": "孙乙", "chief2_phone": "+86 13900000002",
}  # fmt: skip
OWN = "rain on the seventh bridge"


@pytest.fixture
def code(db: None, time: Clock) -> str:
    """What the command prints on an empty database."""
    return actions.write_first_day_code()


def passwords(html: str) -> list[str]:
    return re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){2}", html)


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post("/sign-in", {"username": username, "password": password})


def test_the_whole_first_day(client: Client, code: str) -> None:
    assert client.get("/")["Location"] == "/first-day/"
    assert 'name="code"' in client.get("/first-day/").content.decode()
    shouted = code.upper().replace("-", " ")
    assert 'name="district"' in client.post("/first-day/", {"code": shouted}).content.decode()
    slips = client.post("/first-day/", {"code": shouted, **FOUNDING})
    assert slips.status_code == 200 and slips["Cache-Control"].count("no-store")
    first, second = passwords(slips.content.decode())
    assert [p.name for p in Person.objects.order_by("pk")] == ["钱甲", "孙乙"]
    assert list(Grant.objects.values_list("role", flat=True)) == ["secretary", "secretary"]
    # Read from paper: capitals, no dashes, a space.
    assert sign_in(client, "13900000001", first.upper().replace("-", " ")).status_code == 303
    assert client.get("/")["Location"] == "/me/password"
    changed = {"old": first.upper(), "new": OWN, "again": OWN}
    assert client.post("/me/password", changed).status_code == 303
    assert client.get("/")["Location"] == "/people/community/"
    settings = client.get("/people/community/").content.decode()
    assert "还差 4 样" in settings
    estate = {"name": "新村", "buildings": "201–240、甲乙丙", "per_row": "8"}
    answer = client.post("/people/estates/new", estate)
    page = client.get(answer["Location"]).content.decode()
    assert "43 幢" in page and page.count("<rect") == 44
    assert client.post("/people/branches/", {"names": "第一支部\n第二支部\n"}).status_code == 303
    assert Branch.objects.count() == 2
    assert "还差 2 样" in client.get("/people/community/").content.decode()
    # Until the second one has a password of their own the code still opens; afterwards nothing.
    client.post("/sign-out")
    assert "再发一次性密码" in client.post("/first-day/", {"code": code}).content.decode()
    sign_in(client, "shuji2", second)
    client.post("/me/password", {"old": second, "new": OWN, "again": OWN})
    client.post("/sign-out")
    assert client.post("/first-day/", {"code": code}).status_code == 404
    assert client.get("/first-day/").status_code == 404
    assert not actions.write_first_day_code()


def test_it_can_be_left_and_taken_up_again(client: Client, code: str) -> None:
    alone = {name: text for name, text in FOUNDING.items() if not name.startswith("chief2")}
    client.post("/first-day/", {"code": code, **alone})
    assert actions.write_first_day_code() == code  # the server was started again
    page = client.post("/first-day/", {"code": code}).content.decode()
    assert "还差第二位书记" in page and 'name="district"' not in page
    second = {"step": "second", "chief2": "孙乙", "chief2_phone": "13900000002"}
    assert len(passwords(client.post("/first-day/", {"code": code, **second}).content.decode())) == 1
    assert User.objects.filter(must_change=True).count() == 2
    # The slip of paper was lost.
    lost = User.objects.get(username="shuji")
    before = lost.password
    again = client.post("/first-day/", {"code": code, "step": "again", "login": str(lost.pk)})
    assert len(passwords(again.content.decode())) == 1
    lost.refresh_from_db()
    assert lost.password != before
    lost.must_change = False
    lost.save()
    assert client.post("/first-day/", {"code": code, "step": "again", "login": str(lost.pk)}).status_code == 404


def test_the_button_pressed_twice_founds_once(client: Client, code: str) -> None:
    for _press in range(2):
        client.post("/first-day/", {"code": code, **FOUNDING})
    assert Place.objects.filter(kind="COMMUNITY").count() == 1
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", " "), ("district", "区" * 61), ("phone", "打我"), ("chief", ""), ("chief_phone", "1"), ("chief2_phone", "13900000001")],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(client: Client, code: str, field: str, text: str) -> None:
    answer = client.post("/first-day/", {"code": code, **FOUNDING, field: text})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'aria-invalid="true"' in html and FOUNDING["subdistrict"] in html
    assert not Place.objects.exists() and not User.objects.exists()


def test_a_wrong_code_opens_nothing(client: Client, code: str, time: Clock) -> None:
    for _try in range(20):
        assert client.post("/first-day/", {"code": "aaaa-bbbb-cccc", **FOUNDING}).status_code == 422
    answer = client.post("/first-day/", {"code": code, **FOUNDING})
    assert answer.status_code == 429 and answer["Retry-After"]
    assert not Place.objects.exists()
    with pytest.raises(TooMany):
        actions.first_day_by(code, address="127.0.0.1", at=time.at)
    with pytest.raises(Invalid):
        actions.first_day_by("aaaa-bbbb-cccc", address="127.0.0.2", at=time.at)


def test_only_an_empty_database_has_a_first_day(client: Client, db: None, tmp_path: Path) -> None:
    actions.add_place(None, "DISTRICT", "某区", by=SYSTEM, at=START)
    assert actions.write_first_day_code() == ""
    assert not (tmp_path / "first-day.code").exists()
    assert client.get("/first-day/").status_code == 404
    assert client.get("/").status_code == 200


def test_the_code_is_for_its_owner_alone(code: str, tmp_path: Path) -> None:
    assert (tmp_path / "first-day.code").stat().st_mode & 0o077 == 0
