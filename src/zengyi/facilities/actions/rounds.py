"""Rounds: planned by a job without a gap, begun, handed in, reviewed; what nobody walked is missed and never filled in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from django.core import signing
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotSignedIn, NotThere, Refused, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.facilities import rules
from zengyi.facilities.actions import finding, sums
from zengyi.facilities.models import Check, Pass, Round, Route
from zengyi.facilities.rules import CheckResult, RoundState, guards
from zengyi.facilities.rules.sums import Steps
from zengyi.orders.actions.finding import sentence
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY, SYSTEM, Actor

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Columns(TypedDict):
        path: str
        makers: MakerRows

    HeldRound = WithAnnotations[Round, _Columns]

BATCH = 200
SALT = "zengyi.facilities.pass"
PREFIX = "round."


@action
def plan(route_id: int, *, until: date, by: Actor, at: datetime) -> int:
    """Plan the route's rounds up to ``until``: one for each day on which it is walked since the last one planned, none left out.

    Returns how many. Raises :class:`WrongState` when another process was faster.
    """
    route = Route.objects.filter(pk=route_id).first()
    if route is None:
        raise NotThere(_("没有这条路线。"))
    last = min(until, route.ends_on or until)
    if not Route.objects.filter(pk=route_id, planned_until=route.planned_until, planned_until__lt=until).update(planned_until=until):
        raise WrongState(_("已经排好了。"))
    days = list(rules.due_days(route.schedule, route.planned_until, last, route.weekday))
    rows = [Round(route_id=route_id, community_id=route.community_id, due_date=day) for day in days]
    Round.objects.bulk_create(rows, batch_size=BATCH)
    audit.record(
        "plan", "route", route_id, by=by, at=at, community_id=route.community_id, after={"rounds": len(days), "until": until.isoformat()}
    )
    return len(days)


@action
def miss(round_id: int, *, by: Actor, at: datetime) -> int:
    """Nobody walked it in time. What was begun and never handed in counts with what came, if anything did."""
    found = held(round_id)
    over = rules.ends(found.due_date) + (rules.GRACE if found.state == RoundState.SCHEDULED else rules.GRACE_STARTED)
    if found.state not in (RoundState.SCHEDULED, RoundState.STARTED) or at < over:
        raise WrongState(_("还没到时候。"))
    came = found.state == RoundState.STARTED and Check.objects.filter(round_id=found.pk).exists()
    if came:
        _change(found, state=RoundState.SUBMITTED, submitted_at=at)
    else:
        _change(found, state=RoundState.MISSED, missed_at=at)
    after = {"state": str(RoundState.SUBMITTED if came else RoundState.MISSED)}
    audit.record("miss", "round", found.pk, by=by, at=at, community_id=found.community_id, before={"state": found.state}, after=after)
    return int(found.pk)


def run_due(at: datetime) -> int:
    """Plan what is to be walked today, and sweep what nobody walked; each an action of its own. Returns how many were done."""
    today, done = clock.local_date(at), 0
    for pk in list(Route.objects.filter(planned_until__lt=today).order_by("planned_until", "pk").values_list("pk", flat=True)[:BATCH]):
        done += _tried(partial(plan, pk, until=today, by=SYSTEM, at=at))
    for state, grace in ((RoundState.SCHEDULED, rules.GRACE), (RoundState.STARTED, rules.GRACE_STARTED)):
        before = clock.local_date(at - grace)
        over = Round.objects.filter(state=state, due_date__lt=before).order_by("due_date", "pk").values_list("pk", flat=True)
        for pk in list(over[:BATCH]):
            done += _tried(partial(miss, pk, by=SYSTEM, at=at))
    return done


def _tried(step: Callable[[], object]) -> int:
    try:
        step()
    except Refused:
        return 0  # somebody was faster
    return 1


def held(round_id: int) -> "HeldRound":
    """The round of that id with its route, locked for this step on PostgreSQL. Raises :class:`NotThere`."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("route__checklist", "route__walker")
    read = rows.annotate(path=F("community__path"), makers=people.makers_of("walked_by_id"))
    found = read.filter(pk=round_id).first() if 0 < round_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到这一趟，或者不在您的社区。"))
    return found


