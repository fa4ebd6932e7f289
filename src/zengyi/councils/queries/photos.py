"""Photos of topics: the files, for whoever may see them, and which of them stand where."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.photos import Album
from zengyi.councils.models import Topic, TopicPhoto
from zengyi.councils.rules import topics as rules
from zengyi.people.rules import Actor

ALBUM = Album("topics")


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as a page shows it."""

    id: UUID
    width: int
    height: int
    private: bool


def photo(photo_id: UUID, *, preview: bool = False, by: Actor) -> Path:
    """The file of a photo or of its preview; raises :class:`NotThere` for whoever may not see it. One statement."""
    row = Topic.objects.filter(photos=photo_id).annotate(path=F("community__path"), kept_back=F("photos__private")).first()
    facts = row.facts(row.path) if row is not None else None
    rules.check_read(by, facts)
    path = ALBUM.path_of(photo_id, preview=preview)
    if row is None or facts is None or (row.kept_back and not rules.reads_words(by, facts)) or not path.exists():
        raise NotThere(_("没有这张照片。"))
    return path


def every_shot(topic_id: int) -> list[Shot]:
    """All photos of a topic, its own first, in the order of its page. One statement."""
    found = shots_of(topic_id, bare=True)
    return [shot for _survey, shots in sorted(found.items(), key=lambda one: -one[0] if one[0] else float("-inf")) for shot in shots]


def shots_of(topic_id: int, *, bare: bool) -> dict[int | None, list[Shot]]:
    """The photos of a topic, by the survey they belong to, nothing for the topic's own. ``bare``: also those kept back. One statement."""
    rows = TopicPhoto.objects.filter(Q(private=False) | Q(private=bare), topic_id=topic_id).order_by("added_at", "pk")
    found: dict[int | None, list[Shot]] = {}
    for survey_id, pk, width, height, private in rows.values_list("survey_id", "pk", "width", "height", "private"):
        found.setdefault(survey_id, []).append(Shot(pk, width, height, private))
    return found
