"""What of this package everybody may find by words: orders on public view, by number too."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.orders.models import Order
from zengyi.orders.queries.lists import any_of, reaches, searched
from zengyi.orders.rules import State
from zengyi.people.queries.findable import Findable, Words, listed
from zengyi.people.rules import NOBODY


def _orders(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = searched(Order.objects.filter(any_of(reaches(NOBODY))), q, inner=False)
    return listed(rows, at="placed_at", title="title", state="state", detail="text")


KINDS = (
    Findable(
        kind="order",
        name=gettext_lazy("单子"),
        rows=_orders,
        url=lambda pk: reverse("order", args=[pk]),
        tell=lambda said: Words(said.title, str(State(said.state).label), said.detail),
    ),
)
