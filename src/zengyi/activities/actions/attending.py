"""The roll: who came and went, who did not; closing it makes minutes, and deeds of those who helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zengyi.activities.actions.holding import hold, hold_for
from zengyi.activities.models import Attendee, Occasion, SignUp, Stay
from zengyi.activities.rules import attending as rules
from zengyi.activities.rules.attending import SeatMark, Source
from zengyi.activities.rules.programme import REASON_MOST, OccasionState, SlotRole, helper_rule, not_here, sentence
from zengyi.activities.rules.signing import SignUpState
from zengyi.bank import actions as bank
from zengyi.bank.queries import rulebook
from zengyi.bank.rules import hourly_codes
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark for one attendee. ``moment``: by the phone's clock; nothing: now."""

    attendee_id: int
    mark: str
    moment: datetime | None = None


@action
def record_attendance(occasion_id: int, marks: Sequence[Marked], *, source: str = Source.ROLL, by: Actor, at: datetime) -> int:
    """Put marks down; returns how many changed anything. The same mark again changes nothing.

    Raises :class:`Invalid` for somebody who is not on the list, or an impossible moment: then nothing is put down.
    """
    occasion = hold(occasion_id)
    rules.check_mark(by, occasion.facts if occasion else None, at=at)
    assert occasion is not None
    if not 0 < len(marks) <= rules.MARKS_MOST or source not in (Source.ROLL, Source.PAPER):
        raise Invalid.on("marks", _("一次记 1 到 %(most)d 位。") % {"most": rules.MARKS_MOST})
    listed = {one.pk: one for one in _listed(occasion)}
    changed = 0
    for given in marks:
        attendee = listed.get(given.attendee_id)
        if attendee is None:
            raise Invalid.on("attendee", _("名单上没有这一位。"))
        if given.mark not in SeatMark.values:
            raise Invalid.on("mark", _("请选到了、走了，还是没来。"))
        moment = given.moment or at
        rules.check_moment(moment, occasion.facts, at=at)
        changed += _put(attendee, given.mark, moment, source, by=by, at=at)
    after = {"marks": len(marks), "changed": changed, "source": str(source)}
    audit.record("attend", "occasion", occasion.pk, by=by, at=at, community_id=occasion.community_id, after=after)
    return changed


def _listed(occasion: Occasion) -> "QuerySet[Attendee]":
    """Those whose seat is confirmed."""
    return Attendee.objects.filter(occasion=occasion, sign_up__state=SignUpState.CONFIRMED)


@in_action
def _put(attendee: Attendee, mark: str, moment: datetime, source: str, *, by: Actor, at: datetime) -> int:
    mine = Stay.objects.filter(attendee=attendee)
    if mark == SeatMark.IN:
        present(attendee)
        if mine.filter(out_at=None).exists():
            return 0
        Stay.objects.create(attendee=attendee, in_at=moment, source=source, by_id=by.login_id, at=at)
        return 1
    if mark == SeatMark.OUT:
        if mine.filter(out_at=None, in_at__gt=moment).exists():
            raise Invalid.on("at", _("走的时间比到的还早。"))
        return mine.filter(out_at=None).update(out_at=moment)
    if mark == SeatMark.ABSENT:
        if mine.exists():
            raise WrongState(_("已经记了到，要先改，重记。"))
        return Attendee.objects.filter(pk=attendee.pk, absent_at=None).update(absent_at=at, absent_by_id=by.login_id)
    return mine.delete()[0] + present(attendee)


@in_action
def present(attendee: Attendee) -> int:
    """Take an absence back; returns 1 if there was one, otherwise 0."""
    return Attendee.objects.filter(pk=attendee.pk, absent_at__isnull=False).update(absent_at=None, absent_by=None)


