"""Patrols: a finding, or nothing; whether a report was true; and going to look, remove and count until something is gone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from zengyi.activities.models import Finding, FindingPhoto, Ledger, LedgerEntry
from zengyi.activities.queries.files import ALBUM
from zengyi.activities.rules import patrols as rules
from zengyi.activities.rules.patrols import Basis, EntryKind, LedgerState, Verdict, What
from zengyi.activities.rules.programme import sentence
from zengyi.bank import actions as bank
from zengyi.bank.queries import rulebook
from zengyi.core import audit, clock, search
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action, in_action
from zengyi.orders import actions as orders
from zengyi.orders import queries as order_queries
from zengyi.orders import rules as order_rules
from zengyi.people import queries as people
from zengyi.people.rules import Actor


def report_finding(
    what: str,
    *,
    place_id: int | None = None,
    spot: str = "",
    basis: str = "",
    count: int | None = None,
    fixed: bool = False,
    note: str = "",
    photos: Sequence[bytes] = (),
    by: Actor,
    at: datetime,
) -> Finding:
    """Put down what was found. Unless it was ``fixed`` on the spot an order arises from it, or the one that is open already is told.

    What spreads goes into the ledger of its place. ``NOTHING`` found has no number, and no order.

    Raises :class:`Invalid` with the field.
    """
    rules.check_report(by, what=what)
    where = sentence(spot.replace("\n", " "), "spot", rules.SPOT_MOST)
    if what != What.NOTHING:
        rules.check_count(basis, count)
        if place_id is None and not where:
            raise Invalid.on("place_id", _("请选在哪里，或者写一句。"))
    if len(photos) > rules.PHOTOS_MOST:
        raise Invalid.on("photos", _("最多 %(most)d 张，请少选几张。") % {"most": rules.PHOTOS_MOST})
    finding = Finding(
        community_id=by.community_id or 0,
        what=what,
        place_id=place_id,
        spot=where,
        note=sentence(note, "note", rules.NOTE_MOST),
        basis=basis if what != What.NOTHING else "",
        count=count if what != What.NOTHING else None,
        fixed=fixed and what != What.NOTHING,
        person_id=by.person_id or 0,
        by_id=by.login_id,
        at=at,
    )
    with ALBUM.kept(photos) as files:
        return _report(finding, files, by=by, at=at)


def _found_by(what: str, *written: str) -> str | None:
    """The words by which everybody finds what was seen, in Chinese whoever writes it down; nothing where there was nothing."""
    if what == What.NOTHING:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        return search.public_words(str(What(what).label), *written)


@action
def _report(finding: Finding, files: Sequence[KeptPhoto], *, by: Actor, at: datetime) -> Finding:
    name = _place_name(finding)
    if finding.what in rules.ERADICATED:
        finding.ledger = _ledger(finding, name, at=at)
    finding.search = _found_by(finding.what, name, finding.spot, finding.note)
    finding.save(force_insert=True)
    FindingPhoto.objects.bulk_create(
        FindingPhoto(id=f.id, finding=finding, width=f.width, height=f.height, size=f.size, added_at=at) for f in files
    )
    if finding.ledger is not None:
        _enter_finding(finding, by=by, at=at)
    if finding.what != What.NOTHING and not finding.fixed:
        finding.order_id = _order(finding, name, by=by, at=at)
        Finding.objects.filter(pk=finding.pk).update(order_id=finding.order_id)
    after: dict[str, Any] = {"what": str(finding.what), "basis": str(finding.basis), "count": finding.count, "fixed": finding.fixed}
    after |= {"order": finding.order_id, "ledger": finding.ledger_id, "photos": len(files)}
    audit.record("find", "finding", finding.pk, by=by, at=at, community_id=finding.community_id, after=after)
    return finding


def _place_name(finding: Finding) -> str:
    message = _("请选本社区的楼栋或地点。")
    if finding.place_id is None:
        return ""
    if not 0 < finding.place_id <= ID_MOST:
        raise Invalid.on("place_id", message)
    try:
        return people.place(finding.place_id, community_id=finding.community_id).name
    except NotThere as missing:
        raise Invalid.on("place_id", message) from missing


@in_action
def _ledger(finding: Finding, name: str, *, at: datetime) -> Ledger:
    """The ledger of that place, a new one where there is none; locked until the step ends."""
    key = f"place:{finding.place_id}" if finding.place_id else f"spot:{finding.spot}"
    spot = "" if finding.place_id else finding.spot
    given = {"place_id": finding.place_id, "spot": spot, "opened_at": at, "search": _found_by(finding.what, name, spot)}
    Ledger.objects.get_or_create(community_id=finding.community_id, what=finding.what, key=key, defaults=given)
    return Ledger.objects.select_for_update().get(community_id=finding.community_id, what=finding.what, key=key)


@in_action
def _enter_finding(finding: Finding, *, by: Actor, at: datetime) -> None:
    """Enter in the ledger what was found, and what was removed on the spot."""
    assert finding.ledger is not None
    given = {"on_day": clock.local_date(at), "spot": finding.spot, "finding": finding, "by_id": by.login_id, "at": at}
    LedgerEntry.objects.create(ledger=finding.ledger, kind=EntryKind.FOUND, count=finding.count, basis=finding.basis, **given)
    gone = (finding.count or 0) if finding.fixed else 0
    if gone:
        LedgerEntry.objects.create(ledger=finding.ledger, kind=EntryKind.REMOVED, count=gone, basis=Basis.COUNTED, **given)
    _write(finding.ledger, finding.count or 0, gone, on_day=clock.local_date(at), seen=True)


@in_action
def _write(ledger: Ledger, found: int, removed: int, *, on_day: date, seen: bool) -> None:
    """Add to the sums by one conditional UPDATE, and plan the next look."""
    empty = 0 if seen else ledger.empty_visits + 1
    look_on = rules.next_look(ledger.found + found - ledger.removed - removed, empty, on_day)
    rows = Ledger.objects.filter(pk=ledger.pk, removed__lte=F("found") + found - removed, empty_visits=ledger.empty_visits)
    state = LedgerState.OPEN if look_on else LedgerState.GONE
    changes: dict[str, Any] = {"found": F("found") + found, "removed": F("removed") + removed, "empty_visits": empty}
    if not rows.update(**changes, state=state, look_on=look_on):
        raise Invalid.on("removed", _too_many(ledger.found + found - ledger.removed))


def _too_many(remains: int) -> str:
    return _("账上只剩 %(n)d，清除的比这多：先把新发现的记上。") % {"n": remains}


@in_action
def _order(finding: Finding, name: str, *, by: Actor, at: datetime) -> int:
    """The order that arises, or the one of the same ledger that is still open."""
    if finding.ledger_id is not None:
        before = Finding.objects.filter(ledger_id=finding.ledger_id, order__isnull=False).exclude(pk=finding.pk).order_by("-pk")
        last = before.values_list("order_id", flat=True).first()
        if last is not None and (standing := order_queries.states_of([last]).get(last)) and standing.is_open:
            return last
    what = What(finding.what)
    where = " ".join(part for part in (name, finding.spot) if part)
    title = _("清除%(what)s") % {"what": what.label} if what in rules.ERADICATED else _("巡查发现：%(what)s") % {"what": what.label}
    said = Basis(finding.basis).label
    told = {"n": finding.count or 0, "unit": rules.unit(what, finding.basis), "how": said}
    much = _("%(n)d %(unit)s（%(how)s）") % told if finding.count else str(said)
    matter = order_rules.Matter(
        source=order_rules.Source.PATROL,
        community_id=finding.community_id,
        requester_id=finding.person_id,
        title=title,
        text="\n".join(part for part in (_("%(where)s：%(much)s") % {"where": where, "much": much}, finding.note) if part),
        origin_kind="finding",
        origin_id=finding.pk,
        origin_title=f"{what.label} {where}"[:80],
        category=rules.ORDER_OF[what],
        place_id=finding.place_id,
        spot=finding.spot,
    )
    return orders.arise(matter, by=by, at=at).pk


@action
def verify_finding(finding_id: int, true: bool, *, reason: str = "", by: Actor, at: datetime) -> Finding:
    """Say, having looked, whether a report was true. A member's that was true is a deed, which a third person approves."""
    rows = Finding.objects.with_facts().filter(pk=finding_id)
    found = rows.first() if 0 < finding_id <= ID_MOST else None
    rules.check_verify(by, found.facts(at) if found else None)
    assert found is not None
    why = sentence(reason, "reason", 200, least=0 if true else 2)
    verdict = Verdict.TRUE if true else Verdict.FALSE
    changes: dict[str, Any] = {"verdict": verdict, "verified_by_id": by.login_id, "verified_at": at, "reason": why}
    if not Finding.objects.filter(pk=found.pk, verdict="").update(**changes):
        raise WrongState(_("这一件已经查过了。"))
    found.verdict = verdict
    deed = _deed(found, by=by, at=at) if true else None
    after = {"verdict": str(verdict), "deed": deed}
    audit.record("verify", "finding", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=why)
    return found


