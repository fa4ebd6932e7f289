"""Deeds: filed by one person, attested by a second, approved by a third, which posts their points; denied by whom they are about."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.bank import rules
from zengyi.bank.actions import deed_photos
from zengyi.bank.actions.deciding import propose
from zengyi.bank.actions.deed_posting import free, post_deed
from zengyi.bank.actions.posting import hold
from zengyi.bank.models import Correction, Filing, FilingPosting
from zengyi.bank.queries import in_closed_quarter, overlapping, rulebook
from zengyi.bank.rules import FILING_MOVES, REASON_MOST, SELF, FilingState, FilingVerb, Rule
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, FirstPerson

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The columns of a filing that its moves change.
Changes = dict[str, Any]


def file_deed(
    rule: str,
    occurred_on: date,
    *,
    quantity: int = 1,
    text: str = "",
    begins: time | None = None,
    ends: time | None = None,
    witness: str = "",
    asks: str = "",
    member_id: int | None = None,
    photos: Sequence[bytes] = (),
    by: Actor,
    at: datetime,
) -> Filing:
    """File a deed of one's own or, as staff, of ``member_id``. Returns it SUBMITTED; a penalty ATTESTED, for it needs two people only.

    ``begins`` and ``ends``: by the clock, where the rule counts hours; without them it stands for the whole day. ``witness``: who was
    helped or led it, in words, for whoever attests it; ``asks``: in which way they want it asked, one of ``Asks``.

    Raises :class:`Invalid` with the fields that can't be taken, :class:`NotThere` for somebody of another community, :class:`WrongState`
    when the same deed of that day stands in the books or waits.
    """
    community_id = by.community_id or 0
    if member_id is None and by.role in COMMUNITY_ROLES:
        raise Invalid.on("member_id", _("请写是哪位党员。"))
    whose = by.member_id if member_id is None else member_id
    rules.check_file(by, _subject(community_id, whose), community_id=by.community_id)
    assert whose is not None
    rules.check_day(occurred_on, clock.local_date(at))
    found = rules.check_rule(by, rulebook(community_id).in_force(rule, occurred_on))
    said = text.strip()
    rules.check_evidence(found, said, len(photos))
    rules.check_hours(found, quantity, begins, ends)
    filing = _filing(found, whose, occurred_on, quantity, said, community_id=community_id, at=at)
    filing.begins, filing.ends, filing.witness = begins, ends, _witness(witness)
    rules.check_asks(asks, filing.witness)
    filing.asks = asks
    filing.source, filing.source_ref, filing.filed_by_id = SELF, f"{found.code}:{occurred_on.isoformat()}", by.login_id
    if found.kind in rules.PENALTIES:
        filing.state = FilingState.ATTESTED
    with deed_photos.kept(photos) as files:
        return _file(filing, files, by=by, at=at)


def _witness(text: str) -> str:
    said = text.strip()
    if len(said) > rules.WITNESS_MOST:
        raise Invalid.on("witness", _("最多 %(most)d 字，请写短一点。") % {"most": rules.WITNESS_MOST})
    return said


def _subject(community_id: int, member_id: int | None) -> rules.Subject | None:
    """The member as the guards know them; nobody outside the community."""
    if member_id is None or not 0 < member_id <= ID_MOST:
        return None
    found = people.party(community_id, member_id=member_id)
    return _known(found) if found else None


def _known(party: people.Party) -> rules.Subject:
    assert party.member_id is not None
    assert party.person_id is not None
    return rules.Subject(party.member_id, party.person_id, party.household, party.units)


def _filing(rule: Rule, member_id: int, day: date, quantity: int, text: str, *, community_id: int, at: datetime) -> Filing:
    """A filing with the rule's version frozen."""
    asked, worth = rules.asked(rule, quantity), rules.worth(rule, quantity)
    return Filing(
        community_id=community_id,
        member_id=member_id,
        rule=rule.code,
        kind=rule.kind,
        name=rule.name,
        version_id=rule.id,
        rule_from=rule.valid_from,
        quantity=quantity,
        asked=asked,
        worth=worth,
        short=rules.Short.ACTIVITY if worth < asked else "",
        cap_quarter=rule.cap_quarter,
        cap_year=rule.cap_year,
        occurred_on=day,
        text=text,
        filed_at=at,
    )


@action
def _file(filing: Filing, files: Sequence[deed_photos.KeptPhoto], *, by: Actor, at: datetime) -> Filing:
    # What another package has recorded of that day is the same deed, told a second time.
    if _others(filing).exists():
        raise WrongState(already_filed())
    if overlapping(filing).exists():
        raise WrongState(rules.overlapping())
    try:
        filing.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(already_filed()) from twice
    deed_photos.record(files, filing_id=filing.pk, at=at)
    after = {"state": str(filing.state), "rule": filing.rule, "worth": filing.worth, "occurred_on": filing.occurred_on.isoformat()}
    after |= {"member": filing.member_id, "quantity": filing.quantity, "photos": len(files)}
    audit.record("file", "filing", filing.pk, by=by, at=at, community_id=filing.community_id, after=after)
    return filing


