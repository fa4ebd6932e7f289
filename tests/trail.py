"""What a step leaves behind: one event, its postings; and that a refused one leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from zengyi.bank.models import Account, Posting
from zengyi.core import baseline
from zengyi.core.errors import Invalid, Refused
from zengyi.core.models import Event, Kept

TABLES = (
    *("orders_order", "orders_claim", "orders_sent", "orders_photo", "orders_counter"),
    *("bank_account", "bank_posting", "bank_rollcall", "bank_rollcallentry", "bank_correction", "bank_quarter", "bank_objection"),
    *("bank_filing", "bank_filingposting", "bank_filingphoto", "bank_help"),
    *("works_project", "works_ranking", "works_lot", "works_milestone", "works_milestonemove", "works_demand", "works_demandstep"),
    *("works_workphoto", "works_pair", "works_voice", "works_fundline", "works_payment", "works_raise"),
    *("bank_vacancy", "bank_dutyclaim", "bank_turn", "bank_appraisal", "bank_appraisalline", "people_member"),
)


def begin(at: datetime) -> None:
    """Let the trail of rows begin with what there is: the cast came without steps, as the rows of a database from before the trail."""
    Kept.objects.all().delete()
    baseline.bring_up(at, {})


def snapshot() -> dict[str, list[Any]]:
    """Every row that orders, points and their history consist of."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = list(cursor.fetchall())
    return found


@contextmanager
def refused(error: type[Refused], sentence: str = "", *, fields: set[str] | None = None) -> Iterator[None]:
    """What runs inside is refused with that error, sentence and fields, and nothing at all is written."""
    before = snapshot()
    with pytest.raises(error) as seen:
        yield
    assert type(seen.value) is error
    assert snapshot() == before
    assert sentence in seen.value.sentence, seen.value.sentence
    if fields is not None:
        assert isinstance(seen.value, Invalid)
        assert set(seen.value.fields) == fields
        assert all(said and all(said) for said in seen.value.fields.values())


@dataclass
class Told:
    """The one event of a step, once it is over, and the postings it made."""

    event: Event = field(default_factory=Event)
    postings: list[tuple[str, str, str, int]] = field(default_factory=list)


@contextmanager
def told(verb: str, of: str = "order") -> Iterator[Told]:
    """What runs inside writes exactly one event, of that verb, and postings that leave the books right."""
    events, postings = _last(Event), _last(Posting)
    found = Told()
    yield found
    (found.event,) = Event.objects.filter(pk__gt=events)
    assert (found.event.verb, found.event.object_type) == (verb, of)
    found.postings = moved(after=postings)


def moved(*, after: int = 0) -> list[tuple[str, str, str, int]]:
    """Postings in words: kind, from, to, points."""
    rows = (
        Posting.objects.filter(pk__gt=after)
        .order_by("pk")
        .select_related(*(f"{side}__{who}" for side in ("debit", "credit") for who in WHOSE))
    )
    return [(row.kind, holder(row.debit), holder(row.credit), row.points) for row in rows]


WHOSE = ("member__person", "organisation")


def holder(account: Account) -> str:
    """Whose account it is: a name, or what it is for."""
    if account.member is not None:
        return account.member.person.name
    return account.organisation.short_name if account.organisation is not None else account.kind


def _last(model: type[Model]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
