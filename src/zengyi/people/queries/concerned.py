"""Whom things concern, by their logins: who lives at a place, who registered, who was given a role. For messages."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from zengyi.people.models import Grant, Person, Place, Registration, User
from zengyi.people.queries.parties import contacts_of
from zengyi.people.rules import known


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
