"""A project's way: proposed, ranked, planned in lots and milestones, begun, inspected, shown."""

from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _

from zengyi.core import audit, clock, search
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.people import queries as people
from zengyi.people.rules import Actor
from zengyi.works.actions import photos as files_of
from zengyi.works.models import Lot, Milestone, MilestoneMove, Pair, Project, Ranking, Stage, Voice
from zengyi.works.rules import projects as rules
from zengyi.works.rules.projects import ProjectState, ProjectVerb


@action
def propose_project(
    title: str, *, text: str = "", households: int = 0, place_id: int | None = None, meets_on: int = 2, by: Actor, at: datetime
) -> Project:
    """Put a candidate on the community's list. Raises :class:`Invalid` with the field."""
    title, text = title.strip(), text.strip()
    rules.check_propose(by, title=title, text=text, households=households)
    community_id = by.community_id or 0
    where = known_place(place_id, community_id)
    if meets_on not in range(7):
        raise Invalid.on("meets_on", _("请选星期几。"))
    made = Project.objects.create(
        community_id=community_id,
        place_id=place_id,
        title=title,
        text=text,
        households=households,
        meets_on=meets_on,
        proposed_by_id=by.login_id,
        proposed_at=at,
        search=search.public_words(title, text, where),
    )
    after = {"title": title, "households": households, "place": place_id}
    audit.record("propose", "project", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made


def known_place(place_id: int | None, community_id: int, field: str = "place_id") -> str:
    """The place's name, nothing for none. Raises :class:`Invalid` on the field for what is no place of the community."""
    if place_id is None:
        return ""
    try:
        return people.place(place_id if 0 < place_id <= ID_MOST else 0, community_id=community_id).name
    except NotThere as unknown:
        raise Invalid.on(field, _("没有这个地点，请重新选。")) from unknown


@action
def rank_project(project_id: int, urgency: int, effort: int, reason: str, *, by: Actor, at: datetime) -> Project:
    """Say how much it presses and how long it takes, and why; every ranking is kept."""
    found, reason = project_of(project_id, by=by), reason.strip()
    rules.check_rank(by, found.facts if found else None, urgency=urgency, effort=effort, reason=reason)
    assert found is not None
    given = {"urgency": urgency, "effort": effort}
    kept = Ranking.objects.create(project=found, **given, reason=reason, ranked_by_id=by.login_id, ranked_at=at)
    before = {"urgency": found.urgency, "effort": found.effort}
    # A new reason alone does not change its place in the line, to which somebody may have moved it by hand.
    turn = found.turn if given == before else rules.turn_of(urgency, effort, kept.pk)
    rows = Project.objects.filter(pk=found.pk, state__in=(ProjectState.CANDIDATE, ProjectState.RANKED), turn=found.turn)
    if not rows.update(state=ProjectState.RANKED, **given, turn=turn):
        raise WrongState(rules.moved_on())
    found.state, found.urgency, found.effort, found.turn = ProjectState.RANKED, urgency, effort, turn
    after = {"urgency": urgency, "effort": effort, "state": found.state}
    audit.record("rank", "project", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after, reason=reason)
    return found


@action
def shift_project(project_id: int, *, earlier: bool, by: Actor, at: datetime) -> Project:
    """Let a ranked project change places with its neighbour in the line: the one before it, or the one behind. How it was ranked and why
    stays as it was, and so does every move. Raises :class:`WrongState` at the end of the line.
    """
    found = project_of(project_id, by=by)
    rules.check_shift(by, found.facts if found else None)
    assert found is not None
    line = Project.objects.filter(community=found.community, state=ProjectState.RANKED)
    ahead = line.filter(turn__lt=found.turn)
    other = ahead.order_by("-turn").first() if earlier else line.filter(turn__gt=found.turn).order_by("turn").first()
    if other is None:
        raise WrongState(_("已经排在最前面了。") if earlier else _("已经排在最后面了。"))
    place = ahead.count() + 1
    moved = place - 1 if earlier else place + 1
    as_read = Q(pk=found.pk, turn=found.turn) | Q(pk=other.pk, turn=other.turn)
    swapped = Case(When(pk=found.pk, then=Value(other.turn)), default=Value(found.turn))
    if line.filter(as_read).update(turn=swapped) != len((found, other)):
        raise WrongState(rules.moved_on())
    last = Ranking.objects.filter(project=found).order_by("-pk")[0]
    Ranking.objects.create(
        project=found,
        urgency=last.urgency,
        effort=last.effort,
        reason=last.reason,
        place_before=place,
        place_after=moved,
        ranked_by_id=by.login_id,
        ranked_at=at,
    )
    found.turn = other.turn
    audit.record(
        ProjectVerb.SHIFT,
        "project",
        found.pk,
        by=by,
        at=at,
        community_id=found.community_id,
        before={"place": place},
        after={"place": moved, "other": other.pk},
        reason=last.reason,
    )
    return found


@action
def add_lot(project_id: int, name: str, contractor_id: int, *, extent: str = "", by: Actor, at: datetime) -> Lot:
    """Add a lot with the organisation that builds it."""
    found, name, extent = project_of(project_id, by=by), name.strip(), extent.strip()
    known = 0 < contractor_id <= ID_MOST and contractor_id in dict(people.units_of(by.community_id or 0))
    rules.check_lot(by, found.facts if found else None, name=name, extent=extent, contractor_known=known)
    assert found is not None
    _count(found, "lot_count", rules.OPEN_TO_PLANS)
    try:
        made = Lot.objects.create(
            project=found, name=name, extent=extent, contractor_id=contractor_id, added_by_id=by.login_id, added_at=at
        )
    except IntegrityError as twice:
        raise WrongState(_("这个标段已经有了。")) from twice
    after = {"project": found.pk, "name": name, "contractor": contractor_id}
    audit.record("add", "lot", made.pk, by=by, at=at, community_id=found.community_id, after=after)
    return made


@action
def add_milestone(lot_id: int, name: str, begins: date, ends: date, *, gate: bool = False, by: Actor, at: datetime) -> Milestone:
    """Plan a stretch of a lot's work, or with ``gate`` the inspection on its last day."""
    lot = Lot.objects.filter(pk=lot_id, project__community_id=by.community_id).first() if 0 < lot_id <= ID_MOST else None
    found, name = project_of(lot.project_id, by=by) if lot else None, name.strip()
    there = Milestone.objects.filter(lot_id=lot_id).count() if lot else 0
    rules.check_milestone(by, found.facts if found else None, name=name, begins=begins, ends=ends, there=there)
    assert found is not None
    _count(found, "open_milestones", rules.OPEN_TO_PLANS)
    made = Milestone.objects.create(lot_id=lot_id, name=name, gate=gate, begins=begins, ends=ends, added_by_id=by.login_id, added_at=at)
    after = {"project": found.pk, "lot": lot_id, "name": name, "begins": begins.isoformat(), "ends": ends.isoformat(), "gate": gate}
    audit.record("add", "milestone", made.pk, by=by, at=at, community_id=found.community_id, after=after)
    return made


@action
def move_milestone(milestone_id: int, begins: date, ends: date, reason: str, *, by: Actor, at: datetime) -> Milestone:
    """Plan a milestone anew; the old days and the reason are kept."""
    found, reason = milestone_of(milestone_id, by=by), reason.strip()
    project = project_of(found.lot.project_id, by=by) if found else None
    facts = found.facts(project) if found and project else None
    rules.check_move(by, facts, begins=begins, ends=ends, reason=reason)
    assert found is not None
    assert project is not None
    old = {"begins": found.begins, "ends": found.ends}
    if not Milestone.objects.filter(pk=found.pk, done=None, **old).update(begins=begins, ends=ends, remind_on=None):
        raise WrongState(rules.moved_on())
    kept = {f"old_{name}": day for name, day in old.items()}
    MilestoneMove.objects.create(milestone=found, **kept, begins=begins, ends=ends, reason=reason, moved_by_id=by.login_id, moved_at=at)
    found.begins, found.ends = begins, ends
    before = {name: day.isoformat() for name, day in old.items()}
    after = {"begins": begins.isoformat(), "ends": ends.isoformat()}
    where = project.community_id
    audit.record("move", "milestone", found.pk, by=by, at=at, community_id=where, before=before, after=after, reason=reason)
    return found


@action
def report_milestone(milestone_id: int, begun: date, done: date | None = None, *, by: Actor, at: datetime) -> Milestone:
    """Say when a milestone was begun, and if so when it was done: its lot's contractor, or the desk."""
    found = milestone_of(milestone_id, by=by)
    project = project_of(found.lot.project_id, by=by) if found else None
    facts = found.facts(project) if found and project else None
    rules.check_report(by, facts, begun=begun, done=done, today=clock.local_date(at))
    assert found is not None
    assert project is not None
    if not Milestone.objects.filter(pk=found.pk, done=None).update(begun=begun, done=done):
        raise WrongState(rules.moved_on())
    if done is not None:
        _count(project, "open_milestones", (ProjectState.EXECUTING,), less=True)
    found.begun, found.done = begun, done
    after = {"begun": begun.isoformat(), "done": done.isoformat() if done else None}
    audit.record("report", "milestone", found.pk, by=by, at=at, community_id=project.community_id, after=after)
    return found


@action
def start_project(project_id: int, *, by: Actor, at: datetime) -> Project:
    """Begin the work; from now on demands are collected."""
    found = project_of(project_id, by=by)
    rules.check_start(by, found.facts if found else None)
    assert found is not None
    return _to(found, ProjectState.FUNDED, ProjectState.EXECUTING, "start", by=by, at=at, started_at=at)


@action
def inspect_project(project_id: int, *, by: Actor, at: datetime) -> Project:
    """Say that the whole is as it should be. Nothing may be open any more; that is checked as it is written, so nothing put down meanwhile
    slips through."""
    found = project_of(project_id, by=by)
    rules.check_inspect(by, found.facts if found else None)
    assert found is not None
    given = {"inspected_at": at, "inspected_by_id": by.login_id}
    return _to(found, ProjectState.EXECUTING, ProjectState.INSPECTED, "inspect", by=by, at=at, nothing_open=True, **given)


@action
def show_project(project_id: int, *, by: Actor, at: datetime) -> Project:
    """Show it to the neighbours: pictures, what they said, the account of the money."""
    found = project_of(project_id, by=by)
    rules.check_show(by, found.facts if found else None)
    assert found is not None
    return _to(found, ProjectState.INSPECTED, ProjectState.SHOWN, "show", by=by, at=at, shown_at=at)


@action
def add_pair(project_id: int, title: str, before: bytes, after: bytes, *, by: Actor, at: datetime) -> Pair:
    """Two pictures of the same place, before and after."""
    found, title = project_of(project_id, by=by), title.strip()
    rules.check_picture(by, found.facts if found else None)
    assert found is not None
    rules.check_words("title", title, rules.NAME_MOST)
    if found.pair_count >= rules.PAIRS_MOST:
        raise WrongState(_("已经有 %(most)d 对照片了。") % {"most": rules.PAIRS_MOST})
    with files_of.kept([before, after]) as files:
        first, second = files_of.record(files, (Stage.BEFORE, Stage.AFTER), project_id=found.pk, at=at)
        _count(found, "pair_count", (ProjectState.EXECUTING, ProjectState.INSPECTED, ProjectState.SHOWN))
        made = Pair.objects.create(project=found, before=first, after=second, title=title, added_by_id=by.login_id, added_at=at)
    audit.record("add", "pair", made.pk, by=by, at=at, community_id=found.community_id, after={"project": found.pk, "title": title})
    return made


@action
def add_voice(project_id: int, text: str, *, when: str = "", by: Actor, at: datetime) -> Voice:
    """What a neighbour said, praise or complaint; nobody's name is kept."""
    found, text, when = project_of(project_id, by=by), text.strip(), when.strip()
    rules.check_picture(by, found.facts if found else None)
    assert found is not None
    rules.check_words("text", text, rules.VOICE_MOST)
    if len(when) > rules.NAME_MOST:
        raise Invalid.on("when", _("最多 %(most)d 字，请写短一点。") % {"most": rules.NAME_MOST})
    if Voice.objects.filter(project=found).count() >= rules.VOICES_MOST:
        raise WrongState(_("已经写了 %(most)d 句了。") % {"most": rules.VOICES_MOST})
    made = Voice.objects.create(project=found, text=text, when=when, added_by_id=by.login_id, added_at=at)
    audit.record("add", "voice", made.pk, by=by, at=at, community_id=found.community_id, after={"project": found.pk})
    return made


def project_of(project_id: int, *, by: Actor) -> Project | None:
    """The project of the actor's community with what its guards look at; nothing when it is not there."""
    rows = Project.objects.filter(pk=project_id, community_id=by.community_id).with_facts()
    return rows.first() if 0 < project_id <= ID_MOST else None


def milestone_of(milestone_id: int, *, by: Actor) -> Milestone | None:
    """The milestone of the actor's community, with its lot."""
    rows = Milestone.objects.filter(pk=milestone_id, lot__project__community_id=by.community_id).with_facts().select_related("lot")
    return rows.first() if 0 < milestone_id <= ID_MOST else None


def _to(
    found: Project, old: ProjectState, new: ProjectState, verb: str, *, by: Actor, at: datetime, nothing_open: bool = False, **given: object
) -> Project:
    """Move the project to its next state, if it is still in ``old`` and, with ``nothing_open``, has nothing open."""
    rows = Project.objects.filter(pk=found.pk, state=old)
    if nothing_open:
        rows = rows.filter(open_demands=0, open_milestones=0)
    if not rows.update(state=new, **given):
        raise WrongState(rules.moved_on())
    found.state = new
    audit.record(verb, "project", found.pk, by=by, at=at, community_id=found.community_id, before={"state": old}, after={"state": new})
    return found


def _count(found: Project, column: str, states: tuple[ProjectState, ...], *, less: bool = False) -> None:
    """Count one more, or one less, in a column of the project; raises :class:`WrongState` when it has left those states."""
    change = F(column) - 1 if less else F(column) + 1
    if not Project.objects.filter(pk=found.pk, state__in=states).update(**{column: change}):
        raise WrongState(rules.moved_on())
