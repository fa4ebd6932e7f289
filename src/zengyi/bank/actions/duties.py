"""四大岗: a post or a need is published, a member claims it, takes turns, and somebody else attests each, which makes it a deed."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.bank.actions.deeds import record_deeds
from zengyi.bank.models import DutyClaim, Filing, Turn, Vacancy
from zengyi.bank.queries import rulebook
from zengyi.bank.rules import REASON_MOST, FilingState, Subject
from zengyi.bank.rules import duties as rules
from zengyi.bank.rules.duties import DutyState, TurnState, VacancyState
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor

#: Filings that a claim made and nobody has approved yet.
_WAITING = (FilingState.SUBMITTED, FilingState.ATTESTED)


@action
def publish_vacancy(
    duty: str,
    title: str,
    *,
    text: str = "",
    timing: str = "",
    places: int = 1,
    on_day: date | None = None,
    branch_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Vacancy:
    """Publish a standing post, or with ``on_day`` a need of that day, for one branch or for all. Raises :class:`Invalid` with the field."""
    community_id = by.community_id or 0
    given: dict[str, Any] = {
        "duty": duty,
        "title": title.strip(),
        "text": text.strip(),
        "timing": timing.strip(),
        "places": places,
        "on_day": on_day,
    }
    known = branch_id is None or branch_id in dict(people.branches_of(community_id))
    rules.check_publish(by, **given, branch_known=known, today=clock.local_date(at))
    made = Vacancy.objects.create(community_id=community_id, branch_id=branch_id, published_by_id=by.login_id, published_at=at, **given)
    after = {"duty": duty, "title": made.title, "places": places, "branch": branch_id, "on_day": on_day.isoformat() if on_day else None}
    audit.record("publish", "vacancy", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made


@action
def close_vacancy(vacancy_id: int, *, by: Actor, at: datetime) -> Vacancy:
    """Take nobody on any more. Whoever is on it stays until they give it up."""
    found = _vacancy(vacancy_id, by=by)
    rules.check_close(by, found.facts if found else None)
    assert found is not None
    rows = Vacancy.objects.filter(pk=found.pk, state=VacancyState.OPEN)
    if not rows.update(state=VacancyState.CLOSED, closed_by_id=by.login_id, closed_at=at):
        raise WrongState(_("这个岗已经不招人了。"))
    found.state = VacancyState.CLOSED
    audit.record("close", "vacancy", found.pk, by=by, at=at, community_id=found.community_id, after={"state": found.state})
    return found


def _vacancy(vacancy_id: int, *, by: Actor) -> Vacancy | None:
    return Vacancy.objects.filter(pk=vacancy_id, community_id=by.community_id).first() if 0 < vacancy_id <= ID_MOST else None


@action
def claim_duty(vacancy_id: int, *, member_id: int | None = None, by: Actor, at: datetime) -> DutyClaim:
    """Take a place on a post, or with a need of one day: one's own, or at the desk for ``member_id``.

    A post becomes the member's duty and, once a year, a deed under ``V01``; a day's need is planned as a turn. Places are counted by one
    conditional UPDATE: who comes when they are all taken gets :class:`WrongState`.
    """
    if member_id is None and by.role in COMMUNITY_ROLES:
        raise Invalid.on("member_id", _("请写是哪位党员。"))
    vacancy, today = _vacancy(vacancy_id, by=by), clock.local_date(at)
    whose = by.member_id if member_id is None else member_id
    subject = _subject(by.community_id or 0, whose)
    held = DutyClaim.objects.filter(member_id=whose or 0, state=DutyState.HELD).values_list("vacancy_id", "standing")
    holds = dict(held)
    of_branch = vacancy is None or vacancy.branch_id is None or whose in people.members_in(vacancy.branch_id, [whose or 0])
    facts = vacancy.facts if vacancy else None
    asked = {"in_branch": of_branch, "holds_this": vacancy_id in holds, "holds_post": True in holds.values()}
    rules.check_claim(by, facts, subject, **asked, today=today)
    assert vacancy is not None
    assert subject is not None
    standing = vacancy.on_day is None
    free = Vacancy.objects.filter(pk=vacancy.pk, state=VacancyState.OPEN, taken__lt=F("places"))
    if not free.update(taken=F("taken") + 1):
        raise WrongState(rules.full())
    made = DutyClaim(vacancy=vacancy, community_id=vacancy.community_id, member_id=subject.member_id, standing=standing)
    made.claimed_by_id, made.claimed_at = by.login_id, at
    try:
        made.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(_("已经认领过一个了，请刷新看看。")) from twice
    if standing:
        _take_post(vacancy, subject.member_id, by=by, at=at)
    else:
        _plan_need(made, by=by, at=at)
    after = {"vacancy": vacancy.pk, "duty": vacancy.duty, "member": subject.member_id, "standing": standing}
    audit.record("claim", "duty", made.pk, by=by, at=at, community_id=vacancy.community_id, after=after)
    return made


def _subject(community_id: int, member_id: int | None) -> Subject | None:
    """The member as the guards know them; nobody outside the community."""
    found = people.party(community_id, member_id=member_id) if member_id is not None and 0 < member_id <= ID_MOST else None
    if found is None or found.member_id is None or found.person_id is None:
        return None
    return Subject(found.member_id, found.person_id, found.household, found.units)


@in_action
def _take_post(vacancy: Vacancy, member_id: int, *, by: Actor, at: datetime) -> None:
    """The post is the member's duty, and once a year a deed."""
    people_actions.take_duty(member_id, vacancy.duty, community_id=vacancy.community_id)
    today = clock.local_date(at)
    if rulebook(vacancy.community_id).in_force(rules.CLAIM_RULE, today) is None:
        return
    text = f"{vacancy.get_duty_display()} · {vacancy.title}"
    record_deeds(
        rules.CLAIM_RULE,
        {member_id: 1},
        today,
        rules.CLAIM_SOURCE,
        str(today.year),
        text=text,
        community_id=vacancy.community_id,
        by=by,
        at=at,
    )


