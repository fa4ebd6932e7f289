"""Objections to a published quarter, as the desk and whoever raised them see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import Objection, Quarter
from zengyi.bank.rules import (
    ObjectionChannel,
    ObjectionFacts,
    ObjectionState,
    QuarterState,
    check_answer,
    check_contest,
    check_review,
    check_tell,
)
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Columns(TypedDict):
        answerer_made: MakerRows

    _WithAnswerer = WithAnnotations[Objection, _Columns]

#: A quarter's texts are long, and nobody reads them here.
_TEXTS = ("quarter__statement", "quarter__inside")


@dataclass(frozen=True, slots=True)
class FoundObjection:
    """An objection's row and what its guards look at."""

    objection: Objection
    facts: ObjectionFacts


def objection_row(objection_id: int, *, by: Actor, at: datetime) -> FoundObjection:
    """The objection. Raises :class:`NotThere` when it is unknown, or outside what the actor may know of."""
    rows = _with_answerer(Objection.objects.select_related("quarter__community", "person").defer(*_TEXTS))
    found = rows.filter(pk=objection_id).first() if 0 < objection_id <= ID_MOST else None
    if found is None:
        if not by.signed_in:
            check_role(by, "quarter.contest")
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return FoundObjection(found, objection_facts(found, at))


def _with_answerer(rows: "QuerySet[Objection]") -> "QuerySet[Any]":
    """Objections with the makers of the login that answered; :func:`objection_facts` reads them."""
    return rows.annotate(answerer_made=people.makers_of("answered_by_id"))


def objection_facts(row: Objection, at: datetime) -> ObjectionFacts:
    quarter, read = row.quarter, cast("_WithAnswerer", row)
    return ObjectionFacts(
        community_id=quarter.community_id,
        path=quarter.community.path,
        state=ObjectionState(row.state),
        quarter_state=QuarterState(quarter.state),
        person_id=row.person_id,
        recorded_by=row.recorded_by_id,
        answerer=people.first_person(row.answered_by_id, read.answerer_made, at),
        told=row.told_at is not None,
    )


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection as the desk and its objector see it."""

    id: int
    quarter: str
    community_id: int
    number: int
    who: str
    channel: str
    text: str
    state: str
    raised_at: datetime
    answer_due: date
    answer: str
    public: str
    answered_at: datetime | None
    review_due: date | None
    review: str
    reviewed_at: datetime | None
    may_answer: bool
    may_contest: bool
    may_review: bool
    may_tell: bool
    is_mine: bool

    @property
    def label(self) -> str:
        """The state in words."""
        return str(ObjectionState(self.state).label)

    @property
    def channel_label(self) -> str:
        """How it came, in words."""
        return str(ObjectionChannel(self.channel).label)


def objection(objection_id: int, *, by: Actor, at: datetime) -> ObjectionRow:
    """An objection, for the staff of its community and for whoever raised it; :class:`NotThere` for everybody else."""
    row = objection_row(objection_id, by=by, at=at)
    check(by, "quarter.contest", row.facts.target, sees=False)
    return objection_seen(row.objection, by, at)


def objections_to(quarter: Quarter, by: Actor, at: datetime) -> list[ObjectionRow]:
    """All objections to a quarter for its community's staff, the newest first. One statement."""
    rows = _with_answerer(quarter.objections.select_related("quarter__community", "person")).defer(*_TEXTS).order_by("-number")
    return [objection_seen(one, by, at) for one in rows]


def my_objections(community_id: int, quarter: str, *, by: Actor, at: datetime) -> list[ObjectionRow]:
    """The actor's own objections to a quarter. One statement; none for whoever cannot have any."""
    if by.person_id is None:
        return []
    rows = _with_answerer(Objection.objects.filter(person_id=by.person_id, quarter__community_id=community_id, quarter__quarter=quarter))
    return [objection_seen(one, by, at) for one in rows.select_related("quarter__community", "person").defer(*_TEXTS).order_by("-number")]


def objection_seen(row: Objection, by: Actor, at: datetime) -> ObjectionRow:
    facts = objection_facts(row, at)
    return ObjectionRow(
        id=row.pk,
        quarter=row.quarter.quarter,
        community_id=row.quarter.community_id,
        number=row.number,
        who=row.who or (row.person.name if row.person else ""),
        channel=row.channel,
        text=row.text,
        state=row.state,
        raised_at=row.raised_at,
        answer_due=row.answer_due,
        answer=row.answer,
        public=row.public,
        answered_at=row.answered_at,
        review_due=row.review_due,
        review=row.review,
        reviewed_at=row.reviewed_at,
        may_answer=refusal_of(check_answer, by, facts) is None,
        may_contest=refusal_of(check_contest, by, facts) is None,
        may_review=refusal_of(check_review, by, facts) is None,
        may_tell=refusal_of(check_tell, by, facts) is None,
        is_mine=row.person_id is not None and row.person_id == by.person_id,
    )
