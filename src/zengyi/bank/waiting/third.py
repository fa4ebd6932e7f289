"""What nobody in its community may decide: the district's people find it among what waits for them, and send somebody for a day."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank.models import Appraisal, Correction, Filing, Objection, Quarter, RollCall, RuleVersion, TierVersion
from zengyi.bank.rules import FilingState, ObjectionState, ProposalState, QuarterState, RuleState
from zengyi.bank.rules.appraisals import AppraisalState
from zengyi.people import queries as people
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, scopes

Rows = QuerySet[Any, Any]


def _third(rows: Rows, verb: str, by: Actor, at: datetime, *, since: str, first: str | Sequence[str], of: str = "", but: str = "") -> Rows:
    """Those of ``rows`` to which nobody is a second person who could do ``verb`` in their community.

    ``first``: the columns with the logins that have had a hand in it; ``of``: the way from a row to what has a community, as ``quarter__``;
    ``but``: the column of the person whose own it is.
    """
    roles = [role for role in COMMUNITY_ROLES if scopes(role, verb)]
    alone = ~people.has_second(first, roles, at, but=but, place=f"{of}community_id")
    here = {f"{of}community__path__startswith": by.place_path}
    return told(rows.filter(alone, **here).order_by(since, "pk"), since=since, title=f"{of}community__name")


def _proposed(rows: Rows, verb: str, state: str) -> "Callable[[Actor, datetime], Rows | None]":
    """What one person has proposed and another one decides on."""

    def waits(by: Actor, at: datetime) -> Rows | None:
        return _third(rows.filter(state=state), verb, by, at, since="proposed_at", first="proposed_by_id") if _asked(by) else None

    return waits


def _asked(by: Actor) -> bool:
    return by.role == Role.DISTRICT and bool(by.place_path)


def _to_attest(by: Actor, at: datetime) -> Rows | None:
    """Deeds that nobody there may vouch for."""
    if not _asked(by):
        return None
    rows = Filing.objects.filter(state=FilingState.SUBMITTED)
    return _third(rows, "filing.attest", by, at, since="filed_at", first="filed_by_id", but="member__person_id")


def _to_approve(by: Actor, at: datetime) -> Rows | None:
    """Deeds that nobody there may approve, as where the only secretary has done it herself, or has attested it."""
    if not _asked(by):
        return None
    rows = Filing.objects.filter(state=FilingState.ATTESTED)
    hands = ("filed_by_id", "attested_by_id")
    return _third(rows, "filing.approve", by, at, since="filed_at", first=hands, but="member__person_id")


def _to_review(by: Actor, at: datetime) -> Rows | None:
    """Answers to objections that nobody there may review."""
    if not _asked(by):
        return None
    rows = Objection.objects.filter(state=ObjectionState.CONTESTED)
    first, of = "answered_by_id", "quarter__"
    return _third(rows, "quarter.review", by, at, since="contested_at", first=first, of=of, but="person_id")


def _to_publish(by: Actor, at: datetime) -> Rows | None:
    """Quarters that nobody there may publish, as whoever could has put them forward."""
    if not _asked(by):
        return None
    rows = Quarter.objects.filter(state=QuarterState.PREPARED)
    return _third(rows, "quarter.publish", by, at, since="prepared_at", first="prepared_by_id")


def _to_seal(by: Actor, at: datetime) -> Rows | None:
    """Quarters that nobody there may seal."""
    if not _asked(by):
        return None
    rows = Quarter.objects.filter(state=QuarterState.PUBLISHED)
    return _third(rows, "quarter.seal", by, at, since="published_at", first="prepared_by_id")


def _tell(row: Row) -> Waiting:
    detail = _("有一件事在那里没有第二个人能审核，请派一位代班一天")
    return Waiting(title=row.title, detail=detail, verb=_("派人代班"), url=reverse("stand-in"), since=row.since)


ITEMS = (
    Source("third-roll-call", _proposed(RollCall.objects.all(), "points.decide", ProposalState.PROPOSED), _tell),
    Source("third-correction", _proposed(Correction.objects.all(), "points.decide", ProposalState.PROPOSED), _tell),
    Source("third-rule", _proposed(RuleVersion.objects.all(), "rules.decide", RuleState.PROPOSED), _tell),
    Source("third-tiers", _proposed(TierVersion.objects.all(), "rules.decide", RuleState.PROPOSED), _tell),
    Source("third-appraisal", _proposed(Appraisal.objects.all(), "appraisal.decide", AppraisalState.PROPOSED), _tell),
    Source("third-deed-attest", _to_attest, _tell),
    Source("third-deed-approve", _to_approve, _tell),
    Source("third-review", _to_review, _tell),
    Source("third-publish", _to_publish, _tell),
    Source("third-seal", _to_seal, _tell),
)
