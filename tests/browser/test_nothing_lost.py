"""No typed word is lost: the network cut and the session ended in the middle of every form, for everybody who may open it."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests import databases
from tests.browser.forms_in import forms_in
from tests.browser.once import Once
from tests.browser.town import Town
from tests.browser.walk import Visit, visits
from tests.browser.windows import DESK, PATIENCE_MS, PHONE, TURN_MS, Window
from tests.cast import PASSWORD
from tests.live import Live
from zengyi.core.models import Throttle
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

FILLING = Path(__file__).with_name("filling.js")
OK = 200
STAFF = ("worker", "worker2", "secretary")
#: Everybody whose forms differ.
TYPISTS = ("resident", "member", "unit", "worker", "worker2", "secretary")
NOT_KIND = re.compile(r"[0-9]+|[?].*")
#: What the browser says about a network that is not there, and about what the server refused of what was filled in blindly.
EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|: (401|409|422|429)$")
#: Forms that are sent by no script, because their answer does more than lead on: nothing is typed into them but passwords and codes,
#: a new login's name, the name of a file, and what a list that is downloaded is for.
LISTS = {f"/lists/{name}/" for name in ("members", "residents", "organisations", "orders", "slips")}
SHEETS = {"/people/import/members/", "/people/import/residents/", "/facilities/import"}
OTHERS = LISTS | SHEETS | {"/me/password", "/second-factor-setup", "/people/persons//login", "/rounds//file"}
#: Some of the kinds that the walk must meet.
WANTED = {f"/orders//{verb}" for verb in "triage assign release deliver confirm return decline merge cancel note refuse".split()} | {
    "/orders/new",
    "/bank/roll-calls/new",
    "/bank/postings//correct",
    "/people/organisations/new",
    "/people/grants/new",
}


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, in this module emptied once at its end."""
    with django_db_blocker.unblock():
        yield
        databases.empty()


@pytest.fixture(scope="module")
def town(transactional_db: None, server: Live) -> Town:
    """One for all tests in here."""
    with override_settings(MEDIA_ROOT=server.environment["ZENGYI_VAR"] + "/media"):
        return Town()


@dataclass
class Walked:
    """The kinds of forms that were filled in, and who has walked, whichever worker it was that walked with them."""

    kinds: Once = field(default_factory=lambda: Once("forms filled in"))
    typists: Once = field(default_factory=lambda: Once("typists"))


@pytest.fixture(scope="module")
def walked() -> Iterator[Walked]:
    """A walk that opens nothing does not pass; whoever is the last knows of all."""
    yield (made := Walked())
    if made.typists.claimed(*TYPISTS) == set(TYPISTS):
        assert made.kinds.claimed(*WANTED) == WANTED, WANTED - made.kinds.claimed(*WANTED)


