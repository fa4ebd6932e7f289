"""Whoever files a deed says whom to ask, and how: the desk sees it where it attests, and a link needs somebody it goes to."""

from datetime import datetime

import pytest
from django.test import Client

from tests.api import Api
from tests.bank.deeds import filed
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.bank.models import Filing
from zengyi.core.errors import Invalid
from zengyi.people.queries.waiting import COUNTED_MOST, waiting
from zengyi.people.web.waiting import sources

SENT = {
    "rule": "V15",
    "occurred_on": "2026-11-20",
    "quantity": "1",
    "text": "走访三楼，记下扶手的事",
    "asks": "LINK",
    "witness": "3 幢陈阿姨",
}


def detail(cast: Cast, at: datetime) -> str:
    """What the worker reads of the deed that waits."""
    found = waiting(sources(), by=cast.actor("worker"), at=at, most=COUNTED_MOST)
    return next(item.detail for item in found.items if item.kind == "deed-attest")


def test_a_link_to_nobody_is_refused_and_what_was_typed_stays(cast: Cast, stopped: datetime) -> None:
    page = Client()
    page.force_login(cast.users["member"])
    refused = page.post("/bank/deeds/new?rule=V15", {**SENT, "witness": ""})
    text = refused.content.decode()
    assert (refused.status_code, Filing.objects.exists()) == (422, False)
    assert "要发链接，请写发给谁" in text
    assert 'value="LINK"' in text
    assert SENT["text"] in text
    with pytest.raises(Invalid) as wrong:
        filed(cast, asks="NOBODY")
    assert list(wrong.value.fields) == ["asks"]


def test_the_desk_is_told_whom_to_send_a_link(cast: Cast, stopped: datetime) -> None:
    member, worker = Client(), Client()
    member.force_login(cast.users["member"])
    worker.force_login(cast.users["worker"])
    assert member.post("/bank/deeds/new?rule=V15", SENT).status_code == 303
    made = Filing.objects.get()
    assert (made.asks, made.witness, made.state) == ("LINK", "3 幢陈阿姨", "SUBMITTED")
    assert "请发链接给3 幢陈阿姨" in detail(cast, stopped)
    page = worker.get(f"/bank/deeds/{made.pk}/").content.decode()
    assert "申报的人请您发一个链接给3 幢陈阿姨" in page
    assert "能证明的人：3 幢陈阿姨（发一个链接给本人，点一下就行）" in page
    assert worker.post(f"/bank/deeds/{made.pk}/link", {"name": "3 幢陈阿姨"}).status_code == 303
    assert "申报的人请您发一个链接" not in worker.get(f"/bank/deeds/{made.pk}/").content.decode(), "it is sent"


def test_who_says_nothing_is_asked_as_before(cast: Cast, at: datetime) -> None:
    made = filed(cast)
    assert made.asks == ""
    assert detail(cast, at).endswith("申报的，等人证明")


@pytest.mark.usefixtures("stopped")
def test_over_the_api(cast: Cast) -> None:
    body = {"rule": "V15", "occurred_on": "2026-11-20", "text": "走访三楼", "asks": "DESK"}
    assert Api("member").post("/bank/filings", body).body["asks"] == "DESK"
    problem(Api("member").post("/bank/filings", {**body, "rule": "V16", "asks": "LINK"}), 422)
    problem(Api("member").post("/bank/filings", {**body, "rule": "V16", "asks": "NOBODY"}), 422)
