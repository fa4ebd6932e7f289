"""Fixtures of the tests about people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.people.town import PASSWORD, START, Clock, Town
from zengyi.core import clock
from zengyi.people import actions
from zengyi.people.rules import SYSTEM


@pytest.fixture(autouse=True)
def _own_var(settings: Any, tmp_path: Path) -> None:
    """Each test keeps its uploads in a folder of its own."""
    settings.VAR = tmp_path


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, in the test's hand."""
    held = Clock()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def town(db: None) -> Town:
    """The town, with a worker, a secretary, a district officer, a resident and somebody from the next community."""
    by: Any = {"by": SYSTEM, "at": START}
    district = actions.add_place(None, "DISTRICT", "某区", **by)
    street = actions.add_place(district, "SUBDISTRICT", "甲街道", **by)
    other_street = actions.add_place(district, "SUBDISTRICT", "乙街道", **by)
    here = actions.add_place(street, "COMMUNITY", "甲社区", **by)
    there = actions.add_place(other_street, "COMMUNITY", "乙社区", **by)
    estate = actions.add_place(here, "ESTATE", "新村", **by)
    buildings = actions.add_places(estate, "BUILDING", {"201幢": {}, "202幢": {}}, **by)
    branch = actions.add_branch(here, "第一支部", **by)
    made = Town(district, street, here, there, estate, buildings, branch)
    for number, (name, community) in enumerate({"resident": here, "worker": here, "secretary": here, "stranger": there}.items()):
        made.login(name, made.person(f"某{name}", f"1390000000{number}", community))
    made.login("district")
    actions.grant(made.users["worker"], "worker", here, **by)
    actions.grant(made.users["secretary"], "secretary", here, **by)
    actions.grant(made.users["district"], "district", district, **by)
    return made


@pytest.fixture
def browser(client: Client, time: Clock, town: Town) -> Callable[..., Client]:
    """A signed-in browser of that login."""

    def signed_in(username: str) -> Client:
        answer = client.post("/sign-in", {"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.content.decode()
        return client

    return signed_in
