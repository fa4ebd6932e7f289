"""我的数据: everything that is held about somebody in one archive, for nobody else, with others' data masked."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.bank.deeds import filed
from tests.bank.roll import posted
from tests.bank.test_account import earn
from tests.cast import AT, Cast
from tests.orders.test_placing import jpeg
from tests.trail import refused, told
from zengyi.core import clock
from zengyi.core.errors import TooMany
from zengyi.core.models import Event
from zengyi.people import actions
from zengyi.people.models import Member, Person, User
from zengyi.people.queries import my_data
from zengyi.people.queries.my_data import aim_of

SUBJECTS = (Person, User, Member)


def ways() -> Iterator[tuple[type[Model], str]]:
    """Every column of every table that leads to a person, a login or a membership."""
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if one.remote_field is not None and one.remote_field.model in SUBJECTS:
                yield model, one.name


def unsaid(found: Iterator[tuple[type[Model], str]]) -> list[str]:
    """Those that are neither declared nor excused in writing."""
    said = {(held.model, way) for held in my_data.declared() for way in held.by}
    names = {f"{model._meta.label}.{way}" for model, way in found if (model, way) not in said}
    return sorted(name for name in names if not str(my_data.excused().get(name, "")).strip())


def test_every_way_to_a_person_is_told_or_excused() -> None:
    assert unsaid(ways()) == []
    known = {f"{model._meta.label}.{way}" for model, way in ways()}
    assert set(my_data.excused()) <= known, "what is excused is there"
    assert set(SUBJECTS) <= {held.model for held in my_data.declared()}


def test_a_table_that_was_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    less = tuple(held for held in my_data.declared() if held.model._meta.label != "bank.Filing")
    monkeypatch.setattr(my_data, "declared", lambda: less)
    assert unsaid(ways()) == ["bank.Filing.member"]


def test_what_is_declared_can_be_read(db: None) -> None:
    """Every way leads to somebody, and every column is there."""
    subject = my_data.Subject(1, 1, 1)
    assert all(aim_of(held.model, way) in SUBJECTS for held in my_data.declared() for way in held.by)
    assert len(list(my_data.parts(subject))) == len(my_data.declared())
    for held in my_data.declared():
        assert str(held.title) and str(held.why) and set(held.others | held.texts) <= set(held.columns), held.model
        secret = re.compile("password|digest|index|key|salt|epoch|search", re.I)
        assert not [name for name in held.columns if secret.search(name)], held.model


@pytest.fixture
def lived(cast: Cast, at: datetime, settings: Any, tmp_path: Any) -> Cast:
    """A member who has something in nearly every table, and a neighbour with canaries in the same ones."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cast.place("member", photos=[jpeg()], text="我家楼道灯不亮，请打13900005555找李四。")
    cast.place("resident2", title="邻居的单", text="金丝雀邻居的话")
    posted(cast, {"member": "PRESENT", "member2": "ABSENT"})
    earn(cast, "member", 5)
    filed(cast, "member", rule="V13", photos=[jpeg()])
    filed(cast, "member2", text="金丝雀同志的事")
    cast.claimed("member", "resident2", title="修灯，电话13900007777")
    return cast


def browser(cast: Cast, who: str) -> Client:
    """Somebody's phone."""
    client = Client()
    client.force_login(cast.users[who])
    return client


