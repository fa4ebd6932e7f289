"""Somebody votes: for themselves, with a mandate, or said to whoever writes it down. Nothing of what was said stands in the trail."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.councils.models import Ballot, Elector, Mandate, Stance, count_in
from zengyi.councils.queries.ballot_rows import ballot_facts, elector_of_code, flats_of, found_ballot, own
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules.ballots import VoteChannel
from zengyi.councils.rules.methods import Method, answer_text
from zengyi.people.rules import Actor

#: Codes that one login may try within a day. A voter has one, whoever helps their neighbours a few.
CODES_A_DAY = 60
DAY = 24 * 3600
RECEIPT_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says, as it is sent: one of the choices, or a number for each option. ``reason`` stays closed like the rest."""

    choice: str = ""
    numbers: Sequence[int] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """For whom a worker enters an answer, and how it came. ``read_back``: it was read to them once more. ``holder_present``: whoever
    holds the mandate was there; a mandate of somebody absent is void."""

    elector_id: int
    channel: VoteChannel
    read_back: bool = False
    by_mandate: bool = False
    holder_present: bool = False


def cast_stance(ballot_id: int, answer: Answer, *, entered: Entered | None = None, code: str = "", by: Actor, at: datetime) -> Stance:
    """Vote: as oneself, as the elector whose paper's ``code`` one holds, or enter what an elector said (``entered``).

    A second answer replaces the first on the same side; paper stands beside the rest. Raises :class:`WrongState` (409) once the ballot is
    closed or its end has come, :class:`NotAllowed` for who is no elector, :class:`Invalid` for what is no answer.
    """
    if code:
        throttle.hit(f"ballot-code:{by.user_id}", CODES_A_DAY, DAY, at=at)
    return _cast(ballot_id, answer, entered, code, by=by, at=at)


@action
def _cast(ballot_id: int, answer: Answer, entered: Entered | None, code: str, *, by: Actor, at: datetime) -> Stance:
    ballot = found_ballot(ballot_id, by=by)
    facts = ballot_facts(ballot, by=by)
    elector, mandate = _own(ballot, facts, code, by=by) if entered is None else _entered(ballot, facts, entered, by=by)
    assert ballot is not None
    method = Method(ballot.method)
    text = answer_text(method, len(ballot.options), ballot.points, answer.choice, answer.numbers)
    said = answer.reason.strip()
    rules.check_reason(method, answer.choice, said)
    if not count_in(ballot.pk, at):
        raise WrongState(rules.too_late())
    channel = entered.channel if entered else VoteChannel.ONLINE
    side = rules.side_of(channel)
    Stance.objects.filter(elector=elector, side=side, latest=True).update(latest=False)
    made = Stance(ballot=ballot, elector=elector, side=side, answer=text, reason=said, channel=channel, mandate=mandate)
    made.read_back = entered is not None and entered.read_back
    made.receipt, made.cast_by_id, made.cast_at = _receipt(ballot.pk), by.login_id, at
    made.save(force_insert=True)
    given: dict[str, Any] = {"returned_at": Coalesce("returned_at", at)}
    if code and elector.person_id is None:
        given["person_id"] = by.person_id
    try:
        if not Elector.objects.filter(pk=elector.pk, sold=elector.sold).update(**given):
            raise WrongState(_("这套房刚刚换了业主，请刷新看看。"))
    except IntegrityError as twice:
        raise WrongState(_("您已经用另一张票投过了。一位业主只有一张票；房子登记成两位业主的，请社区核对。")) from twice
    # The trail says that an answer came and by which channel: not whose, not what it was, not whether it replaced another.
    after = {"elector": elector.position, "channel": str(channel)}
    audit.record("vote", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after)
    return made


def _receipt(ballot_id: int) -> str:
    """Random digits, unique within this ballot, by which a voter finds their answer again."""
    while True:
        receipt = f"{secrets.randbelow(10**RECEIPT_DIGITS):0{RECEIPT_DIGITS}d}"
        if not Stance.objects.filter(ballot_id=ballot_id, receipt=receipt).exists():
            return receipt


