"""A demand's way: raised, answered, done, checked by somebody else, told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import actions as people
from zengyi.people.rules import Actor
from zengyi.works.actions import meetings
from zengyi.works.actions import photos as files_of
from zengyi.works.actions.projects import known_place, project_of
from zengyi.works.models import Demand, DemandStep, Lot, Project, Stage
from zengyi.works.rules import demands as rules
from zengyi.works.rules.demands import Answer, Ball, DemandState, DemandVerb, ball_of, next_meeting
from zengyi.works.rules.projects import REASON_MOST, ProjectState, moved_on


@action
def raise_demand(
    project_id: int,
    title: str,
    *,
    text: str = "",
    spot: str = "",
    way: str = rules.Way.STAIR,
    addressee: str = Ball.CONTRACTOR,
    households: int = 0,
    place_id: int | None = None,
    lot_id: int | None = None,
    name: str = "",
    phone: str = "",
    pin: tuple[int, int, int] | None = None,
    photos: Sequence[bytes] = (),
    by: Actor,
    at: datetime,
) -> Demand:
    """Put down what somebody wants of the work. It is to be answered at the next meeting. ``name``, ``phone``: who wants it; ``pin``: the
    estate on whose plan it is shown, and where, in thousandths of the drawing's width and height.

    Raises :class:`Invalid` with the field, also when several build there and nobody says whose lot it is.
    """
    found = project_of(project_id, by=by)
    words = {
        "title": title.strip(),
        "text": text.strip(),
        "spot": spot.strip(),
        "way": way,
        "addressee": addressee,
        "households": households,
    }
    rules.check_raise(by, found.facts if found else None, words=words)
    assert found is not None
    known_place(place_id, found.community_id)
    estate, x, y = _pin(pin, found.community_id)
    contractor_id = _contractor(found, lot_id, addressee)
    if len(photos) > rules.DEMAND_PHOTOS_MOST:
        raise Invalid.on("photos", _("最多 %(most)d 张，请少选几张。") % {"most": rules.DEMAND_PHOTOS_MOST})
    raiser = None
    if name.strip() or phone.strip():
        raiser = people.person_on_behalf(found.community_id, name=name, phone=phone, by=by, at=at)
    with files_of.kept(photos) as files:
        made = Demand(
            project=found,
            community_id=found.community_id,
            number=_next_number(found),
            lot_id=lot_id,
            contractor_id=contractor_id,
            place_id=place_id,
            pin_on_id=estate,
            pin_x=x,
            pin_y=y,
            raiser_id=raiser,
            ball=addressee,
            ball_since=at,
            due_on=next_meeting(clock.local_date(at), found.meets_on),
            raised_by_id=by.login_id,
            raised_at=at,
            **words,
        )
        made.save(force_insert=True)
        files_of.record(files, [Stage.ASKED] * len(files), project_id=found.pk, demand_id=made.pk, at=at)
    meetings.to_agenda(made, found)
    _step(made, DemandVerb.RAISE, "", by=by, at=at)
    after = {"project": found.pk, "number": made.number, "addressee": addressee, "way": way, "due": made.due_on.isoformat()}
    audit.record("raise", "demand", made.pk, by=by, at=at, community_id=made.community_id, after=after)
    return made


def _pin(pin: tuple[int, int, int] | None, community_id: int) -> tuple[int | None, int | None, int | None]:
    """The pin as it is kept; raises :class:`Invalid` unless it stands on the plan of an estate of the community."""
    if pin is None:
        return None, None, None
    estate, x, y = pin
    if not (0 <= x <= rules.PIN_MOST and 0 <= y <= rules.PIN_MOST):
        raise Invalid.on("pin_x", _("请在图上点一下。"))
    known_place(estate, community_id, "pin_on")
    return estate, x, y


def _contractor(project: Project, lot_id: int | None, addressee: str) -> int | None:
    """Who builds there: the lot's contractor, or the only one there is."""
    lots = dict(Lot.objects.filter(project=project).values_list("pk", "contractor_id"))
    if lot_id is not None and lot_id not in lots:
        raise Invalid.on("lot_id", _("请从这个项目的标段里选。"))
    builders = {lots[lot_id]} if lot_id is not None else set(lots.values())
    if addressee == Ball.CONTRACTOR and len(builders) != 1:
        raise Invalid.on("lot_id", _("这里有几家施工方，请选是哪个标段。"))
    return builders.pop() if len(builders) == 1 else None


