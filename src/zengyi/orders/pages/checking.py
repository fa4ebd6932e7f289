"""What the community looks at again: orders to ring up, and who helped whom how often."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zengyi.bank.rules import pair_rule
from zengyi.core import clock
from zengyi.orders import queries
from zengyi.orders.pages.common import show
from zengyi.people.web import acting


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """A quarter of the community, this one unless another is asked for; from it to the one before."""
    by, at = acting(request), clock.now()
    asked = request.GET.get("quarter", "") or clock.quarter_of(clock.local_date(at))
    found = queries.quarter_checks(asked, by=by, at=at)
    earlier = clock.quarter_of(found.first - timedelta(days=1))
    context = {"found": found, "earlier": earlier, "rule": pair_rule(found.first)}
    return show(request, "checks.html", context)
