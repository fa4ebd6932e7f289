"""How many statements a request takes, authentication, session and idempotency key included: few, and the same for 1, 10 and 100 rows."""

import io
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.api import Api
from tests.crowd import Crowd
from tests.orders.test_placing import jpeg
from zengyi.bank.models import Posting
from zengyi.orders import actions
from zengyi.orders.models import Order
from zengyi.orders.rules import SentMember
from zengyi.people.models import Member

LIST, CREATE, CLAIM, CONFIRM = 8, 12, 6, 10
SIZES = (1, 9, 90)
Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def browser(crowd: Crowd, name: str) -> Client:
    """A browser whose session is written already."""
    client = Client()
    if name:
        client.force_login(crowd.users[name])
    client.get("/help/")
    return client


def counted(sql: Sql, ask: Callable[[], Any], status: int) -> int:
    with sql() as seen:
        answer = ask()
    got = getattr(answer, "status_code", None) or answer.status
    assert got == status, getattr(answer, "body", "") or answer.content.decode()[:800]
    return len(seen)


Asked = tuple[str, str, int]


def measured(crowd: Crowd, sql: Sql, pages: list[Asked], reads: list[Asked], named: Callable[[], dict[str, Any]]) -> dict[Asked, list[int]]:
    """The statements of all of them over the same rows, which grow twice."""
    clients = {login: browser(crowd, login) for login, _path, _most in pages}
    apis = {login: Api(login) for login, _path, _most in reads}
    counts: dict[Asked, list[int]] = {}
    for more in SIZES:
        crowd.grow(more)
        names = named()
        for login, path, most in pages:
            url, client = path.format(**names), clients[login]
            counts.setdefault((login, path, most), []).append(counted(sql, partial(client.get, url), 200))
        for login, path, most in reads:
            ask = partial(apis[login].get, path.format(**names))
            counts.setdefault((login, f"api {path}", most), []).append(counted(sql, ask, 200))
    return counts


def few(counts: dict[Asked, list[int]]) -> None:
    """Each the same at every size, and at most what is allowed."""
    wrong = {where: found for where, found in counts.items() if len(set(found)) > 1 or found[0] > where[2]}
    assert not wrong, wrong


def the_same(counts: list[int], most: int) -> None:
    assert len(set(counts)) == 1 and counts[0] <= most, counts


PAGES = [
    ("", "/orders/", 2),
    ("member", "/orders/", 3),
    ("member", "/orders/?q=路面&state=PUBLISHED&category=ROAD", 3),
    ("worker", "/orders/?light=late", 3),
    ("district", "/orders/", 3),
    ("resident", "/mine/", 3),
    ("member2", "/mine/", 3),
    ("worker", "/desk/", LIST),
    ("worker", "/desk/?light=late&q=路面", LIST),
    ("worker", "/desk/?order={published}", LIST),
    ("worker", "/desk/?order={order}", LIST),
    ("resident", "/orders/{order}/", 3),
    ("member2", "/orders/{order}/history", 3),
    ("worker", "/orders/{published}/assign", LIST),
    ("resident", "/orders/new", 6),  # the sixth: the units that may be kept away
    ("member2", "/bank/", LIST),
    ("unit", "/bank/", LIST),
    ("", "/community/", 8),
    ("resident", "/community/", 12),
    ("worker", "/community/", 12),
    ("worker", "/waiting/", 2),
    ("member", "/waiting/", 2),
    ("", "/", LIST),
    ("", "/board/", LIST),
    ("", "/orders/difficulty/?part=reduced&community={community}", 6),
    ("member", "/orders/difficulty/?part=balance", 7),
    ("worker", "/orders/difficulty/?part=new&after={posting}", 6),
    ("worker", "/desk/?stage=offered", LIST),
    ("district", "/orders/?quarter=2026Q4&step=claimed", 3),
    ("member", "/board/", LIST),
    ("district", "/district/", LIST),
    ("district", "/district/?quarter=2026Q1", LIST),
    ("", "/board/?quarter=2026Q1", LIST),
    ("worker", "/people/members/", LIST),
    ("worker", "/people/residents/", LIST),
    ("worker", "/people/organisations/", LIST),
]  # fmt: skip
READS = [
    ("member", "/orders", 2),
    ("worker", "/orders?q=路面", 2),
    ("member2", "/orders?mine=true", 2),
    ("member2", "/orders/{order}", 2),
]  # fmt: skip


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    def named() -> dict[str, int]:
        newest = Posting.objects.filter(community=crowd.community, kind="TRIAGE").latest("pk").pk
        named = {"order": crowd.order.pk, "published": Order.objects.filter(state="PUBLISHED").latest("pk").pk}
        return {**named, "community": crowd.community.pk, "posting": newest}

    few(measured(crowd, sql, PAGES, READS, named))


NEW = {"kind": "DEMAND", "title": "楼道灯不亮", "text": "三楼的灯不亮", "category": "LIGHT"}


