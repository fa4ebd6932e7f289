"""What is shown of projects: pictures in pairs, before and after, and what neighbours said."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zengyi.core import clock, personal
from zengyi.people.rules import Actor
from zengyi.works.models import Pair, Voice
from zengyi.works.queries.projects import visible, words
from zengyi.works.rules.projects import ProjectState

DONE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two pictures of the same place."""

    title: str
    before: UUID
    after: UUID
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """What a neighbour said."""

    text: str
    when: str


def pairs(project_id: int) -> list[PairRow]:
    """The pairs of pictures of a project, in the order in which they were added. One statement."""
    rows = Pair.objects.filter(project_id=project_id).order_by("pk")
    return [PairRow(*row) for row in rows.values_list("title", "before_id", "after_id", "after__width", "after__height")]


@dataclass(frozen=True, slots=True)
class DonePair:
    """Two pictures of a project that was shown: how many households had asked for it, and from when to when it was built."""

    title: str
    before: UUID
    after: UUID
    project_id: int
    project: str
    households: int
    begun: date
    ended: date

    @property
    def days(self) -> int:
        """How many days it took, the first and the last counted."""
        return (self.ended - self.begun).days + 1


def shown_pairs(*, by: Actor) -> list[DonePair]:
    """Pictures of what was done last in the reader's community. One statement."""
    rows = Pair.objects.filter(visible(by, "project__"), project__state=ProjectState.SHOWN).order_by("-project__shown_at", "pk")
    columns = (
        "title",
        "before_id",
        "after_id",
        "project_id",
        *(f"project__{n}" for n in ("title", "households", "started_at", "inspected_at")),
    )
    return [
        DonePair(title, before, after, pk, words(project, by), households, clock.local_date(begun), clock.local_date(ended))
        for title, before, after, pk, project, households, begun, ended in rows.values_list(*columns)[:DONE_SHOWN]
    ]


def voices(project_id: int) -> list[VoiceRow]:
    """What neighbours said of it, praise and complaint. One statement."""
    rows = Voice.objects.filter(project_id=project_id).order_by("pk")
    return [VoiceRow(personal.masked(text), when) for text, when in rows.values_list("text", "when")]
