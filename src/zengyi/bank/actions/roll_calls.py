"""A list of a branch's members is proposed by one person and decided on by another: base points are posted in bulk, deeds one by one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from zengyi.bank import queries
from zengyi.bank.actions.deciding import decide, propose
from zengyi.bank.actions.listed import approve_listed, record_listed, reject_listed
from zengyi.bank.actions.posting import hold
from zengyi.bank.models import RollCall, RollCallEntry
from zengyi.bank.queries import in_closed_quarter, own_versions, rulebook_of
from zengyi.bank.rules import REASON_MOST, Mark, MarkNote, ProposalState, Rulebook, check_post_held, closed_for, lists_deeds
from zengyi.core import audit, clock
from zengyi.core.errors import NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role

#: Marks to be posted: at first all who were there, later those that were held.
PRESENT, HELD = Q(mark=Mark.PRESENT), Q(mark=Mark.PRESENT, note=MarkNote.HELD)
#: More than anybody ever has: no cap.
POINTS_WITHOUT_CAP = 1_000_000

# The points for each member present: those of the rule, but no more than the year's cap leaves after the other meetings of the year in
# which this one was held, whenever they were posted. What was reversed has no points any more; marks from before that was noted still have.
_CAPPED = """
  SELECT CASE WHEN left_over <= 0 THEN 0 WHEN left_over < %s THEN left_over ELSE %s END FROM (
    SELECT %s - COALESCE(SUM(e.points), 0) AS left_over
    FROM bank_rollcallentry e {by_member} CROSS JOIN bank_rollcall c
    WHERE e.member_id = bank_rollcallentry.member_id AND e.points > 0 AND c.id = e.roll_call_id AND c.rule = %s AND c.state = 'POSTED'
      AND c.held_on >= %s AND c.held_on <= %s
      AND NOT EXISTS (
        SELECT 1 FROM bank_posting p JOIN bank_posting r ON r.reverses_id = p.id WHERE p.key = 'roll:' || c.id || ':' || e.member_id
      )
  ) AS had
"""
# SQLite keeps the order of a CROSS JOIN, but not the index: with statistics (ANALYZE) from when there were few marks, it would read all
# marks for each member.
_BY_MEMBER = {"sqlite": "INDEXED BY mark_of_member"}
_ACCOUNTS = """
INSERT INTO bank_account (kind, community_id, member_id, organisation_id, label, balance, opened_at)
SELECT k.kind, %(community)s, e.member_id, NULL, '', 0, %(at)s
FROM bank_rollcallentry e CROSS JOIN (SELECT 'BASE' AS kind UNION ALL SELECT 'GAIN') AS k
WHERE e.roll_call_id = %(roll_call)s
  AND NOT EXISTS (SELECT 1 FROM bank_account a WHERE a.member_id = e.member_id AND a.kind = k.kind)
ORDER BY e.id, k.kind
ON CONFLICT DO NOTHING
"""
_POSTINGS = """
INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at, reverses_id)
SELECT %(community)s, 'BASE', %(issue)s, a.id, e.points, %(prefix)s || e.member_id, %(rule)s, %(memo)s, %(day)s, %(at)s, NULL
FROM bank_rollcallentry e JOIN bank_account a ON a.member_id = e.member_id AND a.kind = 'BASE'
WHERE e.roll_call_id = %(roll_call)s AND e.note = 'POSTING' AND e.points > 0
ORDER BY e.id
"""
_BALANCES = """
UPDATE bank_account SET balance = balance + e.points
FROM bank_rollcallentry e
WHERE e.roll_call_id = %(roll_call)s AND e.note = 'POSTING' AND e.points > 0 AND e.member_id = bank_account.member_id
  AND bank_account.kind = 'BASE'
