"""One order: its detail, its history, its photos."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.models import Event
from zengyi.orders.models import Claim, Order, Photo
from zengyi.orders.queries import telling
from zengyi.orders.queries.cards import ClaimCard, HistoryLine, OrderDetail, PhotoCard, RequesterCard, row_fields
from zengyi.orders.rules import MOVES, OPEN_CLAIMS, REMINDERS_BEFORE_SILENCE, ClaimState, Move, State, Verb, may_see, on_view, stake
from zengyi.people.rules import Actor, Role, Target, allows

_HELD = (*OPEN_CLAIMS, ClaimState.DONE)
_STAFF = (Role.WORKER, Role.SECRETARY, Role.DISTRICT, Role.SYSTEM)


def detail(order_id: int, *, by: Actor, at: datetime) -> OrderDetail:
    """All that the actor may know of an order, and the moves they can make now. Raises :class:`NotThere`."""
    order, claims = _load(order_id, by=by)
    target = _target(order, claims, _HELD)
    masked = _masked(order, claims, by)
    photos = [
        PhotoCard(*row)
        for row in Photo.objects.filter(order_id=order.pk).order_by("added_at", "pk").values_list("pk", "stage", "width", "height")
    ]
    contact = order.contact or order.requester.phone
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
        doing=telling.doing(order, claims, masked=masked),
        done=telling.done(order),
        is_mine=by.person_id is not None and by.person_id == order.requester_id,
        may_note=allows(by, "order.note", target),
        requester=None if masked else RequesterCard(order.requester.name, contact, order.requester.door),
        claims=[_card(claim, by, masked=masked) for claim in claims],
        photos=photos,
        moves=_moves(order, claims, target, by),
    )


def history(order_id: int, *, by: Actor) -> list[HistoryLine]:
    """Every step of an order, oldest first, from its audit events.

    Who asked, who is at it and the community read what was said; everybody else who sees the order sees the bare steps.
    """
    order, claims = _load(order_id, by=by)
    masked = _masked(order, claims, by)
    by_id = {claim.pk: claim for claim in claims}
    events = Event.objects.filter(object_type="order", object_id=order.pk).select_related("user__person").order_by("pk")
    plain = not allows(by, "order.note", _target(order, claims, _HELD))
    shown = [event for event in events if not (plain and event.verb == "note")]
    return [telling.line_of(event, order, by_id, masked=masked, plain=plain) for event in shown]


def photo(photo_id: UUID, *, by: Actor) -> Path:
    """Where the photo's file lies, for those who may see its order. Raises :class:`NotThere`."""
    row = Photo.objects.filter(pk=photo_id).values_list("order_id", flat=True).first()
    if row is None:
        raise NotThere(_("没有这张照片。"))
    _load(row, by=by)
    name = str(photo_id)
    path = Path(settings.MEDIA_ROOT) / "photos" / name[:2] / f"{name}.jpg"
    if not path.is_file():
        raise NotThere(_("没有这张照片。"))
    return path


def _load(order_id: int, *, by: Actor) -> tuple[Order, list[Claim]]:
    rows = Order.objects.with_asker().select_related("community", "place", "requester").defer("search")
    order = rows.filter(pk=order_id).first() if 0 < order_id < 2**63 else None
    if order is not None:
        claims = list(Claim.objects.filter(order_id=order.pk).select_related("member__person", "organisation").order_by("pk"))
        if may_see(by, _target(order, claims, _HELD)):
            return order, claims
    raise NotThere(_("没有找到，或者不在您的社区。"))


def _target(order: Order, claims: list[Claim], states: tuple[str, ...]) -> Target:
    held = [claim for claim in claims if claim.state in states]
    return Target(
        community_id=order.community_id,
        path=order.community.path,
        person_ids=frozenset({order.requester_id}),
        member_ids=frozenset(c.member_id for c in held if c.member_id is not None),
        organisation_ids=frozenset(c.organisation_id for c in held if c.organisation_id is not None),
        shown=on_view(order.state, private=order.private),
    )


def _masked(order: Order, claims: list[Claim], by: Actor) -> bool:
    """Whether names are masked. Door and phone are for the community, for oneself, and for those who are at it now."""
    return not allows(by, "order.see_requester", _target(order, claims, (ClaimState.ACTIVE,)))


def _is_mine(claim: Claim, by: Actor) -> bool:
    member = claim.member_id is not None and claim.member_id == by.member_id
    return member or (claim.organisation_id is not None and claim.organisation_id == by.organisation_id)


def _card(claim: Claim, by: Actor, *, masked: bool) -> ClaimCard:
    return ClaimCard(
        id=claim.pk,
        party=telling.party_name(claim, masked=masked),
        member_id=claim.member_id,
        organisation_id=claim.organisation_id,
        state=claim.state,
        places=claim.places,
        points=claim.points,
        claimed_at=claim.claimed_at,
        is_mine=_is_mine(claim, by),
    )


def _moves(order: Order, claims: list[Claim], target: Target, by: Actor) -> tuple[Move, ...]:
    """The moves the actor can make now; the action itself asks again."""
    return tuple(
        move
        for move in MOVES.values()
        if order.state in move.sources
        and move.verb != Verb.LAPSE
        and allows(by, f"order.{move.verb}", target)
        and _open(move.verb, order, claims, by)
    )


def _open(verb: Verb, order: Order, claims: list[Claim], by: Actor) -> bool:
    mine = [claim for claim in claims if _is_mine(claim, by)]
    active = any(claim.state == ClaimState.ACTIVE for claim in mine)
    proposed = any(claim.state == ClaimState.PROPOSED for claim in mine)
    own = by.person_id is not None and by.person_id == order.requester_id
    match verb:
        case Verb.ACCEPT | Verb.REFUSE:
            return proposed
        case Verb.DELIVER:
            return active
        case Verb.RELEASE:
            return active or by.role in _STAFF
        case Verb.CLAIM:
            free = order.taken == 0 if by.role == Role.ORGANISATION else order.taken < order.places
            return free and not active and not stake(order.asker, by)
        case Verb.CONFIRM:
            return not active and by.user_id != order.triaged_by_id and (own or by.user_id != order.placed_by_id)
        case Verb.RETURN:
            return not active
        case Verb.CLOSE:
            return order.reminders >= REMINDERS_BEFORE_SILENCE and order.state == State.DELIVERED
        case _:
            return True
