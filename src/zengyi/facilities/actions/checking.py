"""Checks as they come from a phone: each once, whatever comes twice, late, or in another order; and their photos.

The phone makes the ids. The first body under an id counts; the same again is answered the same, another one is refused. One bad row
never keeps the others from being taken.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max
from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, Refused, WrongState
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action
from zengyi.facilities import rules
from zengyi.facilities.actions import finding, spans, sums
from zengyi.facilities.actions.rounds import held
from zengyi.facilities.models import Check, Defect, Facility, Item, Photo, Round, Stop
from zengyi.facilities.queries.files import ALBUM
from zengyi.facilities.rules import CheckResult, FacilityHealth, NotApplicable, NotReached, RoundState, guards
from zengyi.facilities.rules.sums import Steps
from zengyi.people.rules import Actor

TAKEN, KNOWN, REFUSED = 201, 200, 422


@dataclass(frozen=True, slots=True)
class Given:
    """A check as it was sent."""

    uid: UUID
    item: str
    facility_id: int
    result: str
    at: datetime
    elapsed_ms: int
    reason: str = ""
    note: str = ""

    def digest(self, round_id: int) -> bytes:
        """SHA-256 of all that was said."""
        said = [round_id, str(self.uid), self.item, self.facility_id, self.result, self.reason, self.note, self.elapsed_ms]
        return hashlib.sha256(json.dumps([*said, self.at.astimezone(UTC).isoformat()]).encode()).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one check: taken, known already, or refused with a sentence."""

    uid: UUID
    status: int
    sentence: str = ""


class _AllKnown(Refused):
    """Somebody else wrote all of it a moment ago: nothing is left to write."""


def record_checks(round_id: int, checks: Sequence[Given], *, spoilt: int = 0, by: Actor, at: datetime) -> list[Answer]:
    """Take down what was found, in the order given; an answer for each. What is wrong with one keeps no other from being taken.

    ``spoilt``: how many more came that could not be read.
    """
    if not 0 < len(checks) + spoilt <= rules.CHECKS_MOST:
        raise Invalid.on("checks", _("一次交 1 到 %(most)d 项。") % {"most": rules.CHECKS_MOST})
    walk = _walk(round_id, by)
    answers: dict[UUID, Answer] = {}
    good: dict[UUID, Given] = {}
    for one in checks:
        sentence = walk.wrong_with(one, at)
        if sentence:
            answers.setdefault(one.uid, Answer(one.uid, REFUSED, sentence))
        elif good.setdefault(one.uid, one) != one:
            answers[one.uid] = Answer(one.uid, REFUSED, _("同一个编号有两份不一样的，没有收。"))
    wanted = [one for one in good.values() if one.uid not in answers]
    for _try in range(3):
        known = _known(round_id, wanted)
        answers |= known
        new = [one for one in wanted if one.uid not in known]
        if not new:
            break
        try:
            _record(round_id, new, by=by, at=at)
        except (_AllKnown, IntegrityError):
            continue  # the same came by another way at the same moment: look again
        answers |= {one.uid: Answer(one.uid, TAKEN) for one in new}
        break
    else:
        raise WrongState(_("同时交得太多，请过一会儿再交。"))
    return [answers[uid] for uid in dict.fromkeys(one.uid for one in checks)]


def _known(round_id: int, checks: Iterable[Given]) -> dict[UUID, Answer]:
    """Those that are here already: the same, or another body under the same id."""
    by_uid = {one.uid: one for one in checks}
    found = {}
    for uid, digest in Check.objects.filter(uid__in=by_uid).values_list("uid", "digest"):
        same = bytes(digest) == by_uid[uid].digest(round_id)
        found[uid] = Answer(uid, KNOWN) if same else Answer(uid, REFUSED, _("这个编号已经交过，内容不一样，没有收。"))
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    """What may be said on a round: its items by key, and its facilities with their kinds."""

    items: dict[str, str]
    facilities: dict[int, str]

    def wrong_with(self, one: Given, at: datetime) -> str:
        """Why a check cannot be taken; empty when it can."""
        kind = self.facilities.get(one.facility_id)
        if kind is None:
            return _("这处设施不在这一趟里。")
        if self.items.get(one.item) != kind:
            return _("这一项不在这一趟的检查表里。")
        if one.result not in CheckResult.values:
            return _("结果只能是好、坏、够不着、不适用。")
        if not 0 <= one.elapsed_ms <= rules.ELAPSED_MOST:
            return _("用了多久不对。")
        if abs(one.at - at) > timedelta(days=3650) or len(one.note) > rules.NOTE_MOST:
            return _("时间或说明不对。")
        return _wrong_reason(one, kind)


