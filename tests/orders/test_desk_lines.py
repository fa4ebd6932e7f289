"""Lines of the desk that code draws: they say what they said as templates, and what people typed stays text."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.safestring import mark_safe

from tests.cast import AT, Cast
from zengyi.orders import queries
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")


def drawn(cast: Cast, **values: object) -> str:
    """The line of the one order there is, with these columns."""
    order = cast.place("resident")
    Order.objects.filter(pk=order.pk).update(**values)
    (row,) = queries.desk(by=cast.actor("worker"), at=AT).queue
    page = Template("{% load desk_lines %}{% queue_line row link late soon %}")
    icons = {"late": mark_safe("<svg late>"), "soon": mark_safe("<svg soon>")}
    return page.render(Context({"row": row, "now": AT, "order": None, "link": "?q=a&order=1", **icons}))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"due_at": AT - timedelta(hours=3), "state": "TRIAGED"}, '<span class="tag tag-late"><svg late>超时 3 小时</span>'),
        ({"due_at": AT + timedelta(hours=3), "state": "TRIAGED"}, '<span class="tag tag-soon"><svg soon>剩 3 小时</span>'),
        ({"due_at": AT + timedelta(days=3), "state": "TRIAGED"}, '<span class="tag tag-ok">剩 3 天</span>'),
        ({"due_at": None, "placed_at": AT - timedelta(hours=1)}, '<span class="tag">今天 9:00</span>'),
        ({"due_at": None, "state": "TRIAGED"}, "</span></div></a>"),
    ],
)
def test_a_line_says_how_long_there_is(cast: Cast, values: dict[str, object], expected: str) -> None:
    assert expected in drawn(cast, **values)


def test_what_people_typed_stays_text(cast: Cast) -> None:
    line = drawn(cast, title='<b onclick="x">灯</b>', due_at=None)
    assert "<h3>&lt;b onclick=&quot;x&quot;&gt;灯&lt;/b&gt;</h3>" in line and 'href="?q=a&amp;order=1#pane"' in line


def test_the_order_that_is_open_is_marked(cast: Cast) -> None:
    first, second = cast.place("resident"), cast.place("resident2", title="另一件")
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/desk/?order={second.pk}").content.decode()
    assert page.count('aria-current="true" hx-get') == 1
    assert f'id="q-{second.pk}" href="?order={second.pk}#pane" aria-current="true"' in page and f'id="q-{first.pk}"' in page
