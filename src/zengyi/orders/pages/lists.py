"""Lists of orders: all one may see, and one's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.core import clock
from zengyi.core.public import public_page
from zengyi.orders import forms, queries
from zengyi.orders.pages.common import show
from zengyi.people.rules import Actor, may
from zengyi.people.web import acting


@public_page
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Orders one may see, newest first, with filters and search."""
    by = acting(request)
    return _list(request, by, mine=False, heading=_("单子"), nothing=_("还没有公开的单。社区发了认领公告，就出现在这里。"))


@require_safe
def my_orders(request: HttpRequest) -> HttpResponse:
    """Orders one placed, or has claimed."""
    by = acting(request)
    return _list(request, by, mine=True, heading=_("我的单子"), nothing=_("您点的单、接的单都会在这里。有难处就说一声。"))


def _list(request: HttpRequest, by: Actor, *, mine: bool, heading: str, nothing: str) -> HttpResponse:
    asked = forms.filters_of(request.GET)
    page = queries.listing(
        by=by,
        at=clock.now(),
        state=asked.state,
        kind=asked.kind,
        category=asked.category,
        q=asked.q,
        mine=mine,
        light=asked.light,
        step=asked.step,
        quarter=asked.quarter,
        community_id=asked.community,
        after=asked.after,
    )
    context: dict[str, Any] = {
        "heading": heading,
        "nothing": nothing,
        "asked": asked,
        "rows": page.rows,
        "next_link": asked.link(after=page.next_after) if page.next_after else "",
        "may_place": may(by, "order.place"),
        "may_take": may(by, "order.claim") and not mine,
        "mine": mine,
    }
    return show(request, "list.html", context)
