"""Somebody who has shown that a phone is theirs: who they are in the books, and their login."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from zengyi.core.steps import in_action
from zengyi.people.actions.passwords import free_name
from zengyi.people.actions.ties import tie_phone
from zengyi.people.models import Person, User, phone_index
from zengyi.people.queries.codes import who_shares
from zengyi.people.rules import normal_name, normal_phone


@in_action
def person_of_phone(community_id: int, name: str, phone: str, *, at: datetime) -> tuple[int, bool]:
    """The id of the community's person with that phone, by name where several share it; and whether the entry was made just now, by no
    member of staff.

    Whoever asks learns nothing about the others: a name that none of them has means somebody new in the household.
    """
    number = normal_phone(phone)
    index, called = phone_index(number), normal_name(name)
    known = dict(Person.objects.filter(community_id=community_id, phone_index=index).order_by("pk").values_list("pk", "name"))
    named = [pk for pk, other in known.items() if normal_name(other) == called]
    if named or len(known) == 1:
        return named[0] if named else next(iter(known)), False
    made = Person.objects.create(community_id=community_id, name=called, phone=number, phone_index=index, created_at=at)
    return made.pk, True


@in_action
def login_of_person(person_id: int, *, at: datetime) -> User | None:
    """The login of somebody who may sign in by a code, made here when they have none yet; nothing for anybody else.

    Whoever wrote the phone in the books counts from now on as a maker of the login: it may be theirs.
    """
    person = Person.objects.get(pk=person_id)
    if person_id not in {one.person_id for one in who_shares(bytes(person.phone_index) if person.phone_index else None, at)}:
        return None
    is_new = not User.objects.filter(person_id=person_id).exists()
    if is_new:  # another session may make it at the same moment; then it is theirs
        User.objects.bulk_create([User(username=free_name(""), person=person, password=make_password(None))], ignore_conflicts=True)
    user = User.objects.get(person_id=person_id)
    tie_phone(user.pk, person, is_new=is_new, at=at)
    return user
