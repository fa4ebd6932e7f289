"""The interface in English: no page, no refusal and no answer of the API says a word of Chinese."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from tests.cast import AT, Cast
from zengyi.bank.models import Account, Posting, RollCall
from zengyi.bank.rules import shipped
from zengyi.core import clock
from zengyi.develop.catalogue.checks import QUOTED
from zengyi.develop.catalogue.sources import CHINESE, KEPT
from zengyi.orders import actions
from zengyi.people.models import Branch, Organisation, Person, Place
from zengyi.people.rules.sheets import COLUMNS

pytestmark = pytest.mark.databases("sqlite")

#: The page's language, wherever its lines break.
IN_ENGLISH = re.compile(r'<html\s+lang="en"')


def test_django_reads_what_was_compiled() -> None:
    with override("en"):
        assert gettext("登录") == "Sign in"
        assert [ngettext("%(n)d 天", "%(n)d 天", n) % {"n": n} for n in (1, 2)] == ["1 day", "2 days"]
        assert date_format(AT) == "23 Nov 2026"
    with override("zh-hans"):
        assert gettext("登录") == "登录"
        assert date_format(AT) == "2026年11月23日"


@pytest.fixture
def english(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast with names that any language can write, so that whatever Chinese is on a page is the interface's own."""
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=2))
    for model in (Place, Person, Organisation, Branch):
        for row in model.objects.all():
            row.name = f"{model.__name__} {row.pk}"
            if hasattr(row, "short_name"):
                row.short_name = row.name
            row.save()
    return cast


def browser(cast: Cast, login: str) -> Client:
    """Somebody's browser, set to English."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if login:
        client.force_login(cast.users[login])
    return client


def chinese(page: str) -> list[str]:
    """The Chinese left on a page, beside the brand, the language switch, the committee's rules and the words of the spreadsheets."""
    for rule in shipped():
        page = page.replace(rule.name, "")
    titles = {column.title for columns in COLUMNS.values() for column in columns}
    return [words for words in CHINESE.findall(page) if words not in KEPT | QUOTED | titles]


def written(cast: Cast) -> dict[str, int]:
    """Orders in every state, a roll-call and a reversal; their ids."""
    said: dict[str, Any] = {"title": "A broken bridge", "text": "Two holes in the deck."}
    worker = cast.actor("worker")
    ids = {"placed": cast.place("resident", place_id=cast.buildings[0].pk, **{**said, "kind": "WISH"}).pk}
    ids["triaged"] = cast.triaged(**said).pk
    ids["published"] = cast.published(places=3, **said).pk
    ids["assigned"] = actions.assign(cast.triaged(**said).pk, member_id=cast.member_id("member2"), by=worker, at=AT).pk
    ids["claimed"] = cast.claimed("member3", **said).pk
    for name in ("delivered", "confirmed"):
        order = cast.claimed("unit", "resident", **said)
        ids[name] = order.pk
        actions.deliver(order.pk, text="Both holes are filled.", by=cast.actor("unit"), at=AT + timedelta(hours=1))
    actions.confirm(ids["confirmed"], by=cast.actor("resident"), at=AT + timedelta(hours=2))
    ids["declined"] = actions.decline(cast.place(**said).pk, reason="Not ours.", by=worker, at=AT).pk
    secretary = browser(cast, "secretary")
    marks = {f"mark-{member.pk}": "PRESENT" for member in cast.members.values() if member.branch_id == cast.branch.pk}
    asked = {"rule": "B02", "held_on": "2026-11-20", "note": "", **marks}
    assert browser(cast, "worker").post(reverse("roll-call-new"), asked).status_code == 303
    ids["roll_call"] = RollCall.objects.get().pk
    assert secretary.post(reverse("roll-call", args=[ids["roll_call"]]), {"approve": "1", "reason": ""}).status_code == 303
    ids["posting"] = Posting.objects.filter(kind="CONFIRM").values_list("pk", flat=True)[0]
    assert secretary.post(reverse("correction-new", args=[ids["posting"]]), {"reason": "Wrong."}).status_code == 303
    ids["posting"] = Posting.objects.filter(kind="BASE").values_list("pk", flat=True)[0]
    ids["account"] = Account.objects.get(member=cast.members["member"], kind="BASE").pk
    return ids


