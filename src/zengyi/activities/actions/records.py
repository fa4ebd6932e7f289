"""Records of service: issued from what was recorded, superseded by a newer one of the same days, revoked with a reason."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.activities.models import Attendee, Record, SignUp
from zengyi.activities.queries.roll import how_recorded
from zengyi.activities.rules import records as rules
from zengyi.activities.rules.programme import OccasionState, sentence
from zengyi.activities.rules.records import RecordState
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@action
def issue_record(sign_up_id: int, first: date, last: date, *, by: Actor, at: datetime) -> Record:
    """Issue a record of all that the person of this sign-up did in those days. It supersedes a standing one of the same days. Raises
    :class:`Invalid` when nothing was recorded of them.
    """
    found = SignUp.objects.select_related("person").filter(pk=sign_up_id).first() if 0 < sign_up_id <= ID_MOST else None
    rules.check_issue(by, found.community_id if found else None)
    assert found is not None
    rules.check_period(first, last, today=clock.local_date(at))
    content = _content(found, first, last, by=by)
    year = clock.year_of(at)
    given_out = Record.objects.filter(community_id=found.community_id, year=year).order_by("-sequence")
    sequence = (given_out.values_list("sequence", flat=True).first() or 0) + 1
    secret = "".join(secrets.choice(rules.LETTERS) for _n in range(rules.SECRET))
    made = Record(community_id=found.community_id, year=year, sequence=sequence, number=rules.number_of(year, sequence, secret))
    made.person_id, made.first, made.last, made.content, made.digest = found.person_id, first, last, content, rules.digest_of(content)
    made.issued_by_id, made.issued_at = by.login_id, at
    try:
        made.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(_("刚刚有人动过，请刷新看看。")) from twice
    same: dict[str, Any] = {"community_id": made.community_id, "person_id": made.person_id, "first": first, "last": last}
    before = Record.objects.filter(**same, state=RecordState.ISSUED).exclude(pk=made.pk)
    replaced = before.update(state=RecordState.SUPERSEDED, superseded_by=made, ended_at=at)
    after = {"number": made.number, "digest": made.digest, "replaced": replaced}
    audit.record("issue", "record", made.pk, by=by, at=at, community_id=made.community_id, after=after)
    return made


@in_action
def _content(found: SignUp, first: date, last: date, *, by: Actor) -> dict[str, Any]:
    rows = Attendee.objects.filter(sign_up__person_id=found.person_id, letter="", minutes__gt=0, occasion__state=OccasionState.CLOSED)
    rows = rows.select_related("occasion__activity", "occasion__community", "sign_up__slot").order_by("occasion__starts_at", "pk")
    lines = []
    for row in rows.prefetch_related("stays"):
        occasion, day = row.occasion, clock.local_date(row.occasion.starts_at)
        if first <= day <= last:
            begin, end = (moment.astimezone(clock.SHANGHAI).strftime("%H:%M") for moment in (occasion.starts_at, occasion.ends_at))
            what = " ".join(part for part in (occasion.activity.title, row.sign_up.slot.name) if part)
            line: dict[str, Any] = {"day": day.isoformat(), "what": what, "host": occasion.community.name, "from": begin, "to": end}
            lines.append(line | {"minutes": row.minutes, "how": how_recorded(row.stays.all())})
    if not lines:
        raise Invalid.on("first", _("这些天里没有记过他的时长。"))
    if len(lines) > rules.LINES_MOST:
        raise Invalid.on("first", _("太多了，请分成几张。"))
    community = people.community(found.community_id)
    total = sum(int(line["minutes"] or 0) for line in lines)
    told = {"name": found.person.name, "first": first.isoformat(), "last": last.isoformat(), "lines": lines, "minutes": total}
    return told | {"times": len(lines), "issuer": community.name, "phone": community.phone, "handler": by.name}


@action
def revoke_record(record_id: int, reason: str, *, by: Actor, at: datetime) -> Record:
    """Say that a record does not count any more, and why. Whoever checks its number reads that."""
    found = Record.objects.filter(pk=record_id).first() if 0 < record_id <= ID_MOST else None
    rules.check_revoke(by, found.facts if found else None)
    assert found is not None
    why = sentence(reason, "reason", 200, least=2)
    if not Record.objects.filter(pk=found.pk, state=RecordState.ISSUED).update(state=RecordState.REVOKED, ended_at=at, reason=why):
        raise WrongState(_("这一张已经不作数了。"))
    found.state = RecordState.REVOKED
    audit.record("revoke", "record", found.pk, by=by, at=at, community_id=found.community_id, after={"state": found.state}, reason=why)
    return found
