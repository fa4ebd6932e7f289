"""Search finds what people type, the same on both databases, and reads nothing in it as a command."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.core.steps_for_tests import AT
from zengyi.core import search
from zengyi.orders.models import Order
from zengyi.people.models import Person, Place, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(db: None) -> "Shelf":
    community = Place.objects.create(kind="COMMUNITY", name="虹西社区", path="/1/")
    person = Person.objects.create(community=community, name="居民1206")
    return Shelf(community, person, User.objects.create(username="u", person=person))


class Shelf:
    """A place to put orders with a text."""

    def __init__(self, community: Place, person: Person, user: User) -> None:
        self.common = {"community": community, "requester": person, "placed_by": user, "year": 2026, "placed_at": AT}
        self.count = 0

    def put(self, text: str) -> Order:
        self.count += 1
        return Order.objects.create(
            **self.common, sequence=self.count, kind="DEMAND", category="REPAIR", title="t", text="t", search=search.tokens(text)
        )

    def found(self, query: str) -> list[int]:
        return list(search.matching(Order.objects.all(), "search", query).order_by("id").values_list("id", flat=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("桥面破损", "桥面 面破 破损"),
        ("桥", "桥"),
        ("虹西路 西段，桥面！", "虹西 西路 西段 桥面"),
        ("226幢２单元", "226 幢 2 单元"),
        ("Café WiFi坏了", "cafe wifi 坏了"),
        ("a_b-c.d", "a b c d"),
        ("", ""),
        ("。！ \0", ""),
        ("哈哈哈哈", "哈哈"),
        ("x" * 3000, "x" * search.WORD_LENGTH_MOST),
    ],
)
def test_tokens(text: str, words: str) -> None:
    assert search.tokens(text) == words


def test_what_people_type_is_found(orders: Shelf) -> None:
    bridge = orders.put("虹西路西段桥面破损 226幢 Goldenrod").pk
    camera = orders.put("监控坏了，桥边").pk
    assert orders.found("桥面") == [bridge]
    assert orders.found("桥面 虹西路") == [bridge]
    assert orders.found("破损桥面") == []  # the text does not contain the pair 损桥
    assert orders.found("破损 桥面") == [bridge]
    assert orders.found("桥") == [bridge, camera]
    assert orders.found("损") == [bridge]  # single characters are found at the end of a word too
    assert orders.found("gold") == orders.found("ＧＯＬＤ") == orders.found("22") == [bridge]
    assert orders.found("rod") == []
    assert orders.found("") == orders.found("  ") == [bridge, camera]
    assert orders.found("！？") == []


def test_changed_and_deleted_rows_follow(orders: Shelf) -> None:
    order = orders.put("桥面破损")
    order.search = search.tokens("监控坏了")
    order.save()
    assert orders.found("桥面") == []
    assert orders.found("监控") == [order.pk]
    assert Order.objects.filter(pk=order.pk).update(taken=1, search=search.tokens("路灯")) == 1
    assert orders.found("路灯") == [order.pk]
    order.delete()
    assert orders.found("路灯") == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "桥面' OR '1'='1",
        '桥面" OR "路灯',
        "桥面*",
        "search:桥面",
        "NEAR(桥面 破损)",
        "-桥面",
        "桥面 & !破损",
        "%",
        "_",
        "\\",
        "桥%",
        "\0",
        ":*",
        "(",
        "AND",
        "\ud800",
    ],
)
def test_nothing_is_read_as_a_command(orders: Shelf, query: str) -> None:
    orders.put("桥面破损")
    other = orders.put("路灯").pk
    assert other not in orders.found(query)


def test_the_longest_query_is_answered(orders: Shelf) -> None:
    order = orders.put("桥面破损").pk
    assert orders.found("桥面破损 " * 5000) == [order]
    assert orders.found("".join(chr(0x4E00 + n) for n in range(5000))) == []


def test_the_index_is_used(orders: Shelf) -> None:
    for number in range(50):
        orders.put(f"桥面{number}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        wanted = "orders_order_search_words"
    else:
        wanted = "VIRTUAL TABLE INDEX"
    assert wanted in search.matching(Order.objects.all(), "search", "桥面").explain()


letters = st.text(alphabet="桥面破损路灯aB1 ，é'\"%", max_size=8)


def stands_in(text: str, query: str) -> bool:
    """What :func:`search.matching` promises, in plain words."""
    stored = search.tokens(text).split()
    wanted = search.query_tokens(query)
    if not wanted:
        return not query.strip()
    return all(
        (w in stored) if len(w) == 2 and w[0] > "⺀" else any(w in s if w > "⺀" else s.startswith(w) for s in stored) for w in wanted
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(letters, min_size=1, max_size=4), letters)
@example(["a1 桥"], "1")
def test_found_is_what_stands_in_the_text(orders: Shelf, texts: list[str], query: str) -> None:
    Order.objects.all().delete()
    ids = {orders.put(text).pk: text for text in texts}
    assert orders.found(query) == [pk for pk, text in ids.items() if stands_in(text, query)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_can_be_stored_and_is_found_by_itself(orders: Shelf, text: str) -> None:
    Order.objects.all().delete()
    order = orders.put(text).pk
    words = search.query_tokens(text)
    if words:
        assert orders.found(" ".join(words[:3])) == [order]
    orders.found(text)
