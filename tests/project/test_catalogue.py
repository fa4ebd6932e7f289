"""The interface in English: the catalogue is complete, the check finds what is not, and no page says a word of Chinese."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from tests.cast import AT, Cast
from zengyi.bank.models import Account, Posting, RollCall
from zengyi.bank.rules import base_rules
from zengyi.core import clock
from zengyi.orders import actions
from zengyi.people.models import Branch, Organisation, Person, Place
from zengyi.people.rules.sheets import COLUMNS
from zengyi.project.catalogue import compile_into
from zengyi.project.catalogue.__main__ import main
from zengyi.project.catalogue.checks import QUOTED, check, update
from zengyi.project.catalogue.sources import CHINESE, KEPT, Message, read

HOUSE = {
    "words.py": '''"""一段说明。"""
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
NAME = gettext_lazy("名字")
def words(n):
    """也是说明。"""
    return _("今天 %(time)s") % {"time": n}, ngettext("%(n)d 天", "%(n)d 天", n), pgettext("tab", "名字"), f"{_('里面')}"
''',
    "templates/page.html": """{% load i18n %}{% translate "标题" context "page" %}
    {% comment %}不要{% endcomment %}{# 也不要 #}
      {% blocktranslate trimmed count n=rows|length %}
        {{ n }} 行
      {% plural %}
        {{ n }} 行
      {% endblocktranslate %}
  <a title="{% translate '百分之 80%' %}">{{ names|join:_("、") }}</a>{{ name|default:_("没有") }}
{% blocktranslate with a=b %}<b>{{ a }}</b> 和 5%{% endblocktranslate %}{% include "x.html" with title=_("里头") %}中文""",
    "static/page.css": "/* 说明 */ b { color: red }",
}
ENGLISH = {
    "名字": "Name",
    "今天 %(time)s": "%(time)s today",
    "%(n)d 天": "%(n)d day(s)",
    "里面": "Inside",
    "标题": "Title",
    "%(n)s 行": "%(n)s row(s)",
    "百分之 80%%": "80%%",
    "、": ", ",
    "没有": "None",
    "<b>%(a)s</b> 和 5%%": "<b>%(a)s</b> and 5%%",
    "里头": "Inside",
}


class House:
    """A small package with a catalogue of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.source = folder / "house", folder / "en" / "django.po"
        for name, text in HOUSE.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        update(self.root, self.source)
        lines, said = [], ""
        for line in self.source.read_text().splitlines():
            said = line.removeprefix("msgid ").strip('"') if line.startswith("msgid ") else said
            lines.append(line.replace('""', f'"{ENGLISH[said]}"') if line.startswith("msgstr") and said else line)
        self.source.write_text("\n".join(lines) + "\n")

    def check(self) -> list[str]:
        return check(self.root, self.source)

    def replace(self, old: str, new: str, name: str = "") -> None:
        path = self.root / name if name else self.source
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_the_catalogue_is_complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == []
    monkeypatch.setattr("sys.argv", ["catalogue", "check"])
    assert main() == 0
    assert "complete" in capsys.readouterr().out


def test_every_way_to_mark_a_message_is_found(house: House) -> None:
    found = read(house.root)
    assert found.complaints == []
    assert set(found.messages) == {
        Message("、"),
        Message("里头"),
        Message("没有"),
        Message("百分之 80%%"),
        Message("<b>%(a)s</b> 和 5%%"),
        Message("标题", context="page"),
        Message("%(n)s 行", "%(n)s 行"),
        Message("名字"),
        Message("名字", context="tab"),
        Message("今天 %(time)s"),
        Message("%(n)d 天", "%(n)d 天"),
        Message("里面"),
    }
    assert house.check() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('msgstr "Inside"', 'msgstr ""', "not translated: 里"),
        ('msgstr[1] "%(n)d day(s)"', 'msgstr[1] ""', "not translated: %(n)d 天"),
        ('msgid "没有"', '#, fuzzy\nmsgid "没有"', "fuzzy, to be looked at: 没有"),
        ("%(time)s today", "%(tmie)s today", "other placeholders than in “%(tmie)s today”: 今天 %(time)s"),
        ("%(time)s today", "today", "other placeholders than in “today”: 今天 %(time)s"),
        ("%(time)s today", "%(time)s is 9 %", "a lone % in “%(time)s is 9 %”: 今天 %(time)s"),
        ("<b>%(a)s</b> and", "<i>%(a)s</b> and", "other tags than in “<i>%(a)s</b> and 5%%”: <b>%(a)s</b> 和 5%%"),
        ('msgstr "Title"', 'msgstr "Title 题"', "still Chinese (题) in “Title 题”: 标题"),
        ('msgstr "Title"', 'msgstr "A \\"title\\""', 'a quotation mark, which would end an attribute, in “A "title"”: 标题'),
        ('msgid "没有"\nmsgstr "None"\n', "", "not in the catalogue: 没有 (templates/page.html)"),
        ('msgid "没有"', 'msgid "有"', "no longer in the code: 有"),
        ('msgid "没有"\nmsgstr "None"\n', '#~ msgid "没有"\n#~ msgstr "None"\n', "obsolete: 没有"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(house: House, old: str, new: str, told: str) -> None:
    house.replace(old, new)
    assert any(line.startswith(told) for line in house.check()), house.check()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("words.py", '_("今天 %(time)s")', "_(NAME)", "words.py:6: _() needs its text written out"),
        ("words.py", '_("今天 %(time)s")', '_(f"今天 {n}")', "words.py:6: _() needs its text written out"),
        ("words.py", 'pgettext("tab", "名字")', 'pgettext("tab")', "words.py:6: pgettext() needs its text written out"),
        ("words.py", 'gettext_lazy("名字")', '"名字"', "words.py:3: not marked for translation: 名字"),
        ("templates/page.html", "中文", "中文字", "templates/page.html:9: not marked for translation: 中文字"),
        ("templates/page.html", ':_("、")', ':"、"', "templates/page.html:8: not marked for translation: 、"),
        ("templates/page.html", '{% translate "标题"', "{% translate title", "templates/page.html:1: translate title context"),
        ("static/page.css", "color: red", 'content: "第"', "static/page.css: not marked for translation: 第"),
    ],
)
def test_what_nobody_could_translate_is_told(house: House, name: str, old: str, new: str, told: str) -> None:
    house.replace(old, new, name)
    assert any(line.startswith(told) for line in house.check()), house.check()


