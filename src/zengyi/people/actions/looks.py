"""Opening somebody's phone and door: everybody who does leaves a look behind, which its owner can read."""

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import NotThere
from zengyi.core.steps import action, in_action
from zengyi.people.models import Look, Person
from zengyi.people.rules import Actor, Target, check, check_role


class OpenAlready(Exception):
    """Whoever looks has opened it today, or it is their own: there is nothing to write. Nobody is told; callers catch it."""


@in_action
def look(person_id: int, *, about: tuple[str, int, str] = ("", 0, ""), community_id: int | None, by: Actor, at: datetime) -> None:
    """The step's one event: the actor opens the person's phone and door.

    ``about``: what for, as type, id and number. Raises :class:`OpenAlready`, or ``IntegrityError`` when the very same look comes twice
    at once: then the step leaves nothing, either.
    """
    day = clock.local_date(at)
    if person_id == by.person_id or Look.objects.filter(person_id=person_id, viewer_id=by.login_id, day=day).exists():
        raise OpenAlready
    kind, about_id, number = about
    Look.objects.create(
        person_id=person_id,
        viewer_id=by.login_id,
        day=day,
        at=at,
        role=by.role.value,
        organisation_id=by.organisation_id,
        about_type=kind,
        about_id=about_id or None,
        about=number,
    )
    after = {kind: about_id} if kind else {}
    audit.record("look", "person", person_id, by=by, at=at, community_id=community_id, after=after)


def open_contact(person_id: int, *, by: Actor, at: datetime) -> None:
    """Open the phone and door of a person of one's community, out of the list of people. Once a day it is written down."""
    try:
        _open(person_id, by=by, at=at)
    except (OpenAlready, IntegrityError):
        return


@action
def _open(person_id: int, *, by: Actor, at: datetime) -> None:
    check_role(by, "people.list")
    person = Person.objects.filter(pk=person_id).values_list("community_id", "community__path").first() if 0 < person_id < 2**63 else None
    if person is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "people.list", Target(community_id=person[0], path=person[1]), sees=False)
    look(person_id, community_id=person[0], by=by, at=at)
