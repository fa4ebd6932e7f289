"""Sheets as they come: people are recognised, couples share phones, errors alike stand together, and the sheet comes back with remarks."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.people.test_imports import MEMBER_HEAD, RESIDENT_HEAD, Browser, text
from tests.people.town import START, Town
from zengyi.people import actions, queries
from zengyi.people.forms import read_table
from zengyi.people.models import Member, Organisation, Person, Place, phone_index
from zengyi.people.rules.new_homes import new_homes
from zengyi.people.rules.sheets import Sheet

pytestmark = pytest.mark.databases("sqlite")


def plan(town: Town, rows: list[list[str]], sheet: Sheet = Sheet.RESIDENTS) -> Any:
    return queries.plan_import(sheet, [MEMBER_HEAD if sheet == Sheet.MEMBERS else RESIDENT_HEAD, *rows], community_id=town.here)


MESSY = [
    ["孙 强国", "86 139-1111-0001", "", "２０１ 幢", "３０１室"],
    ["李秀英", "13911110001", "", "201", "301"],
    ["周建国、吴芳", "+8613911110002", "", "202栋", "402"],
    ["郑　敏", "１３９１１１１０００３", "", "", ""],
    ["王强", "13911110004（微信同号）", "", "", ""],
]


def test_a_messy_sheet_is_read_as_it_is_meant(town: Town) -> None:
    by = town.actor("worker")
    done = actions.import_sheet("residents", [RESIDENT_HEAD, *MESSY], by=by, at=START)
    assert done.new == 6
    kept = dict(Person.objects.filter(created_at=START).values_list("name", "phone_index"))
    assert list(kept) == ["孙强国", "李秀英", "周建国", "吴芳", "郑敏", "王强"]
    # Couples share a phone and a door.
    assert bytes(kept["孙强国"] or b"") == bytes(kept["李秀英"] or b"") == phone_index("13911110001")
    assert len(set(Person.objects.filter(name__in=("周建国", "吴芳")).values_list("household_index", flat=True))) == 1
    assert actions.import_sheet("residents", [RESIDENT_HEAD, *MESSY], by=by, at=START).unchanged == 6
    for asked in ("孙 强国", "孙强国", "强 国"):
        assert [row.name for row in queries.residents(by=by, q=asked).rows] == ["孙强国"]
    both = queries.residents(by=by, q="+86 13911110001").rows
    assert [row.name for row in both] == ["孙强国", "李秀英"]


def test_a_name_kept_with_a_space_is_found_without(town: Town) -> None:
    town.person("钱 有为", "13911110009")
    assert [row.name for row in queries.residents(by=town.actor("worker"), q="钱有为").rows] == ["钱 有为"]
    assert plan(town, [["钱有为", "13911110009", "", "", ""]]).unchanged == 1


def test_a_new_phone_is_the_same_person_by_name_and_door(town: Town) -> None:
    by = town.actor("worker")
    actions.import_sheet("residents", [RESIDENT_HEAD, *MESSY], by=by, at=START)
    before = Person.objects.get(name="孙强国").pk
    done = actions.import_sheet("residents", [RESIDENT_HEAD, ["孙强国", "13922220009", "", "201", "301"]], by=by, at=START)
    assert (done.new, done.changed) == (0, 1)
    assert Person.objects.get(pk=before).phone == "13922220009"


def test_somebody_else_with_a_known_phone_is_told(town: Town) -> None:
    by = town.actor("worker")
    actions.import_sheet("residents", [RESIDENT_HEAD, ["孙强国", "13911110001", "", "201", "301"]], by=by, at=START)
    wife = plan(town, [["李秀英", "13911110001", "", "201", "301"]])
    assert (len(wife.new), [other for _row, other in wife.sharing]) == (1, ["孙*"])
    mistyped = plan(town, [["孙强果", "13911110001", "", "201", "301"]])
    assert (len(mistyped.new), mistyped.changed[0].columns) == (0, "姓名")


def test_errors_alike_stand_together_with_what_was_written(browser: Browser, town: Town) -> None:
    page = browser("worker")
    bad = [RESIDENT_HEAD, *([f"居民{n}", "12", "", "", ""] for n in range(30)), ["好人", "13911110001", "", "", ""]]
    shown = page.post("/people/import/residents/", {"file": SimpleUploadedFile("a.csv", text(bad))}).content.decode()
    assert "有 30 处要改" in shown and "共 30 行" in shown and shown.count("不像电话号码") == 1
    (link,) = re.findall(r"/people/import/remarks/[\w-]+\.xlsx", shown)
    back = read_table(page.get(link).content)
    assert back[0] == ["备注（请改）", *RESIDENT_HEAD] and back[1][0] == "手机：不像电话号码：手机是 11 位数字。"
    assert back[31][:3] == ["", "好人", "13911110001"]
    # Mended and sent again, the column is passed over; wrong again, it is there once.
    mended = [back[0], *([row[0], row[1], f"1390000{n:04}"] for n, row in enumerate(back[1:31])), back[31]]
    assert "都读懂了" in page.post("/people/import/residents/", {"file": SimpleUploadedFile("a.csv", text(mended))}).content.decode()
    again = page.post("/people/import/residents/", {"file": SimpleUploadedFile("a.csv", text(back))}).content.decode()
    (link,) = re.findall(r"/people/import/remarks/[\w-]+\.xlsx", again)
    assert read_table(page.get(link).content)[0] == ["备注（请改）", *RESIDENT_HEAD]
    assert browser("secretary").get(link).status_code == 404


def test_unknown_units_are_asked_for_once(browser: Browser, town: Town) -> None:
    page = browser("worker")
    rows = [["第一支部", f"D{n}", f"党员{n}", "", "", "", "新来的局" if n % 2 else "新来的厂"] for n in range(6)]
    sheet = SimpleUploadedFile("a.csv", text([MEMBER_HEAD[:7], *rows]))
    asked = page.post("/people/import/members/", {"file": sheet}).content.decode()
    assert asked.count('name="kind"') == 2 and "新来的局" in asked
    (upload,) = re.findall(r'name="upload" value="([\w-]+)"', asked)
    half = {"upload": upload, "look": "1", "unit": ["新来的厂", "新来的局"], "kind": ["TWO_NEW", ""]}
    assert page.post("/people/import/members/", half).content.decode().count('<select class="input" name="kind"') == 1
    given = {**half, "kind": ["TWO_NEW", "OFFICE"]}
    ready = page.post("/people/import/members/", given).content.decode()
    assert "都读懂了" in ready and "会新登记这些单位" in ready
    (upload,) = re.findall(r'name="upload" value="([\w-]+)"', ready)
    assert page.post("/people/import/members/", {"upload": upload, **{k: given[k] for k in ("unit", "kind")}}).status_code == 303
    assert dict(Organisation.objects.values_list("name", "kind")) == {"新来的局": "OFFICE", "新来的厂": "TWO_NEW"}
    assert Member.objects.count() == 6


def test_an_old_sheet_makes_no_double_anew(town: Town) -> None:
    """Two entries were put together: the sheet that the other one came with still means the same person, and changes nothing."""
    old = [["孙强国", "13911110001", "", "201", "301"], ["李秀英", "13911110002", "", "", ""]]
    by = town.actor("worker")
    actions.import_sheet("residents", [RESIDENT_HEAD, *old], by=by, at=START)
    kept = town.person("孙强国", "13922220009")
    gone = Person.objects.get(name="孙强国", phone_index=phone_index("13911110001"))
    actions.merge_persons(kept, gone.pk, reason="换过号码", by=by, at=START)
    again = plan(town, old)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 2)
    moved = plan(town, [["孙强国", "13911110001", "", "202", "404"]])
    assert [(change.person_id, change.columns) for change in moved.changed] == [(kept, "幢号、门牌")]
    assert [row.id for row in queries.residents(by=by, q="139 1111 0001").rows] == [kept]


def test_unknown_buildings_are_offered_once_and_the_import_goes_on(browser: Browser, town: Town) -> None:
    page = browser("worker")
    rows = [["孙强国", "13911110001", "", "203", "1"], ["李秀英", "13911110002", "新 村", "２０３ 号楼", "2"]]
    rows += [
        ["王芳", "13911110003", "东苑", "5#", "3"],
        ["吴军", "13911110004", "", "201-301", ""],
        ["赵敏", "13911110005", "", "201", "4"],
    ]
    sheet = SimpleUploadedFile("a.csv", text([RESIDENT_HEAD, *rows]))
    asked = page.post("/people/import/residents/", {"file": sheet}).content.decode()
    homes = re.findall(r'name="home"\s+id="home\d+"\s+value="([^"]+)"', asked)
    assert homes == ["新村\t203幢", "东苑\t5幢"] and "（新小区）" in asked and "表里 2 行" in asked, homes
    (upload,) = re.findall(r'name="upload" value="([\w-]+)"', asked)
    left = page.post("/people/import/residents/", {"upload": upload, "look": "1", "home": homes}).content.decode()
    assert "建好了 2 幢" in left and "201-301" in left and 'name="home"' not in left, "what is no building is still to be mended"
    assert list(Place.objects.filter(name__in=["203幢", "5幢"]).values_list("parent__name", flat=True)) == ["新村", "东苑"]
    again = page.post("/people/import/residents/", {"upload": upload, "look": "1", "home": homes})
    assert again.status_code == 200 and Place.objects.filter(name="203幢").count() == 1
    sheet = SimpleUploadedFile("a.csv", text([RESIDENT_HEAD, *(row for row in rows if row[3] != "201-301")]))
    ready = page.post("/people/import/residents/", {"file": sheet}).content.decode()
    (upload,) = re.findall(r'name="upload" value="([\w-]+)"', ready)
    assert page.post("/people/import/residents/", {"upload": upload}).status_code == 303
    homes_of = {person.name: person.home.name for person in Person.objects.select_related("home") if person.home}
    assert homes_of == {"孙强国": "203幢", "李秀英": "203幢", "王芳": "5幢", "赵敏": "201幢"}


def test_a_sheet_of_one_estate_lays_out_a_community_that_has_none() -> None:
    table = [RESIDENT_HEAD, ["孙强国", "", "", "201", "1"], ["李秀英", "", "虹桥 新村", "202 号楼", "2"], ["王芳", "", "", "门岗", ""]]
    assert [(home.estate, home.building) for home in new_homes(Sheet.RESIDENTS, table, {}, [])] == [
        ("虹桥新村", "201幢"),
        ("虹桥新村", "202号楼"),
        ("虹桥新村", "门岗"),
    ]
    two = [*table, ["吴军", "", "东苑", "1", "1"]]
    assert [home.building for home in new_homes(Sheet.RESIDENTS, two, {}, [])] == ["202号楼", "1幢"], "whose 201 is, nobody can tell"
