"""Photos that show a deed: the rows of the files that were kept, and removing files that no row names."""

from collections.abc import Sequence
from datetime import datetime

from zengyi.bank.models import FilingPhoto
from zengyi.bank.queries.filings import ALBUM
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import in_action

__all__ = ["KeptPhoto", "kept", "record", "sweep"]

kept = ALBUM.kept


@in_action
def record(files: Sequence[KeptPhoto], *, filing_id: int, at: datetime) -> None:
    """Write the rows of photos just kept."""
    if files:
        FilingPhoto.objects.bulk_create(
            FilingPhoto(id=f.id, filing_id=filing_id, width=f.width, height=f.height, size=f.size, added_at=at) for f in files
        )


def sweep(at: datetime) -> int:
    """Remove files that no row names; returns how many."""
    return ALBUM.sweep(at, lambda ids: {str(pk) for pk in FilingPhoto.objects.filter(pk__in=ids).values_list("pk", flat=True)})
