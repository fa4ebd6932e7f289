"""A session that ends while somebody types, without scripts: the words go through the sign-in and on, to whoever typed them only."""

import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.trust.ground import jpeg
from zengyi.core import clock, held
from zengyi.orders.models import Order, Photo
from zengyi.people.models import User

pytestmark = pytest.mark.databases("sqlite")

TEXT = "三楼的灯坏了一周，\n晚上看不见台阶。"
WORDS = {"kind": "DEMAND", "category": "LIGHT", "title": "楼道灯不亮", "text": TEXT, "urgency": "2"}


def fields(html: str) -> dict[str, str]:
    """The hidden fields of the page's last form that has a key or a held text."""
    form = [part for part in html.split("<form") if 'name="held"' in part or 'name="_key"' in part][-1].partition("</form>")[0]
    return {name: _plain(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def _plain(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return Cast()


def typed(cast: Cast, name: str = "resident", path: str = "/orders/new") -> tuple[Client, dict[str, str]]:
    """Somebody's browser whose session has ended, and the form they had before them."""
    browser = Client()
    browser.force_login(cast.users[name])
    shown = fields(browser.get(path).content.decode())
    browser.cookies.pop("sessionid")
    return browser, {"_key": shown["_key"], "_by": shown["_by"], **WORDS}


def sign_in(browser: Client, answer: Any, name: str = "resident") -> Any:
    """Sign in on the page that was answered with."""
    carried = fields(answer.content.decode())
    return browser.post("/sign-in", {"username": name, "password": PASSWORD, "next": "/orders/new", "held": carried["held"]})


def test_what_was_typed_goes_through_the_sign_in_and_is_sent_by_one_press(cast: Cast) -> None:
    browser, form = typed(cast)
    answer = browser.post("/orders/new", form)
    assert answer.status_code == 401
    html = answer.content.decode()
    assert "您刚才写的都留着" in html and TEXT not in html, "sealed: nobody reads it in the page"
    wrong = browser.post("/sign-in", {"username": "resident", "password": "wrong", "held": fields(html)["held"]})
    assert fields(wrong.content.decode())["held"] == fields(html)["held"], "a wrong password loses nothing"
    there = sign_in(browser, wrong)
    assert (there.status_code, there["Location"]) == (303, "/held")
    page = browser.get("/held").content.decode()
    again = fields(page)
    assert 'action="/orders/new"' in page
    assert again.items() >= form.items()
    done = [browser.post("/orders/new", again) for _press in range(2)]
    assert {answer.status_code for answer in done} == {303}
    assert [(order.title, order.text) for order in Order.objects.all()] == [(form["title"], TEXT)]


def photo() -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")


def test_photos_that_could_not_be_carried_are_asked_for_before_it_is_sent(cast: Cast) -> None:
    browser, form = typed(cast)
    sign_in(browser, browser.post("/orders/new", {**form, "photos": [photo(), photo()]}))
    page = browser.get("/held").content.decode()
    assert "有照片没能留住，请再选一次" in page and "不补也能交，只是没有照片" in page
    assert 'type="file" name="photos"' in page
    assert page.index("有照片没能留住") < page.index('type="submit"', page.index('action="/orders/new"'))
    assert browser.post("/orders/new", {**fields(page), "photos": [photo()]}).status_code == 303
    assert Photo.objects.count() == 1


def test_a_form_without_photos_is_not_asked_for_any(cast: Cast) -> None:
    browser, form = typed(cast)
    sign_in(browser, browser.post("/orders/new", form))
    page = browser.get("/held").content.decode()
    assert "照片" not in page and 'type="file"' not in page


def test_a_stale_token_keeps_the_photos_too(cast: Cast) -> None:
    """Whoever sends them is signed in, and has proved to be who typed: they are received at once."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.users["resident"])
    shown = fields(browser.get("/orders/new").content.decode())
    answer = browser.post("/orders/new", {**shown, **WORDS, "csrfmiddlewaretoken": "x" * 64, "photos": [photo()]})
    page = answer.content.decode()
    assert answer.status_code == 403 and "没能留住" not in page
    assert browser.post("/orders/new", fields(page)).status_code == 303
    assert Photo.objects.count() == 1


def test_another_login_keeps_no_photo_of_it(cast: Cast) -> None:
    browser, form = typed(cast)
    browser.force_login(cast.users["resident2"])
    answer = browser.post("/orders/new", {**form, "photos": [photo()]})
    assert answer.status_code == 409 and "/staged/" not in answer.content.decode()
    assert not any(path.is_file() for path in Path(settings.STAGED_ROOT).rglob("*"))


def test_somebody_else_neither_reads_nor_sends_it(cast: Cast) -> None:
    browser, form = typed(cast)
    sign_in(browser, browser.post("/orders/new", form), "resident2")
    page = browser.get("/held").content.decode()
    assert "另一个账号" in page and TEXT not in page and "楼道灯" not in page
    answer = browser.post("/orders/new", form)
    assert answer.status_code == 409 and "另一个账号" in answer.content.decode()
    assert Order.objects.count() == 0
    leaving = browser.post("/sign-out", {"held": fields(page)["held"]})
    assert leaving.status_code == 200 and "sessionid" not in {k for k, v in browser.cookies.items() if v.value}
    assert sign_in(browser, leaving)["Location"] == "/held"
    assert browser.post("/orders/new", fields(browser.get("/held").content.decode())).status_code == 303


def test_a_password_that_must_be_changed_leads_back(cast: Cast) -> None:
    browser, form = typed(cast)
    User.objects.filter(pk=cast.users["resident"].pk).update(must_change=True)
    sign_in(browser, browser.post("/orders/new", form))
    assert browser.get("/held")["Location"] == "/me/password"
    changed = browser.post("/me/password", {"old": PASSWORD, "new": "seven bridges in the rain"})
    assert changed["Location"] == "/held"
    assert TEXT.partition("\n")[0] in browser.get("/held").content.decode()


def test_without_a_form_next_is_kept_over_the_changed_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.users["resident"].pk).update(must_change=True)
    browser = Client()
    browser.post("/sign-in", {"username": "resident", "password": PASSWORD, "next": "/orders/?q=灯"})
    changed = browser.post("/me/password", {"old": PASSWORD, "new": "seven bridges in the rain"})
    assert changed["Location"] == "/orders/?q=%E7%81%AF"


def test_a_stale_token_is_one_press_away(cast: Cast) -> None:
    """Who signs in on a second page makes the first one's token stale: the words of the first one stay."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.users["resident"])
    shown = fields(browser.get("/orders/new").content.decode())
    answer = browser.post("/orders/new", {**shown, **WORDS, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    again = fields(answer.content.decode())
    assert browser.post("/orders/new", again).status_code == 303
    assert Order.objects.get().text == TEXT


def test_a_form_made_up_elsewhere_is_not_offered(cast: Cast) -> None:
    """Without the mark that only the page shown to somebody holds, a stale token stays a refusal."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.users["resident"])
    for by in ("", "x", held.mark(cast.users["resident2"].pk), "é"):
        answer = browser.post("/orders/new", {**WORDS, "_by": by})
        assert answer.status_code == 403
        assert WORDS["title"] not in answer.content.decode()


def test_what_was_sealed_is_believed_for_a_day_and_from_nobody_else(cast: Cast, at: Any, rf: Any) -> None:
    request = rf.post("/orders/new", {**WORDS, "_by": held.mark(7)})
    sealed = held.hold(request, at)
    found = held.open_held(sealed, at + timedelta(hours=23))
    assert found is not None and found.typed_by(7) and not found.typed_by(8) and not found.typed_by(None)
    assert found.address == "/orders/new" and dict(found.fields)["text"] == TEXT
    assert held.open_held(sealed, at + timedelta(hours=25)) is None
    for odd in ("", None, "x", "k1:", "k1:AAAA", sealed[:-8] + "AAAAAAA=", sealed[:40], "nokey:" + sealed, "x" * 99_999):
        assert held.open_held(odd, at) is None, odd


def test_only_so_much_is_carried(cast: Cast, at: Any, rf: Any) -> None:
    draw = random.Random(1)
    noise = "".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _n in range(18_000))
    assert held.hold(rf.post("/x", {"_by": "x", "text": noise}), at) == ""
    browser, form = typed(cast)
    html = browser.post("/orders/new", {**form, "text": noise}).content.decode()
    assert "没能留住" in html and 'name="held"' not in html
    assert held.hold(rf.post("/x", {"text": "x"}), at) == "", "nobody's words"


def test_an_ended_session_of_staff_keeps_the_words(cast: Cast, monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    now = clock.now()
    browser = Client()
    browser.force_login(cast.users["worker"])
    shown = fields(browser.get("/orders/new").content.decode())
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    form = {**shown, **WORDS, "channel": "PHONE"}
    asked = browser.post("/orders/new", form, headers={"X-Zengyi-Form": "form"})
    assert (asked.status_code, asked["Content-Type"]) == (401, "application/problem+json")
    answer = browser.post("/orders/new", form)
    assert answer.status_code == 401 and "您刚才写的都留着" in answer.content.decode()


def test_the_script_is_told_where_to_go_and_what_is_wrong(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.users["resident"])
    shown = fields(browser.get("/orders/new").content.decode())
    how = {"X-Zengyi-Form": "form"}
    refused = browser.post("/orders/new", {**shown, **WORDS, "title": ""}, headers=how)
    assert refused.status_code == 422 and "请用一句话说是什么事" in refused.content.decode()
    taken = browser.post("/orders/new", {**shown, **WORDS}, headers=how)
    assert (taken.status_code, taken["X-Zengyi-To"]) == (204, f"/orders/{Order.objects.get().pk}/")
    # The answer got lost. Meanwhile the form would be refused; sent again it gets the first answer all the same.
    again = browser.post("/orders/new", {**shown, **WORDS}, headers={"X-Zengyi-Form": "again"})
    assert (again.status_code, again["X-Zengyi-To"]) == (204, taken["X-Zengyi-To"])
    missing = browser.post("/orders/999/cancel", {**shown, "reason": "不用了"}, headers=how)
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    assert Order.objects.count() == 1


def test_a_move_whose_answer_got_lost_is_answered_again(cast: Cast) -> None:
    """What a form is about has moved on by that very form: sent again it would be refused, or not even be shown."""
    order = cast.triaged("resident")
    browser = Client()
    browser.force_login(cast.users["worker"])
    path = f"/orders/{order.pk}/assign"
    shown = fields(browser.get(path).content.decode())
    form = {**shown, "party": f"organisation:{cast.unit.pk}"}
    first = browser.post(path, form, headers={"X-Zengyi-Form": "form"})
    assert first.status_code == 204
    again = browser.post(path, form, headers={"X-Zengyi-Form": "again"})
    assert (again.status_code, again["X-Zengyi-To"]) == (204, first["X-Zengyi-To"])
    other = browser.post(path, {**form, "points": "1"}, headers={"X-Zengyi-Form": "again"})
    assert other.status_code in (409, 422)
