"""Photos of orders: the rows of the files that were kept, and removing files that no row names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import in_action
from zengyi.orders.models import PendingOrder, Photo
from zengyi.orders.queries.files import ALBUM
from zengyi.people.rules import Actor

__all__ = ["KeptPhoto", "kept", "record", "sweep"]

#: Photos sent together get moments this far apart, so that they keep their order: their ids are random.
TICK = timedelta(microseconds=1)
kept = ALBUM.kept


@in_action
def record(files: Sequence[KeptPhoto], *, order_id: int, stage: str, by: Actor, at: datetime) -> None:
    """Write the rows of photos just kept; ``stage`` is BEFORE or AFTER. They stay in the order in which they were given."""
    if files:
        Photo.objects.bulk_create(
            Photo(
                id=f.id,
                order_id=order_id,
                stage=stage,
                width=f.width,
                height=f.height,
                size=f.size,
                by_id=by.login_id,
                added_at=at + n * TICK,
            )
            for n, f in enumerate(files)
        )


def sweep(at: datetime) -> int:
    """Remove files that no row names; returns how many."""
    return ALBUM.sweep(at, _named)


def _named(ids: set[str]) -> set[str]:
    placed = Photo.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return {str(pk) for pk in (*placed, *PendingOrder.objects.filter(photo__in=ids).values_list("photo", flat=True))}
