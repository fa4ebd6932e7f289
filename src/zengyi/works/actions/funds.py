"""Money of a project: asked for, approved by a second person or in an emergency by two, paid within what was approved."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import Actor
from zengyi.works.actions.projects import project_of
from zengyi.works.models import Alliance, AllianceMember, FundLine, Payment, Project, Raise
from zengyi.works.queries import votes
from zengyi.works.rules import funds as rules
from zengyi.works.rules.funds import Basis, LineState, Source
from zengyi.works.rules.projects import NAME_MOST, ProjectState, check_words, moved_on


@action
def propose_line(
    project_id: int,
    title: str,
    source: str,
    amount: int,
    *,
    payer_id: int | None = None,
    pack: str = rules.STRICT,
    follows_id: int | None = None,
    by: Actor,
    at: datetime,
) -> FundLine:
    """Ask for ``amount`` fen for one thing from one source. Raises :class:`Invalid` with the field.

    ``follows_id``: the line of the project that this goes beyond by more than its pack lets through, so that it is asked anew.
    """
    found, title = project_of(project_id, by=by), title.strip()
    known = payer_id is None or payer_id in dict(people.units_of(by.community_id or 0))
    there = FundLine.objects.filter(project_id=project_id).count() if found else 0
    given: dict[str, Any] = {"title": title, "source": source, "amount": amount, "payer_known": known, "there": there}
    rules.check_line(by, found.facts if found else None, **given)
    assert found is not None
    before = None if follows_id is None else FundLine.objects.filter(pk=follows_id, project=found, source=source).with_facts().first()
    rules.check_follows(before.facts(at) if before else None, asked=follows_id is not None)
    if pack not in rules.PACKS:
        raise Invalid.on("pack", _("请选按哪里的办法。"))
    made = FundLine.objects.create(
        project=found,
        community_id=found.community_id,
        title=title,
        source=source,
        payer_id=payer_id,
        pack=pack,
        follows=before,
        asked=amount,
        proposed_by_id=by.login_id,
        proposed_at=at,
    )
    after = {"project": found.pk, "source": source, "asked": amount, "payer": payer_id, "pack": pack, "follows": follows_id}
    audit.record("propose", "fund-line", made.pk, by=by, at=at, community_id=found.community_id, after=after)
    return made


@action
def decide_line(line_id: int, approve: bool, basis: str, *, ballot_id: int | None = None, by: Actor, at: datetime) -> FundLine:
    """Approve or reject what was asked for: a second person, saying where it was decided. The maintenance fund needs the owners' vote."""
    found, basis = line_of(line_id, by=by), basis.strip()
    voted = approve and found is not None and found.source == Source.MAINTENANCE
    adopted = voted and found is not None and votes.covers(ballot_id, found.community_id, found.asked)
    rules.check_approve(by, found.facts(at) if found else None, approve=approve, basis=basis or " ", adopted=adopted)
    assert found is not None
    if not approve:
        rows = FundLine.objects.filter(pk=found.pk, state=LineState.PROPOSED)
        if not rows.update(state=LineState.REJECTED, basis_text=basis, decided_by_id=by.login_id, decided_at=at):
            raise WrongState(moved_on())
        found.state = LineState.REJECTED
        audit.record("reject", "fund-line", found.pk, by=by, at=at, community_id=found.community_id, after={"state": found.state})
        return found
    kind = Basis.BALLOT if found.source == Source.MAINTENANCE else Basis.DECISION
    return _approve(found, kind, basis, by=by, at=at, ballot_id=ballot_id if kind == Basis.BALLOT else None)


@action
def sign_line(line_id: int, kind: str, reason: str = "", *, by: Actor, at: datetime) -> FundLine:
    """Sign that it is an emergency of that kind; with the second person's signature it is approved."""
    found = line_of(line_id, by=by)
    rules.check_sign(by, found.facts(at) if found else None, kind=kind)
    assert found is not None
    if found.signed_by_id is None:
        rows = FundLine.objects.filter(pk=found.pk, state=LineState.PROPOSED, signed_by=None)
        if not rows.update(signed_by_id=by.login_id, signed_at=at, emergency=kind):
            raise WrongState(moved_on())
        found.signed_by_id, found.emergency = by.login_id, kind
        audit.record("sign", "fund-line", found.pk, by=by, at=at, community_id=found.community_id, after={"emergency": kind})
        return found
    if kind != found.emergency:
        raise Invalid.on("kind", _("两个人要认同一种应急。"))
    return _approve(found, Basis.EMERGENCY, reason.strip(), by=by, at=at)


