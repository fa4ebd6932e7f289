"""The end of an order: delivered with evidence, confirmed or sent back, closed after silence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.bank.rules import scale_on
from zengyi.core import clock, throttle
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.secrets import blind_index
from zengyi.core.steps import action, in_action
from zengyi.orders import rules
from zengyi.orders.actions import photos as files_of
from zengyi.orders.actions.claiming import lease
from zengyi.orders.actions.finding import Held, change, due, heard_by, hold, memo, move, sentence, tell, told_by, why
from zengyi.orders.models import Claim, Order, Sent
from zengyi.orders.queries.limits import due_after
from zengyi.orders.rules import (
    PHOTOS_MOST,
    Channel,
    ClaimFacts,
    ClaimState,
    Outcome,
    SentMember,
    Verb,
    portions,
    split,
    stake,
)
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor

HOUR = 3600
NOTES_AN_HOUR = 30
NOTES_AN_HOUR_BY_STAFF = 200


def deliver(
    order_id: int,
    *,
    text: str,
    photos: Sequence[bytes] = (),
    sent: Sequence[SentMember] = (),
    channel: str = Channel.SELF,
    by: Actor,
    at: datetime,
) -> Order:
    """Say what was done, with photos; the requester confirms. An organisation may name the members it sent.

    The points of members sent come off the organisation's share. Staff say it for a member without a login, who told them by ``channel``;
    they are then no second person who could confirm it.
    """
    if len(photos) > PHOTOS_MOST:
        raise Invalid(_("照片太多了。"), {"photos": _("最多 %(most)d 张。") % {"most": PHOTOS_MOST}})
    if photos:
        rules.check_deliver(
            hold(order_id, by=by, at=at).situation
        )  # checked first, because decoding photos is work that not everybody may cause
    with files_of.kept(photos) as files:
        return _deliver(order_id, text, files, sent, channel, by=by, at=at)


@action
def _deliver(
    order_id: int, text: str, files: Sequence[files_of.KeptPhoto], sent: Sequence[SentMember], channel: str, *, by: Actor, at: datetime
) -> Order:
    held = hold(order_id, by=by, at=at)
    mine = rules.check_deliver(held.situation)
    order, before, heard = held.order, {"state": held.order.state}, heard_by(mine, channel, by)
    said = sentence(text, "text", 1000)
    _check_sent(held, mine, sent)
    move(order, Verb.DELIVER, delivered_at=at, delivery_text=said, reminders=0, reminded_at=None)
    if mine.organisation_id is not None:
        Sent.objects.filter(claim_id=mine.id).delete()
        Sent.objects.bulk_create(Sent(claim_id=mine.id, member_id=s.member_id, points=s.points) for s in sent)
    _open_accounts(held, sent, at=at)
    files_of.record(files, order_id=order.pk, stage="AFTER", by=by, at=at)
    if heard:
        Claim.objects.filter(pk=mine.id).update(by_id=by.login_id)
    after = {"state": str(order.state), "claim": mine.id, "photos": len(files), "sent": len(sent)} | heard
    tell(order, Verb.DELIVER, by=by, at=at, before=before, after=after)
    return order


def _open_accounts(held: Held, sent: Sequence[SentMember], *, at: datetime) -> None:
    """Open the accounts of all who will be paid now, so that confirming finds them."""
    members = [claim.member_id for claim in held.situation.active if claim.member_id is not None] + [one.member_id for one in sent]
    units = [claim.organisation_id for claim in held.situation.active if claim.organisation_id is not None]
    bank.ensure_accounts(held.order.community_id, member_ids=members, organisation_ids=units, at=at)


def _check_sent(held: Held, mine: ClaimFacts, sent: Sequence[SentMember]) -> None:
    if not sent:
        return
    order = held.order
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
    if any(stake(held.situation.behind, party) for party in here):
        message = _("派出的不能是点单的人、代点或定分的人，也不能是一家人或同单位的人。")
        raise Invalid(message, {"sent": message})


@action
def confirm(
    order_id: int,
    *,
    channel: str = Channel.SELF,
    shares: Mapping[int, int] | None = None,
    left_out: Collection[int] = (),
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Order:
    """The person in difficulty confirms; the difficulty's points move to whoever helped, exactly once.

    The points are shared equally; a remainder goes to those who claimed first. Shares that the dispatcher fixed stay. Who took the order
    but did not come is ``left_out`` (ids of claims), with a ``reason`` that they read. Staff confirm on behalf: they say by which
    ``channel`` they heard, and may set ``shares`` (claim id → points, together the whole difficulty, and something for everybody).
    Nobody confirms who took the order, was sent, weighed it, or wrote it down for somebody. Of help that the same two had often this
    quarter less is counted, or nothing (docs/decisions).
    """
    held = hold(order_id, with_asker=True, by=by, at=at)
    rules.check_confirm(held.situation)
    own = by.person_id is not None and by.person_id == held.order.requester_id
    channel = Channel.SELF if own else told_by(channel)
    absent, claims, said = _left_out(held.situation.active, left_out, reason)
    points = _shares(held.order, claims, shares, own=own)
    return _confirm(held, channel, claims, points, absent, said, by=by, at=at)


def _confirm(
    held: Held,
    channel: str,
    claims: Sequence[ClaimFacts],
    points: list[int],
    absent: Sequence[ClaimFacts] = (),
    said: str = "",
    *,
    by: Actor,
    at: datetime,
) -> Order:
    order, before, day = held.order, {"state": held.order.state}, clock.local_date(at)
    found = portions(claims, points, day)
    paid = [share for portion in found for share in portion.parts]
    drawn = _is_drawn(order) or any(share.before == scale_on(day).full for share in paid)
    move(
        order, Verb.CONFIRM, outcome=Outcome.HELPED, ended_at=at, confirmed_by_id=by.user_id, drawn=drawn or None, **_without(order, absent)
    )
    each = {portion.claim_id: portion.counts for portion in found}
    _end_claims(each, absent, said, on_time=_on_time(order), at=at)
    again = f":{order.reopened}" if order.reopened else ""
    bank.post_confirmation(
        order.account_id or 0,
        paid,
        asker_id=order.requester_id,
        key=f"confirm:{order.pk}{again}",
        memo=memo(order),
        occurred_on=day,
        at=at,
    )
    after = {
        "state": str(order.state),
        "channel": str(channel),
        "points": sum(each.values()),
        "claims": {str(claim_id): counts for claim_id, counts in each.items()},
    }
    after |= {"of": order.difficulty} if after["points"] != order.difficulty else {}
    after |= {"left_out": sorted(c.id for c in absent)} if absent else {}
    tell(order, Verb.CONFIRM, by=by, at=at, before=before, after=after, reason=said)
    return order


def _left_out(claims: Sequence[ClaimFacts], ids: Collection[int], reason: str) -> tuple[list[ClaimFacts], list[ClaimFacts], str]:
    """Who is left out, who is not, and the reason; raises :class:`Invalid` unless somebody is left and a reason is given."""
    absent, came = [c for c in claims if c.id in ids], [c for c in claims if c.id not in ids]
    if len(absent) != len(set(ids)):
        raise Invalid.on("left_out", _("这一位已经不在办了，请重新选。"))
    if not absent:
        return absent, came, ""
    if not came:
        raise Invalid.on("left_out", _("总有一位帮了忙。都没有来，就说“还不行”，单子退回继续办。"))
    return absent, came, sentence(reason, "reason", 200)


def _without(order: Order, absent: Sequence[ClaimFacts]) -> dict[str, int]:
    """The places of those who did not come are not taken."""
    return {"taken": order.taken - sum(c.places for c in absent)} if absent else {}


def _is_drawn(order: Order) -> bool:
    return rules.is_drawn(blind_index("call-back", f"{order.pk}:{order.reopened or 0}") or b"")


def _end_claims(each: Mapping[int, int], absent: Sequence[ClaimFacts], reason: str, *, on_time: bool, at: datetime) -> None:
    """Those who helped are done, with the points that were posted; those who did not come are left out."""
    points = Case(*(When(pk=claim_id, then=Value(counts)) for claim_id, counts in each.items()))
    Claim.objects.filter(pk__in=list(each)).update(state=ClaimState.DONE, ended_at=at, points=points, on_time=on_time)
    if absent:
        away = Claim.objects.filter(pk__in=[c.id for c in absent])
        away.update(state=ClaimState.LEFT_OUT, ended_at=at, points=0, reason=reason)


def _on_time(order: Order) -> bool:
    """Whether it was delivered before it was due."""
    return order.delivered_at is not None and order.due_at is not None and order.delivered_at <= order.due_at


def _shares(order: Order, claims: Sequence[ClaimFacts], given: Mapping[int, int] | None, *, own: bool) -> list[int]:
    total = order.difficulty or 0
    if given is None:
        return split(total, [claim.points for claim in claims])
    right = not own and set(given) == {claim.id for claim in claims} and all(p > 0 for p in given.values()) and sum(given.values()) == total
    if not right:
        message = _("每个来帮忙的人都要有分，加起来正好 %(total)d 分。没来的，勾上“没来”，写一句为什么。") % {"total": total}
        raise Invalid(message, {"shares": message})
    return [given[claim.id] for claim in claims]


@action
def send_back(order_id: int, *, reason: str, due_at: datetime | None = None, channel: str = Channel.SELF, by: Actor, at: datetime) -> Order:
    """Not good yet: back to the claimants with what is missing and a new due date. Staff may say by which ``channel`` they heard it."""
    held = hold(order_id, by=by, at=at)
    rules.check_return(held.situation)
    own = by.person_id is not None and by.person_id == held.order.requester_id
    heard = {} if own or channel == Channel.SELF else {"channel": told_by(channel)}
    return _send_back(held, reason, due_at, heard, by=by, at=at)


def _send_back(
    held: Held, reason: str, due_at: datetime | None = None, heard: Mapping[str, str] | None = None, *, by: Actor, at: datetime
) -> Order:
    order, before, said = held.order, {"state": held.order.state}, why(Verb.RETURN, reason)
    until = due(due_at, "due_at", at=at) or due_after(order.community_id, order.category, order.urgency, at)
    move(order, Verb.RETURN, delivered_at=None, due_at=until, reminders=0, reminded_at=None)
    Claim.objects.filter(order_id=order.pk, state=ClaimState.ACTIVE).update(lease_until=lease(until, at), reminded_at=None)
    after = {"state": str(order.state), "due_at": until.isoformat(), **(heard or {})}
    tell(order, Verb.RETURN, by=by, at=at, before=before, after=after, reason=said)
    return order


@in_action
def settle(order_id: int, *, passed: bool, reason: str = "", by: Actor, at: datetime) -> Order:
    """Part of another package's step that looked again at what was delivered: confirm the order, or send it back with the ``reason``.

    The step's own guard says who may look; here nobody settles what they did, weighed, or wrote down for somebody else. Its one event is
    the order's: the step must record no other. Raises :class:`WrongState` unless the order waits to be confirmed.
    """
    held = hold(order_id, with_asker=True, by=by, at=at)
    rules.check_settle(held.situation)
    if not passed:
        return _send_back(held, reason, by=by, at=at)
    claims = held.situation.active
    return _confirm(held, Channel.VISIT, claims, split(held.order.difficulty or 0, [claim.points for claim in claims]), by=by, at=at)


@action
def remind(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Remind the requester to confirm. Counted: after two reminders without an answer the order may be closed."""
    held = hold(order_id, by=by, at=at)
    rules.check_remind(held.situation)
    order, before = held.order, {"reminders": held.order.reminders}
    change(order, reminders=order.reminders + 1, reminded_at=at)
    tell(order, rules.REMIND, by=by, at=at, before=before, after={"reminders": order.reminders})
    return order