def _own(ballot: Ballot | None, facts: rules.BallotFacts | None, code: str, *, by: Actor) -> tuple[Elector, Mandate | None]:
    """The elector that the actor is, or whose paper they hold."""
    rules.check_vote(by, facts)
    assert ballot is not None
    if code:
        elector = elector_of_code(ballot.pk, code)
        if elector is None:
            raise Invalid.on("code", _("这个码不对。请重新扫纸票上的二维码。"))
        rules.check_vote(by, facts, elector_person=elector.person_id)
        return elector, None
    elector = Elector.objects.filter(own(by), ballot=ballot).first()
    if elector is None:
        raise NotAllowed(rules.not_in_list())
    return elector, None


def _entered(ballot: Ballot | None, facts: rules.BallotFacts | None, entered: Entered, *, by: Actor) -> tuple[Elector, Mandate | None]:
    """The elector whose answer is entered, and the mandate under which somebody else gave it."""
    rules.check_record(by, facts)
    assert ballot is not None
    elector = _elector(ballot, entered.elector_id)
    if entered.channel == VoteChannel.ONLINE:
        raise Invalid.on("channel", _("替人记票，请选是纸票、当面还是电话。"))
    if entered.channel in rules.READ_BACK and not entered.read_back:
        raise Invalid.on("read_back", _("请把记的念给本人听一遍，再勾上。"))
    if elector.person_id is not None and elector.person_id == by.person_id:
        raise NotAllowed(_("您自己的票请自己在手机上投，不能自己替自己记。"))
    if not entered.by_mandate:
        return elector, None
    mandate = Mandate.objects.filter(principal=elector, revoked_at=None).first()
    if mandate is None:
        raise Invalid.on("by_mandate", _("没有登记过书面委托。先登记委托书，再记票。"))
    if not entered.holder_present:
        raise Invalid.on("holder_present", _("受托人没有来，委托就不算数。"))
    return elector, mandate


def _elector(ballot: Ballot, elector_id: int) -> Elector:
    found = Elector.objects.filter(pk=elector_id, ballot=ballot).first() if 0 < elector_id <= ID_MOST else None
    if found is None:
        raise Invalid.on("elector_id", _("名单里没有这一位。"))
    return found


@action
def sell_flat(ballot_id: int, elector_id: int, buyer: str, paper: str, *, by: Actor, at: datetime) -> Elector:
    """A flat was sold while the vote is open: its buyer votes, unless the seller has. ``paper``: what it was seen on.

    The seller's code is worth nothing from then on, and the buyer's paper has to be handed over anew.
    """
    ballot = found_ballot(ballot_id, by=by)
    rules.check_record(by, ballot_facts(ballot, by=by))
    assert ballot is not None
    elector, name, seen = _elector(ballot, elector_id), " ".join(buyer.split()), paper.strip()
    if not 0 < len(name) <= rules.NAME_MOST:
        raise Invalid.on("buyer", _("请写新业主的名字，最多 60 字。"))
    if not 0 < len(seen) <= rules.PAPER_MOST:
        raise Invalid.on("paper", _("请写看的是什么，例如“不动产权证，11 月 20 日过户”。"))
    known = Elector.objects.filter(ballot=ballot, name=name).exists()
    flats, back = len(flats_of(elector)), elector.returned_at is not None
    rules.check_sale(by, ballot_facts(ballot, by=by), flats=flats, returned=back, known=known)
    if not count_in(ballot.pk, at):  # locks the row that voting and closing lock, too
        raise WrongState(rules.too_late())
    fresh = {"name": name, "person_id": None, "delivered_at": None, "delivered_by_id": None, "sold": F("sold") + 1}
    if not Elector.objects.filter(pk=elector.pk, returned_at=None, sold=elector.sold).update(**fresh):
        raise WrongState(_("这套房刚刚有人动过，请刷新看看。"))
    Mandate.objects.filter(principal=elector, revoked_at=None).update(revoked_at=at)
    elector.refresh_from_db()
    after = {"elector": elector.position, "sold": elector.sold, "paper": len(seen)}
    audit.record("sell", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after, reason=seen)
    return elector


