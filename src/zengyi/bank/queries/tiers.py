"""A community's tiers for the year's appraisal: those of a year, those to come, and those that wait for a second person."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import TierVersion
from zengyi.bank.queries.deciders import Deciders
from zengyi.bank.rules import RuleState
from zengyi.bank.rules import tiers as rules
from zengyi.bank.rules.appraisals import TierLevel, tiers_of
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.people import queries as people
from zengyi.people.rules import Actor, FirstPerson, Target, check, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Columns(TypedDict):
        made: MakerRows

    _Read = WithAnnotations[TierVersion, _Columns]

LISTED_MOST = 20
#: Years that can be asked for.
YEARS = (2000, 2999)


def tiers_for(community_id: int, year: int) -> tuple[TierLevel, ...]:
    """The tiers a year is held against in a community, the highest first. One statement."""
    own = TierVersion.objects.filter(community_id=community_id, state=RuleState.ADOPTED, from_year__lte=year)
    found = own.order_by("-from_year", "-decided_at", "-pk").first()
    return tiers_of(year, levels_of(found) if found else ())


def tiers_in(community_id: int, year: int, *, by: Actor) -> tuple[TierLevel, ...]:
    """The same for whoever may read the rules of the community. Raises :class:`NotThere` for an unknown one. Two statements."""
    card = people.community(community_id)
    check(by, "rules.read", Target(community_id=card.id, path=card.path), sees=False)
    if not YEARS[0] <= year <= YEARS[1]:
        raise NotThere(_("没有这一年。"))
    return tiers_for(card.id, year)


def levels_of(row: TierVersion) -> tuple[TierLevel, ...]:
    """The tiers of a version, the highest first."""
    return tuple(TierLevel(tier, getattr(row, tier.lower())) for tier in rules.POINTED)


@dataclass(frozen=True, slots=True)
class ProposedTiers:
    """Tiers that somebody proposes or has proposed, beside those that hold for the year before. ``first`` as guards need it."""

    id: int
    levels: tuple[TierLevel, ...]
    from_year: int
    why: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    reason: str
    first: FirstPerson
    makers: list[people.Maker]
    why_not: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(RuleState(self.state).label)

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.state == RuleState.PROPOSED


def tier_versions(*, by: Actor, at: datetime) -> list[ProposedTiers]:
    """The community's own, newest first. One statement."""
    check_role(by, "rules.propose")
    return [_proposed(row, by, at) for row in _versions(by).order_by("-pk")[:LISTED_MOST]]


def tier_version(version_id: int, *, by: Actor, at: datetime) -> ProposedTiers:
    """One of them. Raises :class:`NotThere` outside the actor's community. One statement."""
    check_role(by, "rules.propose")
    found = _versions(by).filter(pk=version_id).first() if 0 < version_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return _proposed(found, by, at)


def _versions(by: Actor) -> "QuerySet[_Read]":
    rows = TierVersion.objects.filter(community_id=by.community_id).select_related("proposed_by__person")
    return rows.annotate(made=people.makers_told("proposed_by_id"))


def _proposed(row: "_Read", by: Actor, at: datetime) -> ProposedTiers:
    person = row.proposed_by.person
    first = people.first_person(row.proposed_by_id, row.made, at)
    return ProposedTiers(
        id=row.pk,
        levels=levels_of(row),
        from_year=row.from_year,
        why=row.why,
        state=row.state,
        proposed_by=person.name if person else row.proposed_by.username,
        proposed_by_id=row.proposed_by_id,
        proposed_at=row.proposed_at,
        reason=row.reason,
        first=first,
        makers=people.told(row.made),
        why_not=_refused(by, row.state, row.from_year, first, at),
    )


def _refused(by: Actor, state: str, from_year: int, first: FirstPerson, at: datetime) -> str:
    """Why somebody does not decide; empty when they may."""
    refused = refusal_of(
        rules.check_decide_tiers,
        by,
        proposed_by=first,
        state=state,
        from_year=from_year,
        this_year=clock.year_of(at),
        approve=False,
    )
    return refused.sentence if refused else ""


def tier_deciders(found: ProposedTiers, *, by: Actor, at: datetime) -> Deciders:
    """Who of the community's staff may decide, by name. One statement."""
    staff = people.staff_of(by.community_id or 0, at=at)
    return Deciders(tuple(one.name for one in staff if not _refused(one, found.state, found.from_year, found.first, at)))