def test_a_complaint_fails_the_check(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("zengyi.project.catalogue.__main__.check", lambda: ["not translated: 里面"])
    monkeypatch.setattr("sys.argv", ["catalogue", "check"])
    assert main() == 1
    assert capsys.readouterr().out == "not translated: 里面\n"


def test_an_update_keeps_what_is_translated_and_changes_nothing_twice(house: House) -> None:
    before = house.source.read_text()
    assert update(house.root, house.source) == 0
    assert house.source.read_text() == before
    house.replace("今天 %(time)s", "就在今天 %(time)s", "words.py")
    house.replace('_("、")', '"/"', "templates/page.html")
    assert update(house.root, house.source) == 1
    after = house.source.read_text()
    assert '#, fuzzy, python-format\n#| msgid "今天 %(time)s"\nmsgid "就在今天 %(time)s"\nmsgstr "%(time)s today"\n' in after
    assert "、" not in after
    assert house.check() == ["fuzzy, to be looked at: 就在今天 %(time)s"]


def test_it_is_compiled_once_for_each_source(house: House, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    assert compile_into(locale, house.source)
    compiled = locale / "en" / "LC_MESSAGES" / "django.mo"
    first = compiled.read_bytes()
    assert b"%(time)s today" in first
    assert not compile_into(locale, house.source)
    house.replace("%(time)s today", "today, %(time)s")
    assert compile_into(locale, house.source)
    assert b"today, %(time)s" in compiled.read_bytes()
    assert [path.name for path in compiled.parent.iterdir()] == ["django.mo"]


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
    for rule in base_rules():
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
            assert answer.status_code == 200 and '<html lang="en"' in page, (login, path, answer.status_code)
            left += [(login, path, words) for words in chinese(page)]
    assert left == []


@pytest.mark.parametrize(
    ("login", "path", "status"), [("", "/nowhere", 404), ("worker", "/orders/99999/", 404), ("district", "/desk/", 403)]
)
def test_a_refusal_is_said_in_english(english: Cast, login: str, path: str, status: int) -> None:
    answer = browser(english, login).get(path)
    assert answer.status_code == status
    assert '<html lang="en"' in answer.content.decode() and chinese(answer.content.decode()) == []


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
    assert '<html lang="en"' in answer.content.decode() and chinese(answer.content.decode()) == []


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
