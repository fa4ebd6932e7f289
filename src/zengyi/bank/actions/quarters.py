"""A quarter is added up, put forward by one person, published and sealed by another.

Publishing and preparing add the ledger up again: what has changed since leads back to TALLIED with the new figures, and nobody's word for
the old ones counts any more. Each step writes first and looks then, so a posting under way is either in the figures or refused.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.bank.models import Quarter
from zengyi.bank.queries import added_up, quarter_facts, quarter_row
from zengyi.bank.queries.snapshot import Tell, Texts, silent
from zengyi.bank.rules import (
    MOVES,
    OBJECTION_DAYS,
    SAVERS_CHOICES,
    UNANSWERED,
    QuarterState,
    QuarterVerb,
    check_prepare,
    check_publish,
    check_seal,
    check_tally,
    moved_on,
    working_days_after,
)
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.rules import Actor

_NOT_PREPARED: dict[str, Any] = {"prepared_by_id": None, "prepared_at": None}
_NOT_PUBLISHED: dict[str, Any] = {"published_by_id": None, "published_at": None, "objections_until": None}


@action
def tally_quarter(community_id: int, quarter: str, *, salt: str = "", tell: Tell = silent, by: Actor, at: datetime) -> Quarter:
    """Add the quarter up, again if need be. Raises :class:`WrongState` before it is over and after it was published.

    ``salt`` keeps the members' points from being guessed; random unless somebody, like the demo, needs the same text every time.
    ``tell`` hears how far it is, here and below.
    """
    row = quarter_row(community_id, quarter)
    check_tally(by, quarter_facts(row, at))
    before = {"state": row.state, "digits": row.digits}
    if not row.salt:  # nobody has begun to close it
        row.salt = salt or secrets.token_hex(32)
        Quarter.objects.bulk_create([row], ignore_conflicts=True)
        row = quarter_row(community_id, quarter)
    _move(row, QuarterVerb.TALLY, tallied_by_id=by.user_id, tallied_at=at, **_NOT_PREPARED)
    _keep(row, added_up(row, savers=row.savers, tell=tell))
    return _told("tally", row, before, by=by, at=at)


@action
def prepare_quarter(community_id: int, quarter: str, *, savers: int | None = None, tell: Tell = silent, by: Actor, at: datetime) -> Quarter:
    """Put the tallied figures forward, naming up to ``savers`` savers.

    Comes back TALLIED, with the new figures, when the ledger is no longer what was tallied.
    """
    row = quarter_row(community_id, quarter)
    check_prepare(by, quarter_facts(row, at))
    if savers is not None and savers not in SAVERS_CHOICES:
        raise Invalid.on("savers", _("请选不列，或列 5、10、20 名。"))
    before = {"state": row.state, "digits": row.digits}
    _move(row, QuarterVerb.PREPARE, prepared_by_id=by.user_id, prepared_at=at)
    if _changed(row, tell):
        return _told("return", row, before, by=by, at=at)
    if savers is not None and savers != row.savers:
        row.savers = savers
        _keep(row, added_up(row, savers=savers, again=True))
    return _told("prepare", row, before, by=by, at=at)


@action
def publish_quarter(community_id: int, quarter: str, *, tell: Tell = silent, by: Actor, at: datetime) -> Quarter:
    """A second person publishes what was prepared; from now on the database refuses postings into the quarter.

    Comes back TALLIED, with the new figures and without anybody's word for them, when the ledger is no longer what was prepared.
    """
    row = quarter_row(community_id, quarter)
    check_publish(by, quarter_facts(row, at))
    before = {"state": row.state, "digits": row.digits}
    until = working_days_after(clock.local_date(at), OBJECTION_DAYS)
    _move(row, QuarterVerb.PUBLISH, published_by_id=by.user_id, published_at=at, objections_until=until)
    return _told("return" if _changed(row, tell) else "publish", row, before, by=by, at=at)


@action
def seal_quarter(community_id: int, quarter: str, *, by: Actor, at: datetime) -> Quarter:
    """Seal the quarter for good. Raises :class:`WrongState` with what is missing."""
    row = quarter_row(community_id, quarter)
    check_seal(by, quarter_facts(row, at))
    before = {"state": row.state}
    _move(row, QuarterVerb.SEAL, sealed_by_id=by.user_id, sealed_at=at)
    if row.objections.filter(state__in=UNANSWERED).exists():
        raise WrongState(moved_on())
    return _told("seal", row, before, by=by, at=at)


@in_action
def _move(row: Quarter, verb: QuarterVerb, **values: object) -> None:
    states, state = MOVES[verb]
    if not Quarter.objects.filter(pk=row.pk, state__in=states).update(state=state, **values):
        raise WrongState(moved_on())
    _set(row, state=state, **values)


def _changed(row: Quarter, tell: Tell) -> bool:
    """Whether the ledger is no longer what the quarter's text says; then it goes back to TALLIED with the new one."""
    texts = added_up(row, savers=row.savers, again=True, tell=tell)
    if texts.digits == row.digits:
        return False
    values = {"state": QuarterState.TALLIED, **_NOT_PREPARED, **_NOT_PUBLISHED}
    Quarter.objects.filter(pk=row.pk).update(**values)
    _set(row, **values)
    _keep(row, texts)
    return True


def _keep(row: Quarter, texts: Texts) -> None:
    values = {"statement": texts.statement, "inside": texts.inside, "digits": texts.digits, "savers": row.savers}
    Quarter.objects.filter(pk=row.pk).update(**values)
    _set(row, **values)


def _set(row: Quarter, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _told(verb: str, row: Quarter, before: Mapping[str, object], *, by: Actor, at: datetime) -> Quarter:
    after: dict[str, object] = {"state": str(row.state)}
    if row.digits != before.get("digits", row.digits):
        after["digits"] = row.digits
    audit.record(verb, "quarter", row.pk, by=by, at=at, community_id=row.community_id, before=before, after=after)
    return row