@action
def record_paper(occasion_id: int, numbers: Sequence[int], *, by: Actor, at: datetime) -> tuple[int, list[int]]:
    """Put down who came, from a list on paper, each for the whole time. Returns how many, and the numbers that somebody has to look at.

    Nothing is put down for a number that is not on the list, or for somebody of whom something else is known.
    """
    occasion = hold(occasion_id)
    rules.check_mark(by, occasion.facts if occasion else None, at=at)
    assert occasion is not None
    found: dict[int, list[Attendee]] = {}
    for one in _listed(occasion).select_related("sign_up").filter(sign_up__number__in=list(numbers)):
        found.setdefault(one.sign_up.number, []).append(one)
    seen = set(Stay.objects.filter(attendee__occasion=occasion).values_list("attendee_id", flat=True))
    left = [n for n in numbers if n not in found or any(one.pk in seen or one.absent_at for one in found[n])]
    there = [one for n, ones in found.items() if n not in left for one in ones]
    whole = {"in_at": occasion.starts_at, "out_at": occasion.ends_at, "source": Source.PAPER, "by_id": by.login_id, "at": at}
    Stay.objects.bulk_create(Stay(attendee=one, **whole) for one in there)
    after = {"numbers": len(numbers), "there": len(there), "left": left, "source": str(Source.PAPER)}
    audit.record("attend", "occasion", occasion.pk, by=by, at=at, community_id=occasion.community_id, after=after)
    return len(there), left


@action
def scan(sign_up_id: int, *, by: Actor, at: datetime) -> bool:
    """Scan in or out, with one's family; returns whether they are in now. What the host puts down on the roll counts in the end."""
    held = hold_for(sign_up_id)
    rules.check_here(by, held[1].facts if held else None, at=at)
    assert held is not None
    found = held[1]
    stays = Stay.objects.filter(attendee__sign_up=found, out_at=None)
    inside = stays.exists()
    if inside:
        stays.update(out_at=at)
    else:
        family = list(Attendee.objects.filter(sign_up=found))
        for one in family:
            present(one)
        Stay.objects.bulk_create(Stay(attendee=one, in_at=at, source=Source.QR, by_id=by.login_id, at=at) for one in family)
    verb = "scan-out" if inside else "scan-in"
    audit.record(verb, "sign-up", found.pk, by=by, at=at, community_id=found.community_id, after={"occasion": found.occasion_id})
    return not inside


@action
def close_occasion(occasion_id: int, *, by: Actor, at: datetime) -> Occasion:
    """散场: whoever was never seen leaving stayed until the end, whoever was never seen was absent; minutes are counted.

    Members who helped have a deed each under the rule of the activity's kind, which the host attests by this.
    """
    occasion = hold(occasion_id)
    rules.check_close(by, occasion.facts if occasion else None, at=at)
    assert occasion is not None
    changes: dict[str, Any] = {"state": OccasionState.CLOSED, "closed_by_id": by.login_id, "closed_at": at}
    if not Occasion.objects.filter(pk=occasion.pk, state=OccasionState.PLANNED).update(**changes):
        raise WrongState(_("名已经点完了，要改请更正。"))
    occasion.state = OccasionState.CLOSED
    stays: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for attendee_id, begin, end in Stay.objects.filter(attendee__occasion=occasion).values_list("attendee_id", "in_at", "out_at"):
        stays.setdefault(attendee_id, []).append((begin, end))
    Stay.objects.filter(attendee__occasion=occasion, out_at=None, in_at__lt=occasion.ends_at).update(out_at=occasion.ends_at)
    listed = list(_listed(occasion))
    for one in listed:
        one.minutes = rules.minutes(stays.get(one.pk, ()), occasion.starts_at, occasion.ends_at)
        if one.pk not in stays and one.absent_at is None:
            one.absent_at, one.absent_by_id = at, by.user_id
    Attendee.objects.bulk_update(listed, ["minutes", "absent_at", "absent_by"], batch_size=200)
    deeds = _deeds(occasion, by=by, at=at)
    came = sum(one.pk in stays for one in listed)
    after = {"state": str(occasion.state), "came": came, "absent": len(listed) - came, "deeds": deeds}
    audit.record("close", "occasion", occasion.pk, by=by, at=at, community_id=occasion.community_id, after=after)
    return occasion


