"""A roll-call from a sheet: read, told row by row what is wrong, and put down by nobody but whoever looked at it."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.bank.roll import proposed
from tests.cast import AT, Cast
from tests.trail import refused
from tests.trust.forms_of import read
from zengyi.bank import queries
from zengyi.bank.models import Account, Posting, RollCall, RollCallEntry
from zengyi.bank.rules.roll_sheets import RollPlan
from zengyi.command import main
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.core.models import Event
from zengyi.people.forms import read_table

pytestmark = pytest.mark.databases("sqlite")

HEAD = ["党员编号", "姓名", "支部", "记号"]
GOOD = [HEAD, ["0001", "党员甲", "第一支部", "到"], ["", "党员乙", "", "病假"], ["0003", "党员丙", "", "×"], ["", "党员丁", "", "√"]]
PAGE = "/bank/roll-calls/sheet"


def csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    """A csv file of those rows."""
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def xlsx(rows: list[list[str]]) -> bytes:
    """A workbook of those rows; what begins with = is a formula whose value is 到."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell.startswith("="):
                    page.write_formula(line, at, cell, value="到")
                else:
                    page.write_string(line, at, cell)
    return file.getvalue()


def plan(cast: Cast, rows: list[list[str]]) -> RollPlan:
    """What a sheet says about the first branch."""
    return queries.plan_roll_call(cast.branch.pk, rows, by=cast.actor("worker"))


def counts() -> tuple[int, ...]:
    """How many rows there are of everything a roll-call may write."""
    return tuple(model.objects.count() for model in (RollCall, RollCallEntry, Posting, Account, Event))


@pytest.mark.parametrize("raw", [csv(GOOD), csv(GOOD, "gbk"), csv(GOOD, "utf-8-sig"), xlsx(GOOD)], ids=["utf-8", "gbk", "bom", "xlsx"])
def test_every_way_a_sheet_is_saved(cast: Cast, raw: bytes) -> None:
    found = plan(cast, read_table(raw, formulas=True))
    assert found.errors == []
    assert {name: found.marks.get(cast.member_id(name)) for name in ("member", "member2", "member3", "kin", "colleague")} == {
        "member": "PRESENT", "member2": "LEAVE", "member3": "ABSENT", "kin": "PRESENT", "colleague": None,
    }  # fmt: skip
    assert [one.name for one in found.left_out] == ["党员戊"]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (["9999", "党员甲", "", "到"], "党员编号", "没有这个编号"),
        (["0002", "党员甲", "", "到"], "姓名", "不是这个姓名"),
        (["", "没有这个人", "", "到"], "姓名", "没有这位党员"),
        (["", "党员己", "", "到"], "姓名", "是第二支部的党员"),
        (["", "党员甲", "第二支部", "到"], "支部", "这次点的是第一支部"),
        (["", "外党员", "", "到"], "姓名", "没有这位党员"),
        (["", "党员甲", "", "来了"], "记号", "只能写"),
        (["", "党员甲", "", ""], "记号", "这一格要填"),
        (["", "", "", "到"], "姓名", "这一格要填"),
        (["", "党员甲", "", "=1+1"], "记号", "公式"),
        (["", "=CMD()", "", "到"], "姓名", "公式"),
        (["", "@党员甲", "", "到"], "姓名", "不能以"),
        (["", "党员乙", "", "到"], "姓名", "和第 2 行是同一个人"),
    ],
)
def test_a_wrong_row_is_told_with_its_number(cast: Cast, row: list[str], column: str, sentence: str) -> None:
    cast.member("second", "党员己", "0009", branch=cast.second_branch)
    found = plan(cast, [HEAD, ["", "党员乙", "", "到"], row, ["", "党员丙", "", "迟到"]])
    assert [(error.line, error.column) for error in found.errors] == [(3, column), (4, "记号")]
    assert sentence in str(found.errors[0].sentence)


