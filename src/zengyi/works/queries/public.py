"""A project as anybody on the street may read it: what a neighbour reads, without a login, from the moment its money is settled."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from zengyi.core.ids import ID_MOST
from zengyi.people.rules import Actor, Role
from zengyi.works.models import Pair, Project
from zengyi.works.queries.photos import ALBUM
from zengyi.works.queries.projects import ProjectCard, project
from zengyi.works.rules.projects import ProjectState, not_there

#: What is public: whose money is settled, and what became of it. What is only asked for stays among neighbours.
PUBLIC = (ProjectState.FUNDED, ProjectState.EXECUTING, ProjectState.INSPECTED, ProjectState.SHOWN)


def passer_by(project_id: int, *, at: datetime) -> tuple[ProjectCard, Actor]:
    """A public project, and whoever reads it: somebody of the community without a name. Raises :class:`NotThere`. Three statements."""
    rows = Project.objects.filter(pk=project_id, state__in=PUBLIC).values_list("community_id", flat=True)
    community_id = rows.first() if 0 < project_id <= ID_MOST else None
    if community_id is None:
        raise not_there()
    by = Actor(user_id=None, role=Role.RESIDENT, community_id=community_id)
    return project(project_id, by=by, at=at), by


def public_photo(photo_id: UUID, *, preview: bool = False) -> Path:
    """The file of a photo of a pair that was shown to the neighbours; demands' own photos are not public. One statement."""
    shown = Pair.objects.filter(Q(before_id=photo_id) | Q(after_id=photo_id), project__state=ProjectState.SHOWN)
    if not shown.exists():
        raise not_there()
    return ALBUM.path_of(photo_id, preview=preview)