"""


@action
def propose_roll_call(
    branch_id: int, rule: str, held_on: date, marks: Mapping[int, str], *, note: str = "", by: Actor, at: datetime
) -> RollCall:
    """Put down who was there, on leave or absent at a branch's meeting, whose dues of a month were paid, or who did something together.

    Under a rule for deeds, each who was there has a deed at once, which waits for the second person.

    Raises :class:`Invalid` for a day ahead or long past, an unknown rule, or members of another branch; :class:`WrongState`
    when this meeting has been put down already.
    """
    found = queries.check_roll_call(branch_id, rule, held_on, marks, note=note, by=by, at=at)
    community_id = by.community_id or 0
    made = RollCall(community_id=community_id, branch_id=branch_id, rule=rule, held_on=held_on, note=note.strip()[:120])
    propose(made, twice=queries.twice(), by=by, at=at)
    RollCallEntry.objects.bulk_create(
        [RollCallEntry(roll_call_id=made.pk, member_id=member_id, mark=mark) for member_id, mark in marks.items()], batch_size=1000
    )
    after = {"branch": branch_id, "rule": rule, "held_on": held_on.isoformat(), "members": len(marks)}
    if lists_deeds(found):
        after["deeds"] = record_listed(made, [member_id for member_id, mark in marks.items() if mark == Mark.PRESENT], by=by, at=at)
    audit.record("propose", "roll_call", made.pk, by=by, at=at, community_id=by.community_id, after=after)
    return made


@action
def decide_roll_call(roll_call_id: int, approve: bool, *, reason: str = "", by: Actor, at: datetime) -> RollCall:
    """A second person posts a roll-call, or sends it back with a reason. Posting takes the same few statements for any size.

    Nobody decides about points of their own, their household or their unit: those marks are held until another second person posts
    them (:func:`post_held_marks`).
    """
    said = reason.strip()[:REASON_MOST]
    found = decide(
        RollCall.objects.annotate(own_rules=own_versions(), late=in_closed_quarter("held_on")),
        roll_call_id,
        approve,
        reason=said,
        by=by,
        at=at,
    )
    read: Any = found
    book = rulebook_of(read.own_rules)
    rule = book.in_force(found.rule, found.held_on)
    points = 0
    if rule is not None and lists_deeds(rule):
        points = approve_listed(found, by=by, at=at) if approve else reject_listed(found, said, by=by, at=at)
    elif approve:
        points = _post(found, book, PRESENT, late=read.late, by=by, at=at)
    after = {"state": str(found.state), "points": points}
    audit.record("decide", "roll_call", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=said)
    return found


@action
def post_held_marks(roll_call_id: int, *, by: Actor, at: datetime) -> RollCall:
    """Another second person posts the marks that the first decider could not decide on; their own stay held.

    Raises :class:`WrongState` for whoever finds them posted already.
    """
    check_role(by, "points.decide")
    rows = queries.with_held(RollCall.objects.filter(community_id=by.community_id, state=ProposalState.POSTED), by)
    found = (
        rows.annotate(own_rules=own_versions(), late=in_closed_quarter("held_on")).filter(pk=roll_call_id).first()
        if 0 < roll_call_id <= ID_MOST
        else None
    )
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check_post_held(by, queries.held_facts(found, at))
    # Whoever waits here has looked before the other one wrote, so it is looked at again.
    hold(found.community_id, at=at)
    again = queries.with_held(RollCall.objects.filter(pk=found.pk), by).get()
    check_post_held(by, queries.held_facts(again, at))
    points = _post(found, rulebook_of(found.own_rules), HELD, late=found.late, by=by, at=at)
    audit.record("decide", "roll_call", found.pk, by=by, at=at, community_id=found.community_id, after={"held": points})
    posted: RollCall = found
    return posted


def _post(roll_call: RollCall, book: Rulebook, which: Q, *, late: bool, by: Actor, at: datetime) -> int:
    """Post those marks of the roll-call, but for the actor's own, which are held; returns how many postings it made.

    ``late``: its quarter is closed.
    """
    rule = book.in_force(roll_call.rule, roll_call.held_on)
    assert rule is not None
    adapt = connection.ops
    day, note = roll_call.held_on, roll_call.note
    if late:
        # Its figures stand: what comes late counts in the quarter that is open, and says so.
        day, note = clock.local_date(at), _("补记 %(day)s %(note)s") % {"day": day.isoformat(), "note": note}
    values: dict[str, str | int | None] = {
        "roll_call": roll_call.pk,
        "community": roll_call.community_id,
        "issue": hold(roll_call.community_id, at=at),
        "points": rule.points,
        "cap": POINTS_WITHOUT_CAP if rule.cap_year is None else rule.cap_year,
        "rule": rule.code,
        "memo": f"{rule.name} {note}".strip()[:120],
        "prefix": f"roll:{roll_call.pk}:",
        "day": adapt.adapt_datefield_value(day),
        "first": adapt.adapt_datefield_value(date(roll_call.held_on.year, 1, 1)),
        "last": adapt.adapt_datefield_value(date(roll_call.held_on.year, 12, 31)),
        "at": adapt.adapt_datetimefield_value(at),
    }
    marks = RollCallEntry.objects.filter(roll_call_id=roll_call.pk)
    own = Q(pk__in=marks.filter(people.concerning(by, "member")).values("pk"))
    with connection.cursor() as cursor:
        # Behind the hold: of two who post what was held, the second finds nothing held any more.
        marks.filter(which).update(
            note=Case(When(own, then=Value(MarkNote.HELD)), default=Value(MarkNote.POSTING)),
            points=Case(When(own, then=Value(0)), default=_capped(values)),
        )
        cursor.execute(_ACCOUNTS, values)
        try:
            cursor.execute(_POSTINGS, values)
        except IntegrityError as closed:  # published since we looked
            raise WrongState(closed_for(clock.quarter_of(day))) from closed
        posted: int = cursor.rowcount
        cursor.execute(_BALANCES, values)
    capped = When(points__lt=rule.points, then=Value(MarkNote.CAPPED))
    marks.filter(note=MarkNote.POSTING).update(note=Case(capped, default=Value("")))
    return posted


def _capped(values: dict[str, Any]) -> RawSQL:
    """The points that a member's mark brings, as an expression of its row."""
    names = ("points", "points", "cap", "rule", "first", "last")
    return RawSQL(_CAPPED.replace("{by_member}", _BY_MEMBER.get(connection.vendor, "")), [values[name] for name in names])  # noqa: S611  ours