@in_action
def _plan_need(claim: DutyClaim, *, by: Actor, at: datetime) -> None:
    vacancy = claim.vacancy
    assert vacancy.on_day is not None
    turn = Turn(claim=claim, community_id=claim.community_id, member_id=claim.member_id, duty=vacancy.duty, on_day=vacancy.on_day)
    turn.state, turn.text, turn.entered_by_id, turn.entered_at = TurnState.PLANNED, vacancy.title, by.login_id, at
    turn.save(force_insert=True)


def _claim(claim_id: int, *, by: Actor) -> DutyClaim | None:
    rows = DutyClaim.objects.with_facts().select_related("vacancy").filter(community_id=by.community_id)
    return rows.filter(pk=claim_id).first() if 0 < claim_id <= ID_MOST else None


@action
def give_up_duty(claim_id: int, *, reason: str = "", by: Actor, at: datetime) -> DutyClaim:
    """Give a place up, so that somebody else can take it. Turns ahead are called off; what was done stays done.

    The deed under ``V01`` that the claim made is taken back while nobody has approved it.
    """
    claim = _claim(claim_id, by=by)
    rules.check_give_up(by, claim.facts(at) if claim else None)
    assert claim is not None
    why = reason.strip()[:REASON_MOST]
    held = DutyClaim.objects.filter(pk=claim.pk, state=DutyState.HELD)
    if not held.update(state=DutyState.ENDED, ended_at=at, reason=why):
        raise WrongState(_("这个岗已经放下了。"))
    Vacancy.objects.filter(pk=claim.vacancy_id, taken__gt=0).update(taken=F("taken") - 1)
    Turn.objects.filter(claim=claim, state__in=rules.AHEAD_STATES).update(state=TurnState.CANCELLED, reason=why)
    if claim.standing:
        people_actions.take_duty(claim.member_id, "", community_id=claim.community_id)
        made = Filing.objects.filter(member_id=claim.member_id, source=rules.CLAIM_SOURCE, state__in=_WAITING)
        made.update(state=FilingState.WITHDRAWN, reason=_("岗位放下了"))
    claim.state = DutyState.ENDED
    after = {"state": claim.state, "member": claim.member_id}
    audit.record("give-up", "duty", claim.pk, by=by, at=at, community_id=claim.community_id, after=after, reason=why)
    return claim