def fetched(page: Client) -> tuple[str, zipfile.ZipFile]:
    """Packed and fetched as the page leads."""
    made = page.post("/me/data")
    assert made.status_code == 303, made.content[:500]
    shown = page.get(made["Location"]).content.decode()
    path = shown.split('href="/me/data/')[1].split('"')[0]
    answer: Any = page.get(f"/me/data/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    return f"/me/data/{path}", unpacked(answer)


def unpacked(answer: Any) -> zipfile.ZipFile:
    """The archive that was answered."""
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def tables(packed: zipfile.ZipFile) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, by its name."""
    return {one["table"]: one["rows"] for one in json.loads(packed.read("data.json"))["tables"]}


def test_all_that_is_held_about_a_member_is_in_one_archive(lived: Cast, stopped: Any) -> None:
    _path, packed = fetched(browser(lived, "member"))
    rows = tables(packed)
    person = rows["people.Person"][0]
    assert person["姓名"] == "党员甲" and len(rows["people.Person"]) == 1
    assert [row["编号"] for row in rows["people.Member"]] == ["0001"] and rows["people.User"][0]["账号"] == "member"
    assert rows["people.Member"][0]["岗位"] == "监督岗"
    assert [(row["记号"], row["得分"]) for row in rows["bank.RollCallEntry"]] == [("到", 3)]
    assert sorted(row["得分"] for row in rows["bank.Posting"]) == [3, 5] and len(rows["bank.Account"]) == 2
    assert [row["规则"] for row in rows["bank.Filing"]] == ["V13"]
    mine = next(row for row in rows["orders.Order"] if row["什么情况"].startswith("我家楼道"))
    assert "13900005555" in mine["什么情况"], "one's own words stay as they are"
    assert any("***" in row["什么事"] for row in rows["orders.Claim"])
    assert len(rows["orders.Photo"]) >= 1 and {row["做了什么"] for row in rows["core.Event"]} >= {"place", "claim", "file"}
    pictures = [name for name in packed.namelist() if name.startswith("photos/")]
    assert {name.split("/")[1] for name in pictures} == {"orders", "deeds"}
    assert all(packed.read(name).startswith(b"\xff\xd8") for name in pictures)
    book = CalamineWorkbook.from_filelike(io.BytesIO(packed.read("我的数据.xlsx")))
    assert "登记的信息" in book.sheet_names and "双报到" not in book.sheet_names
    assert "登记的信息（1）" in packed.read("说明.txt").decode()


def test_nothing_of_others_is_in_it(lived: Cast, stopped: Any) -> None:
    """Names, phones, doors and words of others: of neighbours, colleagues and the staff who made the login."""
    _path, packed = fetched(browser(lived, "member"))
    text = packed.read("data.json").decode() + packed.read("说明.txt").decode()
    others = [user.person for name, user in lived.users.items() if user.person is not None and name != "member"]
    for person in others:
        assert person.name not in text and not (person.phone and person.phone in text), person.name
    for canary in ("金丝雀", "13900007777", "李四同志"):
        assert canary not in text
    assert lived.users["member"].password not in text


def test_a_maker_is_named_by_the_surname_alone(lived: Cast, stopped: Any) -> None:
    page = browser(lived, "member")
    person = lived.users["member"].person_id
    assert person is not None
    actions.open_login(person, "member", by=lived.actor("secretary"), at=AT)
    page.force_login(User.objects.get(username="member"))
    rows = tables(fetched(page)[1])["people.Tie"]
    assert [row["谁"] for row in rows] == ["同*"]


def test_one_event_each_time_and_three_a_day(cast: Cast, at: datetime) -> None:
    by = cast.actor("member")
    with told("export", "person") as step:
        actions.export_own_data(by=by, at=at)
    assert (step.event.object_id, step.event.after) == (by.person_id, {"of": "own"})
    for _again in range(2):
        actions.export_own_data(by=by, at=at)
    with refused(TooMany):
        actions.export_own_data(by=by, at=at)
    actions.export_own_data(by=cast.actor("member2"), at=at)
    actions.export_own_data(by=by, at=at + timedelta(days=2))
    assert Event.objects.filter(verb="export").count() == 5


def test_looking_writes_nothing_and_the_key_is_for_one_login_and_half_an_hour(lived: Cast, stopped: Any, monkeypatch: Any) -> None:
    page, other = browser(lived, "member"), browser(lived, "member2")
    before = Event.objects.count()
    assert page.get("/me/data").status_code == 200 and Event.objects.count() == before
    path, _packed = fetched(page)
    assert Event.objects.count() == before + 1
    assert unpacked(page.get(path)).namelist() and Event.objects.count() == before + 1
    assert other.get(path).status_code == 404 and Client().get(path).status_code == 303
    assert page.get("/me/data/nonsense/my-data.zip").status_code == 404
    assert "打包好了" not in other.get(f"/me/data?ready={path.split('/')[3]}").content.decode()
    monkeypatch.setattr("time.time", lambda: clock.now().timestamp() + 10**9)
    assert page.get(path).status_code == 404
    assert "放得太久" in page.get(f"/me/data?ready={path.split('/')[3]}").content.decode()


@pytest.mark.parametrize("who", ["resident", "unit", "worker", "district", "admin"])
def test_everybody_who_is_signed_in_gets_theirs(cast: Cast, stopped: Any, who: str) -> None:
    rows = tables(fetched(browser(cast, who))[1])
    assert [row["账号"] for row in rows["people.User"]] == [who] and len(rows["people.Person"]) == (cast.users[who].person_id is not None)
    assert rows["bank.Posting"] == [] == rows["people.Member"]


def test_the_page_says_what_is_held_and_why(cast: Cast, stopped: Any) -> None:
    shown = browser(cast, "member").get("/me/data").content.decode()
    for held in my_data.declared():
        assert str(held.title) in shown and str(held.why) in shown, held.model
    assert "谁看过我的电话和门牌" in shown


def test_it_takes_the_same_statements_however_much_there_is(cast: Cast, stopped: Any, sql: Any) -> None:
    page, counts = browser(cast, "member"), []
    path, _packed = fetched(page)
    for more in (0, 9, 90):
        for n in range(more):  # not more a day than anybody may
            cast.place("member", at=AT - timedelta(hours=13 * n))
        with sql() as seen:
            rows = tables(unpacked(page.get(path)))["orders.Order"]
        counts.append(len(seen))
        assert len(rows) >= more
    assert len(set(counts)) == 1 and counts[0] <= len(my_data.declared()) + 8, counts