@action
def mark_delivered(ballot_id: int, elector_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Note that these electors' papers were handed over; returns how many were new. What was noted before stays as it was."""
    ballot = found_ballot(ballot_id, by=by)
    rules.check_record(by, ballot_facts(ballot, by=by))
    assert ballot is not None
    rows = Elector.objects.filter(ballot=ballot, pk__in=[pk for pk in elector_ids if 0 < pk <= ID_MOST], delivered_at=None)
    if not rows.exists():
        raise Invalid.on("electors", _("请选刚送到的，已经记过的不用再记。"))
    if not count_in(ballot.pk, at):
        raise WrongState(rules.too_late())
    fresh: int = rows.update(delivered_at=at, delivered_by_id=by.login_id)
    audit.record("deliver", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after={"electors": fresh})
    return fresh


@action
def give_mandate(ballot_id: int, elector_id: int, holder: str, paper: str, *, by: Actor, at: datetime) -> Mandate:
    """Record a written mandate: ``holder`` votes for the elector in this ballot. ``paper``: where the signed sheet is kept.

    Raises :class:`WrongState` for a second one, and beyond as many as the rule pack lets one person hold.
    """
    ballot = found_ballot(ballot_id, by=by)
    rules.check_record(by, ballot_facts(ballot, by=by))
    assert ballot is not None
    name, kept = " ".join(holder.split()), paper.strip()
    if not 0 < len(name) <= rules.NAME_MOST:
        raise Invalid.on("holder", _("请写受托人的名字，最多 60 字。"))
    if not 0 < len(kept) <= rules.PAPER_MOST:
        raise Invalid.on("paper", _("请写委托书放在哪里，例如“卷宗 3 号袋”。没有书面委托不能代投。"))
    elector = _elector(ballot, elector_id)
    most = ballot.rule_pack.proxies_most if ballot.rule_pack else rules.PROXIES_USUAL
    rules.check_mandate(_given(elector), _held(ballot, name), most)
    if not count_in(ballot.pk, at):  # locked, so that mandates of this ballot come one after the other
        raise WrongState(rules.too_late())
    try:
        made = Mandate.objects.create(ballot=ballot, principal=elector, holder=name, paper=kept, recorded_by_id=by.login_id, recorded_at=at)
    except IntegrityError as twice:
        raise WrongState(rules.mandated()) from twice
    rules.check_mandate(False, _held(ballot, name) - 1, most)
    after = {"elector": elector.position}
    audit.record("mandate", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after)
    return made


def _given(elector: Elector) -> bool:
    """Whether somebody votes for the elector already."""
    return Mandate.objects.filter(principal=elector, revoked_at=None).exists()


def _held(ballot: Ballot, holder: str) -> int:
    """How many mandates somebody holds in this ballot."""
    return Mandate.objects.filter(ballot=ballot, holder=holder, revoked_at=None).count()


@action
def revoke_mandate(ballot_id: int, elector_id: int, *, by: Actor, at: datetime) -> Mandate:
    """Take a mandate back: from now on the elector votes for themselves. What was voted under it stays until they do."""
    ballot = found_ballot(ballot_id, by=by)
    rules.check_record(by, ballot_facts(ballot, by=by))
    assert ballot is not None
    elector = _elector(ballot, elector_id)
    given = Mandate.objects.filter(principal=elector, revoked_at=None).first()
    if given is None or not Mandate.objects.filter(pk=given.pk, revoked_at=None).update(revoked_at=at):
        raise NotThere(_("没有等着撤回的委托。"))
    audit.record("revoke", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after={"elector": elector.position})
    return given
