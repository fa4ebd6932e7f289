"""One order: its detail, its history, its photos."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from zengyi.bank import rules as bank
from zengyi.bank.rules import Short
from zengyi.core import clock, personal
from zengyi.core.errors import NotThere
from zengyi.orders.models import Order, Photo, is_taken_back
from zengyi.orders.queries import lately, telling
from zengyi.orders.queries.cards import (
    ClaimCard,
    ExcludedUnit,
    History,
    OrderDetail,
    PairCard,
    RequesterCard,
    row_fields,
    without_personal,
)
from zengyi.orders.queries.files import path_of
from zengyi.orders.queries.reading import ClaimRead, OrderRead, read
from zengyi.orders.rules import CALL_BACK, NOTE, OPEN_CLAIMS, OPEN_STATES, WORDS, WORDS_LATER, expected, may_see, reads_words
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, allows

#: So many steps stand on one page: with a full note each they still weigh less than a phone page may.
STEPS_SHOWN = 20


def detail(order_id: int, *, by: Actor, at: datetime) -> OrderDetail:
    """All that the actor may know of an order, and the moves they can make now. Raises :class:`NotThere`. One statement."""
    return detail_of(seen(order_id, by=by, at=at), at)


def history(order_id: int, *, by: Actor, at: datetime, before: int | None = None) -> History:
    """The newest steps of an order, or those before a step, from its audit events. One statement."""
    return history_of(seen(order_id, by=by, at=at, events=True, before=before), at)


def story(order_id: int, *, by: Actor, at: datetime, before: int | None = None) -> tuple[OrderDetail, History]:
    """An order and its history, in one statement."""
    found = seen(order_id, by=by, at=at, events=True, before=before)
    return detail_of(found, at), history_of(found, at)


def seen(order_id: int, *, by: Actor, at: datetime, events: bool = False, before: int | None = None) -> OrderRead:
    """The order as it was read, if the actor may see it. Raises :class:`NotThere`."""
    found = read(order_id, by=by, at=at, events=STEPS_SHOWN + 1 if events else 0, before=before)
    if found is None or not may_see(by, found.target):
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return found


def detail_of(found: OrderRead, at: datetime) -> OrderDetail:
    """What the actor may know of an order that was read."""
    order, by, strange, unknown = found.order, found.by, not reads_words(found.by, found.target_now), _unknown(found)
    masked = _masked(found, at)
    told = allows(by, "order.note", found.target)
    later = {name: getattr(order, name) for name in WORDS_LATER}
    return OrderDetail(
        **row_fields(order, at, masked=masked),
        **(without_personal(later, WORDS_LATER) if masked else later),
        private=order.private,
        merged_into=order.merged_into_id,
        reminders=order.reminders,
        asked=telling.asked(order, masked=unknown),
        origin=found.origin,
        decided=telling.decided(order),
        doing=telling.doing(order, found.claims, masked=strange),
        done=telling.done(order, taken_back=is_taken_back(order, found.left)),
        is_mine=by.person_id is not None and by.person_id == order.requester_id,
        booked=found.booked,
        taken_back=is_taken_back(order, found.left),
        pair=_pair(found, at),
        portions=[] if unknown else expected([c for c in found.claims if c.is_active], order.difficulty, clock.local_date(at)),
        situation=found.situation(at),
        requester=None if unknown else _requester(order, opened=found.opened(at)),
        personal=_personal(order),
        excluded=[]
        if _helps_only(found)
        else [ExcludedUnit(row["unit"], row["name"], bool(row["complaint"])) for row in order.excluded_rows],
        asker_opened=people.told(found.asker_made) if by.role in COMMUNITY_ROLES and not unknown else [],
        eased=_eased(found, at) if not unknown else [],
        opened_by_reader=by.user_id in people.makers_at(found.asker_made, at),
        masked=masked,
        relayed=unknown and not strange,
        desk_phone=order.community.phone if unknown and not strange else "",
        claims=[_card(claim, by, masked=strange, told=told, day=None if unknown else clock.local_date(at)) for claim in found.claims],
        photos=found.photos,
    )


def history_of(found: OrderRead, at: datetime) -> History:
    """The newest of an order's steps that were read, oldest first, and where the earlier ones begin.

    What was said is shown to those who asked, those at work on it and the community; others who may see the order see the steps alone.
    """
    masked, strange, plain = (
        _masked(found, at),
        not reads_words(found.by, found.target_now),
        not allows(found.by, "order.note", found.target),
    )
    claims = {claim.id: claim for claim in found.claims}
    shown = [event for event in found.events if not (plain and event.verb in (NOTE, CALL_BACK))]
    page = shown[-STEPS_SHOWN:]
    lines = [
        telling.line_of(event, found.order, claims, masked=masked, unknown=_unknown(found), strange=strange, plain=plain) for event in page
    ]
    earlier = page[0].id if len(shown) > len(page) else None
    if found.origin is not None and earlier is None:
        lines.insert(0, telling.arose(found.order, found.origin))  # the step it arose in is another thing's
    return History(lines, earlier)


def photo(photo_id: UUID, *, preview: bool = False, by: Actor, at: datetime) -> Path:
    """Where the photo's file lies, or its preview's, for those who may see its order. Raises :class:`NotThere`."""
    row = Photo.objects.filter(pk=photo_id).values_list("order_id", flat=True).first()
    if row is None:
        raise NotThere(_("没有这张照片。"))
    seen(row, by=by, at=at)
    path = path_of(photo_id, preview=preview)
    if preview and not path.is_file():  # a photo from before there were previews
        path = path_of(photo_id)
    if not path.is_file():
        raise NotThere(_("没有这张照片。"))
    return path


def _unknown(found: OrderRead) -> bool:
    """Whether the asker is unknown to the reader: they are known to the community, themselves, and unless anonymous to those at it now."""
    return not reads_words(found.by, found.target_asker)


def _masked(found: OrderRead, at: datetime) -> bool:
    """Whether phones and doors in people's words are hidden from the reader: as long as the asker's own are, from whoever helps."""
    return _unknown(found) or (_helps_only(found) and not found.opened(at))


def _helps_only(found: OrderRead) -> bool:
    """Whether the reader is neither who asked nor the community."""
    return not reads_words(found.by, found.order.target(found.order.community.path, ()))


def _personal(order: Order) -> list[str]:
    """The kinds of what is personal in the order's words, each once."""
    kinds = (mark.kind for name in (*WORDS, *WORDS_LATER) for mark in personal.find(getattr(order, name)))
    return [str(kind.label) for kind in dict.fromkeys(kinds)]


