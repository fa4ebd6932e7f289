"""Which files a claim and a confirmation run through: few enough to read, and those that docs/architecture.md lists."""

import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import zengyi
from tests.api import Api, Said
from tests.cast import Cast

pytestmark = pytest.mark.databases("sqlite")

ROOT = Path(zengyi.__file__).parent
MAP = ROOT.parents[1] / "docs" / "architecture.md"


def run_through(ask: Callable[[], Said]) -> set[str]:
    """The files of orders and the bank whose functions run meanwhile."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, arg: Any) -> None:
        seen.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        said = ask()
    finally:
        sys.setprofile(None)
    assert said.status == 200, said.body
    inside = {str(Path(name).relative_to(ROOT)) for name in seen if name.startswith(str(ROOT))}
    return {name for name in inside if name.startswith(("orders/", "bank/"))}


def listed(heading: str) -> set[str]:
    """The files that the map lists under the heading."""
    section = MAP.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\d+\. `((?:orders|bank)/[\w/]+\.py)", section, re.M))


def test_a_claim_and_a_confirmation_run_through_the_files_the_map_lists(cast: Cast, stopped: datetime) -> None:
    first = cast.published("resident")
    Api("member").post(f"/orders/{first.pk}/claim")  # whatever is loaded with the first request is loaded now
    order, done = cast.published("resident"), cast.delivered("member2", "resident")
    member, resident = Api("member"), Api("resident")
    claim = run_through(lambda: member.post(f"/orders/{order.pk}/claim"))
    confirm = run_through(lambda: resident.post(f"/orders/{done.pk}/confirm"))
    assert claim == listed("A claim, file by file") and len(claim) <= 6
    assert confirm | {"bank/models.py"} == listed("A confirmation, file by file") and len(confirm) <= 8
