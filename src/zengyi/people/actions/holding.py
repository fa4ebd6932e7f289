"""Holding a person's row: what depends on what was done for them before waits here, one step after the other."""

from collections.abc import Collection

from zengyi.core.steps import in_action
from zengyi.people.models import Person


@in_action
def hold_person(person_id: int) -> None:
    """Lock a person's row: every other step that holds the same person waits until this one is over. SQLite lets only one step write
    anyway."""
    Person.objects.select_for_update(no_key=True).values_list("pk", flat=True).get(pk=person_id)


def hold_persons(person_ids: Collection[int]) -> list[int]:
    """Hold those of these people's rows that no other worker holds; returns their ids. Called inside a transaction."""
    rows = Person.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=person_ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))
