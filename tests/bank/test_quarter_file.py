"""The exported statement: recomputed alone, and every change of it found; and a quarter closed from the machine."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bank.test_quarters import AFTER, Q, late_posting, published, step, year
from tests.cast import AT, Cast
from zengyi.bank import queries
from zengyi.bank.models import Quarter
from zengyi.bank.rules import canonical, digits_of, groups_of, verify
from zengyi.command import main
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed

__all__ = ["year"]
WHERE = ["--community", "崇川区/虹桥街道/虹西社区"]


def test_canonical_text_is_one_and_holds_no_fractions() -> None:
    assert canonical({"b": [1, True, None], "a": "e\u0301"}) == '{"a":"é","b":[1,true,null]}'
    for wrong in (1.5, {"a": [2.0]}, {1, 2}, b"x"):
        with pytest.raises(ValueError, match="not part of"):
            canonical(wrong)
    # SHA-256 of "abc" from FIPS 180-2, modulo 10^60.
    known = 0xBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD
    assert int(digits_of("abc")) == known % 10**60
    assert [len(group) for group in groups_of(digits_of("abc"))] == [5] * 12


def changes(value: Any) -> list[Any]:
    """The value with each of its leaves changed in turn."""
    if isinstance(value, dict):
        return [{**value, key: one} for key in value for one in changes(value[key])]
    if isinstance(value, list):
        return [[*value[:at], one, *value[at + 1 :]] for at in range(len(value)) for one in changes(value[at])]
    return [value + 1 if isinstance(value, int) else f"{value}x"]


def test_every_change_is_found(year: Cast) -> None:
    published(year)
    raw = queries.exported(year.community.pk, Q, by=year.actor("worker"), inside=True)
    file = json.loads(raw)
    statement, digits = verify(raw)
    assert (statement["quarter"], " ".join(groups_of(digits))) == (Q, file["digits"])
    altered = [changed for changed in changes(file) if changed["digits"] == file["digits"]]
    assert len(altered) > 50
    for one in altered:
        with pytest.raises(Invalid):
            verify(json.dumps(one).encode())
    assert verify(json.dumps(file, indent=2).encode())[1] == digits, "how it is laid out does not matter"


NO_STATEMENTS = (
    *(b"", b"{}", b"[]", b"\xff\xfe", b"[" * 10_000, b'{"digits":"","statement":[]}'),
    b'{"digits":"1","statement":{"log":"zengyi.quarter","inside":"","a":1.5}}',
    b'{"digits":1,"statement":{"log":"zengyi.quarter","inside":"\\ud800"}}',
)


@pytest.mark.parametrize("raw", NO_STATEMENTS)
def test_what_is_no_statement_is_said(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(raw)
    assert main(["quarter", "check", str(tmp_path / "file")]) == 1
    assert "不是增一导出的公示文件" in capsys.readouterr().err


@pytest.mark.django_db(databases=[])
def test_checked_without_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = canonical({"log": "zengyi.quarter", "inside": "", "quarter": "2026Q3", "community": {"name": "虹西社区"}, "totals": {"gain": 5}})
    file = tmp_path / "file.json"
    file.write_text(f'{{"digits":"{digits_of(text)}","statement":{text}}}', "utf-8")
    assert main(["quarter", "check", str(file)]) == 0
    shown = " ".join(groups_of(digits_of(text)))
    assert shown in capsys.readouterr().out
    assert main(["quarter", "check", str(file), "--digits", shown[:17]]) == 0
    assert main(["quarter", "check", str(file), "--digits", "00000 11111"]) == 1
    assert "not those on the board" in capsys.readouterr().err
    assert main(["quarter", "check", str(tmp_path / "none")]) == 1


def test_the_inside_list_stays_with_the_desk_and_the_branch(year: Cast) -> None:
    published(year)
    here = year.community.pk
    public = json.loads(queries.exported(here, Q, by=year.actor("resident")))
    assert public.keys() == {"digits", "statement"}
    assert isinstance(public["statement"]["inside"], str)
    with pytest.raises(NotAllowed):
        queries.exported(here, Q, by=year.actor("member"), inside=True)
    mine = queries.members_sums(here, Q, by=year.actor("member"))
    assert {one.branch for one in mine} == {"第一支部"}
    assert [(one.name, one.base, one.gain, one.held) for one in mine if one.gain or one.base] == [("党员甲", 3, 0, 0), ("党员乙", 0, 8, 8)]


def test_a_quarter_is_closed_from_the_machine(year: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now: list[datetime] = [AFTER]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def run(verb: str, who: str, *more: str) -> int:
        return main(["quarter", verb, Q, *WHERE, "--by", who, *more])

    assert run("tally", "worker", "--dry-run") == 0
    assert (Quarter.objects.count(), "nothing was done" in capsys.readouterr().out) == (0, True)
    with monkeypatch.context() as looking:
        looking.setattr(sys.stderr, "isatty", lambda: True)
        assert run("tally", "worker") == 0
    told = capsys.readouterr()
    assert "adding up the quarter [" in told.err and "100 %" in told.err, "a bar, where somebody looks"
    assert "0 + 15 - 13 = 2" in told.out
    assert run("prepare", "worker", "--savers", "5") == 0
    assert run("publish", "worker") == 1
    assert run("publish", "nobody") == 1
    assert "there is no login nobody" in capsys.readouterr().err
    assert run("publish", "member") == 1
    assert run("publish", "secretary", "--dry-run") == 0
    assert Quarter.objects.get().state == "PREPARED"
    assert run("publish", "secretary") == 0
    assert run("seal", "secretary", "--dry-run") == 1
    assert "还差 5 个工作日" in capsys.readouterr().err
    now[0] = AFTER.replace(day=13)
    assert run("seal", "secretary") == 0
    assert Quarter.objects.get().state == "SEALED"
    assert main(["quarter", "tally", "2026Q9", *WHERE, "--by", "worker"]) == 1
    assert main(["quarter", "tally", Q, "--community", "崇川区/没有", "--by", "worker"]) == 1


def test_a_change_is_told_on_the_machine(year: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    step(year, "tally", "worker")
    late_posting(year, AT.date())
    for more in (["--dry-run"], []):
        assert main(["quarter", "prepare", Q, *WHERE, "--by", "worker", *more]) == 1
        assert "ledger has changed" in capsys.readouterr().err
