"""Where photos lie."""

from pathlib import Path
from uuid import UUID

from django.conf import settings


def path_of(photo_id: UUID, *, preview: bool = False) -> Path:
    """The file of a photo, or of its preview."""
    name = str(photo_id)
    return Path(settings.MEDIA_ROOT) / "photos" / name[:2] / f"{name}{'.preview' if preview else ''}.jpg"