@in_action
def _next_number(project: Project) -> int:
    """The next number, which nobody else gets: the project counts it, and while it is in work."""
    rows = Project.objects.filter(pk=project.pk, state=ProjectState.EXECUTING)
    if not rows.update(last_demand=F("last_demand") + 1, open_demands=F("open_demands") + 1):
        raise WrongState(moved_on())
    return Project.objects.values_list("last_demand", flat=True).get(pk=project.pk)


@action
def answer_demand(demand_id: int, answer: str, *, text: str = "", promised: date | None = None, by: Actor, at: datetime) -> Demand:
    """Answer it: accept with a day, explain, or refuse with a reason. A day promised before, and one after a return, may be named anew."""
    found, text = demand_of(demand_id, by=by), text.strip()
    rules.check_answer(by, found.facts(at) if found else None, answer=answer, text=text, promised=promised, today=clock.local_date(at))
    assert found is not None
    state = rules.ANSWERED[Answer(answer)]
    day: dict[str, Any] = {} if promised is None or state != DemandState.ACCEPTED else {"due_on": promised, "promised_on": promised}
    return _move(found, DemandVerb.ANSWER, state, text, by=by, at=at, **day)


@action
def do_demand(demand_id: int, text: str, *, photos: Sequence[bytes] = (), by: Actor, at: datetime) -> Demand:
    """Say that it is done; somebody else looks at it."""
    found, text = demand_of(demand_id, by=by), text.strip()
    rules.check_do(by, found.facts(at) if found else None, text=text)
    assert found is not None
    if len(photos) > rules.DEMAND_PHOTOS_MOST:
        raise Invalid.on("photos", _("最多 %(most)d 张，请少选几张。") % {"most": rules.DEMAND_PHOTOS_MOST})
    with files_of.kept(photos) as files:
        files_of.record(files, [Stage.DONE] * len(files), project_id=found.project_id, demand_id=found.pk, at=at)
        return _move(found, DemandVerb.DO, DemandState.DONE, text, done_by_id=by.login_id, by=by, at=at)


@action
def pass_demand(demand_id: int, *, text: str = "", by: Actor, at: datetime) -> Demand:
    """Say that it is right. When whoever wanted it says so themselves, nobody has to tell them."""
    found, text = demand_of(demand_id, by=by), text.strip()[:REASON_MOST]
    rules.check_pass(by, found.facts(at) if found else None)
    assert found is not None
    return _close(found, DemandVerb.PASS, DemandState.PASSED, text, by=by, at=at)


@action
def return_demand(demand_id: int, text: str, *, by: Actor, at: datetime) -> Demand:
    """Send it back: whoever did it names a new day, and the old one stays in its history."""
    found, text = demand_of(demand_id, by=by), text.strip()
    rules.check_return(by, found.facts(at) if found else None, text=text)
    assert found is not None
    more: dict[str, Any] = {"returns": F("returns") + 1, "promised_on": None}
    return _move(found, DemandVerb.RETURN, DemandState.RETURNED, text, by=by, at=at, **more)


@action
def settle_demand(demand_id: int, *, text: str = "", by: Actor, at: datetime) -> Demand:
    """Take the explanation or the refusal for an answer."""
    found, text = demand_of(demand_id, by=by), text.strip()[:REASON_MOST]
    rules.check_settle(by, found.facts(at) if found else None)
    assert found is not None
    return _close(found, DemandVerb.SETTLE, DemandState.SETTLED, text, by=by, at=at)


