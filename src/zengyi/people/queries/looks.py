"""Who has opened a person's phone and door: for the guards of what is shown, and for the person to read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import NotAllowed
from zengyi.core.keyset import Page, cut
from zengyi.people.models import Look
from zengyi.people.rules import ROLE_NAMES, Actor, Role

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class LookRow:
    """Somebody opened a phone and a door: who, when, and for which order. ``order_id`` is nothing where it was for none."""

    id: int
    who: str
    at: datetime
    number: str
    order_id: int | None


def last_look(person: str, viewer: int) -> Subquery:
    """When ``viewer`` last opened the contact of the person in a row's column ``person``, as an annotation of the row."""
    rows = Look.objects.filter(person_id=OuterRef(person), viewer_id=viewer).order_by("-day")
    return Subquery(rows.values("at")[:1])


def looked_today(last: datetime | None, at: datetime) -> bool:
    """Whether what :func:`last_look` read is of the same day as ``at``: so long a contact stays open to whoever opened it."""
    return last is not None and clock.local_date(last) == clock.local_date(at)


def looks(*, by: Actor, after: int | None = None, size: int = PAGE_SIZE) -> Page[LookRow]:
    """Who has opened the actor's own phone and door, the newest first. One statement."""
    if by.person_id is None:
        raise NotAllowed(_("您现在的身份不能做这一步。"))
    return looks_at(by.person_id, after=after, size=size)


def looks_at(person_id: int, *, after: int | None = None, size: int = PAGE_SIZE) -> Page[LookRow]:
    """Who has opened a person's phone and door, the newest first. One statement."""
    rows = Look.objects.filter(person_id=person_id).select_related("viewer__person", "organisation")
    return cut(rows, after, size, newest_first=True).map(_row)


def _row(look: Look) -> LookRow:
    return LookRow(look.pk, _who(look), look.at, look.about, look.about_id if look.about_type == "order" else None)


def _who(look: Look) -> str:
    """A unit by its name, everybody else by role and name."""
    if look.organisation is not None:
        return look.organisation.short_name
    viewer = look.viewer
    name = viewer.person.name if viewer.person else viewer.username
    return _("%(role)s %(name)s") % {"role": ROLE_NAMES.get(Role(look.role), ""), "name": name}
