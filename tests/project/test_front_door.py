"""A community's front page: the one figure, hands, the week, what was decided, briefs, whom to call; and what may be kept of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.activities.plans import planned
from tests.cast import AT, Cast
from tests.councils.talks import decided, opened, repair, screened
from tests.news.pieces import RIVER, published
from tests.trust.test_headers import KEPT
from zengyi.core import clock
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people.models import Place


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def front(query: str = "", client: Client | None = None) -> str:
    answer = (client or Client()).get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_community_says_so_part_by_part(cast: Cast) -> None:
    page = front()
    for said in ("我的党性增一分", "眼下没有等人接的单。", "这周没有安排。", "还没有坐下来商量定的事。", "我要点单"):
        assert said in page, said


def test_what_a_community_does_stands_on_one_page(cast: Cast) -> None:
    orders.confirm(cast.delivered("unit", "resident").pk, by=cast.actor("resident"), at=AT)
    open_one = cast.published("resident")
    soon = planned(cast.actor("worker"), title="消防疏散演练")
    planned(cast.actor("worker"), title="下个月的", starts_at=AT + timedelta(days=20), ends_at=AT + timedelta(days=20, hours=1))
    piece = published(cast)
    Place.objects.filter(pk=cast.community.pk).update(phone="0513-85000000")
    page = front()
    assert "少了 8 分难处" in page and "季初 0" in page and "减去 8" in page
    assert f"/orders/{open_one.pk}/" in page and f"/activities/occasions/{soon.pk}/" in page and "还有 10 个位" in page
    assert f"/news/{piece.pk}/" in page and RIVER["title"] in page and 'href="tel:0513-85000000"' in page
    assert "下个月的" not in page


def test_what_was_decided_stands_there_with_how_far_it_has_got(cast: Cast) -> None:
    topic = screened(cast, AT)
    session = opened(cast, AT, topic)
    first = decided(cast, AT, session, topic, repair(cast, AT), repair(cast, AT, title="天天查一遍，查不到打13900001206", daily=True))
    page = front()
    assert f"/councils/topics/{topic.pk}/" in page and "摄像头坏了八成" in page
    parts = re.findall(r'<li class="part">.*?</li>', page, re.DOTALL)
    assert len(parts) == 2 and "修好南区摄像头" in parts[0] and "12月13日" in parts[0] and "天天办" in parts[1]
    assert "13900001206" not in page
    order = Order.objects.filter(pk=first.actions.order_by("position")[0].order_id)
    order.update(due_at=AT - timedelta(days=1))
    assert "过了日子" in re.findall(r'<li class="part">.*?</li>', front(), re.DOTALL)[0]
    order.update(state="CONFIRMED", outcome="HELPED", ended_at=AT)
    assert "办成" in re.findall(r'<li class="part">.*?</li>', front(), re.DOTALL)[0]


def test_it_takes_the_same_few_statements_however_many_topics_were_decided(cast: Cast, sql: Any) -> None:
    counts = []
    for _n in range(3):
        topic = screened(cast, AT)
        decided(cast, AT, opened(cast, AT, topic), topic, repair(cast, AT))
        published(cast)
        planned(cast.actor("worker"))
        with sql() as said:
            front()
        counts.append(len(said))
    assert counts[0] == counts[1] == counts[2] <= 11, counts


def test_somebody_signed_in_reads_any_community_by_its_number(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["resident"])
    page = front(f"?community={cast.elsewhere.pk}", client)
    assert cast.elsewhere.name in page and "/sign-in" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.get("/").status_code == 302
    assert Client().get("/?community=999999").status_code == 404


def test_no_name_stands_on_it(cast: Cast) -> None:
    order = cast.published("resident", text="请打13900001206找我，住808室")
    page = front()
    assert f"/orders/{order.pk}/" in page
    person: Any = cast.users["resident"].person
    assert not any(word in page for word in (person.name, "13900001206", "808室"))


@pytest.mark.parametrize("path", ["/", "/help/", "/news/", "/activities/", "/councils/topics/", "/board/", "/community/", "/search/"])
def test_a_shared_link_shows_what_it_is_and_a_page_of_somebodys_does_not(cast: Cast, path: str) -> None:
    page = Client().get(path).content.decode()
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    (description,) = re.findall(r'<meta name="description" content="([^"]+)">', page)
    assert told["url"] == f"http://testserver{path}" and told["title"] and told["description"] == description and "\n" not in description
    inside = Client()
    inside.force_login(cast.users["worker"])
    assert "og:title" not in inside.get("/desk/").content.decode()


def test_what_may_be_kept_asks_for_nothing_that_is_typed(cast: Cast) -> None:
    for path in ("/", "/help/", "/news/", "/activities/", "/councils/topics/", "/board/", "/community/", "/orders/"):
        answer = Client().get(path)
        assert answer["Cache-Control"] == KEPT and "Cookie" in answer["Vary"] and not answer.has_header("X-Robots-Tag"), path
        forms = re.findall(r'<form[^>]*method="post".*?</form>', answer.content.decode(), re.DOTALL)
        typed = [form for form in forms if re.search(r'<textarea|type="(text|tel|password|file|search)"', form)]
        assert not typed, path


def test_what_is_anybodys_own_is_never_kept_or_listed(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["resident"])
    for answer in (client.get("/help/"), Client().get("/sign-in"), Client().get("/orders/new"), Client().get("/nowhere")):
        assert "no-store" in answer["Cache-Control"]
    assert Client().get("/sign-in")["X-Robots-Tag"] == Client().get("/nowhere")["X-Robots-Tag"] == "noindex"
    robots = Client().get("/robots.txt")
    assert robots.status_code == 200 and b"Disallow: /api/" in robots.content and b"Disallow: /\n" not in robots.content