def test_two_of_one_name_need_their_numbers(cast: Cast) -> None:
    cast.member("twin", "党员甲", "0010")
    found = plan(cast, [HEAD, ["", "党员甲", "", "到"]])
    assert [(error.column, str(error.sentence)) for error in found.errors] == [("党员编号", "支部里有同名的，请填党员编号。")]
    found = plan(cast, [HEAD, ["0001", "党员甲", "", "到"], ["0010", "党 员 甲", "", "请假"]])
    assert (found.errors, found.marks) == ([], {cast.member_id("member"): "PRESENT", cast.member_id("twin"): "LEAVE"})


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["名", "来没来"], ["党员甲", "到"]], "没有找到表头"),
        ([["姓名"], ["党员甲"]], "表头少了：记号"),
        ([HEAD], "没有人"),
        ([], "没有找到表头"),
    ],
)
def test_a_sheet_with_the_wrong_header(cast: Cast, rows: list[list[str]], sentence: str) -> None:
    with refused(Invalid, sentence):
        plan(cast, rows)


def test_who_reads_no_sheet(cast: Cast) -> None:
    for who in ("member", "resident", "district", "admin"):
        with refused(NotAllowed):
            queries.plan_roll_call(cast.branch.pk, GOOD, by=cast.actor(who))
    with refused(NotThere):
        queries.plan_roll_call(cast.far_branch.pk, GOOD, by=cast.actor("worker"))


def test_the_template_comes_back_filled_in(cast: Cast) -> None:
    rows = read_table(queries.roll_template(queries.roster(cast.branch.pk, by=cast.actor("worker"))), formulas=True)
    assert rows[0] == HEAD and [row[:3] for row in rows[1:3]] == [["0001", "党员甲", "第一支部"], ["0002", "党员乙", "第一支部"]]
    filled = [rows[0], *([*row[:3], "到"] for row in rows[1:])]
    assert set(plan(cast, filled).marks.values()) == {"PRESENT"} and plan(cast, filled).left_out == []


@pytest.fixture
def page(cast: Cast) -> Client:
    """The worker's browser."""
    client = Client()
    client.force_login(cast.users["worker"])
    return client


def upload(page: Client, raw: bytes, branch: int, name: str = "点名.csv") -> Any:
    """The answer to a sheet."""
    return page.post(f"{PAGE}?branch={branch}", {"file": SimpleUploadedFile(name, raw)})


def test_a_sheet_fills_the_form_and_hands_nothing_in(cast: Cast, page: Client) -> None:
    before = counts()
    shown = upload(page, csv(GOOD, "gbk"), cast.branch.pk)
    text = shown.content.decode()
    assert shown.status_code == 200 and counts() == before
    chosen = read(text).chosen
    given = {name: chosen[f"mark-{cast.member_id(name)}"] for name in ("member", "member2", "member3", "kin", "colleague")}
    assert given == {"member": "PRESENT", "member2": "LEAVE", "member3": "ABSENT", "kin": "PRESENT", "colleague": "NONE"}
    assert "表里 4 人" in text and "先不记：党员戊" in text
    marks = {name: value for name, value in chosen.items() if name.startswith("mark-")}
    done = page.post(f"/bank/roll-calls/new?branch={cast.branch.pk}", {**marks, "rule": "B02", "held_on": "2026-11-20", "note": ""})
    assert done.status_code == 303
    assert dict(RollCallEntry.objects.values_list("member__person__name", "mark")) == {
        "党员甲": "PRESENT", "党员乙": "LEAVE", "党员丙": "ABSENT", "党员丁": "PRESENT",
    }  # fmt: skip


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to more than 50 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(GOOD))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        new.writestr("xl/worksheets/sheet9.xml", b" " * (80 * 1024 * 1024))
    return file.getvalue()