@in_action
def _deed(found: Finding, *, by: Actor, at: datetime) -> int | None:
    member_id = people.members_by_person([found.person_id]).get(found.community_id, {}).get(found.person_id)
    day = clock.local_date(found.at)
    if member_id is None or rulebook(found.community_id).in_force(rules.RULE, day) is None:
        return None
    said: dict[str, Any] = {"text": f"{found.get_what_display()} {found.spot}", "told_by": found.by_id, "community_id": found.community_id}
    made = bank.record_deeds(rules.RULE, {member_id: 1}, day, rules.SOURCE, str(found.pk), **said, by=by, at=at)
    return made[0] if made else None


@action
def visit(
    ledger_id: int,
    on_day: date,
    *,
    found: int | None = None,
    basis: str = "",
    removed: int | None = None,
    people_count: int | None = None,
    who: str = "",
    spot: str = "",
    by: Actor,
    at: datetime,
) -> Ledger:
    """Go and look again: what is new there, what was removed, counted; or that there was nothing. The third time in a row it is gone.

    Raises :class:`Invalid` for more removed than there is, or for "nothing" while something remains.
    """
    ledger = Ledger.objects.select_for_update().filter(pk=ledger_id).first() if 0 < ledger_id <= ID_MOST else None
    rules.check_visit(by, ledger.community_id if ledger else None)
    assert ledger is not None
    if on_day > clock.local_date(at) or on_day < clock.local_date(at) - rules.FOUND_LATELY:
        raise Invalid.on("on_day", _("写今天，或者三个月以内的一天。"))
    if found is not None:
        rules.check_count(basis or Basis.COUNTED, found)
    if removed is not None:
        rules.check_number("removed", removed)
    if people_count is not None:
        rules.check_number("people", people_count)
    if found is None and removed is None and ledger.found > ledger.removed:
        raise Invalid.on("removed", _("账上还剩 %(n)d 没有清，先记清除了多少。") % {"n": ledger.found - ledger.removed})
    if (removed or 0) > (remains := ledger.found + (found or 0) - ledger.removed):
        raise Invalid.on("removed", _too_many(remains))
    given: dict[str, Any] = {"ledger": ledger, "on_day": on_day, "by_id": by.login_id, "at": at, "people": people_count}
    given["spot"] = sentence(spot.replace("\n", " "), "spot", rules.SPOT_MOST)
    given["who"] = sentence(who.replace("\n", " "), "who", rules.WHO_MOST)
    if found is not None:
        LedgerEntry.objects.create(**given, kind=EntryKind.FOUND, count=found, basis=basis or Basis.COUNTED)
    if removed is not None:
        LedgerEntry.objects.create(**given, kind=EntryKind.REMOVED, count=removed, basis=Basis.COUNTED)
    seen = found is not None or removed is not None
    if not seen:
        LedgerEntry.objects.create(**given, kind=EntryKind.EMPTY)
    _write(ledger, found or 0, removed or 0, on_day=on_day, seen=seen)
    ledger.refresh_from_db()
    after = {"found": found, "removed": removed, "remaining": ledger.found - ledger.removed, "state": str(ledger.state)}
    audit.record("visit", "ledger", ledger.pk, by=by, at=at, community_id=ledger.community_id, after=after)
    return ledger


def sweep(at: datetime) -> int:
    """Remove photos that no row names; returns how many."""
    return ALBUM.sweep(at, lambda ids: {str(pk) for pk in FindingPhoto.objects.filter(pk__in=ids).values_list("pk", flat=True)})