@action
def close(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Close a delivered order whose requester stays silent after two reminders. Nobody gets points."""
    held = hold(order_id, by=by, at=at)
    rules.check_close(held.situation)
    order, before = held.order, {"state": held.order.state}
    move(order, Verb.CLOSE, outcome=Outcome.NO_ANSWER, ended_at=at)
    done = {"state": ClaimState.DONE, "ended_at": at, "points": 0, "on_time": _on_time(order)}
    Claim.objects.filter(order_id=order.pk, state=ClaimState.ACTIVE).update(**done)
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"end:{order.pk}", memo=memo(order), at=at)
    after = {"state": str(order.state), "outcome": Outcome.NO_ANSWER.value}
    tell(order, Verb.CLOSE, by=by, at=at, before=before, after=after)
    return order


@action
def remind_claimant(order_id: int, claim_id: int, *, by: Actor, at: datetime) -> Order:
    """Remind a claimant whose lease has run out; the claim lapses a day after being reminded."""
    held = hold(order_id, by=by, at=at)
    late = rules.check_remind_claimant(held.situation, claim_id)
    rows = Claim.objects.filter(pk=late.id, state=late.state, lease_until__lte=at, reminded_at=None)
    if not rows.update(reminded_at=at, lease_until=at + timedelta(days=1)):
        raise WrongState(rules.moved_meanwhile())
    tell(held.order, rules.REMIND_CLAIMANT, by=by, at=at, after={"claim": claim_id})
    return held.order


def note(order_id: int, *, text: str, by: Actor, at: datetime) -> Order:
    """Add a few words to the order's history. Everybody who sees the order's history reads them.

    Raises :class:`TooMany` for more than an hour's words; nobody has so much to say, and the others must still find the steps.
    """
    words = sentence(text, "text", 500)
    throttle.hit(f"note:{by.user_id}", NOTES_AN_HOUR_BY_STAFF if by.role in COMMUNITY_ROLES else NOTES_AN_HOUR, HOUR, at=at)
    return _note(order_id, words, by=by, at=at)


@action
def _note(order_id: int, words: str, *, by: Actor, at: datetime) -> Order:
    held = hold(order_id, by=by, at=at)
    rules.check_note(held.situation)
    tell(held.order, rules.NOTE, by=by, at=at, reason=words)
    return held.order
