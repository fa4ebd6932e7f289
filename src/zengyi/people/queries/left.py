"""Where somebody belonged until a sheet changed it: read along with what they did, for the rules that ask."""

from django.db.models import Exists, OuterRef

from zengyi.core.rows import Hex, Rows, moment_of, octets, structure
from zengyi.people.models import Left
from zengyi.people.rules import CHANGED_LATELY, LeftScope


def left_by(person: str) -> Rows:
    """What the person in a row's column ``person`` left, as an annotation of the row; read it with :func:`left_of`."""
    return Rows(Left.objects.filter(person_id=OuterRef(person)), id="pk", at="at", household=Hex("household"), unit="unit_id")


def left_lately(person: str, until: str) -> Exists:
    """Whether the person in a row's column ``person`` left anything in the days that matter before the moment in its column ``until``."""
    since = OuterRef(until) - CHANGED_LATELY
    return Exists(Left.objects.filter(person_id=OuterRef(person), at__lte=OuterRef(until), at__gt=since))


def left_of(rows: object) -> tuple[LeftScope, ...]:
    """What :func:`left_by` read, the oldest first."""
    found = sorted(structure(rows) or [], key=lambda row: int(row["id"]))
    return tuple(LeftScope(moment_of(row["at"]), octets(row["household"]), row["unit"]) for row in found)