def _eased(found: OrderRead, at: datetime) -> list[str]:
    """For whoever approves: the community, and who asked. Those who help need not know of others' doors and units."""
    if _helps_only(found):
        return []
    names = {claim.id: telling.party_name(claim, masked=False) for claim in found.claims}
    return [lately.sentence(one, names[one.claim_id], at) for one in found.eased]


def _requester(order: Order, *, opened: bool) -> RequesterCard:
    person, phone = order.requester, order.contact or order.requester.phone
    if not opened:
        return RequesterCard(person.name, None, None, None, closed=bool(phone or person.door))
    return RequesterCard(person.name, phone, person.home.name if person.home else "", person.door, closed=False)


def _pair(found: OrderRead, at: datetime) -> PairCard | None:
    """What the reader would get if they helped now, and how often they have helped whoever asked. Nothing for those who help nobody.

    Whoever gave no name is not told apart by it: the reader then hears the rule alone.
    """
    by, day = found.by, clock.local_date(at)
    if by.role not in (Role.MEMBER, Role.ORGANISATION) or found.order.difficulty is None or found.order.state not in OPEN_STATES:
        return None
    if found.order.anonymous:
        return PairCard(None, None, bank.pair_rule(day))
    return PairCard(found.before, bank.percent_after(found.before, day), bank.pair_note(found.before, day))


def _card(claim: ClaimRead, by: Actor, *, masked: bool, told: bool, day: date | None) -> ClaimCard:
    """``told``: the reader reads what was said of it. ``day``: on which a confirmation would count; nothing for readers who need not
    know how often the two had to do with each other.
    """
    counted = day is not None and claim.state in OPEN_CLAIMS
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
        before=claim.before if counted else None,
        short=str(Short(claim.short).label) if told and claim.short else "",
        reason=claim.reason if told else "",
        lacks_login=claim.lacks_login and claim.state in OPEN_CLAIMS and by.role in COMMUNITY_ROLES,
    )
