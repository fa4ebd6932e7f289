"""四大岗 read: what may be claimed, who is on it, the turns, how a community is covered, and whom a branch might ask."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank.models import DutyClaim, Turn, Vacancy
from zengyi.bank.rules import Subject
from zengyi.bank.rules import duties as rules
from zengyi.bank.rules.duties import DutyState, Offer, TurnState, VacancyState
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Duty, Role, Target, allows, check, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Branch(TypedDict):
        branch_name: str | None

    _Offered = WithAnnotations[Vacancy, _Branch]

    class _Named(TypedDict):
        member_name: str
        vacancy_id: int
        vacancy_title: str
        recorder: str | None
        attester: str | None
        deed_points: int | None
        deed_state: str | None

    _Taken = WithAnnotations[Turn, _Named]

SIZE, SIZE_MOST = 20, 100
#: As many open posts and needs are looked through for whom they fit; a community has a dozen.
OFFERS_MOST, SUGGESTED_MOST = 50, 3
TURNS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A post or a need. ``claim_id``: the reader's own place on it. ``may_claim``: the reader may take a place now; else ``why_not``."""

    id: int
    duty: str
    title: str
    text: str
    timing: str
    on_day: date | None
    branch: str
    places: int
    taken: int
    state: str
    claim_id: int | None
    may_claim: bool
    why_not: str
    may_close: bool

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)

    @property
    def left(self) -> int:
        """Places that are free."""
        return self.places - self.taken

    @property
    def label(self) -> str:
        """The state in words."""
        return str(VacancyState(self.state).label)


def vacancies(
    *, by: Actor, at: datetime, state: str = VacancyState.OPEN, duty: str = "", after: int | None = None, size: int = SIZE
) -> Page[VacancyRow]:
    """What the actor's community has published, newest first; needs whose day is over are left out of the open ones. Two statements."""
    check_role(by, "duty.read")
    today = clock.local_date(at)
    rows = _vacancies(by)
    if state == VacancyState.OPEN:
        rows = rows.filter(Q(on_day=None) | Q(on_day__gte=today), state=state)
    elif state:
        rows = rows.filter(state=state)
    if duty:
        rows = rows.filter(duty=duty)
    page = cut(rows, after, max(1, min(size, SIZE_MOST)), newest_first=True)
    own = _own(by)
    return page.map(lambda row: _vacancy(row, own, by, today))


def _vacancies(by: Actor) -> "QuerySet[_Offered]":
    return Vacancy.objects.filter(community_id=by.community_id).annotate(branch_name=F("branch__name"))


@dataclass(frozen=True, slots=True)
class _Own:
    """The reader's own places: claim by vacancy, and whether one is a standing post."""

    claims: dict[int, int]
    standing: bool


def _own(by: Actor) -> _Own:
    """The reader's own places, where they act as a member. One statement."""
    if by.role != Role.MEMBER or by.member_id is None:
        return _Own({}, False)
    held = DutyClaim.objects.filter(member_id=by.member_id, state=DutyState.HELD)
    rows = list(held.values_list("vacancy_id", "pk", "standing"))
    return _Own({vacancy: pk for vacancy, pk, _standing in rows}, any(standing for _vacancy, _pk, standing in rows))


