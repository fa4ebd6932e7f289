"""The files of photos, for whoever may see their project."""

from pathlib import Path
from uuid import UUID

from zengyi.core.photos import Album
from zengyi.people.rules import Actor, Target, check
from zengyi.works.models import WorkPhoto
from zengyi.works.rules.projects import not_there

ALBUM = Album("works")


def photo(photo_id: UUID, *, preview: bool = False, by: Actor) -> Path:
    """The file of a photo or of its preview."""
    found = WorkPhoto.objects.filter(pk=photo_id).values_list("project__community_id", "project__community__path").first()
    if found is None:
        raise not_there()
    check(by, "project.read", Target(community_id=found[0], path=found[1]), sees=False)
    return ALBUM.path_of(photo_id, preview=preview)
