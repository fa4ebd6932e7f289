"""The member's home: the passbook, what one is at, and what one could take. A unit's contact sees the unit's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.orders import queries, rules
from zengyi.orders.pages.common import show
from zengyi.people import queries as people
from zengyi.people.rules import STAFF_ROLES, Role
from zengyi.people.web import acting

SHOWN, MINE = 5, 3


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The one figure, what makes it, and what to do next."""
    by, at = acting(request), clock.now()
    try:
        home = bank.account_home(by, at)
    except NotThere as nothing:
        if by.role in STAFF_ROLES:
            return redirect("desk")
        home, missing = None, nothing.sentence
    else:
        missing = ""
    mine = queries.listing(by=by, at=at, mine=True, only_open=True, size=SHOWN).rows
    near = queries.listing(by=by, at=at, state=rules.State.PUBLISHED, community_id=by.community_id, size=SHOWN).rows
    context = {
        "home": home,
        "missing": missing,
        "unit": by.role == Role.ORGANISATION,
        "mine": mine[:MINE],
        "near": [row for row in near if row.id not in {one.id for one in mine}],
        "community": people.community(by.community_id) if by.community_id else None,
    }
    return show(request, "account.html", context)