def _wrong_reason(one: Given, kind: str) -> str:
    allowed = {
        CheckResult.OK: set(),
        CheckResult.FAIL: {word.code for word in rules.kinds()[kind].reasons},
        CheckResult.NOT_REACHED: set(NotReached.values),
        CheckResult.NOT_APPLICABLE: set(NotApplicable.values),
    }[CheckResult(one.result)]
    if one.reason and one.reason not in allowed:
        return _("原因不在这一类里。")
    if one.result in (CheckResult.NOT_REACHED, CheckResult.NOT_APPLICABLE) and not (one.reason or one.note):
        return _("够不着和不适用要说原因。")
    return ""


def _walk(round_id: int, by: Actor) -> _Walk:
    row = (
        Round.objects.filter(pk=round_id)
        .values(
            "community_id",
            "community__path",
            "route_id",
            "version",
            "state",
            "route__checklist_id",
            "route__walker_id",
            "route__walker__short_name",
        )
        .first()
    )
    if row is None:
        raise NotThere(_("没有找到这一趟，或者不在您的社区。"))
    guards.check_walk(by, guards.Where(row["community_id"], row["community__path"]), row["state"])
    guards.check_walker(by, row["route__walker_id"], row["route__walker__short_name"] or "")
    if row["version"] is None:
        raise WrongState(_("这一趟还没有开始。"))
    items = Item.objects.filter(checklist_id=row["route__checklist_id"], since__lte=row["version"]).exclude(gone__lte=row["version"])
    stops = Stop.objects.filter(route_id=row["route_id"]).values_list("facility_id", "facility__kind")
    return _Walk(dict(items.values_list("key", "kind")), dict(stops))


@action
def _record(round_id: int, checks: Sequence[Given], *, by: Actor, at: datetime) -> None:
    found = held(round_id)
    guards.check_walk(by, guards.Where(found.community_id, found.path), found.state)
    # Nobody else writes checks of this round now. What came in between is known, and counts no second time.
    there = set(Check.objects.filter(uid__in=[one.uid for one in checks]).values_list("uid", flat=True))
    if there:
        raise _AllKnown(_("已经收到了。"))
    places = dict(Facility.objects.filter(pk__in={one.facility_id for one in checks}).values_list("pk", "place_id"))
    begun = found.started_at
    assert begun is not None  # a phone gets its pass when the round is started
    moments = {one.uid: min(at, begun + timedelta(milliseconds=one.elapsed_ms)) for one in checks}
    late = _late(checks, moments)
    Check.objects.bulk_create(
        [
            Check(
                uid=one.uid,
                round_id=round_id,
                facility_id=one.facility_id,
                item=one.item,
                result=one.result,
                reason=one.reason,
                note=one.note,
                at=moments[one.uid],
                phone_at=one.at,
                elapsed_ms=one.elapsed_ms,
                received_at=at,
                by_id=by.login_id,
                place_id=places.get(one.facility_id),
                late=one.uid in late,
                digest=one.digest(round_id),
            )
            for one in checks
        ],
        batch_size=100,
    )
    failed, steps = _failed(checks, moments, late), Steps()
    placed = finding.open_for(failed, found.route.checklist_id, steps, by=by, at=at)
    good = rules.good_until(found.route.schedule, found.due_date, found.route.weekday)
    _seen(checks, moments, late, int(good.timestamp()), steps)
    sums.write(steps)
    after: dict[str, Any] = {"checks": len(checks), "failed": len(failed), "late": len(late), "orders": placed}
    audit.record("check", "round", round_id, by=by, at=at, community_id=found.community_id, after=after)


def _late(checks: Sequence[Given], moments: dict[UUID, datetime]) -> set[UUID]:
    """Failures that arrive too late: somebody has found the same good since then, on a round or after a repair. They go to the reviewer and
    open no defect."""
    fails = [one for one in checks if one.result == CheckResult.FAIL]
    if not fails:
        return set()
    places, items = {one.facility_id for one in fails}, {one.item for one in fails}
    first = min(moments[one.uid] for one in fails)  # only what came later counts: years of checks are not read
    rows = Check.objects.filter(facility_id__in=places, item__in=items, result=CheckResult.OK, at__gt=first)
    fixed = Defect.objects.filter(facility_id__in=places, item__in=items, fixed_at__gt=first)
    passed: dict[tuple[int, str], datetime] = {}
    for found, last in ((rows, Max("at")), (fixed, Max("fixed_at"))):
        for facility_id, item, when in found.order_by().values_list("facility_id", "item").annotate(last=last):
            passed[facility_id, item] = max(when, passed.get((facility_id, item), when))
    for one in checks:
        if one.result == CheckResult.OK:
            key = (one.facility_id, one.item)
            passed[key] = max(moments[one.uid], passed.get(key, moments[one.uid]))
    never = datetime.min.replace(tzinfo=UTC)
    return {one.uid for one in fails if passed.get((one.facility_id, one.item), never) > moments[one.uid]}


