"""Whom things concern, by their logins: who lives at a place, who registered, who was given a role. For messages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from zengyi.people.models import Grant, Person, Place, Registration, User
from zengyi.people.queries.codes import codes_offered
from zengyi.people.queries.parties import contacts_of
from zengyi.people.rules import known

_AT_ONCE = 1000


def neighbours_of(place_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The logins of those who live at each of these places or below it; of a community all its people. Two statements."""
    paths = dict(Place.objects.filter(pk__in=place_ids).values_list("pk", "path"))
    if not paths:
        return {}
    there = Q()
    for path in paths.values():
        there |= Q(person__home__path__startswith=path) | Q(person__community__path__startswith=path)
    rows = User.objects.filter(there, is_active=True).values_list("pk", "person__home__path", "person__community__path")
    found: dict[int, set[int]] = {place_id: set() for place_id in paths}
    for login, home, community in rows.iterator():
        for place_id, path in paths.items():
            if (home or "").startswith(path) or (community or "").startswith(path):
                found[place_id].add(login)
    return {place_id: frozenset(logins) for place_id, logins in found.items()}


def unreached(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who have no login that they may use, nor a phone by which they could get in. Where no codes are sent a phone
    opens nothing: whoever has only that learns nothing by it. One statement for each thousand.
    """
    ids = sorted(person_ids)
    parts = (ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE))
    alone = _unreached() if codes_offered() else Person.objects.exclude(user__is_active=True)
    return frozenset(pk for part in parts for pk in alone.filter(pk__in=part).values_list("pk", flat=True))


def unreached_at(place_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """For each of these places one person of every household there that nothing reaches: nobody in it has a phone or a login. Where
    there is a phone somebody can ask, and what everybody is told hangs on the board, too.

    Who lives nobody knows where counts as a household, at their community. Three statements.
    """
    paths = dict(Place.objects.filter(pk__in=place_ids).values_list("pk", "path"))
    if not paths:
        return {}
    there = Q()
    for path in paths.values():
        there |= Q(home__path__startswith=path) | Q(community__path__startswith=path)
    alone = _unreached().filter(there)
    others = Person.objects.filter(household_index__in=alone.exclude(household_index=None).values("household_index"))
    reached = {bytes(one) for one in others.exclude(phone_index=None, user=None).values_list("household_index", flat=True) if one}
    rows = alone.order_by("pk")
    found: dict[int, dict[object, int]] = {place_id: {} for place_id in paths}
    for pk, index, home, community in rows.values_list("pk", "household_index", "home__path", "community__path").iterator():
        household = bytes(index) if index else b""
        for place_id, path in paths.items():
            if household not in reached and ((home or "").startswith(path) or community.startswith(path)):
                found[place_id].setdefault(household or pk, pk)
    return {place_id: frozenset(persons.values()) for place_id, persons in found.items()}


def _unreached() -> "QuerySet[Person]":
    return Person.objects.filter(phone_index=None).exclude(user__is_active=True)


def who_registered(registration_ids: Collection[int], at: datetime) -> dict[int, tuple[str, frozenset[int]]]:
    """The community of each registration, and the logins of whoever it is about: a member, or a unit's contacts. Two statements."""
    rows = list(
        Registration.objects.filter(pk__in=registration_ids).values_list(
            "pk", "community__name", "member__person__user__id", "organisation_id"
        )
    )
    contacts = contacts_of({unit for _pk, _name, _login, unit in rows if unit is not None}, at=at)
    return {pk: (name, known(login) | contacts.get(unit or 0, frozenset())) for pk, name, login, unit in rows}


def who_was_granted(grant_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int]]]:
    """The place of each grant, and the login that it was given to. One statement."""
    rows = Grant.objects.filter(pk__in=grant_ids).annotate(where=F("place__name"))
    return {pk: (where, known(login)) for pk, where, login in rows.values_list("pk", "where", "user_id")}


def addresses_of(login_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """E-mail address and phone number behind each login that may sign in; empty where there is none. One statement."""
    rows = Person.objects.filter(user__in=login_ids, user__is_active=True).values_list("user__id", "email", "phone")
    return {login: (email, phone) for login, email, phone in rows}


@dataclass(frozen=True, slots=True)
class Home:
    """Who somebody is and in which building, for whoever brings them something; never the door, which is opened by a tap of its own.

    ``order``: where the building comes in its estate's order; ``building_id``: none when nobody knows it.
    """

    name: str
    building: str
    order: str
    building_id: int = 0


def homes_of(person_ids: Collection[int]) -> dict[int, Home]:
    """Where each of these people lives; without a building nobody knows. One statement."""
    found = {}
    for person in Person.objects.filter(pk__in=person_ids).select_related("home__parent"):
        home, estate = person.home, person.home.parent if person.home else None
        if home is None or estate is None:
            found[person.pk] = Home(person.name, home.name if home else "", "~", home.pk if home else 0)
        else:
            order = f"{estate.sort:06}{estate.pk:09}{home.sort:06}{home.pk:09}"
            found[person.pk] = Home(person.name, f"{estate.name} {home.name}", order, home.pk)
    return found
