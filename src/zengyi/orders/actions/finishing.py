"""The end of an order: delivered with evidence, confirmed or sent back, closed after silence."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.bank.rules import Share
from zengyi.core import clock, worktime
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.steps import action
from zengyi.orders.actions import photos as files_of
from zengyi.orders.actions.claiming import lease
from zengyi.orders.actions.finding import Found, change, due, find, look_up, memo, permit, sentence, tell, wrong_state
from zengyi.orders.actions.looking import Helper
from zengyi.orders.models import Claim, Order, Sent
from zengyi.orders.rules import (
    DUE_WORKING_HOURS,
    PHOTOS_MOST,
    REMINDERS_BEFORE_SILENCE,
    Category,
    Channel,
    ClaimState,
    Outcome,
    SentMember,
    State,
    Urgency,
    Verb,
    against_confirming,
    against_judging,
    split,
    stake,
)
from zengyi.people import queries as people
from zengyi.people.rules import Actor

#: How long a reminder is given time before the next one, or before the order is closed.
SILENCE = timedelta(days=2)


def deliver(
    order_id: int,
    *,
    text: str,
    photos: Sequence[bytes] = (),
    sent: Sequence[SentMember] = (),
    by: Actor,
    at: datetime,
) -> Order:
    """Say what was done, with photos; the requester confirms. An organisation may name the members it sent.

    The points of members sent come off the organisation's share.
    """
    if len(photos) > PHOTOS_MOST:
        raise Invalid(_("照片太多了。"), {"photos": _("最多 %(most)d 张。") % {"most": PHOTOS_MOST}})
    if photos:
        permit(look_up(order_id), f"order.{Verb.DELIVER}", by=by)  # nobody else's photos are worth decoding
    with files_of.kept(photos) as files:
        return _deliver(order_id, text, files, sent, by=by, at=at)


@action
def _deliver(order_id: int, text: str, files: Sequence[files_of.Kept], sent: Sequence[SentMember], *, by: Actor, at: datetime) -> Order:
    found = find(order_id, Verb.DELIVER, by=by)
    order, mine = found.order, found.claim_of(by, ClaimState.ACTIVE)
    if mine is None:
        raise NotAllowed(_("这一单不是您接的。"))
    said = sentence(text, "text", 1000)
    _check_sent(order, mine, sent, at=at)
    change(order, state=State.DELIVERED, delivered_at=at, delivery_text=said, reminders=0, reminded_at=None)
    if mine.organisation_id is not None:
        Sent.objects.filter(claim_id=mine.pk).delete()
        Sent.objects.bulk_create(Sent(claim_id=mine.pk, member_id=s.member_id, points=s.points) for s in sent)
    _open_accounts(found, sent, at=at)
    files_of.record(files, order_id=order.pk, stage="AFTER", by=by, at=at)
    after = {"state": State.DELIVERED.value, "claim": mine.pk, "photos": len(files), "sent": len(sent)}
    tell(order, Verb.DELIVER, by=by, at=at, before={"state": State.CLAIMED.value}, after=after)
    return order


def _open_accounts(found: Found, sent: Sequence[SentMember], *, at: datetime) -> None:
    """Accounts for whoever will be paid are opened now, so that confirming finds them."""
    members = [claim.member_id for claim in found.active if claim.member_id is not None] + [one.member_id for one in sent]
    units = [claim.organisation_id for claim in found.active if claim.organisation_id is not None]
    bank.ensure_accounts(found.order.community_id, member_ids=members, organisation_ids=units, at=at)


def _check_sent(order: Order, mine: Claim, sent: Sequence[SentMember], *, at: datetime) -> None:
    if not sent:
        return
    ids = {s.member_id for s in sent}
    if mine.organisation_id is None or len(ids) != len(sent):
        message = _("只有单位可以写派出了谁，一人一行。")
        raise Invalid(message, {"sent": message})
    if any(s.points < 0 for s in sent) or sum(s.points for s in sent) > (order.difficulty or 0):
        message = _("派出党员的分加起来，最多 %(most)d 分。") % {"most": order.difficulty or 0}
        raise Invalid(message, {"sent": message})
    here = people.members_of(order.community_id, ids)
    if len(here) != len(ids):
        message = _("派出的要是本社区的党员。")
        raise Invalid(message, {"sent": message})
    asker = order.asker(at)
    if any(stake(asker, party) for party in here):
        message = _("派出的不能是点单的人、代点或定分的人，也不能是一家人或同单位的人。")
        raise Invalid(message, {"sent": message})


@action
def confirm(
    order_id: int,
    *,
    channel: str = Channel.SELF,
    shares: Mapping[int, int] | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """The person in difficulty confirms; the difficulty's points move to whoever helped, exactly once.

    Equal shares, with what is left over going in the order of claiming; shares the dispatcher fixed stay. Staff confirm on
    behalf: they say by which ``channel`` they heard, and may set ``shares`` (claim id → points, together the whole difficulty).
    Nobody confirms who took the order, was sent, weighed it, or wrote it down for somebody.
    """
    found = find(order_id, Verb.CONFIRM, by=by)
    order, claims = found.order, found.active
    own = by.person_id is not None and by.person_id == order.requester_id
    behind = order.asker(at)
    if reason := against_confirming(by, found.hands, behind, placed_by=order.placed_by_id, triaged_by=order.triaged_by_id):
        raise NotAllowed(reason)
    channel = Channel.SELF if own else _told_by(channel)
    points = _shares(order, claims, shares, own=own)
    change(order, state=State.CONFIRMED, outcome=Outcome.HELPED, ended_at=at)
    each = Case(*(When(pk=c.pk, then=Value(p)) for c, p in zip(claims, points, strict=True)))
    Claim.objects.filter(pk__in=[c.pk for c in claims]).update(state=ClaimState.DONE, ended_at=at, points=each)
    bank.post_confirmation(
        order.account_id or 0,
        _postings(claims, points, found.sent),
        key=f"confirm:{order.pk}",
        memo=memo(order),
        occurred_on=clock.local_date(at),
        at=at,
    )
    after = {
        "state": State.CONFIRMED.value,
        "channel": str(channel),
        "points": order.difficulty,
        "claims": {str(c.pk): p for c, p in zip(claims, points, strict=True)},
    }
    tell(order, Verb.CONFIRM, by=by, at=at, before={"state": State.DELIVERED.value}, after=after)
    return order


def _told_by(channel: str) -> str:
    if channel not in Channel.values or channel == Channel.SELF:
        message = _("请选居民是怎么告诉您的。")
        raise Invalid(message, {"channel": message})
    return channel


def _shares(order: Order, claims: Sequence[Claim], given: Mapping[int, int] | None, *, own: bool) -> list[int]:
    total = order.difficulty or 0
    if given is None:
        return split(total, [claim.points for claim in claims])
    right = (
        not own and set(given) == {claim.pk for claim in claims} and all(p >= 0 for p in given.values()) and sum(given.values()) == total
    )
    if not right:
        message = _("每个接单的人都要有分，加起来正好 %(total)d 分。") % {"total": total}
        raise Invalid(message, {"shares": message})
    return [given[claim.pk] for claim in claims]


def _postings(claims: Sequence[Claim], points: Sequence[int], sent: Sequence[Helper]) -> list[Share]:
    """Who gets what: members their share, an organisation its share less what goes to the members it sent."""
    found = []
    for claim, share in zip(claims, points, strict=True):
        left = share
        for one in sent:
            if one.claim_id == claim.pk:
                part = min(one.points, left)
                left -= part
                found.append(Share(points=part, member_id=one.member_id))
        found.append(Share(points=left, member_id=claim.member_id, organisation_id=claim.organisation_id))
    return found


@action
def send_back(order_id: int, *, reason: str, due_at: datetime | None = None, by: Actor, at: datetime) -> Order:
    """Not good yet: back to the claimants with what is missing and a new due date."""
    found = find(order_id, Verb.RETURN, by=by)
    order = found.order
    if bar := against_judging(by, found.hands):
        raise NotAllowed(bar)
    why = sentence(reason, "reason", 200)
    hours = DUE_WORKING_HOURS[Category(order.category)][Urgency(order.urgency)]
    until = due(due_at, "due_at", at=at) or worktime.add_working_hours(at, hours)
    change(order, state=State.CLAIMED, delivered_at=None, due_at=until, reminders=0, reminded_at=None)
    Claim.objects.filter(order_id=order.pk, state=ClaimState.ACTIVE).update(lease_until=lease(until, at), reminded_at=None)
    after = {"state": State.CLAIMED.value, "due_at": until.isoformat()}
    tell(order, Verb.RETURN, by=by, at=at, before={"state": State.DELIVERED.value}, after=after, reason=why)
    return order


@action
def remind(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Remind the requester to confirm. Counted: after two reminders without an answer the order may be closed."""
    found = look_up(order_id)
    permit(found, "order.close", by=by)
    order = found.order
    if order.state != State.DELIVERED or order.delivered_at is None:
        raise wrong_state(order)
    if at < (order.reminded_at or order.delivered_at) + SILENCE:
        raise WrongState(_("才提醒过，再等两天。"))
    before = {"reminders": order.reminders}
    change(order, reminders=order.reminders + 1, reminded_at=at)
    tell(order, "remind", by=by, at=at, before=before, after={"reminders": order.reminders})
    return order