def _failed(checks: Sequence[Given], moments: dict[UUID, datetime], late: set[UUID]) -> list[finding.Found]:
    """What counts as broken: each facility and item once, with the latest reason and how often."""
    found: dict[tuple[int, str], finding.Found] = {}
    for one in sorted(checks, key=lambda one: moments[one.uid]):
        if one.result == CheckResult.FAIL and one.uid not in late:
            key = (one.facility_id, one.item)
            times = found[key].fails if key in found else 0
            found[key] = finding.Found(one.facility_id, one.item, one.reason, moments[one.uid], times + 1)
    return list(found.values())


def _seen(checks: Sequence[Given], moments: dict[UUID, datetime], late: set[UUID], good_s: int, steps: Steps) -> None:
    """What somebody looked at is known again: up, where nothing that stops it is open."""
    looked: dict[int, datetime] = {}
    for one in checks:
        if one.result in (CheckResult.OK, CheckResult.FAIL) and one.uid not in late:
            looked[one.facility_id] = max(moments[one.uid], looked.get(one.facility_id, moments[one.uid]))
    for when, ids in _by_moment(looked).items():
        Facility.objects.filter(pk__in=ids).exclude(seen_at__gte=when).update(seen_at=when)
    stopped = set(Defect.objects.filter(facility_id__in=looked, fixed_at=None, stops=True).values_list("facility_id", flat=True))
    up = {pk: when for pk, when in looked.items() if pk not in stopped}
    moment = spans.seconds
    spans.note({pk: spans.Seen(FacilityHealth.UP, moment(when), max(good_s, moment(when))) for pk, when in up.items()}, steps)


def _by_moment(looked: dict[int, datetime]) -> dict[datetime, list[int]]:
    """The latest moment for all: to the minute nobody needs to know which camera was looked at first."""
    return {max(looked.values()): sorted(looked)} if looked else {}


def keep_photo(round_id: int, uid: UUID, sha256: str, content: bytes, *, by: Actor, at: datetime) -> int:
    """Keep a photo of a check under the hash of what was sent; the same again is answered the same. Returns 201 or 200.

    Raises :class:`Invalid` when the bytes are not what the hash says or no photo, :class:`NotThere` without the check: facts come first.
    """
    _walk(round_id, by)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Invalid.on("sha256", _("照片没有传完整，请再传一次。"))
    row = Check.objects.filter(uid=uid, round_id=round_id).values_list("pk", flat=True).first()
    if row is None:
        raise NotThere(_("先交这一项，再交它的照片。"))
    if Photo.objects.filter(check_row_id=row, sha256=bytes.fromhex(sha256)).exists():
        return KNOWN
    if Photo.objects.filter(check_row_id=row).count() >= rules.PHOTOS_MOST:
        raise Invalid.on("photos", _("一项最多 %(most)d 张照片。") % {"most": rules.PHOTOS_MOST})
    try:
        with ALBUM.kept([content]) as files:
            _keep(round_id, row, bytes.fromhex(sha256), files[0], by=by, at=at)
    except IntegrityError:
        return KNOWN  # the same photo came by another way at the same moment; its file is swept
    return TAKEN


@action
def _keep(round_id: int, check_id: int, sha256: bytes, file: KeptPhoto, *, by: Actor, at: datetime) -> None:
    found = held(round_id)
    guards.check_walk(by, guards.Where(found.community_id, found.path), found.state)
    size = {"width": file.width, "height": file.height, "size": file.size}
    Photo.objects.create(id=file.id, check_row_id=check_id, sha256=sha256, added_at=at, by_id=by.login_id, **size)
    if found.state == RoundState.STARTED and found.manifest and not finding.missing_of(round_id, found.manifest)[1]:
        Round.objects.filter(pk=found.pk, state=RoundState.STARTED).update(state=RoundState.SUBMITTED, submitted_at=at)
    audit.record(
        "photo", "round", round_id, by=by, at=at, community_id=found.community_id, after={"check": check_id, "photo": str(file.id)}
    )
