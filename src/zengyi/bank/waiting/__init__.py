"""What of this package waits for somebody: deeds, what is proposed, quarters to close, objections, turns of duty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Appraisal, AppraisalLine, Correction, Objection, Quarter, RollCall, RuleVersion, TierVersion, Turn
from zengyi.bank.queries import past_quarters
from zengyi.bank.rules import (
    UNANSWERED,
    ObjectionState,
    ProposalState,
    QuarterState,
    RuleState,
    end_of,
    prepare_due,
    publish_due,
    seal_due,
)
from zengyi.bank.rules.appraisals import AppraisalState
from zengyi.bank.rules.duties import AHEAD_STATES, TurnState
from zengyi.bank.waiting import deeds, third
from zengyi.core import clock
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.people import queries as people
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, Role, may


def _roll_calls(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(RollCall.objects.all(), "points.decide", by, at)
    return rows if rows is None else told(rows, since="proposed_at", title="branch__name", detail="proposed_by__person__name")


def _corrections(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(Correction.objects.all(), "points.decide", by, at)
    if rows is None:
        return None
    rows = rows.exclude(people.concerning(by, "posting__credit__member", "posting__credit__organisation"))
    return told(rows, since="proposed_at", title="posting__memo", detail="reason")


def _rules(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(RuleVersion.objects.all(), "rules.decide", by, at, RuleState.PROPOSED)
    return rows if rows is None else told(rows, since="proposed_at", title="name", detail="why")


def _tiers(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(TierVersion.objects.all(), "rules.decide", by, at, RuleState.PROPOSED)
    return rows if rows is None else told(rows, since="proposed_at", title=Cast("from_year", TextField()), detail="why")


def _proposed(
    rows: "QuerySet[Any, Any]", verb: str, by: Actor, at: datetime, state: str = ProposalState.PROPOSED
) -> "QuerySet[Any, Any] | None":
    """Those of the community to which the actor is a second person; nothing for those who decide nothing."""
    if by.community_id is None or not may(by, verb):
        return None
    rows = rows.filter(community_id=by.community_id, state=state).exclude(people.tied_to(by, "proposed_by_id", at))
    return rows.order_by("proposed_at", "pk")


def _tell_roll_call(row: Row) -> Waiting:
    detail = _("%(name)s 交来，等您审核") % {"name": row.detail} if row.detail else _("等您审核")
    return _tell(row, _("点名册：%(branch)s") % {"branch": row.title}, detail, reverse("roll-call", args=[row.id]))


def _tell_correction(row: Row) -> Waiting:
    return _tell(row, _("冲销：%(memo)s") % {"memo": row.title}, row.detail, reverse("corrections"))


def _tell_rule(row: Row) -> Waiting:
    return _tell(row, _("改规则：%(name)s") % {"name": row.title}, row.detail, reverse("rule-proposal", args=[row.id]))


def _tell_tiers(row: Row) -> Waiting:
    return _tell(row, _("改评议的分档：%(year)s 年起") % {"year": row.title}, row.detail, reverse("tier-version", args=[row.id]))


def _tell(row: Row, title: str, detail: str, url: str) -> Waiting:
    return Waiting(title=title, detail=detail, verb=_("审核"), url=url, since=row.since)


def _at(moment: datetime) -> Cast:
    """A moment of our own as a column, typed: a union of rows would otherwise take it for a text."""
    return Cast(Value(moment), DateTimeField())


def _to_tally(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Quarters that are over and that nobody has begun to close, in a community that had accounts by then."""
    return _quarters(by, at, "quarter.prepare", _not_begun)