def _vacancy(row: "_Offered", own: _Own, by: Actor, today: date) -> VacancyRow:
    facts = row.facts
    why = None
    if by.role == Role.MEMBER and by.member_id is not None and by.person_id is not None:
        subject = Subject(by.member_id, by.person_id, by.household, by.units)
        in_branch = row.branch_id in (None, by.branch_id)
        holds = {"holds_this": row.pk in own.claims, "holds_post": own.standing}
        why = refusal_of(rules.check_claim, by, facts, subject, in_branch=in_branch, **holds, today=today)
    elif facts.left < 1 or not facts.is_open(today):
        why = refusal_of(rules.check_close, by, None)
    return VacancyRow(
        id=row.pk,
        duty=row.duty,
        title=row.title,
        text=row.text,
        timing=row.timing,
        on_day=row.on_day,
        branch=row.branch_name or "",
        places=row.places,
        taken=row.taken,
        state=row.state,
        claim_id=own.claims.get(row.pk),
        may_claim=may(by, "duty.claim") and why is None,
        why_not=why.sentence if why and by.role == Role.MEMBER else "",
        may_close=refusal_of(rules.check_close, by, facts) is None,
    )


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Who is on a post: since when, and how many turns they took this quarter and have ahead."""

    claim_id: int
    member_id: int
    name: str
    branch: str
    since: datetime
    turns: int
    ahead: int


def vacancy(vacancy_id: int, *, by: Actor, at: datetime) -> VacancyRow:
    """One post or need of the actor's community. Raises :class:`NotThere`. Two statements."""
    check_role(by, "duty.read")
    row = _vacancies(by).filter(pk=vacancy_id).first() if 0 < vacancy_id <= ID_MOST else None
    if row is None or not allows(by, "duty.read", Target(community_id=row.community_id)):
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return _vacancy(row, _own(by), by, clock.local_date(at))


def holders(vacancy_id: int, *, by: Actor, at: datetime) -> list[HolderRow]:
    """Who is on it: for staff everybody, for a member themselves only. One statement."""
    check_role(by, "duty.read")
    first, following = clock.quarter_bounds(clock.quarter_of(clock.local_date(at)))
    rows = DutyClaim.objects.filter(vacancy_id=vacancy_id, community_id=by.community_id, state=DutyState.HELD)
    if by.role not in COMMUNITY_ROLES:
        rows = rows.filter(member_id=by.member_id or 0)
    within = Q(turns__state__in=rules.HELPED_STATES, turns__on_day__gte=first, turns__on_day__lt=following)
    ahead = Count("turns", filter=Q(turns__state__in=rules.AHEAD_STATES))
    names = {"name": F("member__person__name"), "branch": F("member__branch__name")}
    found: list[Any] = list(rows.annotate(done=Count("turns", filter=within), ahead=ahead, **names).order_by("pk"))
    return [HolderRow(one.pk, one.member_id, one.name, one.branch, one.claimed_at, one.done, one.ahead) for one in found]


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn of duty. ``moves``: those the reader may make now; ``why_not``: why they may not attest it, where their role could."""

    id: int
    claim_id: int
    vacancy_id: int
    title: str
    duty: str
    on_day: date
    text: str
    state: str
    member_id: int
    member: str
    recorded_by: str
    recorded_at: datetime | None
    attested_by: str
    reason: str
    filing_id: int | None
    points: int | None
    filing_state: str
    moves: frozenset[str]
    why_not: str
    due: bool

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)

    @property
    def label(self) -> str:
        """The state in words."""
        return str(TurnState(self.state).label)


def turns(
    *,
    by: Actor,
    at: datetime,
    state: str = "",
    done: bool = False,
    duty: str = "",
    quarter: str = "",
    after: int | None = None,
    size: int = SIZE,
) -> Page[TurnRow]:
    """A member's own turns, or for staff those of the community, newest first; ``done``: those that were done. One statement."""
    check_role(by, "turn.read")
    rows = _turns(by)
    if state:
        rows = rows.filter(state=state)
    if done:
        rows = rows.filter(state__in=rules.HELPED_STATES)
    if duty:
        rows = rows.filter(duty=duty)
    if quarter:
        first, following = clock.quarter_bounds(quarter)
        rows = rows.filter(on_day__gte=first, on_day__lt=following)
    return cut(rows, after, max(1, min(size, SIZE_MOST)), newest_first=True).map(lambda row: _turn(row, by, at))


def turn(turn_id: int, *, by: Actor, at: datetime) -> TurnRow:
    """One turn. Raises :class:`NotThere` for whoever may not see it. One statement."""
    check_role(by, "turn.read")
    found = _turns(by).filter(pk=turn_id).first() if 0 < turn_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return _turn(found, by, at)


def _turns(by: Actor) -> "QuerySet[Any]":
    rows = Turn.objects.with_facts().filter(community_id=by.community_id)
    if by.role == Role.MEMBER:
        rows = rows.filter(member_id=by.member_id or 0)
    return rows.annotate(
        member_name=F("member__person__name"),
        vacancy_id=F("claim__vacancy_id"),
        vacancy_title=F("claim__vacancy__title"),
        recorder=Coalesce("recorded_by__person__name", "recorded_by__username"),
        attester=Coalesce("attested_by__person__name", "attested_by__username"),
        deed_points=F("filing__points"),
        deed_state=F("filing__state"),
    )