def visits(cast: Cast, ids: dict[str, int]) -> dict[str, list[str]]:
    """Pages to look at, by whose browser."""
    states = ("placed", "triaged", "published", "assigned", "claimed", "delivered", "confirmed", "declined")
    orders = [reverse("order", args=[ids[state]]) for state in states]
    desks = [f"{reverse('desk')}?order={ids[state]}" for state in states[:6]]

    def moves(**found: str) -> list[str]:
        return [reverse("order-move", args=[ids[state], verb]) for verb, state in found.items()]

    staff = moves(triage="placed", decline="placed", merge="placed", publish="triaged", assign="triaged", note="claimed", release="claimed")
    public = [reverse(name) for name in ("home", "help", "board", "sign-in", "orders")]
    people = [reverse(name) for name in ("members", "residents", "organisations", "organisation-new")]
    bank = [reverse(name) for name in ("roll-calls", "roll-call-new", "corrections")]
    return {
        "": [*public, orders[2], orders[6], f"{reverse('orders')}?q=nothing"],
        "resident": [*(reverse(name) for name in ("my-orders", "order-new", "me", "password", "help")), orders[0], orders[5]],
        "member": [reverse("account"), reverse("orders"), reverse("entries", args=[ids["account"]]), orders[2]],
        "member2": [orders[3], *moves(claim="published", accept="assigned", refuse="assigned")],
        "member3": [orders[4], *moves(deliver="claimed")],
        "unit": [reverse("account"), reverse("my-orders")],
        "worker": [
            *(reverse("desk"), *desks, *orders, *staff, *people, *bank),
            *(reverse("order-new"), reverse("order-history", args=[ids["confirmed"]]), f"{reverse('desk')}?q=nothing"),
            *(reverse("person", args=[cast.users[name].person_id]) for name in ("resident", "member")),
            *(reverse("roll-call", args=[ids["roll_call"]]), reverse("correction-new", args=[ids["posting"]])),
        ],
        "secretary": [reverse("grants"), f"{reverse('grants')}?ended=1", reverse("grant-new"), reverse("corrections"), orders[5]],
        "district": [reverse("district"), reverse("board"), reverse("orders")],
        "admin": [reverse("me"), reverse("second-factor-setup")],
    }


def test_no_page_says_a_word_of_chinese_to_an_english_reader(english: Cast) -> None:
    left = []
    for login, paths in visits(english, written(english)).items():
        client = browser(english, login)
        for path in paths:
            answer = client.get(path)
            page = answer.content.decode()
            assert answer.status_code == 200 and IN_ENGLISH.search(page), (login, path, answer.status_code)
            left += [(login, path, words) for words in chinese(page)]
    assert left == []


@pytest.mark.parametrize(
    ("login", "path", "status"), [("", "/nowhere", 404), ("worker", "/orders/99999/", 404), ("district", "/desk/", 403)]
)
def test_a_refusal_is_said_in_english(english: Cast, login: str, path: str, status: int) -> None:
    answer = browser(english, login).get(path)
    assert answer.status_code == status
    assert IN_ENGLISH.search(answer.content.decode()) and chinese(answer.content.decode()) == []


def test_what_is_wrong_with_a_form_is_said_in_english(english: Cast) -> None:
    sent = {
        "resident": [reverse("order-new"), reverse("password")],
        "worker": [reverse("order-new"), reverse("organisation-new"), reverse("import", args=["members"]), reverse("roll-call-new")],
        "secretary": [reverse("grant-new")],
        "": [reverse("sign-in")],
    }
    for login, paths in sent.items():
        for path in paths:
            answer = browser(english, login).post(
                path, {"title": "x", "name": "", "contact": "1", "phone": "1", "place": "7", "photos": ""}
            )
            assert answer.status_code in (200, 401, 422), (path, answer.status_code)
            assert chinese(answer.content.decode()) == [], path


def test_a_broken_page_apologises_in_english(english: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("zengyi.project.pages.bank.top_savers", breaks)
    client = browser(english, "")
    client.raise_request_exception = False
    answer = client.get(reverse("board"))
    assert answer.status_code == 500
    assert IN_ENGLISH.search(answer.content.decode()) and chinese(answer.content.decode()) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "There is no such address"), ("en-GB,zh;q=0.5", "There is no such address"), ("zh-CN", "没有这个地址"), ("", "没有这个地址")],
)
def test_the_api_answers_in_the_language_asked_for(client: Client, db: None, language: str, said: str) -> None:
    headers = {"Accept-Language": language} if language else {}
    assert client.get("/api/v1/nowhere", headers=headers).json()["title"].startswith(said)


def test_the_api_refuses_in_english(cast: Cast, post: Callable[..., Any]) -> None:
    order = cast.published()
    actions.claim(order.pk, by=cast.actor("unit"), at=AT)
    refused = post(f"/api/v1/orders/{order.pk}/claim", "member2")
    assert refused["title"] == "Somebody else was faster. Have a look at the other orders near you."
    told = post("/api/v1/orders", "resident", {"kind": "WISH", "category": "NONE", "title": "no", "text": "no"})
    assert not CHINESE.search(str(told)), told


@pytest.fixture
def post(client: Client) -> Callable[..., Any]:
    """POST to the API in English, as that login; the answer's body."""

    def send(path: str, login: str, body: Any = None) -> Any:
        asked: dict[str, Any] = {"content_type": "application/json", "headers": {"Accept-Language": "en"}}
        token = client.post("/api/v1/tokens", {"username": login, "password": "demo-zengyi"}, **asked).json()["token"]
        asked["headers"]["Authorization"] = f"Bearer {token}"
        return client.post(path, body or {}, **asked).json()

    return send
