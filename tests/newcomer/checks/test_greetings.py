"""The new package in the product, looked at from within: this runs in a copy of the house, see tests/newcomer/test_newcomer.py."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from zengyi.greetings import actions, queries

from tests.browser.walk import NO_PAGES, PAGES, names
from tests.cast import AT, Cast
from tests.trust import table as tables
from tests.trust.cases import every_case
from tests.trust.conftest import _still, ground, laid  # noqa: F401
from tests.trust.forms_of import forms
from tests.trust.ground import Ground
from tests.trust.walk import Walker
from zengyi.core import work
from zengyi.develop.reference import documents
from zengyi.people.rules.roles import table
from zengyi.project.api import api


def test_the_page_takes_what_is_said_and_shows_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["worker"])
    assert "还没有人问好" in client.get("/greetings/").content.decode()
    assert client.post("/greetings/", {"text": "大家好"}).status_code == 303
    assert "大家好" in client.get("/greetings/").content.decode()
    refused = client.post("/greetings/", {"text": "好" * 41})
    assert refused.status_code == 422 and 'href="#id_text"' in refused.content.decode()


def test_the_entry_appears_with_the_package(cast: Cast, client: Client) -> None:
    for login, shown in (("secretary", True), ("member", False)):
        client.force_login(cast.users[login])
        assert ('href="/greetings/"' in client.get("/help/").content.decode()) == shown, login


def test_what_waits_is_told_and_counted_with_the_package(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["worker"])
    client.post("/greetings/", {"text": "大家早上好"})
    for login, shown in (("secretary", True), ("worker", False)):
        client.force_login(cast.users[login])
        page = client.get("/waiting/").content.decode()
        assert ("大家早上好" in page, page.count('<span class="badge">1<')) == (shown, 2 * shown), login


def test_the_page_is_english_for_whoever_reads_english(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["worker"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Nobody has said hello yet." in client.get("/greetings/").content.decode()


def test_the_operation_stands_in_the_document() -> None:
    assert "/api/v1/greetings" in api.get_openapi_schema()["paths"]
    made = documents.documents()
    assert "| `greeting.say` | 问好 |" in made["roles.md"] and "### Say hello" in made["api.md"]


@pytest.mark.parametrize("role", ["anonymous", "resident", "worker"])
def test_everybody_gets_exactly_what_the_table_allows(ground: Ground, role: str) -> None:  # noqa: F811
    walker, wanted = Walker(ground, role), tables.read()
    assert (table()["greeting.say"].title, wanted["greeting.say"].title) == ("问好", "问好")
    found = [case for case in every_case(ground, role) if "greeting" in case.way]
    assert len(found) == 4
    assert walker.walk(wanted, found) == []
    if role != "anonymous":
        turned = frozenset() if role == "worker" else frozenset({"community"})
        assert walker.walk(tables.changed(wanted, "greeting.say", role, turned), found)


def test_the_form_and_the_page_are_among_the_others(ground: Ground) -> None:  # noqa: F811
    assert "greetings" in [form.name for form in forms(ground)]
    assert names() == PAGES.keys() | NO_PAGES and "greetings" in PAGES


def test_the_worker_forgets_what_is_old(ground: Ground) -> None:  # noqa: F811
    by = ground.actor("worker")
    actions.say("大家好", by=by, at=AT)
    run = work.JOBS["greetings"].run
    assert (run(AT + timedelta(days=90)), run(AT + timedelta(days=91))) == (0, 1)
    assert queries.greetings(by=by).rows == []