def until(page: Page, holds: str) -> None:
    """Wait until it holds on the page. Playwright's own wait would have the page evaluate a text, which its policy forbids."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        with suppress(Error):  # the page may just be leaving for the next one
            if page.evaluate(f"Boolean({holds})"):
                return
        page.wait_for_timeout(TURN_MS)
    raise AssertionError(f"never: {holds}; kept there: {page.evaluate('JSON.stringify(localStorage)')}")


class Typist:
    """Somebody who fills in forms on a phone or at a desk while everything goes wrong."""

    def __init__(self, chromium: Browser, server: Live, town: Town, login: str) -> None:
        self.login, self.town = login, town
        self.window = Window(chromium, server, DESK if login in STAFF else PHONE)
        self.window.context.add_init_script(path=FILLING)
        self.window.be(town.cast.users[login])
        self.page = self.window.page

    def forms(self, visit: Visit, known: Callable[[str], bool]) -> list[dict[str, Any]]:
        """The forms of a page into which something can be typed; of a page whose HTML shows none that are not ``known``, none."""
        if visit.status != OK:
            return []
        read = self.window.context.request.get(self.window.server.url + visit.path)
        if not read.ok:  # what was sent before has moved on what this page is about
            return []
        there = forms_in(read.text(), read.url)
        if len({(one.address, one.about) for one in there}) == len(there) and all(one.marked and known(one.address) for one in there):
            return []
        # What was sent before may have moved on what this page is about.
        for status in (403, 404, 409):
            self.window.expect_status(status)
        answer = self.page.goto(visit.path)
        shown = list(self.page.evaluate("filling.forms()")) if answer is not None and answer.status == OK else []
        assert {(form["address"], form["about"]) for form in shown} <= {(form.address, form.about) for form in there}, visit.path
        return shown

    def lose_nothing(self, path: str, place: int) -> None:
        """Fill in a form, load the page anew, lose the network, lose the session, and find everything again."""
        page = self.page
        filled = page.evaluate("place => filling.fill(place)", place)
        assert filled, f"{path}: nothing could be filled in"
        page.wait_for_timeout(300)
        page.reload()
        assert page.evaluate("place => filling.read(place)", place).items() >= filled.items(), f"{path}: lost on loading it again"
        self.window.context.set_offline(True)
        page.evaluate("place => filling.send(place)", place)
        expect(page.locator(".form-note").filter(has_text="没网，已存好").first).to_be_visible()
        assert page.evaluate("place => filling.read(place)", place).items() >= filled.items(), f"{path}: lost without a network"
        self.window.context.clear_cookies(name="sessionid")
        self.window.context.set_offline(False)
        page.wait_for_url("**/sign-in?*")
        Throttle.objects.all().delete()  # nobody signs in a hundred times in ten minutes, but this walk does
        page.get_by_label("用户名或手机号").fill(self.town.cast.users[self.login].username)
        page.get_by_label("密码").fill(PASSWORD)
        with page.expect_response(lambda answer: answer.request.method == "POST" and "/sign-in" not in answer.url) as answered:
            page.get_by_role("button", name="登录").click()
        answer = answered.value
        assert answer.status in (204, 200, 409, 422), f"{path}: {answer.status}"
        body = answer.request.post_data_buffer or b""
        for name, values in filled.items():
            for value in values:
                assert value.replace("\n", "\r\n").encode() in body, f"{path}: {name} was not sent after signing in"
        if answer.status == 204:
            # The page leaves for the next one: whoever opens another before that is thrown off it.
            until(page, f"performance.timeOrigin > {answer.request.timing['startTime']} && document.readyState === 'complete'")
            # The page on which a round is walked stands alone, without the forms' script.
            until(page, "window.filling ? !filling.drafts().length : location.pathname.endsWith('/walk')")
        else:
            # Not before the page has taken the answer: what it keeps then would be left over for the next form.
            until(page, "!filling.pending()")
            page.wait_for_selector("#errors, .form-note:not([hidden])", state="attached")
            page.evaluate("localStorage.clear()")

    def close(self) -> None:
        """Nothing but the losses may have gone wrong."""
        trouble = [line for line in self.window.trouble if not EXPECTED.search(line)]
        self.window.context.close()
        assert not trouble, "\n".join(trouble)


@pytest.mark.parametrize("login", TYPISTS)
def test_nothing_typed_is_lost(transactional_db: None, chromium: Browser, server: Live, town: Town, walked: Walked, login: str) -> None:
    typist = Typist(chromium, server, town, login)
    for visit in visits(town, login):
        forms = typist.forms(visit, lambda address: bool(walked.kinds.claimed(NOT_KIND.sub("", address))))
        told = Counter((form["address"], form["about"]) for form in forms)
        assert not [one for one, times in told.items() if times > 1], f"{visit.path}: words for one form would show in another"
        for place, form in enumerate(forms):
            kind = NOT_KIND.sub("", form["address"])
            if not form["marked"]:
                assert kind in OTHERS, f"{visit.path}: a form without {{% form_key %}} leads to {kind}"
                continue
            if not walked.kinds.first(kind):
                continue
            if typist.page.url != server.url + visit.path:
                typist.page.goto(visit.path)
            typist.lose_nothing(visit.path, place)
    walked.typists.first(login)
    typist.close()


def fill_order(page: Any) -> None:
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    page.get_by_label("是什么情况？").fill("三楼的灯坏了一周")


def test_a_second_tap_while_it_is_sent_does_nothing(chromium: Browser, server: Live, town: Town) -> None:
    """However long it takes: busy stays busy, and says so."""
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    page = window.page
    held_back: list[Route] = []
    page.route("**/orders/new", lambda route: held_back.append(route) if route.request.method == "POST" else route.continue_())
    fill_order(page)
    page.clock.install()
    button = page.locator("button[form=f]")
    button.click(no_wait_after=True)
    expect(button).to_contain_text("正在交")
    page.clock.fast_forward("00:20")
    for _tap in range(3):
        button.click(no_wait_after=True)
    expect(button).to_contain_text("正在交")
    assert len(held_back) == 1
    held_back[0].continue_()
    page.wait_for_url("**/orders/*/")
    assert len(window.posts) == 1
    window.close()


def test_an_answer_that_got_lost_is_asked_for_again_and_one_order_is_placed(chromium: Browser, server: Live, town: Town) -> None:
    """The server took it, and the network broke before the answer."""
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    page = window.page
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/orders/new", lose)
    fill_order(page)
    title = "楼道灯不亮，答复丢了"
    page.get_by_label("一句话，什么事？").fill(title)
    page.locator("button[form=f]").click()
    expect(page.get_by_text("没网，已存好")).to_be_visible()
    page.wait_for_url("**/orders/*/")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert lost == [204]
    assert Order.objects.filter(title=title).count() == 1
    window.context.close()


def test_what_was_left_without_a_network_is_sent_from_another_page(chromium: Browser, server: Live, town: Town) -> None:
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    page = window.page
    fill_order(page)
    page.get_by_label("一句话，什么事？").fill("在别的页面交上的")
    window.context.set_offline(True)
    page.locator("button[form=f]").click()
    expect(page.get_by_text("没网，已存好")).to_be_visible()
    # Gone before the network is back, and not only left: a browser lets a page that was left go on for a moment, and it sends first.
    page.close()
    page = window.context.new_page()
    window.context.set_offline(False)
    page.goto("/help/")
    expect(page.get_by_text("刚才没网时存下的“我要点单”，已经交上了。")).to_be_visible()
    page.get_by_role("link", name="看一看").click()
    expect(page.get_by_role("heading", name="在别的页面交上的")).to_be_visible()
    window.context.close()


def test_drafts_are_their_writers_and_end_when_they_sign_out(chromium: Browser, server: Live, town: Town) -> None:
    """A shared phone: nobody reads what somebody else wrote, and signing out takes it away."""
    window = Window(chromium, server)
    page = window.page
    page.add_init_script("window.confirm = () => true")
    page.route("**/orders/similar", lambda route: route.fulfill(body=""))  # sent between two people, it would be refused
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    fill_order(page)
    page.wait_for_timeout(300)
    window.be(town.cast.users["resident2"])
    window.open("/orders/new")
    expect(page.get_by_label("是什么情况？")).to_have_value("")
    assert "三楼的灯" not in page.content()
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    expect(page.get_by_label("是什么情况？")).to_have_value("三楼的灯坏了一周")
    page.go_back()
    page.go_forward()
    expect(page.get_by_label("是什么情况？")).to_have_value("三楼的灯坏了一周")
    window.open("/me/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    expect(page.get_by_label("是什么情况？")).to_have_value("")
    window.close()


def test_a_draft_can_be_thrown_away(chromium: Browser, server: Live, town: Town) -> None:
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    fill_order(window.page)
    window.page.wait_for_timeout(300)
    window.page.reload()
    window.page.get_by_role("button", name="清掉重写").click()
    expect(window.page.get_by_label("是什么情况？")).to_have_value("")
    expect(window.page.get_by_text("上次写到一半")).to_have_count(0)
    window.close()


def test_a_look_up_never_leads_away_and_writes_nothing_into_an_address(chromium: Browser, server: Live, town: Town) -> None:
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    page = window.page
    asked: set[tuple[str, str]] = set()
    page.on("request", lambda request: asked.add((request.method, request.url.removeprefix(server.url).partition("static")[0])))
    with page.expect_response("**/orders/similar") as found:
        page.get_by_label("一句话，什么事？").press_sequentially("虹西路桥面坏了")
    assert found.value.status == 200
    expect(page.get_by_text("是不是这几单里的一单？")).to_be_visible()
    window.context.clear_cookies(name="sessionid")
    window.expect_status(401)
    with page.expect_response("**/orders/similar") as refused:
        page.get_by_label("是什么情况？").press_sequentially("两处大坑")
    assert refused.value.status == 401
    page.wait_for_timeout(300)
    assert page.url.endswith("/orders/new")
    expect(page.get_by_label("是什么情况？")).to_have_value("两处大坑")
    assert asked - {("GET", "/")} == {("POST", "/orders/similar")}
    window.close()


def test_what_cannot_be_taken_now_keeps_everything(chromium: Browser, server: Live, town: Town) -> None:
    """409, 429, 503 and a page that broke: the sentence stands beside the button, and the words in their fields."""
    window = Window(chromium, server)
    window.be(town.cast.users["resident"])
    window.open("/orders/new")
    page = window.page
    fill_order(page)
    problems = {409: "已经走到别的一步了", 429: "试得太多了，请 5 分钟后再试。", 503: "系统一时忙不过来", 500: "出了点问题"}
    for status, sentence in problems.items():
        window.expect_status(status)
        page.unroute_all()
        page.route("**/orders/new", refusing(status, sentence))
        page.locator("button[form=f]").click()
        expect(page.locator(".form-note").filter(has_text=sentence)).to_be_visible()
        expect(page.get_by_label("是什么情况？")).to_have_value("三楼的灯坏了一周")
        expect(page.locator("button[form=f]")).to_have_text("交给社区")
    window.close()


def refusing(status: int, sentence: str) -> Callable[[Route], None]:
    """The server as it refuses, or breaks."""
    kind = "text/plain" if status == 500 else "application/problem+json"
    return lambda route: route.fulfill(status=status, body=json.dumps({"title": sentence}), content_type=kind)


#: Forms without a key: who sends them, from where, and their button.
KEYLESS = {
    "sign-in": ("", "/sign-in", "登录"),
    "password": ("resident", "/me/password", "换密码"),
    "second factor": ("worker", "/second-factor-setup", "设好"),
    "login": ("worker", "/people/persons/{newcomer}/", "开账号"),
    "sheet": ("worker", "/people/import/members/", "先看一看"),
}


@pytest.mark.parametrize("name", KEYLESS)
def test_a_stopped_form_without_a_key_gives_its_button_back(chromium: Browser, server: Live, town: Town, name: str) -> None:
    """Whoever stops the page, or whose network breaks, presses again at once, with everything typed still there."""
    login, path, words = KEYLESS[name]
    window = Window(chromium, server)
    window.be(town.cast.users[login] if login else None)
    window.open(path.format(newcomer=town.newcomer.pk))
    page = window.page
    held_back: list[Route] = []
    page.route("**/*", lambda route: held_back.append(route) if route.request.method == "POST" else route.continue_())
    button = page.get_by_role("button", name=words, exact=True)
    form = page.locator("form").filter(has=button)
    for box in form.locator("input:is([type=text], [type=password], :not([type]))").all():
        box.fill("123456")
    button.click(no_wait_after=True)
    window.wait_until(lambda: len(held_back) == 1, lambda: "what the press sends")
    busy = page.locator("form button[aria-busy=true]")
    expect(busy).to_contain_text("正在交")
    page.evaluate("window.stop()")
    expect(button).to_be_visible()
    expect(busy).to_have_count(0)
    expect(form.get_by_text("没网，稍后再试。写的都还在。")).to_be_visible()
    for box in form.locator("input:is([type=text], [type=password], :not([type]))").all():
        expect(box).to_have_value("123456")
    page.unroute_all()
    for status in (401, 422):
        window.expect_status(status)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        button.click()
    assert answered.value.status in (200, 401, 422)
    assert page.url.endswith(path.format(newcomer=town.newcomer.pk)), "an address that can be loaded again"
    window.trouble = [line for line in window.trouble if "ERR_ABORTED" not in line]
    window.close()
