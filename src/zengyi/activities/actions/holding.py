"""An occasion held for a step: whoever signs up, leaves or is offered a seat on it comes one after the other."""

from datetime import datetime

from django.db.models import F

from zengyi.activities.models import Occasion, SignUp, Slot
from zengyi.activities.rules.signing import SignUpState, offer_until
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import in_action


@in_action
def hold(occasion_id: int) -> Occasion | None:
    """The occasion, locked until the step ends; nothing when there is none.

    Everything that moves seats begins here. Otherwise, on PostgreSQL, somebody could join the waiting list while another step that has
    just freed a seat no longer looks at it, and the seat would stay empty. SQLite lets only one step write anyway.
    """
    if not 0 < occasion_id <= ID_MOST:
        return None
    return Occasion.objects.with_hosts().filter(pk=occasion_id).select_for_update(of=("self",)).first()


@in_action
def hold_for(sign_up_id: int) -> tuple[Occasion, SignUp] | None:
    """A sign-up with its occasion, which is locked first; nothing when there is none."""
    found = SignUp.objects.filter(pk=sign_up_id).values_list("occasion_id", flat=True).first() if 0 < sign_up_id <= ID_MOST else None
    occasion = hold(found) if found is not None else None
    if occasion is None:
        return None
    return occasion, SignUp.objects.with_occasion().get(pk=sign_up_id)


@in_action
def take(slot_id: int, seats: int) -> bool:
    """Take that many seats, all or none, by one conditional UPDATE."""
    return bool(Slot.objects.filter(pk=slot_id, taken__lte=F("capacity") - seats).update(taken=F("taken") + seats))


@in_action
def give_back(slot_id: int, seats: int, occasion: Occasion, *, at: datetime) -> list[int]:
    """Free that many seats and offer what is free to those who wait; returns the ids of their sign-ups. The occasion must be held."""
    Slot.objects.filter(pk=slot_id).update(taken=F("taken") - seats)
    return offer(slot_id, occasion, at=at)


@in_action
def offer(slot_id: int, occasion: Occasion, *, at: datetime) -> list[int]:
    """Offer free seats to the first in the queue who need no more than are free, and so on; returns the ids of their sign-ups. A family
    that needs more seats than are free is passed over for the moment.
    """
    until, offered = offer_until(at, occasion.starts_at), []
    while until is not None:
        free = Slot.objects.filter(pk=slot_id).values_list(F("capacity") - F("taken"), flat=True).get()
        waits = SignUp.objects.filter(slot_id=slot_id, state=SignUpState.WAITLISTED, seats__lte=free).order_by("pk")
        found = waits.values_list("pk", "seats").first()
        if found is None or not take(slot_id, found[1]):
            break
        SignUp.objects.filter(pk=found[0]).update(state=SignUpState.OFFERED, offered_at=at, until=until)
        offered.append(found[0])
    return offered
