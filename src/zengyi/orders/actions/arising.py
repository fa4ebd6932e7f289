"""Orders that nobody places by hand: they arise from a step of a package above, such as a decision or a failed check."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.core import clock, personal
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import in_action
from zengyi.orders.actions.dispatching import check_party, end, propose
from zengyi.orders.actions.finding import Held, change, due, hold, memo, whole
from zengyi.orders.actions.placing import checked, next_number, place_name_of
from zengyi.orders.models import Order, Origin
from zengyi.orders.queries.limits import due_after
from zengyi.orders.rules import DIFFICULTY_MOST, MOVES, UNTAKEN_STATES, Matter, Outcome, State, Verb, search_words
from zengyi.people.rules import Actor


@in_action
def arise(matter: Matter, *, by: Actor, at: datetime) -> Order:
    """Place the order as part of another package's step, which records the step's one event and names the order in it.

    Without a party the desk takes it on as any other. With one it is weighed, due at the promised date, and proposed to the party.
    Raises :class:`Invalid` for words, a place, a date, points or a party that can't be taken.
    """
    given = checked(matter.kind, matter.category, matter.title, matter.text, matter.spot, matter.urgency, "")
    place_name = place_name_of(matter.place_id, matter.community_id)
    year = clock.year_of(at)
    order = Order(
        community_id=matter.community_id,
        year=year,
        sequence=next_number(matter.community_id, year),
        source=matter.source,
        place_id=matter.place_id,
        requester_id=matter.requester_id,
        placed_by_id=by.login_id,
        private=matter.private,
        placed_at=at,
        due_at=due(matter.due_at, "due_at", at=at),
        state=MOVES[Verb.PLACE].target,
        **search_words(given["title"], given["text"], given["spot"], place_name),
        **given,
    )
    order.save(force_insert=True)
    Origin.objects.create(order=order, kind=matter.origin_kind, object_id=matter.origin_id, title=personal.masked(matter.origin_title)[:80])
    if matter.member_id is not None or matter.organisation_id is not None:
        _give(hold(order.pk, by=by, at=at), matter, by=by, at=at)
        order.refresh_from_db(fields=["state", "due_at", "difficulty", "account_id"])
    return order


def _give(held: Held, matter: Matter, *, by: Actor, at: datetime) -> None:
    """Weigh the order and propose it to the party, as the desk would in two steps."""
    order, party = held.order, {"member_id": matter.member_id, "organisation_id": matter.organisation_id}
    if matter.points is None:
        raise Invalid.on("points", _("请写困难几分。"))
    whole(matter.points, "points", 1, DIFFICULTY_MOST)
    check_party(held, **party)
    account_id = bank.open_difficulty(order.community_id, order.number, matter.points, key=f"triage:{order.pk}", memo=memo(order), at=at)
    change(
        order,
        state=State.ASSIGNED,
        difficulty=matter.points,
        account_id=account_id,
        due_at=order.due_at or due_after(order.community_id, order.category, order.urgency, at),
        triaged_by_id=matter.weighed_by_id,
        triaged_at=at,
    )
    propose(order, **party, points=None, by=by, at=at)


@in_action
def absorb(order_ids: Iterable[int], *, into_id: int, by: Actor, at: datetime) -> list[int]:
    """End, as part of another package's step, those of the orders that turned out to be the same matter as ``into_id`` and that nobody has
    taken on; returns their ids. What somebody is at goes on. The step's own guard says who may, and its event names them.

    A few statements for each. All are locked in one order, so that two steps never wait for each other.
    """
    held = {pk: hold(pk, by=by, at=at) for pk in sorted({*order_ids, into_id})}
    into = held.pop(into_id).order
    if into.ended_at is not None:
        raise WrongState(_("要并进去的那一单已经办完了，请刷新看看。"))
    ended = []
    for pk, one in held.items():
        if one.order.state in UNTAKEN_STATES and one.order.community_id == into.community_id:
            end(one.order, Verb.MERGE, Outcome.MERGED, merged_into_id=into_id, at=at)
            ended.append(pk)
    return ended