def _others(filing: Filing) -> "QuerySet[Filing]":
    """What stands or waits of the same member, rule and day from the other kind of source: written down, or recorded."""
    same = Filing.objects.filter(member_id=filing.member_id, rule=filing.rule, occurred_on=filing.occurred_on)
    same = same.exclude(state__in=rules.ENDED).exclude(pk=filing.pk)
    return same.exclude(source=SELF) if filing.source == SELF else same.filter(source=SELF)


def already_filed() -> str:
    """What somebody hears who files the same deed again."""
    return _("这一天这一条已经申报过，或已经记上了。同一天做了几件，写在数量里。")


@in_action
def record_deeds(
    rule: str,
    members: Mapping[int, int],
    day: date,
    source: str,
    source_ref: str,
    *,
    text: str = "",
    told_by: int | None = None,
    community_id: int,
    by: Actor,
    at: datetime,
) -> list[int]:
    """Put down what members did, as part of another package's step: a session's attendance, an activity's, a round.

    Returns the ids of the filings made.

    ``members``: how many units each of them did, by id. ``source`` and ``source_ref`` name the fact, such as ``SESSION`` and the
    session's id; a member whose deed stands there already, or who has filed it, is left out, so that it may be called again.
    ``by`` has seen it and so attests it, except for their own deeds and those of their household or unit, which somebody else still has
    to attest. A second person approves each. The caller has asked whether ``by`` may do this.

    Raises :class:`Invalid` for a day or a rule that can't be, or for members of another community.
    """
    rules.check_day(day, clock.local_date(at))
    found = rulebook(community_id).in_force(rule, day)
    if found is None or found.entry != rules.Entry.FILING or found.kind != rules.RuleKind.GAIN:
        raise Invalid.on("rule", _("没有这条规则，或者它不用申报。"))
    subjects = {party.member_id: _known(party) for party in people.members_of(community_id, members)}
    if subjects.keys() != members.keys():
        raise Invalid.on("members", _("名单里有别的社区的人。"))
    same = Filing.objects.filter(member_id__in=list(members)).exclude(state__in=rules.ENDED)
    here = dict(same.filter(source=source, source_ref=source_ref).values_list("member_id", "pk"))
    told = same.filter(source=SELF, source_ref=f"{found.code}:{day.isoformat()}").values_list("member_id", flat=True)
    left_out = {*here, *told}
    made = []
    for member_id, quantity in members.items():
        if member_id in left_out:
            continue
        filing = _filing(found, member_id, day, quantity, text.strip()[: rules.DEED_TEXT_MOST], community_id=community_id, at=at)
        filing.source, filing.source_ref = source, source_ref
        if told_by == by.login_id or rules.against_vouching(by, subjects[member_id], FirstPerson(None)):
            filing.filed_by_id = by.login_id
        else:
            filing.state, filing.attested_by_id, filing.attested_at = FilingState.ATTESTED, by.login_id, at
            filing.filed_by_id = told_by
        made.append(filing)
    try:
        return [filing.pk for filing in Filing.objects.bulk_create(made, batch_size=500)]
    except IntegrityError as twice:
        raise WrongState(_("刚刚有人动过这一单，请刷新看看。")) from twice


def _found(filing_id: int, *, by: Actor) -> Filing | None:
    """The filing, if it is of the actor's community."""
    rows = Filing.objects.with_facts().annotate(late=in_closed_quarter("occurred_on")).filter(community_id=by.community_id)
    return rows.filter(pk=filing_id).first() if 0 < filing_id <= ID_MOST else None


def moving(verb: FilingVerb, filing_id: int, *, by: Actor, at: datetime) -> Filing:
    """The filing, if the actor may make that move."""
    filing = _found(filing_id, by=by)
    rules.FILING_CHECKS[verb](by, filing.facts(at) if filing else None)
    if filing is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return filing


def move(filing: Filing, verb: FilingVerb, changes: Changes) -> None:
    """Write the move, unless somebody else was faster."""
    state = FILING_MOVES[verb].target
    if not Filing.objects.filter(pk=filing.pk, state=filing.state).update(state=state, **changes):
        raise WrongState(_("刚刚有人动过这一件，请刷新看看。"))
    filing.state = state
    for name, value in changes.items():
        setattr(filing, name, value)


def _tell(filing: Filing, verb: FilingVerb, *, by: Actor, at: datetime, reason: str = "", **more: object) -> None:
    after = {"state": str(filing.state), **more}
    audit.record(verb, "filing", filing.pk, by=by, at=at, community_id=filing.community_id, after=after, reason=reason)


