"""What of deeds waits for somebody: to be attested, approved or looked into, and what a member is asked or told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank.models import Filing, RollCall
from zengyi.bank.queries.filings import TOLD
from zengyi.bank.rules import ENDED, FILING_MOVES, LIST_SOURCE, Asks, FilingState, FilingVerb, ProposalState, due_after
from zengyi.people.queries.ties import concerning
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, may


def _to_attest(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Deeds that nobody has vouched for yet; a secretary leaves them to the others, for whoever attests cannot approve."""
    if by.role != Role.WORKER or not may(by, "filing.attest"):
        return None
    name = "member__person__name"
    # Who wants a link sent says so here: the name, a line's end, and to whom.
    detail = Case(
        When(asks=Asks.LINK, then=Concat(name, Value("\n"), "witness", output_field=TextField())), default=F(name), output_field=TextField()
    )
    return told(_others(by, FilingState.SUBMITTED), since="filed_at", title="name", detail=detail)


def _to_approve(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Deeds that somebody else has vouched for; not those of a list of members that waits itself and is decided on as a whole."""
    if by.community_id is None or not may(by, "filing.approve"):
        return None
    lists = RollCall.objects.filter(community_id=by.community_id, state=ProposalState.PROPOSED)
    on_a_list = Exists(lists.annotate(ref=Cast("pk", TextField())).filter(ref=OuterRef("source_ref")))
    rows = _others(by, FilingState.ATTESTED).exclude(attested_by_id=by.user_id).exclude(Q(source=LIST_SOURCE) & Q(on_a_list))
    return _filings(rows, since=Coalesce("attested_at", "filed_at"))


def _to_look_into(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Deeds that the member has denied before they brought points; one that had brought some waits as a correction."""
    if by.community_id is None or not may(by, "filing.approve"):
        return None
    rows = _others(by, FilingState.DENIED).filter(points=0).exclude(attested_by_id=by.user_id)
    return _filings(rows, since="denied_at")


def _others(by: Actor, state: str) -> "QuerySet[Any, Any]":
    """Deeds of the community in that state that are not the actor's, their household's or their unit's, nor filed by them."""
    rows = Filing.objects.filter(community_id=by.community_id, state=state).exclude(filed_by_id=by.user_id)
    return rows.exclude(concerning(by, "member")).order_by("pk")


def _filings(rows: "QuerySet[Any, Any]", since: Coalesce | str) -> "QuerySet[Any, Any]":
    return told(rows, since=since, title="name", detail="member__person__name")


def _entered_for_me(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Deeds of the member that somebody else has entered lately, until they say that it was them, or was not."""
    if by.role != Role.MEMBER or by.member_id is None:
        return None
    rows = Filing.objects.filter(member_id=by.member_id, acknowledged_at=None, filed_at__gte=at - TOLD)
    rows = rows.filter(state__in=FILING_MOVES[FilingVerb.DENY].sources).filter(Q(filed_by=None) | ~Q(filed_by_id=by.user_id))
    how = Case(When(filed_by=None, then=Value("")), default=Value("entered"))
    return told(rows.order_by("pk"), since="filed_at", title="name", detail=how)


def _sent_back(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """A member's own filings that came back lately, until they say that they know, or file it again."""
    if by.role != Role.MEMBER or by.member_id is None:
        return None
    same = Filing.objects.filter(member=OuterRef("member"), rule=OuterRef("rule"), occurred_on=OuterRef("occurred_on"))
    again = same.filter(pk__gt=OuterRef("pk")).exclude(state__in=ENDED)
    rows = Filing.objects.filter(member_id=by.member_id, filed_by_id=by.user_id, state=FilingState.REJECTED, acknowledged_at=None)
    rows = rows.filter(~Exists(again), decided_at__gte=at - TOLD)
    return told(rows.order_by("pk"), since="decided_at", title="name", detail="reason")


def _mine_for_others(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """What the actor, as staff, has entered for a member and what has come back lately, until they say that they know or enter it again;
    and what the member says was not them, until that is cleared up."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "filing.file"):
        return None
    same = Filing.objects.filter(member=OuterRef("member"), rule=OuterRef("rule"), occurred_on=OuterRef("occurred_on"))
    again = same.filter(pk__gt=OuterRef("pk"))
    rows = Filing.objects.filter(community_id=by.community_id, filed_by_id=by.user_id).exclude(member__person_id=by.person_id or 0)
    back = Q(state=FilingState.REJECTED, acknowledged_at=None, decided_at__gte=at - TOLD) & ~Exists(again)
    rows = rows.filter(back | Q(state=FilingState.DENIED, denied_at__gte=at - TOLD))
    why = Case(When(state=FilingState.DENIED, then=Value("")), default="reason")
    title = Concat("member__person__name", Value(" "), "name", output_field=TextField())
    return told(rows.order_by("pk"), since=Coalesce("denied_at", "decided_at"), title=title, detail=why)


def _tell_mine_for_others(row: Row) -> Waiting:
    said = _("您替他记的，退回：%(reason)s") % {"reason": row.detail} if row.detail else _("您替他记的，本人说不是，已经冻结")
    return replace(_tell_deed(row, said, _("看一眼"), None), back=True)


def _tell_attest(row: Row) -> Waiting:
    who, link, whom = row.detail.partition("\n")
    said = _("%(who)s 申报的，请发链接给%(whom)s") if link else _("%(who)s 申报的，等人证明")
    return _tell_deed(row, said % {"who": who, "whom": whom}, _("证明"), due_after(row.since))


def _tell_approve(row: Row) -> Waiting:
    return _tell_deed(row, _("%(who)s 的，有人证明了，等您核准") % {"who": row.detail}, _("核准"), due_after(row.since))


def _tell_look_into(row: Row) -> Waiting:
    return _tell_deed(row, _("%(who)s 说“不是我”，请查清") % {"who": row.detail}, _("去查"), due_after(row.since))


def _tell_entered(row: Row) -> Waiting:
    said = _("别人替你记的，是你做的吗？") if row.detail else _("签到时记下的，是你做的吗？")
    return _tell_deed(row, said, _("看一眼"), None)


def _tell_sent_back(row: Row) -> Waiting:
    said = _("退回：%(reason)s") % {"reason": row.detail}
    return replace(_tell_deed(row, said, _("看一眼"), None), back=True)


def _tell_deed(row: Row, detail: str, verb: str, due: datetime | None) -> Waiting:
    return Waiting(title=row.title, detail=detail, verb=verb, url=reverse("deed", args=[row.id]), since=row.since, due=due)


ITEMS = (
    Source("deed-attest", _to_attest, _tell_attest),
    Source("deed-approve", _to_approve, _tell_approve),
    Source("deed-denied", _to_look_into, _tell_look_into),
    Source("deed-entered", _entered_for_me, _tell_entered),
    Source("deed-sent-back", _sent_back, _tell_sent_back),
    Source("deed-for-others", _mine_for_others, _tell_mine_for_others),
)