@action
def insist_on_demand(demand_id: int, text: str, addressee: str, *, by: Actor, at: datetime) -> Demand:
    """Ask again at the next meeting, of the same side or of the other."""
    found, text = demand_of(demand_id, by=by), text.strip()
    rules.check_insist(by, found.facts(at) if found else None, text=text, addressee=addressee)
    assert found is not None
    if addressee == Ball.CONTRACTOR and found.contractor_id is None:
        raise Invalid.on("addressee", _("这里有几家施工方，请社区答复，或者另提一件写明标段。"))
    found.addressee = addressee
    return _move(found, DemandVerb.INSIST, DemandState.RAISED, text, addressee=addressee, by=by, at=at)


@action
def tell_raiser(demand_id: int, text: str, *, by: Actor, at: datetime) -> Demand:
    """Say that whoever wanted it has been told how it ended, and how."""
    found, text = demand_of(demand_id, by=by), text.strip()
    rules.check_tell(by, found.facts(at) if found else None, text=text)
    assert found is not None
    if not Demand.objects.filter(pk=found.pk, closed_at__isnull=False, told_at=None).update(told_at=at):
        raise WrongState(moved_on())
    found.told_at = at
    _step(found, DemandVerb.TELL, text, by=by, at=at)
    audit.record("tell", "demand", found.pk, by=by, at=at, community_id=found.community_id, after={"told": True})
    return found


def demand_of(demand_id: int, *, by: Actor) -> Demand | None:
    """The demand of the actor's community with what its guards look at; nothing when it is not there."""
    rows = Demand.objects.filter(pk=demand_id, community_id=by.community_id).with_facts().select_related("project")
    return rows.first() if 0 < demand_id <= ID_MOST else None


@in_action
def _close(found: Demand, verb: DemandVerb, state: DemandState, text: str, *, by: Actor, at: datetime) -> Demand:
    told = at if by.person_id is not None and by.person_id == found.raiser_id else None
    Project.objects.filter(pk=found.project_id).update(open_demands=F("open_demands") - 1)
    return _move(found, verb, state, text, closed_at=at, told_at=told, by=by, at=at)


@in_action
def _move(found: Demand, verb: DemandVerb, state: DemandState, text: str, *, by: Actor, at: datetime, **more: object) -> Demand:
    """Move the demand on, unless somebody else has moved it since it was read. ``ball_since`` stays as long as the ball is in the same
    hands."""
    old, ball = found.state, ball_of(state, Ball(found.addressee))
    since = found.ball_since if ball == found.ball else at
    given = {"state": state, "ball": ball, "said": text, "ball_since": since, "remind_on": None, **more}
    given.setdefault("due_on", found.due_on if ball == "" else next_meeting(clock.local_date(at), found.project.meets_on))
    if not Demand.objects.filter(pk=found.pk, state=old, due_on=found.due_on).update(**given):
        raise WrongState(moved_on())
    before = {"state": old, "due": found.due_on.isoformat()}
    returns = found.returns + 1 if "returns" in more else found.returns
    for name, value in {**given, "returns": returns}.items():
        setattr(found, name, value)
    if state in rules.OWED:
        meetings.to_agenda(found, found.project)
    elif verb == DemandVerb.ANSWER:
        meetings.answered(found, found.project, at=at)
    _step(found, verb, text, by=by, at=at)
    after = {"state": state, "ball": ball, "due": found.due_on.isoformat()}
    audit.record(verb, "demand", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after)
    return found


@in_action
def _step(found: Demand, verb: DemandVerb, text: str, *, by: Actor, at: datetime) -> None:
    DemandStep.objects.create(
        demand=found,
        project_id=found.project_id,
        verb=verb,
        side=rules.side_of(by.role),
        state=found.state,
        ball=found.ball,
        ball_since=found.ball_since,
        due_on=found.due_on,
        text=text,
        by_id=by.login_id,
        at=at,
        on_day=clock.local_date(at),
    )