@action
def enter_turn(claim_id: int, on_day: date, *, text: str = "", by: Actor, at: datetime) -> Turn:
    """Plan a turn of duty, or put down one that was done; see :func:`zengyi.bank.rules.duties.check_enter_turn` for which.

    Raises :class:`WrongState` for a second turn of the same claim on one day.
    """
    claim, said = _claim(claim_id, by=by), text.strip()
    ahead = Turn.objects.filter(claim_id=claim.pk, state__in=rules.AHEAD_STATES).count() if claim else 0
    facts = claim.facts(at) if claim else None
    state = rules.check_enter_turn(by, facts, on_day=on_day, text=said, planned=ahead, today=clock.local_date(at))
    assert claim is not None
    turn = Turn(claim=claim, community_id=claim.community_id, member_id=claim.member_id, duty=claim.vacancy.duty, on_day=on_day, text=said)
    turn.state, turn.entered_by_id, turn.entered_at = state, by.login_id, at
    if state == TurnState.DONE:
        turn.recorded_by_id, turn.recorded_at = by.login_id, at
    try:
        turn.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(_("这一天已经有一班了，请看那一班。")) from twice
    verb = "plan" if state == TurnState.PLANNED else "record"
    after = {"state": str(state), "duty": turn.duty, "on_day": on_day.isoformat(), "member": turn.member_id}
    audit.record(verb, "turn", turn.pk, by=by, at=at, community_id=turn.community_id, after=after)
    return turn


def _turn(turn_id: int, *, by: Actor) -> Turn | None:
    rows = Turn.objects.with_facts().select_related("claim__vacancy").filter(community_id=by.community_id)
    return rows.filter(pk=turn_id).first() if 0 < turn_id <= ID_MOST else None


def _move(turn: Turn | None, verb: str, target: TurnState, changes: dict[str, Any], *, reason: str = "", by: Actor, at: datetime) -> Turn:
    """Write the move, unless somebody else was faster, and the event. The guard has been asked."""
    if turn is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    if not Turn.objects.filter(pk=turn.pk, state=turn.state).update(state=target, **changes):
        raise WrongState(rules.moved_on())
    turn.state = target
    for name, value in changes.items():
        setattr(turn, name, value)
    after = {"state": str(target), "member": turn.member_id}
    audit.record(verb, "turn", turn.pk, by=by, at=at, community_id=turn.community_id, after=after, reason=reason)
    return turn


@action
def record_turn(turn_id: int, text: str, *, by: Actor, at: datetime) -> Turn:
    """Say that a planned turn was done, and what; or put right one that came back."""
    turn, said = _turn(turn_id, by=by), text.strip()
    rules.check_record_turn(by, turn.facts(at) if turn else None, today=clock.local_date(at), text=said)
    changes = {"text": said, "recorded_by_id": by.login_id, "recorded_at": at, "reason": ""}
    return _move(turn, "record", TurnState.DONE, changes, by=by, at=at)


@action
def cancel_turn(turn_id: int, *, reason: str = "", by: Actor, at: datetime) -> Turn:
    """Call a turn off that lies ahead, or let go of one that came back."""
    turn, why = _turn(turn_id, by=by), reason.strip()[:REASON_MOST]
    rules.check_cancel_turn(by, turn.facts(at) if turn else None)
    return _move(turn, "cancel", TurnState.CANCELLED, {"reason": why}, reason=why, by=by, at=at)


@action
def attest_turn(turn_id: int, *, by: Actor, at: datetime) -> Turn:
    """Say that the turn was done. It becomes a deed under the rule of that day, which a third person approves.

    A deed that the member has filed themselves of that day stands for it: then none is made.
    """
    turn = _turn(turn_id, by=by)
    rules.check_attest_turn(by, turn.facts(at) if turn else None)
    assert turn is not None
    changes = {"attested_by_id": by.login_id, "attested_at": at, "filing_id": _deed(turn, by=by, at=at)}
    return _move(turn, "attest", TurnState.ATTESTED, changes, by=by, at=at)


@in_action
def _deed(turn: Turn, *, by: Actor, at: datetime) -> int | None:
    if rulebook(turn.community_id).in_force(rules.TURN_RULE, turn.on_day) is None:
        return None
    said = f"{turn.get_duty_display()} · {turn.text}"
    given: dict[str, Any] = {"text": said, "told_by": turn.recorded_by_id, "community_id": turn.community_id, "by": by, "at": at}
    made = record_deeds(rules.TURN_RULE, {turn.member_id: 1}, turn.on_day, rules.TURN_SOURCE, str(turn.pk), **given)
    return made[0] if made else None


@action
def return_turn(turn_id: int, reason: str, *, by: Actor, at: datetime) -> Turn:
    """Send a turn back to be put right, with a reason that the member can read."""
    turn, why = _turn(turn_id, by=by), reason.strip()
    rules.check_return_turn(by, turn.facts(at) if turn else None)
    if not 2 <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写清楚原因，2 到 200 字，对方看得到。"))
    return _move(turn, "return", TurnState.RETURNED, {"reason": why}, reason=why, by=by, at=at)