def _change(found: Round, **changes: object) -> None:
    if not Round.objects.filter(pk=found.pk, state=found.state).update(**changes):
        raise WrongState(_("刚才有人动过这一趟，请再看一眼。"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A round that somebody walks: since when on our clock, how long ago that was, and what their phone uploads by."""

    round_id: int
    started_at: datetime
    since_start_ms: int
    key: str


def start(round_id: int, *, by: Actor, at: datetime) -> Begun:
    """Begin a round, which pins the version of its checklist, or go on with it. The phone gets a pass for two days.

    Once begun, asking again changes nothing. Two people may walk one round, each with a pass of their own.
    """
    return pass_of(round_id, by=by, at=at) or _start(round_id, by=by, at=at)


def pass_of(round_id: int, *, by: Actor, at: datetime) -> Begun | None:
    """The pass of who walks a round that was begun; nothing without one in force."""
    rows = Pass.objects.filter(round_id=round_id, user_id=by.user_id or 0, revoked_at=None, expires_at__gt=at)
    row = rows.filter(round__state__in=(RoundState.STARTED, RoundState.SUBMITTED)).values("pk", "round__started_at").first()
    since = row["round__started_at"] if row else None
    if row is None or since is None:
        return None
    return Begun(round_id, since, max(0, int((at - since).total_seconds() * 1000)), _key(row["pk"]))


def _key(pass_id: int) -> str:
    return PREFIX + signing.Signer(salt=SALT).sign(str(pass_id))


@action
def _start(round_id: int, *, by: Actor, at: datetime) -> Begun:
    found = held(round_id)
    guards.check_walk(by, guards.Where(found.community_id, found.path), found.state)
    guards.check_walker(by, found.route.walker_id, found.route.walker.short_name if found.route.walker else "")
    if found.due_date > clock.local_date(at):
        raise WrongState(_("还没到日子，到那天再查。"))
    if found.state == RoundState.SCHEDULED:
        version = found.route.checklist.version
        _change(found, state=RoundState.STARTED, version=version, started_at=at, walked_by_id=by.login_id)
    Pass.objects.filter(round_id=found.pk, user_id=by.login_id, revoked_at=None).update(revoked_at=at)
    made = Pass.objects.create(
        round_id=found.pk, user_id=by.login_id, acting_as=by.acting_as, issued_at=at, expires_at=at + rules.PASS_LASTS
    )
    audit.record("start", "round", found.pk, by=by, at=at, community_id=found.community_id, after={"pass": made.pk})
    since = at if found.state == RoundState.SCHEDULED or found.started_at is None else found.started_at
    return Begun(found.pk, since, max(0, int((at - since).total_seconds() * 1000)), _key(made.pk))


@action
def end_passes(round_id: int, *, by: Actor, at: datetime) -> int:
    """A phone was lost: what the round's phones upload by ends now. Returns how many there were."""
    found = held(round_id)
    guards.check_walk(by, guards.Where(found.community_id, found.path), found.state)
    ended = Pass.objects.filter(round_id=found.pk, revoked_at=None).update(revoked_at=at)
    if not ended:
        raise WrongState(_("没有在用的。"))
    audit.record("end_passes", "round", found.pk, by=by, at=at, community_id=found.community_id, after={"ended": ended})
    return ended


def bearer_of(key: str, asked: str, round_id: object, *, at: datetime) -> Actor:
    """Who uploads by a round's pass: for that round, walking it, and for nothing else. Raises :class:`NotSignedIn` for any other."""
    try:
        pass_id = int(signing.Signer(salt=SALT).unsign(key.removeprefix(PREFIX)))
    except (signing.BadSignature, ValueError) as error:
        raise NotSignedIn(_("令牌不对，或者已经过期。请重新登录。")) from error
    row = Pass.objects.filter(pk=pass_id, revoked_at=None, expires_at__gt=at).values("round_id", "user_id", "acting_as").first()
    if row is None or asked != "round.walk" or str(round_id) != str(row["round_id"]):
        raise NotSignedIn(_("这一趟的上传时限过了。记下的都还在手机里：请重新登录，再打开这一趟。"))
    by = people.actor_for_user(row["user_id"], row["acting_as"], at=at, via="api")
    if by == NOBODY or by.acting_as != row["acting_as"]:
        raise NotSignedIn(_("令牌不对，或者已经过期。请重新登录。"))
    return by


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What is still missing after a round was handed in."""

    state: str
    missing_checks: list[str]
    missing_photos: list[str]


def hand_in(round_id: int, *, manifest: Mapping[str, Sequence[str]], by: Actor, at: datetime) -> HandedIn:
    """The phone says what it has: the ids of its checks, each with the hashes of its photos. All here: the round is SUBMITTED.

    With checks missing nothing is changed, and which is said. Photos may follow: the last one submits the round.
    """
    row = Round.objects.filter(pk=round_id).values("community_id", "community__path", "state").first() if round_id <= ID_MOST else None
    if row is None:
        raise NotThere(_("没有找到这一趟，或者不在您的社区。"))
    guards.check_walk(by, guards.Where(row["community_id"], row["community__path"]), row["state"])
    if not manifest:
        raise Invalid.on("manifest", _("这一趟一项也没有查，不能交。"))
    missing, photos = finding.missing_of(round_id, manifest)
    if missing:
        return HandedIn(str(RoundState.STARTED), missing, photos)
    return _hand_in(round_id, {uid: list(hashes) for uid, hashes in manifest.items()}, photos, by=by, at=at)


@action
def _hand_in(round_id: int, manifest: dict[str, list[str]], photos: list[str], *, by: Actor, at: datetime) -> HandedIn:
    found = held(round_id)
    guards.check_walk(by, guards.Where(found.community_id, found.path), found.state)
    if found.state == RoundState.SCHEDULED:
        raise WrongState(_("这一趟还没有开始。"))
    whole = {**(found.manifest or {}), **manifest}
    done = not finding.missing_of(round_id, whole)[1]
    changes: dict[str, object] = {"manifest": whole, "handed_in_at": found.handed_in_at or at}
    if done and found.state == RoundState.STARTED:
        changes |= {"state": RoundState.SUBMITTED, "submitted_at": at}
    _change(found, **changes)
    after = {"checks": len(whole), "photos_missing": len(photos)}
    audit.record("hand_in", "round", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return HandedIn(str(changes.get("state", found.state)), [], photos)


@action
def review(round_id: int, *, note: str = "", open_late: Sequence[int] = (), by: Actor, at: datetime) -> int:
    """Somebody who did not walk it has looked it through. ``open_late``: checks that came too late to count and are taken as broken now."""
    found = held(round_id)
    walker = people.first_person(found.walked_by_id, found.makers, at)
    guards.check_review(by, guards.Where(found.community_id, found.path), found.state, walker)
    text = sentence(note, "note", rules.NOTE_MOST, least=0)
    _change(found, state=RoundState.REVIEWED, reviewed_at=at, reviewed_by_id=by.login_id, review_note=text)
    Pass.objects.filter(round_id=found.pk, revoked_at=None).update(revoked_at=at)
    late = list(
        Check.objects.filter(round_id=found.pk, late=True, result=CheckResult.FAIL, pk__in=list(open_late)).select_related("facility")
    )
    if len(late) != len(set(open_late)):
        raise Invalid.on("open_late", _("有的不在这一趟里。"))
    steps, broken = Steps(), [finding.Found(row.facility_id, row.item, row.reason, at) for row in late]
    orders = finding.open_for(broken, found.route.checklist_id, steps, by=by, at=at)
    sums.write(steps)
    after = {"orders": orders, "opened": len(late)}
    audit.record("review", "round", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return int(found.pk)
