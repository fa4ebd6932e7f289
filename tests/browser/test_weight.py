"""How much a phone page weighs on the wire, with nothing kept from before: 400 kbit/s is what an elder's phone may have."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.windows import Window
from tests.live import Live
from zengyi.bank import actions as bank
from zengyi.bank.actions import duties
from zengyi.bank.models import Posting
from zengyi.bank.queries import past_quarters
from zengyi.core import clock

pytestmark = pytest.mark.databases("sqlite")

KILOBYTE = 1024
BYTES_MOST, REQUESTS_MOST = 40 * KILOBYTE, 6
PAGES = {
    "public home": ("", "/"),
    "orders": ("member", "/orders/"),
    "member's home": ("member", "/bank/"),
    "new order": ("resident", "/orders/new"),
    "order": ("resident", "/orders/{order}/"),
    "my orders": ("resident", "/mine/"),
    "what a deed is": ("member", "/bank/deeds/new"),
    "new deed": ("member", "/bank/deeds/new?rule=V13"),
    "deeds": ("member", "/bank/deeds/"),
    "entries": ("member", "/bank/accounts/{account}/"),
    "entry": ("member", "/bank/accounts/{account}/entries/{posting}/"),
    "duties": ("member", "/bank/duties/"),
    "new turn": ("member", "/bank/duties/claims/{claim}/turn"),
    "quarter": ("", "/bank/quarters/{community}/{quarter}/"),
    "objection": ("resident", "/bank/quarters/{community}/{quarter}/objections/new"),
    "closing": ("worker", "/bank/closing/"),
    "me": ("member", "/me/"),
    "my data": ("member", "/me/data"),
}


#: The icons of a page, which the browser asks for when it likes, and not when it thinks nobody looks.
ICONS = "[...document.querySelectorAll('link[rel~=icon]')].map(link => link.href)"


def weigh(browser: Browser, server: Live, user: Any, path: str) -> dict[str, int]:
    """The bytes of every answer, headers included, as they came over the wire; by address."""
    window = Window(browser, server)
    window.be(user)
    session = window.context.new_cdp_session(window.page)
    urls: dict[str, str] = {}
    weights: dict[str, int] = {}

    def sent(what: dict[str, Any]) -> None:
        # The icon that a browser has in itself for a field with a date is reported like a request, and goes over no wire.
        if not what["request"]["url"].startswith("data:"):
            urls[what["requestId"]] = what["request"]["url"]

    def finished(what: dict[str, Any]) -> None:
        if what["requestId"] in urls:
            weights[urls[what["requestId"]]] = int(what["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    window.open(path)
    wanted = set(window.page.evaluate(ICONS))
    assert wanted
    window.wait_until(lambda: wanted | set(urls.values()) <= weights.keys(), lambda: wanted | set(urls.values()) - weights.keys())
    window.close()
    assert set(urls.values()) == weights.keys()
    return {url.removeprefix(server.url): weight for url, weight in weights.items()}


def lay(cast: Any) -> dict[str, Any]:
    """Twenty orders on offer, a page of entries, posts of duty with one taken, and a quarter on the wall; what addresses are made of."""
    at, here = clock.now(), cast.community.pk
    today, member, worker, secretary = clock.local_date(at), cast.actor("member"), cast.actor("worker"), cast.actor("secretary")
    orders = [cast.published("resident", title=f"第 {n + 1} 盏路灯不亮", place_id=cast.buildings[n % 6].pk).pk for n in range(20)]
    for days in range(1, 21):
        held = bank.propose_roll_call(cast.branch.pk, "B02", today - timedelta(days=days), {member.member_id: "PRESENT"}, by=worker, at=at)
        bank.decide_roll_call(held.pk, True, by=secretary, at=at)
    posting = Posting.objects.filter(kind="BASE").latest("pk")
    posts = [duties.publish_vacancy("GIVING", f"送第 {n + 1} 家的菜", places=2, by=worker, at=at) for n in range(20)]
    claim = duties.claim_duty(posts[0].pk, by=member, at=at)
    quarter = clock.quarter_of(past_quarters(today)[0])
    bank.tally_quarter(here, quarter, by=worker, at=at)
    bank.prepare_quarter(here, quarter, by=worker, at=at)
    bank.publish_quarter(here, quarter, by=secretary, at=at)
    return {
        "order": orders[0],
        "account": posting.credit_id,
        "posting": posting.pk,
        "claim": claim.pk,
        "community": here,
        "quarter": quarter,
    }


def test_phone_pages_are_light(
    chromium: Browser, server: Live, transactional_db: None, cast: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = lay(cast)
    table = []
    for name, (login, address) in PAGES.items():
        path = address.format(**laid)
        weights = weigh(chromium, server, cast.users.get(login), path)
        assert path in weights
        table.append((name, sum(weights.values()), len(weights), weights))
    with capsys.disabled():
        print("\n\n| phone page | bytes on the wire | requests |\n|-|-:|-:|")
        for name, weight, requests, _weights in table:
            print(f"| {name} | {weight:,} | {requests} |")
    for name, weight, requests, weights in table:
        assert weight <= BYTES_MOST, (name, weights)
        assert requests <= REQUESTS_MOST, (name, weights)
