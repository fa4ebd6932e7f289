"""Importing lists: good sheets, bad sheets, hostile files, and the same sheet twice."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people.town import START, Clock, Town
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.core.models import Event
from zengyi.people import actions, queries
from zengyi.people.forms import read_table, template
from zengyi.people.models import Branch, Member, Organisation, Person, Place, Registration, phone_index
from zengyi.people.rules.sheets import COLUMNS, Sheet

Browser = Callable[..., Client]
MEMBER_HEAD = ["支部", "党员编号", "姓名", "手机", "身份", "岗位", "工作单位", "单位类别", "小区", "幢号", "门牌", "报到"]
MEMBERS = [
    MEMBER_HEAD,
    ["第一支部", "D001", "党员甲", "13911110001", "在职报到", "监督岗", "某局", "机关", "", "201", "301", "是"],
    ["第二支部", "D002", "党员乙", "", "在册", "", "", "", "", "202 幢", "1206室", ""],
]
RESIDENT_HEAD = ["姓名", "手机", "小区", "幢号", "门牌"]
RESIDENTS = [RESIDENT_HEAD, ["居民甲", "13922220001", "新村", "201", "101"], ["居民乙", "", "", "202", "１０２室"]]


def xlsx(rows: list[list[str]], *, formula: bool = False) -> bytes:
    """A workbook of those rows; the cells of digits are numbers, as people's spreadsheets have them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            for at, cell in enumerate(row):
                if formula and cell.startswith("="):
                    page.write_formula(line, at, cell, value="居民丙")
                elif cell.isdigit() and len(cell) > 5:
                    page.write_number(line, at, int(cell))
                else:
                    page.write_string(line, at, cell)
    return file.getvalue()


