"""``zengyi ballot count``: anybody's sheet, without a database and without an instance. No test here may open a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.councils.owners import HEAD, Row, alike, csv_sheet, estate, xlsx_sheet
from zengyi.command import main, parser
from zengyi.command.ballot import SILENCES, SUBJECTS
from zengyi.core.errors import Invalid
from zengyi.councils.rules.owner_sheets import area_of, owners_sheet, votes_sheet
from zengyi.councils.rules.owners import Silence, Subject

ROWS = estate(["同意"] * 29 + ["不同意"] * 26, a="不同意", b="不同意", developer="同意")
ANSWER = {
    "heads": 86,
    "area": "8000.00",
    "heads_voted": 58,
    "area_voted": "5760.00",
    "heads_for": 30,
    "area_for": "3280.00",
    "quorum": True,
    "adopted": True,
    "also_165": False,
    "conflicts": [],
}


def told(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    """Exit code and what was printed on both."""
    code = main(["ballot", "count", str(path), *more])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("kind", ["xlsx", "utf-8-sig", "utf-8", "gbk"])
def test_a_sheet_is_counted_in_every_format(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = xlsx_sheet(tmp_path / "票.xlsx", ROWS) if kind == "xlsx" else csv_sheet(tmp_path / "票.csv", ROWS, encoding=kind)
    code, out, err = told(path, capsys, "--subject", "USE_FUND", "--silence", "RETURNED_ONLY", "--json")
    assert (code, json.loads(out), err) == (0, ANSWER, "")
    code, out, _err = told(path, capsys, "--subject", "RAISE_FUND", "--json")
    assert (code, json.loads(out)) == (0, {**ANSWER, "adopted": False})


def test_it_is_told_to_people_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*ROWS, ("甲", "999", "1.50", "业主", "同意")]
    code, out, _err = told(csv_sheet(tmp_path / "a.csv", rows), capsys, "--subject", "USE_FUND")
    assert code == 0
    for said in (
        "86 heads",
        "8001.50 m²",
        "58 heads and 5334.34 m²",
        "quorum: no · adopted: no",
        "not counted: 甲",
        "→ RETURNED_ONLY",
        "SILENT_FOLLOWS",
    ):
        assert said in out


def test_columns_may_stand_anywhere_and_empty_cells_are_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("x", said, "业主", f"{n}", "80", f"业主{n}") for n, said in enumerate(["同意", "同意", ""])]
    path = csv_sheet(tmp_path / "a.csv", rows, head=("备注", "意见", "类型", "单元", "面积", "业主"))
    assert json.loads(told(path, capsys, "--subject", "OTHER", "--json")[1])["heads_voted"] == 2
    whole = json.loads(told(path, capsys, "--subject", "OTHER", "--silence", "SILENT_FOLLOWS", "--json")[1])
    assert (whole["heads_voted"], whole["heads_for"]) == (3, 3)


GOOD: Row = ("王五", "1-101", "80.00", "业主", "同意")
WRONG = [
    ((), "没有找到表头"),
    ((("姓名", "电话"),), "没有找到表头：前 10 行里要有一行写着 业主、单元、面积、类型、意见。"),
    ((("业主", "单元", "面积", "类型"), GOOD), "表头少了：意见。"),
    ((("业主", "业主", "单元", "面积", "类型", "意见"), GOOD), "表头里“业主”出现了两次。"),
    ((HEAD,), "表里只有表头，没有业主。"),
    ((HEAD, GOOD, ("", "1", "80", "业主", "同意")), "第 3 行·业主：这一格要填。"),
    ((HEAD, GOOD, ("赵六", "1", "八十", "业主", "同意")), "第 3 行·面积：不像面积"),
    ((HEAD, GOOD, ("赵六", "1", "-80", "业主", "同意")), "第 3 行·面积：不像面积"),
    ((HEAD, GOOD, ("赵六", "1", "", "业主", "同意")), "第 3 行·面积：不像面积"),
    ((HEAD, GOOD, ("赵六", "1", "80.005", "业主", "同意")), "第 3 行·面积：最多两位小数。"),
    ((HEAD, GOOD, ("赵六", "1", "0", "业主", "同意")), "第 3 行·面积：面积要大于 0"),
    ((HEAD, GOOD, ("赵六", "1", "1e3", "业主", "同意")), "第 3 行·面积：不像面积"),
    ((HEAD, GOOD, ("赵六", "1", "80", "住户", "同意")), "第 3 行·类型：只能填：业主、建设单位。"),
    ((HEAD, GOOD, ("赵六", "1", "80", "业主", "随便")), "第 3 行·意见：只能填：同意、不同意、弃权、空、未送达。"),
    ((HEAD, GOOD, ("赵六\u200b", "1", "80", "业主", "同意")), "第 3 行·业主：有看不见的字符"),
    ((HEAD, *[("赵六", "1", "x", "y", "z")] * 3), "第 2 行·面积"),
    ((HEAD, *[("赵六", "1", "x", "y", "z")] * 3), "另外还有 4 处。"),
]


@pytest.mark.parametrize(("table", "sentence"), WRONG)
def test_what_cannot_be_counted_is_told_in_a_sentence(
    table: tuple[tuple[str, ...], ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, *rows = table or (("",),)
    code, out, err = told(csv_sheet(tmp_path / "a.csv", rows, head=head or ("x",)), capsys, "--subject", "USE_FUND", "--json")
    assert (code, out) == (1, "")
    assert sentence in err


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_sheet_is_told(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    code, out, err = told(tmp_path / "a.xlsx", capsys, "--subject", "USE_FUND", "--json")
    assert (code, out) == (1, "")
    assert err.startswith("zengyi: ")
    assert "Traceback" not in err


def test_no_file_and_wrong_words_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = told(tmp_path / "none.csv", capsys, "--subject", "USE_FUND")
    assert (code, "No such file" in err) == (1, True)
    for wrong in (["--subject", "LIFT"], [], ["--subject", "OTHER", "--silence", "NEVER"]):
        with pytest.raises(SystemExit) as left:
            parser().parse_args(["ballot", "count", "a.csv", *wrong])
        assert left.value.code == 2


def test_the_command_knows_every_word_of_the_rules() -> None:
    assert (tuple(Subject.values), tuple(Silence.values)) == (SUBJECTS, SILENCES)


def test_no_instance_is_needed_and_none_is_left(tmp_path: Path) -> None:
    """In a folder that nobody may write to, as on a stick from the housing office; and an instance that is there is not touched."""
    sheet = csv_sheet(tmp_path / "a.csv", alike(同意=2, 不同意=1))
    there = tmp_path / "elsewhere"
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "ZENGYI_VAR": str(there),
        "ZENGYI_DATABASE": "postgresql://nobody@127.0.0.1:1/x",
        "TMPDIR": str(scratch),
    }
    command = [sys.executable, "-m", "zengyi", "ballot", "count", str(sheet), "--subject", "OTHER", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["adopted"] is True
    assert not there.exists()
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "tmp"]


def test_the_sheet_of_owners_needs_each_flat_once() -> None:
    table = [["业主", "单元", "面积", "类型"], ["王五", "1-101", "80", "业主"], ["王五", "1-101", "80", "业主"], ["赵六", "", "80", "业主"]]
    said = [f"{one.line} {one.column} {one.sentence}" for one in owners_sheet(table).errors]
    assert said == ["3 单元 和第 2 行是同一套，一套只写一行。", "4 单元 这一格要填。"]


@given(st.integers(1, 10**8))
def test_an_area_is_read_as_it_is_written(area: int) -> None:
    whole, cents = divmod(area, 100)
    for text in (f"{whole}.{cents:02d}", f"{whole:,}.{cents:02d}", str(float(f"{whole}.{cents:02d}")), f" {whole}.{cents:02d} 平方米"):
        if "e" not in text:
            assert area_of(text) == area


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6))
def test_no_table_breaks_the_reader(table: list[list[str]]) -> None:
    try:
        votes_sheet([list(HEAD), *table]).sure()
    except Invalid as refusal:
        assert refusal.sentence
