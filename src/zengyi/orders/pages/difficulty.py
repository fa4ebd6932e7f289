"""What a community's difficulty of a quarter is the sum of: where every number of the equation leads."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zengyi.bank.queries import Part
from zengyi.core import clock
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.core.public import public_page
from zengyi.orders import queries
from zengyi.orders.pages.common import show
from zengyi.people import queries as people
from zengyi.people.web import acting


@public_page
@require_safe
def difficulty(request: HttpRequest) -> HttpResponse:
    """A community's quarter, order by order: what there was, what came, what went, what is left."""
    by, at = acting(request), clock.now()
    card = people.community(id_of(request.GET.get("community")) or by.community_id or 0)
    quarter = request.GET.get("quarter", "") or clock.quarter_of(clock.local_date(at))
    asked = request.GET.get("part", "")
    part = Part(asked) if asked in set(Part) else Part.BALANCE
    found = queries.parts_of(card, quarter, part, by=by, at=at, after=after_of(request))
    sums = found.equation
    balance = _("＝ 现在还有") if sums.provisional else _("＝ 季末还有")
    names = {Part.OPENING: _("季初困难"), Part.NEW: _("＋ 新添困难"), Part.REDUCED: _("− 居民确认减去"), Part.BALANCE: balance}
    context = {
        "here": card,
        "quarter": quarter,
        "part": part,
        "found": found,
        "sums": [(one, names[one], getattr(sums, one)) for one in Part],
        "next": next_link(request, found.page),
        "first": f"?community={card.id}&quarter={quarter}&part={part}",
    }
    return show(request, "difficulty.html", context)
