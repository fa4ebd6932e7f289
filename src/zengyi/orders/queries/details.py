"""One order: its detail, its history, its photos."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.orders.models import Order, Photo
from zengyi.orders.queries import telling
from zengyi.orders.queries.cards import ClaimCard, HistoryLine, OrderDetail, RequesterCard, row_fields
from zengyi.orders.queries.files import path_of
from zengyi.orders.queries.reading import Held, Read, read
from zengyi.orders.rules import (
    REMINDERS_BEFORE_SILENCE,
    ClaimState,
    Move,
    State,
    Verb,
    against_confirming,
    against_judging,
    may_see,
    moves_from,
    stake,
)
from zengyi.people.rules import Actor, Role, allows

_STAFF = (Role.WORKER, Role.SECRETARY, Role.DISTRICT, Role.SYSTEM)


def detail(order_id: int, *, by: Actor, at: datetime) -> OrderDetail:
    """All that the actor may know of an order, and the moves they can make now. Raises :class:`NotThere`. One statement."""
    return detail_of(seen(order_id, by=by), by=by, at=at)


def history(order_id: int, *, by: Actor) -> list[HistoryLine]:
    """Every step of an order, oldest first, from its audit events. One statement."""
    return history_of(seen(order_id, by=by, steps=True), by=by)


def story(order_id: int, *, by: Actor, at: datetime) -> tuple[OrderDetail, list[HistoryLine]]:
    """An order and its history, in one statement."""
    found = seen(order_id, by=by, steps=True)
    return detail_of(found, by=by, at=at), history_of(found, by=by)


def seen(order_id: int, *, by: Actor, steps: bool = False) -> Read:
    """The order as it was read, if the actor may see it. Raises :class:`NotThere`."""
    found = read(order_id, steps=steps)
    if found is None or not may_see(by, found.target()):
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return found


def detail_of(found: Read, *, by: Actor, at: datetime) -> OrderDetail:
    """What the actor may know of an order that was read."""
    order, masked = found.order, _masked(found, by)
    return OrderDetail(
        **row_fields(order, at),  # type: ignore[arg-type]
        needs=order.needs,
        provides=order.provides,
        private=order.private,
        delivery_text=order.delivery_text,
        merged_into=order.merged_into_id,
        reminders=order.reminders,
        asked=telling.asked(order, masked=masked),
        decided=telling.decided(order),
        doing=telling.doing(order, found.claims, masked=masked),
        done=telling.done(order),
        is_mine=by.person_id is not None and by.person_id == order.requester_id,
        may_note=allows(by, "order.note", found.target()),
        requester=None if masked else _requester(order),
        claims=[_card(claim, by, masked=masked) for claim in found.claims],
        photos=found.photos,
        moves=_moves(found, by, at),
    )


def history_of(found: Read, *, by: Actor) -> list[HistoryLine]:
    """The steps of an order that was read.

    Who asked, who is at it and the community read what was said; everybody else who sees the order sees the bare steps.
    """
    masked, plain = _masked(found, by), not allows(by, "order.note", found.target())
    claims = {claim.id: claim for claim in found.claims}
    shown = [step for step in found.steps if not (plain and step.verb == "note")]
    return [telling.line_of(step, found.order, claims, masked=masked, plain=plain) for step in shown]


def photo(photo_id: UUID, *, preview: bool = False, by: Actor) -> Path:
    """Where the photo's file lies, or its preview's, for those who may see its order. Raises :class:`NotThere`."""
    row = Photo.objects.filter(pk=photo_id).values_list("order_id", flat=True).first()
    if row is None:
        raise NotThere(_("没有这张照片。"))
    seen(row, by=by)
    path = path_of(photo_id, preview=preview)
    if preview and not path.is_file():  # kept before there were previews
        path = path_of(photo_id)
    if not path.is_file():
        raise NotThere(_("没有这张照片。"))
    return path


def _masked(found: Read, by: Actor) -> bool:
    """Whether names are masked. Door and phone are for the community, for oneself, and for those who are at it now."""
    return not allows(by, "order.see_requester", found.target((ClaimState.ACTIVE,)))


def _requester(order: Order) -> RequesterCard:
    person = order.requester
    return RequesterCard(person.name, order.contact or person.phone, person.home.name if person.home else "", person.door)


def _card(claim: Held, by: Actor, *, masked: bool) -> ClaimCard:
    return ClaimCard(
        id=claim.id,
        party=telling.party_name(claim, masked=masked),
        member_id=claim.member_id,
        organisation_id=claim.organisation_id,
        state=claim.state,
        places=claim.places,
        points=claim.points,
        claimed_at=claim.claimed_at,
        is_mine=claim.is_of(by),
    )


def _moves(found: Read, by: Actor, at: datetime) -> tuple[Move, ...]:
    """The moves the actor can make now; the action itself asks again."""
    target, state = found.target(), found.order.state
    return tuple(
        move
        for move in moves_from(State(state))
        if move.verb != Verb.LAPSE and allows(by, f"order.{move.verb}", target) and _open(move.verb, found, by, at)
    )


def _open(verb: Verb, found: Read, by: Actor, at: datetime) -> bool:
    order = found.order
    mine = {claim.state for claim in found.claims if claim.is_of(by)}
    active = ClaimState.ACTIVE in mine
    match verb:
        case Verb.ACCEPT | Verb.REFUSE:
            return ClaimState.PROPOSED in mine
        case Verb.DELIVER:
            return active
        case Verb.RELEASE:
            return active or by.role in _STAFF
        case Verb.CLAIM:
            free = order.taken == 0 if by.role == Role.ORGANISATION else order.taken < order.places
            return free and not active and not stake(order.asker(at), by)
        case Verb.CONFIRM:
            hands = {"placed_by": order.placed_by_id, "triaged_by": order.triaged_by_id}
            return not against_confirming(by, found.hands, order.asker(at), **hands)
        case Verb.RETURN:
            return not against_judging(by, found.hands)
        case Verb.CLOSE:
            return order.reminders >= REMINDERS_BEFORE_SILENCE and order.state == State.DELIVERED
        case _:
            return True