def _to_prepare(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    def tallied(by: Actor, first: date, last: date) -> "QuerySet[Any, Any]":
        return _in_state(by, first, QuarterState.TALLIED, end_of(prepare_due(last)))

    return _quarters(by, at, "quarter.prepare", tallied)


def _to_publish(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    def prepared(by: Actor, first: date, last: date) -> "QuerySet[Any, Any]":
        return _in_state(by, first, QuarterState.PREPARED, end_of(publish_due(last)))

    return _quarters(by, at, "quarter.publish", prepared)


def _quarters(by: Actor, at: datetime, verb: str, rows: "Callable[[Actor, date, date], QuerySet[Any, Any]]") -> "QuerySet[Any, Any] | None":
    """``rows`` for each of the last quarters: their deadlines are working days, which the database does not know."""
    if by.community_id is None or not may(by, verb):
        return None
    parts = []
    for first in reversed(past_quarters(clock.local_date(at))):
        last = clock.quarter_bounds(clock.quarter_of(first))[1] - timedelta(days=1)
        parts.append(rows(by, first, last))
    return parts[0].union(*parts[1:], all=True)


def _not_begun(by: Actor, first: date, last: date) -> "QuerySet[Any, Any]":
    quarter, over, due = clock.quarter_of(first), end_of(last), end_of(prepare_due(last))
    begun = Quarter.objects.filter(community=OuterRef("community"), quarter=quarter).exclude(state=QuarterState.OPEN)
    oldest = Account.objects.filter(community_id=by.community_id).order_by("pk").values("pk")[:1]
    rows = Account.objects.filter(pk__in=oldest, opened_at__lt=over).filter(~Exists(begun))
    return told(rows.order_by(), since=_at(over), due=_at(due), title=Value(quarter, TextField()))


def _in_state(by: Actor, first: date, state: QuarterState, due: datetime) -> "QuerySet[Any, Any]":
    rows = Quarter.objects.filter(community_id=by.community_id, quarter=clock.quarter_of(first), state=state)
    if state == QuarterState.PREPARED:
        rows = rows.exclude(prepared_by_id=by.user_id)
    return told(rows.order_by(), since="tallied_at" if state == QuarterState.TALLIED else "prepared_at", due=_at(due), title="quarter")


def _to_seal(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Quarters whose days for objections are over, every objection answered."""
    if by.community_id is None or not may(by, "quarter.seal"):
        return None
    rows = Quarter.objects.filter(
        community_id=by.community_id, state=QuarterState.PUBLISHED, objections_until__lt=clock.local_date(at)
    ).exclude(Q(prepared_by_id=by.user_id) | Exists(Objection.objects.filter(quarter=OuterRef("pk"), state__in=UNANSWERED)))
    return told(rows.order_by("quarter"), since="published_at", title="quarter", detail=Cast("objections_until", TextField()))


def _tell_tally(row: Row) -> Waiting:
    return _tell_quarter(row, _("这一季过完了，还没有核对"), _("去收季"))


def _tell_prepare(row: Row) -> Waiting:
    return _tell_quarter(row, _("核对过了，还没有交审核"), _("去准备"))


def _tell_publish(row: Row) -> Waiting:
    return _tell_quarter(row, _("准备好了，等另一位审核公示"), _("审核"))


def _tell_seal(row: Row) -> Waiting:
    until = date.fromisoformat(row.detail)
    return replace(_tell_quarter(row, _("公示期满，没有要答的异议，等封存"), _("封存")), since=end_of(until), due=end_of(seal_due(until)))


def _tell_quarter(row: Row, detail: str, verb: str) -> Waiting:
    title = _("收季：%(quarter)s") % {"quarter": spoken_quarter(row.title)}
    return Waiting(title=title, detail=detail, verb=verb, url=reverse("closing", args=[row.title]), since=row.since, due=row.due)


def _objections(by: Actor, verb: str) -> "QuerySet[Objection] | None":
    """Objections in the actor's community that are not their own."""
    if by.community_id is None or not may(by, verb):
        return None
    rows = Objection.objects.filter(quarter__community_id=by.community_id)
    return rows if by.person_id is None else rows.exclude(person_id=by.person_id)


def _to_answer(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _objections(by, "quarter.answer")
    if rows is None:
        return None
    rows = rows.filter(state=ObjectionState.OPEN).order_by("answer_due", "pk")
    return told(rows, since="raised_at", title="quarter__quarter", detail=_with_day("answer_due"))


def _to_review(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _objections(by, "quarter.review")
    if rows is None:
        return None
    rows = rows.filter(state=ObjectionState.CONTESTED).exclude(people.tied_to(by, "answered_by_id", at)).order_by("review_due", "pk")
    return told(rows, since="contested_at", title="quarter__quarter", detail=_with_day("review_due"))


def _to_tell(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Answers to those who objected by phone or on paper: somebody has to tell them."""
    rows = _objections(by, "quarter.answer")
    if rows is None:
        return None
    rows = rows.filter(state__in=_SAID, told_at=None, person=None).order_by("answered_at", "pk")
    return told(rows, since=Coalesce("reviewed_at", "answered_at"), title="quarter__quarter", detail="who")


def _to_read(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Answers to what the actor objected to."""
    if by.person_id is None or not may(by, "quarter.contest"):
        return None
    rows = Objection.objects.filter(person_id=by.person_id, state__in=_SAID, told_at=None).order_by("answered_at", "pk")
    return told(rows, since=Coalesce("reviewed_at", "answered_at"), title="quarter__quarter", detail="state")


_SAID = (ObjectionState.ANSWERED, ObjectionState.REVIEWED)


def _with_day(column: str) -> Concat:
    """The objection's number and the day on which it is due, as one text."""
    return Concat(Cast("number", TextField()), Value(" "), Cast(column, TextField()), output_field=TextField())


def _tell_answer(row: Row) -> Waiting:
    return _tell_due(row, _("等社区答复"), _("答复"))


def _tell_review(row: Row) -> Waiting:
    return _tell_due(row, _("不认可答复，等另一位复核"), _("复核"))


def _tell_due(row: Row, detail: str, verb: str) -> Waiting:
    number, _space, day = row.detail.partition(" ")
    title = _("异议 %(number)s：%(quarter)s") % {"number": number, "quarter": spoken_quarter(row.title)}
    due = end_of(date.fromisoformat(day))
    return Waiting(title=title, detail=detail, verb=verb, url=reverse("objection", args=[row.id]), since=row.since, due=due)


def _tell_tell(row: Row) -> Waiting:
    title = _("异议有答复了：%(quarter)s") % {"quarter": spoken_quarter(row.title)}
    detail = _("请告诉%(who)s") % {"who": row.detail}
    return Waiting(title=title, detail=detail, verb=_("去告诉"), url=reverse("objection", args=[row.id]), since=row.since)


def _tell_read(row: Row) -> Waiting:
    title = _("异议有答复了：%(quarter)s") % {"quarter": spoken_quarter(row.title)}
    detail = _("复核过了，请您看一眼") if row.detail == ObjectionState.REVIEWED else _("答复了，请您看一眼；不认可可以要求复核")
    return Waiting(title=title, detail=detail, verb=_("看一眼"), url=reverse("objection", args=[row.id]), since=row.since)


def _turns(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Turns of duty that the actor may attest: neither put down by them, nor their own, their household's or their unit's."""
    if by.community_id is None or not may(by, "turn.attest"):
        return None
    rows = Turn.objects.filter(community_id=by.community_id, state=TurnState.DONE)
    rows = rows.exclude(people.tied_to(by, "recorded_by_id", at)).exclude(people.concerning(by, "member"))
    return told(rows.order_by("recorded_at", "pk"), since="recorded_at", title="member__person__name", detail="text")


def _turns_due(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """A member's own turns whose day has come, and those that came back."""
    if by.role != Role.MEMBER or by.member_id is None:
        return None
    rows = Turn.objects.filter(member_id=by.member_id, on_day__lte=clock.local_date(at), state__in=AHEAD_STATES)
    return told(rows.order_by("entered_at", "pk"), since="entered_at", title="claim__vacancy__title", detail="reason")


def _tell_turn(row: Row) -> Waiting:
    title = _("履岗：%(name)s") % {"name": row.title}
    return Waiting(title=title, detail=row.detail, verb=_("证明"), url=reverse("turn", args=[row.id]), since=row.since)


def _tell_turn_due(row: Row) -> Waiting:
    detail = row.detail or _("到日子了，做完来记一句")
    title = _("该你的一班：%(title)s") % {"title": row.title}
    return Waiting(title=title, detail=detail, verb=_("记一班"), url=reverse("turn", args=[row.id]), since=row.since, back=bool(row.detail))


def _appraisals(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """What branch meetings decided, put down by somebody else, about others than the actor, their household and their unit."""
    lines = AppraisalLine.objects.filter(appraisal=OuterRef("pk"))
    others = Appraisal.objects.filter(~people.is_concerned(lines, by, "member"))
    rows = _proposed(others, "appraisal.decide", by, at, AppraisalState.PROPOSED)
    return rows if rows is None else told(rows, since="proposed_at", title="branch__name", detail=Cast("year", TextField()))


def _tell_appraisal(row: Row) -> Waiting:
    detail = _("%(year)s 年，支部大会定了，等您审核") % {"year": row.detail}
    return _tell(row, _("评议：%(branch)s") % {"branch": row.title}, detail, reverse("appraisal", args=[row.id]))


ITEMS = (
    *deeds.ITEMS,
    Source("roll-call", _roll_calls, _tell_roll_call),
    Source("correction", _corrections, _tell_correction),
    Source("rule", _rules, _tell_rule),
    Source("tiers", _tiers, _tell_tiers),
    *third.ITEMS,
    Source("quarter-tally", _to_tally, _tell_tally),
    Source("quarter-prepare", _to_prepare, _tell_prepare),
    Source("quarter-publish", _to_publish, _tell_publish),
    Source("quarter-seal", _to_seal, _tell_seal),
    Source("objection-answer", _to_answer, _tell_answer),
    Source("objection-review", _to_review, _tell_review),
    Source("objection-tell", _to_tell, _tell_tell),
    Source("objection-read", _to_read, _tell_read),
    Source("appraisal", _appraisals, _tell_appraisal),
    Source("turn", _turns, _tell_turn),
    Source("turn-due", _turns_due, _tell_turn_due),
)
