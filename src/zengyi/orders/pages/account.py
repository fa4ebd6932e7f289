"""The member's home: the passbook, what one is at, and what one could take. A unit's contact sees the unit's."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.orders import queries, rules
from zengyi.orders.pages.common import show
from zengyi.people import queries as people
from zengyi.people.pages import acting
from zengyi.people.rules import Role

SHOWN = 5


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The one figure, what makes it, and what to do next."""
    by, at = acting(request), clock.now()
    home = bank.account_home(by, at)
    mine = queries.listing(by=by, at=at, mine=True, size=SHOWN).rows
    near = queries.listing(by=by, at=at, state=rules.State.PUBLISHED, community_id=by.community_id, size=SHOWN).rows
    context = {
        "home": home,
        "unit": by.role == Role.ORGANISATION,
        "mine": [row for row in mine if row.state in rules.OPEN_STATES],
        "near": near,
        "community": people.community(by.community_id) if by.community_id else None,
    }
    return show(request, "account.html", context)