WRONG = {
    "rows": csv([HEAD, ["", "党员甲", "", "到"], ["", "谁", "", "到"], ["", "党员甲", "", "到"]]),
    "header": csv([["谁", "来没来"], ["党员甲", "到"]]),
    "formula": xlsx([HEAD, ["", "党员甲", "", "=A1"]]),
    "bomb": bomb(),
    "nothing": b"",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "too large": b"x," * (5 * 1024 * 1024),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_sheet_gets_sentences_and_changes_nothing(cast: Cast, page: Client, name: str) -> None:
    before = counts()
    answer = upload(page, WRONG[name], cast.branch.pk)
    text = answer.content.decode()
    assert (answer.status_code, counts()) == (413 if name == "too large" else 422, before), text[:300]
    if name == "rows":
        assert "有 2 处要改" in text and "没有这位党员" in text and "和第 2 行是同一个人" in text
    if name == "formula":
        assert "这一格是公式" in text
    assert name == "too large" or 'role="alert"' in text


WHERE = ["--community", "崇川区/虹桥街道/虹西社区", "--branch", "第一支部", "--rule", "B02", "--on", "2026-11-20", "--by", "worker"]


def run(file: Path, *more: str) -> int:
    """The command's exit code."""
    return main(["bank", "roll-call", str(file), *WHERE, *more])


def test_from_the_machine(cast: Cast, stopped: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(csv(GOOD, "gbk"))
    bad.write_bytes(csv([*GOOD, ["", "谁", "", "到"]]))
    assert run(good, "--dry-run") == 0 and not RollCall.objects.exists()
    said = capsys.readouterr()
    assert "4 members: 2 present, 1 on leave, 1 absent" in said.out and "not on the sheet, and so not on the roll-call: 1" in said.out
    assert "nothing was put down" in said.out and said.err == ""
    assert run(bad) == 1 and not RollCall.objects.exists()
    assert "row 6, 姓名: 名单里没有这位党员。" in capsys.readouterr().out
    assert run(good, "--note", "例会") == 0
    made = RollCall.objects.get()
    assert (made.state, made.rule, made.note, made.entries.count()) == ("PROPOSED", "B02", "例会", 4)
    assert made.proposed_by == cast.users["worker"]
    assert Event.objects.latest("pk").via == "command"
    assert run(good, "--dry-run") == 1 and "已经点过名" in capsys.readouterr().err
    assert run(good) == 1 and RollCall.objects.count() == 1
    assert run(tmp_path / "none.csv") == 1
    for name, value in (("--rule", "B99"), ("--branch", "没有这个支部"), ("--by", "member"), ("--on", "2026-12-24")):
        assert run(good, name, value) == 1, name
    with pytest.raises(SystemExit):
        run(good, "--on", "yesterday")


def test_the_sheet_for_signatures(cast: Cast, page: Client) -> None:
    shown = page.get(f"/bank/roll-calls/print?branch={cast.branch.pk}&rule=B02&held_on=2026-11-20").content.decode()
    assert all(name in shown for name in ("党员甲", "0001", "参加支部党员大会", "应到 5 人"))
    assert f"/bank/roll-calls/new?branch={cast.branch.pk}&amp;held_on=2026-11-20&amp;rule=B02" in shown
    begun = page.get(f"/bank/roll-calls/new?branch={cast.branch.pk}&held_on=2026-11-20&rule=B04").content.decode()
    assert read(begun).texts["held_on"] == "2026-11-20" and '<option value="B04" selected' in begun


def test_put_down_twice_is_told_by_writing_alone(cast: Cast, at: datetime) -> None:
    by, marks = cast.actor("worker"), {cast.member_id("member"): "PRESENT"}
    assert queries.against_roll_call(cast.branch.pk, "B02", AT.date(), marks, by=by, at=at) == ""
    proposed(cast, {"member": "PRESENT"}, held_on=AT.date())
    assert "已经点过名" in queries.against_roll_call(cast.branch.pk, "B02", AT.date(), marks, by=by, at=at)
