"""What is run for real: units, container file and wheel name commands that exist, and the wheel holds every file of the product."""

import configparser
import json
import re
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from zengyi.command import parser

pytestmark = pytest.mark.databases("sqlite")

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "docs" / "service"


def arguments(words: list[str]) -> object:
    """What the command line takes from these words; a word that it does not know ends the test."""
    return parser().parse_args(words)


@pytest.mark.parametrize("unit", ["zengyi.service", "zengyi-work.service"])
def test_a_unit_runs_a_command_that_there_is_and_may_write_only_its_own_folder(unit: str) -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string((SERVICE / unit).read_text(encoding="utf-8"))
    service = read["Service"]
    program, *words = service["ExecStart"].split()
    assert program.endswith("/bin/zengyi") and arguments(words)
    assert (service["User"], service["ProtectSystem"], service["UMask"]) == ("zengyi", "strict", "0077")
    assert service["Environment"].split()[0] == f"ZENGYI_VAR=/var/lib/{service['StateDirectory']}"


def test_the_container_copies_what_is_there_and_runs_a_command_that_there_is() -> None:
    lines = (SERVICE / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY") and "--from" not in line for word in line.split()[1:-1]]
    assert copied and all((ROOT / name).exists() for name in copied)
    command = json.loads(next(line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")))
    assert command[0] == "zengyi" and arguments(command[1:])
    assert "USER zengyi" in lines and f"python:3.{sys.version_info.minor}" in "\n".join(lines)


def test_every_file_of_the_product_goes_into_the_wheel() -> None:
    """Setuptools takes modules of packages, and of the other files those of these kinds that lie in a package."""
    kinds = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    files = [file for file in (ROOT / "src" / "zengyi").rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    assert len(files) > 300
    assert [file for file in files if not any(fnmatch(file.name, kind) for kind in kinds)] == []


@pytest.mark.parametrize("page", ["README.zh-CN.md", "docs/zh/manual.md", "docs/zh/operating.md"])
def test_a_chinese_page_leads_to_files_that_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+?)\)", text) if "://" not in link]
    assert links and [link for link in links if not ((ROOT / page).parent / link).exists()] == []