@action
def close(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Close a delivered order whose requester stays silent after two reminders. Nobody gets points."""
    order = find(order_id, Verb.CLOSE, by=by).order
    if order.reminders < REMINDERS_BEFORE_SILENCE or order.reminded_at is None or at < order.reminded_at + SILENCE:
        raise WrongState(_("提醒过两次、再等两天没有回话，才能关闭。"))
    change(order, state=State.CLOSED, outcome=Outcome.NO_ANSWER, ended_at=at)
    Claim.objects.filter(order_id=order.pk, state=ClaimState.ACTIVE).update(state=ClaimState.DONE, ended_at=at, points=0)
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"end:{order.pk}", memo=memo(order), at=at)
    after = {"state": State.CLOSED.value, "outcome": Outcome.NO_ANSWER.value}
    tell(order, Verb.CLOSE, by=by, at=at, before={"state": State.DELIVERED.value}, after=after)
    return order


@action
def remind_claimant(order_id: int, claim_id: int, *, by: Actor, at: datetime) -> Order:
    """Remind a claimant whose lease has run out; the claim lapses a day after being reminded."""
    found = look_up(order_id)
    permit(found, "order.lapse", by=by)
    rows = Claim.objects.filter(pk=claim_id, order_id=found.order.pk, state=ClaimState.ACTIVE, lease_until__lte=at, reminded_at=None)
    if found.order.state != State.CLAIMED or not rows.update(reminded_at=at, lease_until=at + timedelta(days=1)):
        raise wrong_state(found.order)
    tell(found.order, "remind_claimant", by=by, at=at, after={"claim": claim_id})
    return found.order


@action
def note(order_id: int, *, text: str, by: Actor, at: datetime) -> Order:
    """Add a few words to the order's history. Everybody who sees the order's history reads them."""
    found = look_up(order_id)
    permit(found, "order.note", by=by)
    tell(found.order, "note", by=by, at=at, reason=sentence(text, "text", 500))
    return found.order
