"""How much a phone page weighs on the wire, with nothing kept from before: 400 kbit/s is what an elder's phone may have."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve
from playwright.sync_api import Browser

from tests.bank import tiers
from tests.bank.roll import changed_rule
from tests.browser.walk import NO_PAGES
from tests.browser.windows import Window
from tests.live import Live
from zengyi.bank import actions as bank
from zengyi.bank import urls as bank_urls
from zengyi.bank.actions import appraisals, duties
from zengyi.bank.models import Posting
from zengyi.bank.queries import past_quarters
from zengyi.bank.rules import token_of
from zengyi.bank.rules.appraisals import Verdict
from zengyi.core import clock
from zengyi.people import queries as people
from zengyi.people.models import Member, Person

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
    "deed": ("member", "/bank/deeds/{deed}/"),
    "deed sent back": ("member", "/bank/deeds/{sent_back}/"),
    "not me": ("member", "/bank/deeds/{entered}/deny"),
    "vouch": ("", "/vouch/{token}/"),
    "entries": ("member", "/bank/accounts/{account}/"),
    "entry": ("member", "/bank/accounts/{account}/entries/{posting}/"),
    "duties": ("member", "/bank/duties/"),
    "new turn": ("member", "/bank/duties/claims/{claim}/turn"),
    "quarter": ("", "/bank/quarters/{community}/{quarter}/"),
    "objection": ("resident", "/bank/quarters/{community}/{quarter}/objections/new"),
    "inside a quarter": ("member", "/bank/quarters/{community}/{quarter}/members"),
    "own objection": ("resident", "/bank/objections/{objection}/"),
    "closing": ("worker", "/bank/closing/"),
    "closing one": ("worker", "/bank/closing/{quarter}/"),
    "rules": ("", "/bank/rules/?community={community}"),
    "rules proposed": ("worker", "/bank/rules/proposals/"),
    "a rule proposed": ("secretary", "/bank/rules/proposals/{version}/"),
    "deciding on a rule": ("secretary", "/bank/rules/proposals/{version}/decide"),
    "changing a rule": ("worker", "/bank/rules/V05/change"),
    "thanks": ("", "/vouch/thanks"),
    "deeds at the desk": ("worker", "/bank/deeds/?state=SUBMITTED"),
    "deed at the desk": ("worker", "/bank/deeds/{deed}/"),
    "roll-calls": ("worker", "/bank/roll-calls/"),
    "new roll-call": ("worker", "/bank/roll-calls/new?branch={branch}"),
    "roll-call": ("secretary", "/bank/roll-calls/{roll_call}/"),
    "roll-call from a sheet": ("worker", "/bank/roll-calls/sheet?branch={branch}"),
    "roll-call on paper": ("worker", "/bank/roll-calls/print?branch={branch}"),
    "corrections": ("secretary", "/bank/corrections/"),
    "new correction": ("worker", "/bank/postings/{posting}/correct"),
    "tiers": ("worker", "/bank/tiers/"),
    "tiers proposed": ("secretary", "/bank/tiers/{tier}/"),
    "deciding on tiers": ("secretary", "/bank/tiers/{tier}/decide"),
    "own years": ("member", "/bank/appraisals/"),
    "appraisals": ("worker", "/bank/appraisals/"),
    "new appraisal": ("worker", "/bank/appraisals/new?branch={branch}"),
    "appraisal": ("secretary", "/bank/appraisals/{appraisal}/"),
    "deciding on an appraisal": ("secretary", "/bank/appraisals/{appraisal}/decide"),
    "post of duty": ("member", "/bank/duties/{vacancy}/"),
    "taking a post": ("member", "/bank/duties/{other_vacancy}/claim"),
    "new post": ("worker", "/bank/duties/new"),
    "who could help": ("member", "/bank/duties/branches/{branch}/"),
    "turn": ("member", "/bank/turns/{turn}/"),
    "recording a turn": ("member", "/bank/turns/{turn}/record"),
    "sending a turn back": ("worker", "/bank/turns/{done}/return"),
    "me": ("member", "/me/"),
    "my data": ("member", "/me/data"),
}


#: The icons of a page, which a browser asks for when it likes.
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
            url = urls[what["requestId"]]
            weights[url] = max(weights.get(url, 0), int(what["encodedDataLength"]))

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    window.open(path)
    wanted = set(window.page.evaluate(ICONS))
    assert wanted
    # A browser without windows shows no icons, and asks for none by itself.
    window.page.evaluate("urls => Promise.all(urls.map(url => fetch(url, {cache: 'force-cache'})))", sorted(wanted))
    window.wait_until(lambda: wanted | set(urls.values()) <= weights.keys(), lambda: wanted | set(urls.values()) - weights.keys())
    window.close()
    assert set(urls.values()) == weights.keys()
    return {url.removeprefix(server.url): weight for url, weight in weights.items()}


def lay(cast: Any) -> dict[str, Any]:
    """Twenty orders on offer, pages of entries and of deeds, posts of duty with one taken, a branch of thirty, a quarter on the wall.

    Answers with what addresses are made of.
    """
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
    deeds = [bank.file_deed("V02", today - timedelta(days=n), text="帮社区搬了桌椅", by=member, at=at).pk for n in range(20)]
    bank.reject_deed(deeds[0], "那天没有去", by=worker, at=at)
    entered = bank.file_deed("V12", today, member_id=member.member_id, by=worker, at=at)
    crowd = [Person(community=cast.community, name=f"党员{n:02}") for n in range(30)]
    members = [Member(person=one, community=cast.community, branch=cast.branch, number=f"3{n:03}") for n, one in enumerate(crowd)]
    Person.objects.bulk_create(crowd)
    Member.objects.bulk_create(members)
    verdicts = {one.id: Verdict("DEFERRED", "明年再评", present=True) for one in people.branch_roster(cast.branch.pk)}
    minutes = "书记主持。逐个议，举手通过。"
    appraisal = appraisals.propose_appraisal(cast.branch.pk, today.year - 1, today, minutes, verdicts, by=worker, at=at)
    turns = [duties.enter_turn(claim.pk, today - timedelta(days=n), text="送了一家的菜" * n, by=member, at=at).pk for n in range(2)]
    return {
        "branch": cast.branch.pk,
        "roll_call": held.pk,
        "version": changed_rule(worker, "V06", valid_from=today + timedelta(days=30), points=2, at=at).pk,
        "tier": tiers.proposed(worker, from_year=today.year + 1, at=at).pk,
        "objection": bank.object_to(here, quarter, "我那一次没有记上", by=cast.actor("resident"), at=at).pk,
        "appraisal": appraisal.pk,
        "vacancy": posts[0].pk,
        "other_vacancy": posts[1].pk,
        "turn": turns[0],
        "done": turns[1],
        "deed": deeds[1],
        "sent_back": deeds[0],
        "entered": entered.pk,
        "token": token_of(bank.issue_link(deeds[2], "三幢陈阿姨", by=worker, at=at).pk),
        "order": orders[0],
        "account": posting.credit_id,
        "posting": posting.pk,
        "claim": claim.pk,
        "community": here,
        "quarter": quarter,
    }


def test_every_page_of_the_bank_is_weighed() -> None:
    """A new page of the bank stands in the list, or this fails."""
    numbers = dict.fromkeys(
        "order account posting claim community version tier branch objection appraisal vacancy other_vacancy turn".split(), 1
    )
    numbers |= dict.fromkeys("done deed sent_back entered roll_call".split(), 1)
    weighed = {resolve(path.format(**numbers, quarter="2026Q3", token="x").partition("?")[0]).url_name for _login, path in PAGES.values()}
    names = {pattern.name for pattern in bank_urls.urlpatterns if pattern.name}
    assert names - set(NO_PAGES) <= weighed, names - set(NO_PAGES) - weighed


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
