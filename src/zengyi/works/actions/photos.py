"""Photos of projects: the rows of the files that were kept, and removing files that no row names."""

from collections.abc import Sequence
from datetime import datetime

from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import in_action
from zengyi.works.models import WorkPhoto
from zengyi.works.queries.photos import ALBUM

__all__ = ["KeptPhoto", "kept", "record", "sweep"]

kept = ALBUM.kept


@in_action
def record(
    files: Sequence[KeptPhoto], stages: Sequence[str], *, project_id: int, demand_id: int | None = None, at: datetime
) -> list[WorkPhoto]:
    """Write the rows of photos just kept, each with what it shows."""
    about = {"project_id": project_id, "demand_id": demand_id, "added_at": at}
    rows = [
        WorkPhoto(id=f.id, width=f.width, height=f.height, size=f.size, stage=stage, **about)
        for f, stage in zip(files, stages, strict=True)
    ]
    return WorkPhoto.objects.bulk_create(rows) if rows else rows


def sweep(at: datetime) -> int:
    """Remove files that no row names; returns how many."""
    return ALBUM.sweep(at, lambda ids: {str(pk) for pk in WorkPhoto.objects.filter(pk__in=ids).values_list("pk", flat=True)})
