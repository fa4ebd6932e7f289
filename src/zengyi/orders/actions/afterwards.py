"""After an order was confirmed: whoever asked is rung up again, and an order whose points were taken back is opened again."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.orders import rules
from zengyi.orders.actions.finding import change, hold, move, sentence, tell, why
from zengyi.orders.models import Claim, Order
from zengyi.orders.queries.limits import due_after
from zengyi.orders.rules import CallOutcome, ClaimState, Verb
from zengyi.people.rules import Actor

#: What packages above do when an order of that id is opened again, as part of that step: something of theirs stood on its answer.
REOPENED: list[Callable[[int], None]] = []


@action
def reopen(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """Open an order again whose confirmation was taken back: it stands where the community takes it on, with all of its difficulty.

    From there it is published, proposed to somebody, weighed anew or ended, like any other.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_reopen(held.situation)
    order, before, said = held.order, {"state": held.order.state}, why(Verb.REOPEN, reason)
    until = due_after(order.community_id, order.category, order.urgency, at)
    nothing = {
        "claimed_at": None,
        "delivered_at": None,
        "ended_at": None,
        "reminded_at": None,
        "confirmed_by_id": None,
        "drawn": None,
        "called": None,
    }
    words = {"outcome": "", "delivery_text": ""}
    move(order, Verb.REOPEN, **nothing, **words, taken=0, reminders=0, due_at=until, reopened=(order.reopened or 0) + 1)
    Claim.objects.filter(order_id=order.pk, state=ClaimState.DONE).update(state=ClaimState.UNDONE, points=0, reason=said)
    for follow in REOPENED:
        follow(order.pk)
    tell(order, Verb.REOPEN, by=by, at=at, before=before, after={"state": str(order.state), "due_at": until.isoformat()}, reason=said)
    return order


@action
def call_back(order_id: int, *, outcome: str, text: str = "", by: Actor, at: datetime) -> Order:
    """Write down what whoever asked said when they were rung up: it is so, it is not, or nobody answered.

    It is not so: then it is proposed that the points are taken back, on which a second person decides. ``text`` tells what was said, and
    must then be given.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_call_back(held.situation)
    if outcome not in CallOutcome.values:
        raise Invalid.on("outcome", _("请从里面选一个。"))
    order, untrue = held.order, outcome == CallOutcome.FALSE
    said = sentence(text, "text", 200, least=2 if untrue else 0)
    before = {"called": order.called}
    change(order, called=outcome)
    after: dict[str, object] = {"called": outcome}
    if untrue:
        after["corrections"] = bank.propose_taking_back(order.account_id or 0, _("回访：%(text)s") % {"text": said}, by=by, at=at)
    tell(order, rules.CALL_BACK, by=by, at=at, before=before, after=after, reason=said)
    return order