def text(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    """A csv file of those rows."""
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def counts() -> tuple[int, ...]:
    """How many rows there are of everything an import may write."""
    return tuple(model.objects.count() for model in (Person, Member, Branch, Organisation, Registration, Event))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_spreadsheets_write(encoding: str) -> None:
    assert read_table(text(RESIDENTS, encoding)) == RESIDENTS


def test_xlsx_keeps_phone_numbers() -> None:
    assert read_table(xlsx(RESIDENTS))[1] == RESIDENTS[1]


@pytest.mark.parametrize("sheet", list(Sheet))
def test_the_template_has_every_column(sheet: Sheet) -> None:
    assert read_table(template(sheet)) == [[c.title for c in COLUMNS[sheet]]]


def test_members_come_in_whole(town: Town) -> None:
    done = actions.import_sheet("members", read_table(xlsx(MEMBERS)), by=town.actor("secretary"), at=START)
    assert (done.new, done.changed, done.unchanged) == (2, 0, 0)
    first = Member.objects.select_related("person", "unit", "branch").get(number="D001")
    assert (first.person.phone, first.person.door, first.person.home_id) == ("13911110001", "301", town.buildings[0])
    assert (first.status, first.duty, first.branch.name) == ("IN_SERVICE", "MONITORING", "第一支部")
    assert first.unit and (first.unit.name, first.unit.kind) == ("某局", "OFFICE")
    assert queries.coverage(community_id=town.here).percent == 100
    assert Event.objects.filter(verb="import").latest("pk").after == {
        "sheet": "members",
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "moved": {},
    }


@pytest.mark.parametrize(("sheet", "table"), [("members", MEMBERS), ("residents", RESIDENTS)])
def test_the_same_sheet_twice_changes_nothing(town: Town, sheet: str, table: list[list[str]]) -> None:
    by = town.actor("worker")
    actions.import_sheet(sheet, table, by=by, at=START)
    before = (*counts()[:-1], list(Person.objects.order_by("pk").values()))
    again = actions.import_sheet(sheet, table, by=by, at=START)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert (*counts()[:-1], list(Person.objects.order_by("pk").values())) == before


def test_changed_rows_are_updated_and_empty_cells_leave_what_stands(town: Town) -> None:
    by = town.actor("worker")
    actions.import_sheet("members", MEMBERS, by=by, at=START)
    changed = [MEMBER_HEAD, ["第二支部", "D001", "党员甲", "13911119999", "", "治理岗", "", "", "", "", "", ""], MEMBERS[2]]
    done = actions.import_sheet("members", changed, by=by, at=START)
    assert (done.new, done.changed, done.unchanged) == (0, 1, 1)
    member = Member.objects.select_related("person").get(number="D001")
    assert (member.person.phone, member.person.door, member.status, member.duty) == ("13911119999", "301", "IN_SERVICE", "GOVERNANCE")
    assert member.unit_id
    moved = [RESIDENT_HEAD, ["党员甲", "13911119999", "", "202", ""]]
    actions.import_sheet("residents", moved, by=by, at=START)
    person = Person.objects.get(pk=member.person_id)
    assert (person.home_id, person.door, person.household_index) == (town.buildings[1], "", None), "the old door stays behind"


def test_a_resident_becomes_a_member(town: Town) -> None:
    by = town.actor("worker")
    actions.import_sheet("residents", RESIDENTS, by=by, at=START)
    persons = Person.objects.count()
    joining = [MEMBER_HEAD[:4], ["第一支部", "D9", "居民甲", "13922220001"]]
    actions.import_sheet("members", joining, by=by, at=START)
    assert Person.objects.count() == persons
    assert Member.objects.get(number="D9").person.name == "居民甲"


BAD = {
    "missing name": ("members", ["第一支部", "D1", "", "13911110001"], "姓名"),
    "no phone": ("members", ["第一支部", "D1", "某", "12"], "手机"),
    "strange status": ("members", ["第一支部", "D1", "某", "", "王"], "身份"),
    "strange duty": ("members", ["第一支部", "D1", "某", "", "", "门岗"], "岗位"),
    "unknown unit": ("members", ["第一支部", "D1", "某", "", "", "", "没有的单位"], "工作单位"),
    "unknown building": ("members", ["第一支部", "D1", "某", "", "", "", "", "", "", "999"], "幢号"),
    "door without building": ("members", ["第一支部", "D1", "某", "", "", "", "", "", "", "", "301"], "门牌"),
    "too long": ("members", ["第一支部", "D1", "某" * 41], "姓名"),
    "formula": ("members", ["第一支部", "D1", "=HYPERLINK(1)"], "姓名"),
    "number as formula": ("members", ["第一支部", "+1", "某"], "党员编号"),
    "control character": ("members", ["第一支部", "D1", "某\x07"], "姓名"),
    "twice": ("members", ["第一支部", "D0", "某"], "党员编号"),
    "another's phone": ("members", ["第一支部", "D1", "某", "13900000000"], "手机"),
    "nobody to know again": ("residents", ["某"], "手机"),
}


@pytest.mark.parametrize(("sheet", "row", "column"), BAD.values(), ids=BAD.keys())
def test_one_bad_row_and_nothing_is_written(town: Town, sheet: str, row: list[str], column: str) -> None:
    head, good = (MEMBER_HEAD, ["第三支部", "D0", "党员丙"]) if sheet == "members" else (RESIDENT_HEAD, RESIDENTS[1])
    table = [head, good, [], row]
    before = counts()
    plan = queries.plan_import(Sheet(sheet), table, community_id=town.here)
    assert [(e.line, e.column) for e in plan.errors] == [(4, column)], [str(e.sentence) for e in plan.errors]
    with pytest.raises(Invalid):
        actions.import_sheet(sheet, table, by=town.actor("worker"), at=START)
    assert counts() == before


@pytest.mark.parametrize(
    "table", [[], [["a"]], [RESIDENT_HEAD], [["姓名"]], [["姓名", "姓名"], ["甲", "乙"]], [["手机"], ["13911110001"]]], ids=str
)
def test_a_sheet_without_a_header_is_refused(town: Town, table: list[list[str]]) -> None:
    with pytest.raises(Invalid):
        queries.plan_import(Sheet.MEMBERS, table, community_id=town.here)


def test_too_many_rows(town: Town) -> None:
    table = [RESIDENT_HEAD, *([f"居民{n}", str(13_000_000_000 + n)] for n in range(20_001))]
    with pytest.raises(Invalid):
        queries.plan_import(Sheet.RESIDENTS, table, community_id=town.here)


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    return file.getvalue()


def _with_sheet(xml: str) -> bytes:
    source, file = zipfile.ZipFile(io.BytesIO(xlsx(RESIDENTS))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in source.namelist():
            parts.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return file.getvalue()


_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_FAR = (
    f'<worksheet {_NS}><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
#: Made when a test asks for one: every worker of the suite reads this file.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"just words",
    "zip of nothing": lambda: b"PK\x05\x06" + bytes(18),
    "broken zip": lambda: b"PK\x03\x04" + bytes(50),
    "old or locked": lambda: b"\xd0\xcf\x11\xe0" + bytes(600),
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "nulls": lambda: bytes(1000),
    "bomb": _bomb,
    "far corner": lambda: _with_sheet(_FAR),
    "entities": lambda: _with_sheet(_ENTITIES + f"]><worksheet {_NS}><sheetData>&i;</sheetData></worksheet>"),
    "no xml": lambda: _with_sheet("<<<<"),
    "cut": lambda: xlsx(RESIDENTS)[:-200],
    "one long line": lambda: b"a," * 3_000_000,
    "unclosed quote": ('姓名\n"' + "x" * 200_000).encode,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_sentence(town: Town, name: str) -> None:
    data, before = HOSTILE[name](), counts()
    with CaptureQueriesContext(connection) as caught, pytest.raises(Invalid):
        table = read_table(data)
        assert len(table) * max(map(len, table), default=0) <= 60, "of a sheet without a header a line is left at most"
        queries.plan_import(Sheet.RESIDENTS, table, community_id=town.here)
    assert len(caught) <= 1, "the database is hardly asked for it"
    assert counts() == before


def test_formulas_count_as_the_value_they_had(town: Town) -> None:
    table = read_table(xlsx([RESIDENT_HEAD, ['=HYPERLINK("http://x","y")', "13922220009", "", "", ""]], formula=True))
    assert table[1][0] == "居民丙"


def test_importing_on_the_page(browser: Browser, town: Town, settings: Any) -> None:
    page = browser("worker")
    before = counts()
    shown = page.post("/people/import/residents/", {"file": SimpleUploadedFile("名单.xlsx", xlsx(RESIDENTS))})
    assert shown.status_code == 200
    assert counts() == before, "a preview writes nothing"
    assert "13922220001" not in shown.content.decode()
    upload = shown.content.decode().split('name="upload" value="')[1].split('"')[0]
    kept = Path(settings.VAR) / "imports" / upload
    assert "居民甲" not in kept.read_text() and oct(kept.stat().st_mode)[-3:] == "600"
    done = page.post("/people/import/residents/", {"upload": upload})
    assert done["Location"] == "/people/import/residents/?new=2&changed=0&unchanged=0"
    assert not kept.exists()
    assert page.get(done["Location"]).status_code == 200
    assert page.post("/people/import/residents/", {"upload": upload}).status_code == 404


def test_a_double_tap_imports_once(browser: Browser, town: Town) -> None:
    page = browser("worker")
    shown = page.post("/people/import/residents/", {"file": SimpleUploadedFile("a.csv", text(RESIDENTS))}).content.decode()
    upload, key = (shown.split(f'name="{n}" value="')[1].split('"')[0] for n in ("upload", "_key"))
    first = page.post("/people/import/residents/", {"upload": upload, "_key": key})
    second = page.post("/people/import/residents/", {"upload": upload, "_key": key})
    assert first["Location"] == second["Location"]
    assert Event.objects.filter(verb="import").count() == 1


@pytest.mark.parametrize("upload", ["", "../../secrets.json", "x" * 32, "x" * 9999, "\0" * 32])
def test_only_ones_own_kept_sheets(browser: Browser, town: Town, upload: str) -> None:
    assert browser("worker").post("/people/import/residents/", {"upload": upload}).status_code == 404


def test_a_kept_sheet_is_for_one_person_for_half_an_hour(town: Town) -> None:
    by = town.actor("worker")
    kept = actions.keep_upload(Sheet.RESIDENTS, RESIDENTS, by=by, at=START)
    with pytest.raises(NotThere):
        actions.import_upload(kept, by=town.actor("secretary"), at=START)
    with pytest.raises(NotThere):
        actions.import_upload(kept, by=by, at=START + timedelta(minutes=31))
    assert actions.import_upload(kept, by=by, at=START + timedelta(minutes=29)).new == 2


@pytest.mark.parametrize("who", ["resident", "district", "stranger"])
def test_others_may_not_import(town: Town, who: str) -> None:
    with pytest.raises((NotAllowed, Invalid)):
        actions.import_sheet("residents", RESIDENTS, by=town.actor(who), at=START)


def test_bad_rows_are_shown_on_the_page(browser: Browser, town: Town) -> None:
    bad = [RESIDENT_HEAD, ["", "1", "", "999", ""]]
    shown = browser("worker").post("/people/import/residents/", {"file": SimpleUploadedFile("a.csv", text(bad))}).content.decode()
    assert "有 3 处要改" in shown and "就这样导入" not in shown
    assert browser("worker").post("/people/import/residents/", {}).status_code == 422


#: Statements of a preview: the places, the people known, what they were called in entries put together with theirs, the members.
PLANNED = 4


def test_twenty_thousand_rows(town: Town, time: Clock) -> None:
    rows = [RESIDENT_HEAD, *([f"居民{n}", str(13_000_000_000 + n), "", str(201 + n % 2), str(n)] for n in range(20_000))]
    data = xlsx(rows)
    table = read_table(data)
    with CaptureQueriesContext(connection) as planned:
        plan = queries.plan_import(Sheet.RESIDENTS, table, community_id=town.here)
    assert (len(plan.new), plan.errors) == (20_000, [])
    assert len(planned) == PLANNED, "as many as for a sheet of twenty"
    with CaptureQueriesContext(connection) as written:
        actions.import_sheet("residents", table, by=town.actor("worker"), at=START)
    again = [RESIDENT_HEAD, *([f"{row[0]}改", *row[1:]] for row in rows[1:])]
    with CaptureQueriesContext(connection) as changed:
        assert actions.import_sheet("residents", again, by=town.actor("worker"), at=START).changed == 20_000
    # SQLite takes about a hundred rows a statement.
    assert max(len(written), len(changed)) <= 20 + 20_000 // 65


def test_a_sheet_that_moves_one_person_names_them(town: Town) -> None:
    """Doors and units decide who deals with whom: a count would not tell whose was changed, nor which."""
    by = town.actor("secretary")
    actions.import_sheet("members", read_table(xlsx(MEMBERS)), by=by, at=START)
    moved = [list(row) for row in MEMBERS]
    header = next(row for row in moved if "门牌" in row)
    row = next(row for row in moved if "D001" in row)
    row[header.index("门牌")] = "909"
    actions.import_sheet("members", read_table(xlsx(moved)), by=by, at=START)
    person = Member.objects.get(number="D001").person_id
    assert Event.objects.filter(verb="import").latest("pk").after["moved"] == {str(person): ["door"]}


def test_nobody_imports_their_own_row(town: Town) -> None:
    """A row that changes the one who imports is named and goes to a colleague; one that changes nothing may stand there."""
    person = Person.objects.get(user=town.users["secretary"])
    Person.objects.filter(pk=person.pk).update(phone="13911119999", phone_index=phone_index("13911119999"))
    own = [["姓名", "手机", "幢号", "门牌"], [person.name, "13911119999", "", ""]]
    assert actions.import_sheet("residents", own, by=town.actor("secretary"), at=START).unchanged == 1
    building = Place.objects.get(pk=town.buildings[0])
    own[1][2:] = [building.name, "808"]
    plan = queries.plan_import(Sheet.RESIDENTS, own, community_id=town.here, by=town.actor("secretary"))
    assert [(error.line, str(error.sentence)[:12]) for error in plan.errors] == [(2, "这一行会改您自己的资料，")]
    with pytest.raises(Invalid):
        actions.import_sheet("residents", own, by=town.actor("secretary"), at=START)
    assert Person.objects.get(pk=person.pk).door == ""
    assert actions.import_sheet("residents", own, by=town.actor("worker"), at=START).changed == 1
