"""Whoever opens a phone and a door leaves a look behind that its owner reads; nothing shows them before that."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.core.models import Event
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.models import Look

PHONE, DOOR = "13900001206", "1206室内"
HELPERS = ("member", "unit2")


@pytest.fixture
def order(cast: Cast, stopped: datetime) -> Order:
    """Somebody whose door stands in no name, at whose order the first helper is at work."""
    person = cast.users["resident"].person
    assert person is not None
    person.door = DOOR
    person.save()
    return cast.published("resident", at=stopped)


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def shown(cast: Cast, name: str, order: Order) -> set[str]:
    """Which of phone and door any page or the API tells that login without being asked to open them."""
    client, found = browser(cast, name), set[str]()
    paths = [f"/orders/{order.pk}/", f"/orders/{order.pk}/history", f"/desk/?order={order.pk}", "/mine/", "/", "/people/residents/"]
    for path in (*paths, f"/people/persons/{order.requester_id}/"):
        text = client.get(path).content.decode()
        found |= {word for word in (PHONE, DOOR) if word in text}
    told = str(Api(name).get(f"/orders/{order.pk}").body)
    return found | {word for word in (PHONE, DOOR) if word in told}


@pytest.mark.parametrize("name", [*HELPERS, "worker", "secretary"])
def test_nobody_reads_them_without_leaving_a_look(cast: Cast, order: Order, stopped: datetime, name: str) -> None:
    """The attack: claim, read, and nobody ever knows; or as staff, simply to look."""
    if name in HELPERS:
        actions.claim(order.pk, by=cast.actor(name), at=stopped)
    assert shown(cast, name, order) == set()
    assert not Look.objects.exists()
    client = browser(cast, name)
    assert client.get(f"/orders/{order.pk}/contact").status_code == 405
    answer = client.post(f"/orders/{order.pk}/contact")
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert PHONE in page and DOOR in page
    row = people.looks(by=cast.actor("resident")).rows[0]
    assert (row.number, row.order_id, row.at) == (order.number, order.pk, stopped)
    assert (
        row.who
        == {"member": "党员 党员甲", "unit2": "虹桥物业", "worker": "社区工作人员 同志worker", "secretary": "社区书记 同志secretary"}[name]
    )


def test_its_owner_reads_who_and_when_and_for_what(cast: Cast, order: Order, stopped: datetime) -> None:
    actions.claim(order.pk, by=cast.actor("unit2"), at=stopped)
    actions.open_contact(order.pk, by=cast.actor("unit2"), at=stopped)
    people_actions.open_contact(order.requester_id, by=cast.actor("worker"), at=stopped + timedelta(minutes=5))
    client = browser(cast, "resident")
    assert "/me/looks" in client.get("/me/").content.decode()
    page = client.get("/me/looks").content.decode()
    assert "虹桥物业" in page and order.number in page and "社区工作人员 同志worker" in page and "从居民名单里看的" in page
    told = Api("resident").get("/looks").body
    assert [(row["who"], row["number"], row["order_id"]) for row in told["items"]] == [
        ("社区工作人员 同志worker", "", None),
        ("虹桥物业", order.number, order.pk),
    ]
    assert Api("neighbour").get("/looks").body == {"items": [], "next": None}
    assert Api("district").get("/looks").status == 403
    at_the_desk = browser(cast, "worker2").get(f"/people/persons/{order.requester_id}/").content.decode()
    assert "虹桥物业" in at_the_desk, "the desk reads it out to somebody without a phone"


def test_a_day_is_one_look_and_the_next_one_another(cast: Cast, order: Order, stopped: datetime) -> None:
    by = cast.actor("member")
    actions.claim(order.pk, by=by, at=stopped)
    for hours in (0, 1, 2):
        actions.open_contact(order.pk, by=by, at=stopped + timedelta(hours=hours))
    assert (Look.objects.count(), Event.objects.filter(verb="look").count()) == (1, 1)
    evening, morning = stopped.replace(hour=23, minute=59), stopped.replace(hour=0, minute=1) + timedelta(days=1)
    for at, opened in ((evening, True), (morning, False)):
        found = queries.detail(order.pk, by=by, at=at).requester
        assert found is not None and (found.phone is not None, found.door is not None, found.closed) == (opened, opened, not opened), at
    actions.open_contact(order.pk, by=by, at=morning)
    assert (Look.objects.count(), Event.objects.filter(verb="look").count()) == (2, 2)


def test_the_api_opens_it_too(cast: Cast, order: Order, stopped: datetime) -> None:
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    api, path = Api("member"), f"/orders/{order.pk}"
    before = api.get(path).body["requester"]
    assert before == {"name": "居民1206", "phone": None, "home": None, "door": None}
    for key in ("k-1", "k-1", "k-2"):
        answer = api.post(f"{path}/contact", {}, key=key)
        assert (answer.status, answer.body["id"]) == (200, order.pk)
        assert PHONE not in str(answer.body), "an answer is kept for a retry, and phones are kept encrypted only"
    assert api.get(path).body["requester"] == {"name": "居民1206", "phone": PHONE, "home": "201幢", "door": DOOR}
    assert Look.objects.count() == 1


def test_ones_own_needs_no_look(cast: Cast, order: Order, stopped: datetime) -> None:
    by = cast.actor("resident")
    assert actions.open_contact(order.pk, by=by, at=stopped).pk == order.pk
    found = queries.detail(order.pk, by=by, at=stopped).requester
    assert found is not None and found.phone == PHONE
    assert not Look.objects.exists()


def test_who_may_not_know_opens_nothing(cast: Cast, order: Order, stopped: datetime) -> None:
    for name, refusal in (("member2", NotAllowed), ("neighbour", NotAllowed), ("far_worker", NotThere), ("district", NotAllowed)):
        with pytest.raises(refusal):
            actions.open_contact(order.pk, by=cast.actor(name), at=stopped)
    hidden = cast.published("resident", at=stopped, anonymous=True)
    actions.claim(hidden.pk, by=cast.actor("member"), at=stopped)
    with pytest.raises(NotAllowed, match="没有留名"):
        actions.open_contact(hidden.pk, by=cast.actor("member"), at=stopped)
    with pytest.raises(NotThere):
        people_actions.open_contact(order.requester_id, by=cast.actor("far_worker"), at=stopped)
    with pytest.raises(NotAllowed):
        people_actions.open_contact(order.requester_id, by=cast.actor("member"), at=stopped)
    assert not Look.objects.exists()


def test_who_gave_it_back_reads_no_more_although_they_looked_today(cast: Cast, order: Order, stopped: datetime) -> None:
    by = cast.actor("member")
    actions.claim(order.pk, by=by, at=stopped)
    actions.open_contact(order.pk, by=by, at=stopped)
    actions.release(order.pk, reason="来不了", by=by, at=stopped)
    assert queries.detail(order.pk, by=by, at=stopped).requester is None
    assert shown(cast, "member", order) == set()


def test_nothing_is_opened_by_a_page_that_is_only_looked_at(cast: Cast, order: Order) -> None:
    for name in ("worker", "secretary", "member"):
        shown(cast, name, order)
    assert not Look.objects.exists() and not Event.objects.filter(verb="look").exists()