def test_create_by_the_api(crowd: Crowd, sql: Sql) -> None:
    worker, resident = Api("worker"), Api("resident2")
    behalf, own = [], []
    for n, more in enumerate(SIZES):
        crowd.grow(more)
        somebody = {"name": "居民新", "phone": f"1390000{n:04d}"}
        body = {**NEW, "place": crowd.buildings[0].pk}
        behalf.append(counted(sql, lambda: worker.post("/orders", {**body, "on_behalf_of": somebody}, key=str(uuid4())), 201))  # noqa: B023
        own.append(counted(sql, lambda: resident.post("/orders", body, key=str(uuid4())), 201))  # noqa: B023
    the_same(behalf, CREATE)
    the_same(own, CREATE)


def test_create_by_the_page(crowd: Crowd, sql: Sql) -> None:
    worker, resident = browser(crowd, "worker"), browser(crowd, "resident2")
    behalf, own = [], []
    for n, more in enumerate(SIZES):
        crowd.grow(more)
        form = {**NEW, "urgency": "3", "place": str(crowd.buildings[0].pk)}
        somebody = {"name": "居民新", "phone": f"1390000{n:04d}", "channel": "PHONE"}

        def send(client: Client, **more: Any) -> Callable[[], Any]:
            photo = io.BytesIO(jpeg())
            photo.name = "灯.jpg"
            return lambda: client.post("/orders/new", {**form, "_key": str(uuid4()), "photos": photo, **more})  # noqa: B023

        behalf.append(counted(sql, send(worker, **somebody), 303))
        own.append(counted(sql, send(resident), 303))
    the_same(behalf, CREATE)
    the_same(own, CREATE)


@pytest.mark.parametrize("who", ["member", "unit"])
def test_claim_by_the_api(crowd: Crowd, sql: Sql, at: datetime, who: str) -> None:
    api, counts = Api(who), []
    for more in SIZES:
        crowd.grow(more)
        order = crowd.published("resident2", at=at)
        counts.append(counted(sql, lambda: api.post(f"/orders/{order.pk}/claim", key=str(uuid4())), 200))  # noqa: B023
        actions.release(order.pk, reason="下一单", by=crowd.actor(who), at=at)
    the_same(counts, CLAIM)


@pytest.mark.parametrize("who", ["member", "unit"])
def test_claim_by_the_page(crowd: Crowd, sql: Sql, at: datetime, who: str) -> None:
    client, counts = browser(crowd, who), []
    for more in SIZES:
        crowd.grow(more)
        order = crowd.published("resident2", at=at)
        counts.append(counted(sql, lambda: client.post(f"/orders/{order.pk}/claim", {"_key": str(uuid4())}), 303))  # noqa: B023
        actions.release(order.pk, reason="下一单", by=crowd.actor(who), at=at)
    the_same(counts, CLAIM)


def together(crowd: Crowd, at: datetime, size: int) -> Order:
    """An order that ``size`` members are at, delivered by one of them."""
    order = crowd.published("resident2", difficulty=20, places=size, at=at)
    actions.claim(order.pk, by=crowd.actor("member"), at=at)
    crowd.join(order, list(Member.objects.filter(number__startswith="7")[: size - 1]))
    return actions.deliver(order.pk, text="一起办好了", by=crowd.actor("member"), at=at)


def for_a_unit(crowd: Crowd, at: datetime, size: int) -> Order:
    """An order a unit has delivered, with ``size`` members it sent."""
    order = crowd.claimed("unit", "resident2", difficulty=20, at=at)
    sent = [SentMember(m.pk, 0 if n >= 20 else 1) for n, m in enumerate(Member.objects.filter(number__startswith="7")[:size])]
    return actions.deliver(order.pk, text="派了人去办", sent=sent, by=crowd.actor("unit"), at=at)


@pytest.mark.parametrize("make", [together, for_a_unit])
@pytest.mark.parametrize("page", [False, True])
def test_confirm(crowd: Crowd, sql: Sql, at: datetime, make: Callable[[Crowd, datetime, int], Order], page: bool) -> None:
    """However many are paid, and for the first time, too."""
    api, client = Api("resident2"), browser(crowd, "resident2")
    counts = []
    for more in SIZES:
        crowd.grow(more)
        order = make(crowd, at, crowd.count)

        def ask(path: str = f"/orders/{order.pk}/confirm") -> Any:
            return client.post(path, {"_key": str(uuid4())}) if page else api.post(path, key=str(uuid4()))

        counts.append(counted(sql, ask, 303 if page else 200))
    the_same(counts, CONFIRM)


def test_what_is_alike(crowd: Crowd, sql: Sql) -> None:
    """The look-up while somebody types: who asks, the words of two hundred orders, the likest three."""
    resident, counts = browser(crowd, "resident"), []
    for more in SIZES:
        crowd.grow(more)
        counts.append(counted(sql, lambda: resident.post("/orders/similar", {"title": "路面破损"}), 200))
    the_same(counts, 3)
