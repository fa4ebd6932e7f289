"""What is asked on rounds: a checklist with the questions of all its versions."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.facilities.models import Checklist, Item
from zengyi.facilities.rules import guards, kinds
from zengyi.people.rules import Actor, allows


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question: since which version it is asked, and from which on no longer."""

    key: str
    kind: str
    kind_name: str
    title: str
    look: list[str]
    stops: bool
    since: int
    gone: int | None


@dataclass(frozen=True, slots=True)
class ChecklistCard:
    """A checklist as its page shows it: the questions of its version, and those that are gone, whose keys stay theirs."""

    id: int
    name: str
    version: int
    community_id: int
    asked: list[ItemRow]
    gone: list[ItemRow]


def checklist(checklist_id: int, *, by: Actor) -> ChecklistCard:
    """The checklist of that id; raises :class:`NotThere` where the actor has no business. Two statements."""
    rows = Checklist.objects.annotate(path=F("community__path"))
    row = rows.filter(pk=checklist_id).first() if 0 < checklist_id <= ID_MOST else None
    if row is None or not allows(by, "round.plan", guards.Where(row.community_id, row.path).target):
        raise NotThere(_("没有这张检查表。"))
    names = kinds()
    items = [
        ItemRow(one.key, one.kind, names[one.kind].name, one.title, list(one.look), one.stops, one.since, one.gone)
        for one in Item.objects.filter(checklist_id=row.pk).order_by("kind", "sort", "pk")
    ]
    asked = [one for one in items if one.gone is None]
    return ChecklistCard(row.pk, row.name, row.version, row.community_id, asked, [one for one in items if one.gone is not None])