def _turn(row: "_Taken", by: Actor, at: datetime) -> TurnRow:
    facts = row.facts(at)
    today = clock.local_date(at)
    refused = {
        "record": refusal_of(rules.check_record_turn, by, facts, today=today),
        "cancel": refusal_of(rules.check_cancel_turn, by, facts),
        "attest": refusal_of(rules.check_attest_turn, by, facts),
        "return": refusal_of(rules.check_return_turn, by, facts),
    }
    told = refused["attest"] if row.state == TurnState.DONE and may(by, "turn.attest") else None
    return TurnRow(
        id=row.pk,
        claim_id=row.claim_id,
        vacancy_id=row.vacancy_id,
        title=row.vacancy_title,
        duty=row.duty,
        on_day=row.on_day,
        text=row.text,
        state=row.state,
        member_id=row.member_id,
        member=row.member_name,
        recorded_by=row.recorder or "",
        recorded_at=row.recorded_at,
        attested_by=row.attester or "",
        reason=row.reason,
        filing_id=row.filing_id,
        points=row.deed_points,
        filing_state=row.deed_state or "",
        moves=frozenset(verb for verb, refusal in refused.items() if refusal is None),
        why_not=told.sentence if told else "",
        due=row.state in rules.AHEAD_STATES and row.on_day <= today,
    )


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """What a member's own page tells: the places they hold, their latest turns, and what would fit them."""

    claims: list["OwnClaim"] = field(default_factory=list)
    turns: list[TurnRow] = field(default_factory=list)
    fits: list[VacancyRow] = field(default_factory=list)

    @property
    def post(self) -> "OwnClaim | None":
        """The standing post, if they hold one."""
        return next((one for one in self.claims if one.standing), None)


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A place that a member holds."""

    id: int
    vacancy_id: int
    duty: str
    title: str
    timing: str
    on_day: date | None
    standing: bool

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)


def own_duty(*, by: Actor, at: datetime, offered: list[VacancyRow]) -> OwnDuty:
    """A member's places and turns, and which of ``offered`` fit them best. Two statements."""
    check_role(by, "duty.read")
    if by.member_id is None:
        return OwnDuty()
    held = DutyClaim.objects.filter(member_id=by.member_id, state=DutyState.HELD).order_by("pk")
    columns = ("pk", "vacancy_id", "vacancy__duty", "vacancy__title", "vacancy__timing", "vacancy__on_day", "standing")
    claims = [OwnClaim(*row) for row in held.values_list(*columns)]
    latest = turns(by=by, at=at, size=TURNS_SHOWN).rows
    rows = {row.id: row for row in offered if row.may_claim}
    best = rules.fitting((Offer(row.id, row.duty, None) for row in rows.values()), by.duty, by.branch_id)
    return OwnDuty(claims, latest, [rows[pk] for pk in best[:SUGGESTED_MOST]])


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """The place for which a turn is put down: whose, on what."""

    id: int
    vacancy_id: int
    member_id: int
    member: str
    duty: str
    title: str
    own: bool
    may_enter: bool

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)


def claim_card(claim_id: int, *, by: Actor, at: datetime) -> ClaimCard:
    """The place, for whoever may put a turn of it down. Raises :class:`NotThere`. One statement."""
    check_role(by, "turn.enter")
    rows = DutyClaim.objects.with_facts().select_related("vacancy", "member__person").filter(community_id=by.community_id)
    row = rows.filter(pk=claim_id).first() if 0 < claim_id <= ID_MOST else None
    if row is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    facts = row.facts(at)
    check(by, "turn.enter", facts.target, sees=False)
    vacancy, own = row.vacancy, row.member_id == by.member_id
    name = row.member.person.name
    return ClaimCard(row.pk, vacancy.pk, row.member_id, name, vacancy.duty, vacancy.title, own, facts.state == DutyState.HELD)