@in_action
def _deeds(occasion: Occasion, *, by: Actor, at: datetime) -> int:
    """File a deed for each member who helped, in the books of their own community; returns how many."""
    helped = SignUp.objects.filter(occasion=occasion, state=SignUpState.CONFIRMED, slot__role=SlotRole.HELPER)
    rows = helped.filter(attendees__letter="", attendees__minutes__gt=0).values_list("person_id", "attendees__minutes")
    there: dict[int, int] = {person_id: minutes or 0 for person_id, minutes in rows}
    rule, day = helper_rule(occasion.activity.kind), clock.local_date(occasion.starts_at)
    made = 0
    for community_id, members in people.members_by_person(there).items():
        units = _units(rule, {member_id: there[person_id] for person_id, member_id in members.items()})
        if not units or rulebook(community_id).in_force(rule, day) is None:
            continue
        said: dict[str, Any] = {"text": occasion.activity.title, "community_id": community_id, "by": by, "at": at}
        made += len(bank.record_deeds(rule, units, day, rules.SOURCE, str(occasion.pk), **said))
    return made


def _units(rule: str, there: Mapping[int, int]) -> dict[int, int]:
    """How many units each member did: hours, or one for having been there."""
    if rule not in hourly_codes():
        return dict.fromkeys(there, 1)
    return {member_id: rules.hours(minutes) for member_id, minutes in there.items() if rules.hours(minutes)}


@action
def contest(sign_up_id: int, attendee_id: int, words: str, *, by: Actor, at: datetime) -> SignUp:
    """Say that somebody was there who was put down as absent. The host looks at it and corrects, or not."""
    held = hold_for(sign_up_id)
    found = held[1] if held else None
    attendee = Attendee.objects.filter(sign_up=found, pk=attendee_id).first() if found else None
    absent, contested = bool(attendee and attendee.absent_at), bool(attendee and attendee.contested_at)
    rules.check_contest(by, found.facts if found else None, absent=absent, contested=contested)
    assert found is not None
    said = sentence(words, "words", REASON_MOST, least=2)
    Attendee.objects.filter(pk=attendee_id, sign_up=found).update(contested_at=at, contest=said)
    after = {"attendee": attendee_id}
    audit.record("contest", "sign-up", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=said)
    return found


@action
def correct_attendance(attendee_id: int, minutes: int, reason: str, *, by: Actor, at: datetime) -> Attendee:
    """Put right, after the roll is closed, how many minutes somebody was there; 0: not at all. A deed that is missing is made."""
    occasion_id = Attendee.objects.filter(pk=attendee_id).values_list("occasion_id", flat=True).first()
    occasion = hold(occasion_id or 0)
    rules.check_correct(by, occasion.facts if occasion else None, at=at)
    assert occasion is not None
    attendee = Attendee.objects.filter(pk=attendee_id).first()
    if attendee is None:
        raise not_here()
    most = int((occasion.ends_at - occasion.starts_at).total_seconds() // 60)
    if isinstance(minutes, bool) or not 0 <= minutes <= most:
        raise Invalid.on("minutes", _("这一场一共 %(most)d 分钟。") % {"most": most})
    why = sentence(reason, "reason", REASON_MOST, least=2)
    before = {"minutes": attendee.minutes, "absent": attendee.absent_at is not None}
    Stay.objects.filter(attendee=attendee).delete()
    attendee.minutes = minutes
    attendee.absent_at, attendee.absent_by_id = (None, None) if minutes else (at, by.login_id)
    attendee.save(update_fields=["minutes", "absent_at", "absent_by"])
    if minutes:
        end = occasion.starts_at + (occasion.ends_at - occasion.starts_at) * minutes / most
        Stay.objects.create(attendee=attendee, in_at=occasion.starts_at, out_at=end, source=Source.CORRECTED, by_id=by.login_id, at=at)
    deeds = _deeds(occasion, by=by, at=at)
    after = {"occasion": occasion.pk, "attendee": attendee.pk, "minutes": minutes, "deeds": deeds}
    given: dict[str, Any] = {"community_id": occasion.community_id, "before": before, "after": after, "reason": why}
    audit.record("correct", "sign-up", attendee.sign_up_id, by=by, at=at, **given)
    return attendee