@action
def attest_deed(filing_id: int, *, witness: str = "", by: Actor, at: datetime) -> Filing:
    """Say that the deed happened. ``witness``: who was helped or led it and has told so, where the actor has not seen it."""
    filing = moving(FilingVerb.ATTEST, filing_id, by=by, at=at)
    told = _witness(witness)
    vouched: Changes = {"witness": told} if told else {}
    move(filing, FilingVerb.ATTEST, {"attested_by_id": by.login_id, "attested_at": at, **vouched})
    _tell(filing, FilingVerb.ATTEST, by=by, at=at)
    return filing


@action
def approve_deed(filing_id: int, *, by: Actor, at: datetime) -> Filing:
    """Approve the deed and post its points, as many as the caps leave."""
    filing = moving(FilingVerb.APPROVE, filing_id, by=by, at=at)
    issue = hold(filing.community_id, at=at)
    if stands_already(filing):
        raise WrongState(_("这一天这一条已经记上了一件，请先看那一件。"))
    if overlapping(filing).filter(state__in=rules.STANDING).exists():
        raise WrongState(_("这几个钟点已经记上了另一件按小时记的事，请先看那一件。"))
    post_approved(filing, issue=issue, by=by, at=at)
    _tell(filing, FilingVerb.APPROVE, by=by, at=at, points=filing.points, short=filing.short)
    return filing


def stands_already(filing: Filing) -> bool:
    """Whether the same deed of that day is on the books, told by somebody else."""
    return bool(_others(filing).filter(state__in=rules.STANDING).exists())


@in_action
def post_approved(filing: Filing, *, issue: int, by: Actor, at: datetime) -> None:
    """Write down who approved it, and post it; the caller has asked whether it may be, and holds ``issue``."""
    move(filing, FilingVerb.APPROVE, {"decided_by_id": by.login_id, "decided_at": at})
    read: Any = filing
    post_deed(filing, issue=issue, late=read.late, at=at)


@action
def reject_deed(filing_id: int, reason: str, *, by: Actor, at: datetime) -> Filing:
    """Send the deed back, with a reason that whoever filed it can read."""
    filing = moving(FilingVerb.REJECT, filing_id, by=by, at=at)
    why, stood = _reason(reason), filing.state == FilingState.POSTED
    move(filing, FilingVerb.REJECT, {"decided_by_id": by.login_id, "decided_at": at, "reason": why, "acknowledged_at": None})
    if stood:
        free(filing, at=at)
    _tell(filing, FilingVerb.REJECT, by=by, at=at, reason=why)
    return filing


def _reason(text: str) -> str:
    why = text.strip()
    if not 2 <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写清楚原因，2 到 200 字，对方看得到。"))
    return why


@action
def withdraw_deed(filing_id: int, *, reason: str = "", by: Actor, at: datetime) -> Filing:
    """Take back what one has filed."""
    filing = moving(FilingVerb.WITHDRAW, filing_id, by=by, at=at)
    why = reason.strip()[:REASON_MOST]
    move(filing, FilingVerb.WITHDRAW, {"reason": why})
    _tell(filing, FilingVerb.WITHDRAW, by=by, at=at, reason=why)
    return filing


@action
def deny_deed(filing_id: int, *, reason: str = "", by: Actor, at: datetime) -> Filing:
    """Say 不是我 of a deed that somebody else entered, which freezes it.

    Points that were posted stay until a second person decides on their correction, which this proposes in the member's name.
    """
    filing = moving(FilingVerb.DENY, filing_id, by=by, at=at)
    why = reason.strip()[:REASON_MOST]
    move(filing, FilingVerb.DENY, {"denied_at": at, "reason": why})
    standing = FilingPosting.objects.filter(filing=filing, posting__reversed_by=None).order_by("pk")
    posting_id = standing.values_list("posting_id", flat=True).first() if filing.points else None
    if posting_id is not None and not Correction.objects.filter(posting_id=posting_id, state=rules.CorrectionState.PROPOSED).exists():
        said = _("本人说不是：%(why)s") % {"why": why} if why else _("本人说不是")
        proposed = Correction(posting_id=posting_id, community_id=filing.community_id, reason=said[:REASON_MOST])
        propose(proposed, twice=rules.already_proposed(), by=by, at=at)
    _tell(filing, FilingVerb.DENY, by=by, at=at, reason=why, points=filing.points)
    return filing


@action
def acknowledge_deed(filing_id: int, *, by: Actor, at: datetime) -> Filing:
    """Say 是我 of a deed that somebody else entered: it is told no more, and may still be denied.

    Or say 知道了 of one that was sent back: whoever filed it, for themselves or for somebody else.
    """
    filing = _found(filing_id, by=by)
    rules.check_acknowledge(by, filing.facts(at) if filing else None)
    assert filing is not None
    if not Filing.objects.filter(pk=filing.pk, state=filing.state, acknowledged_at=None).update(acknowledged_at=at):
        raise WrongState(_("这一件您已经看过了。") if filing.state == FilingState.REJECTED else _("您已经说过是您做的了。"))
    filing.acknowledged_at = at
    audit.record("acknowledge", "filing", filing.pk, by=by, at=at, community_id=filing.community_id)
    return filing