@in_action
def _approve(found: FundLine, basis: Basis, text: str, *, by: Actor, at: datetime, ballot_id: int | None = None) -> FundLine:
    given: dict[str, Any] = {"granted": found.asked, "approved": found.asked, "basis": basis, "basis_text": text, "ballot_id": ballot_id}
    rows = FundLine.objects.filter(pk=found.pk, state=LineState.PROPOSED)
    try:
        moved = rows.update(state=LineState.APPROVED, decided_by_id=by.login_id, decided_at=at, **given)
    except IntegrityError as twice:
        raise WrongState(_("这次表决已经用在另一笔上了。")) from twice
    if not moved:
        raise WrongState(moved_on())
    Project.objects.filter(pk=found.project_id, state=ProjectState.RANKED).update(state=ProjectState.FUNDED, funded_at=at)
    for name, value in {**given, "state": LineState.APPROVED}.items():
        setattr(found, name, value)
    after = {"state": found.state, "approved": found.approved, "basis": basis, "ballot": ballot_id}
    audit.record("approve", "fund-line", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found


@action
def post_line(line_id: int, posted_on: date, *, by: Actor, at: datetime) -> FundLine:
    """Say since when the emergency hangs on the board, for everybody to see."""
    found = line_of(line_id, by=by)
    rules.check_post(by, found.facts(at) if found else None, day=posted_on, today=clock.local_date(at))
    assert found is not None
    if not FundLine.objects.filter(pk=found.pk, posted_on=None).update(posted_on=posted_on):
        raise WrongState(moved_on())
    found.posted_on = posted_on
    audit.record("post", "fund-line", found.pk, by=by, at=at, community_id=found.community_id, after={"posted": posted_on.isoformat()})
    return found


@action
def pay_line(line_id: int, amount: int, payee: str, paid_on: date, *, by: Actor, at: datetime) -> Payment:
    """Put down that ``amount`` fen were paid. One conditional UPDATE counts them: whoever comes when it is used up is refused."""
    found, payee = line_of(line_id, by=by), payee.strip()
    facts = found.facts(at) if found else None
    rules.check_pay(by, facts, amount=amount, payee=payee, day=paid_on, today=clock.local_date(at))
    assert found is not None
    count_payment(found, amount)
    made = Payment.objects.create(line=found, amount=amount, paid_on=paid_on, payee=payee, recorded_by_id=by.login_id, recorded_at=at)
    after = {"line": found.pk, "amount": amount, "paid_on": paid_on.isoformat()}
    audit.record("pay", "payment", made.pk, by=by, at=at, community_id=found.community_id, after=after)
    return made


@in_action
def count_payment(found: FundLine, amount: int) -> None:
    """Add to what is paid, only as long as that stays within what was approved. One UPDATE decides, so that two payments at once can't
    exceed it."""
    rows = FundLine.objects.filter(pk=found.pk, state=LineState.APPROVED, paid__lte=F("approved") - amount)
    if not rows.update(paid=F("paid") + amount):
        raise Invalid.on("amount", rules.too_much())


@action
def raise_line(line_id: int, total: int, reason: str, *, by: Actor, at: datetime) -> FundLine:
    """Approve ``total`` fen in all for the same thing; from what the pack asks anew on it is another line."""
    found, reason = line_of(line_id, by=by), reason.strip()
    rules.check_raise_line(by, found.facts(at) if found else None, total=total, reason=reason)
    assert found is not None
    before = found.approved
    if not FundLine.objects.filter(pk=found.pk, state=LineState.APPROVED, approved=before).update(approved=total):
        raise WrongState(moved_on())
    Raise.objects.create(line=found, before=before, after=total, reason=reason, raised_by_id=by.login_id, raised_at=at)
    found.approved = total
    old, new = {"approved": before}, {"approved": total}
    audit.record("raise", "fund-line", found.pk, by=by, at=at, community_id=found.community_id, before=old, after=new, reason=reason)
    return found


@action
def name_alliance(name: str, *, by: Actor, at: datetime) -> Alliance:
    """Write the community's alliance down, or give it another name."""
    name = name.strip()
    rules.check_alliance(by, by.community_id)
    check_words("name", name, NAME_MOST)
    made, _new = Alliance.objects.update_or_create(
        community_id=by.community_id or 0,
        defaults={"name": name},
        create_defaults={"name": name, "founded_by_id": by.login_id, "founded_at": at},
    )
    audit.record("name", "alliance", made.pk, by=by, at=at, community_id=made.community_id, after={"name": name})
    return made


@action
def join_alliance(organisation_id: int, gives: str, *, by: Actor, at: datetime) -> AllianceMember:
    """Take an organisation into the alliance, or write anew what it can give."""
    gives = gives.strip()
    rules.check_alliance(by, by.community_id)
    alliance = Alliance.objects.filter(community_id=by.community_id).first()
    if alliance is None:
        raise WrongState(_("先给联盟起个名字。"))
    if organisation_id not in dict(people.units_of(alliance.community_id)):
        raise Invalid.on("organisation_id", _("请从在社区登记的单位里选。"))
    check_words("gives", gives, rules.GIVES_MOST)
    made, _new = AllianceMember.objects.update_or_create(
        alliance=alliance,
        organisation_id=organisation_id,
        defaults={"gives": gives},
        create_defaults={"gives": gives, "joined_by_id": by.login_id, "joined_at": at},
    )
    after = {"organisation": organisation_id, "gives": gives}
    audit.record("join", "alliance", alliance.pk, by=by, at=at, community_id=alliance.community_id, after=after)
    return made


def line_of(line_id: int, *, by: Actor) -> FundLine | None:
    """The line of the actor's community with what its guards look at; nothing when it is not there."""
    rows = FundLine.objects.filter(pk=line_id, community_id=by.community_id).with_facts()
    return rows.first() if 0 < line_id <= ID_MOST else None
