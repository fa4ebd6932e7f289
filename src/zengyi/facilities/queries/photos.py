"""Photos of checks and of facilities themselves: where one lies, and which show a defect."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.facilities.models import Photo, Picture
from zengyi.facilities.queries.files import ALBUM
from zengyi.facilities.rules import guards
from zengyi.people.rules import Actor, allows, check_role

#: So many photos stand with a defect, the newest first.
A_DEFECT = 4


def photo(photo_id: UUID, *, by: Actor, preview: bool = False) -> Path:
    """The file of a photo; raises :class:`NotThere` where the actor has no business. One statement."""
    check_role(by, "round.list")
    rows = Photo.objects.filter(pk=photo_id).annotate(
        community_id=F("check_row__round__community_id"), path=F("check_row__round__community__path")
    )
    row = rows.values("community_id", "path").first()
    path = ALBUM.path_of(photo_id, preview=preview)
    if row is None or not allows(by, "round.list", guards.Where(row["community_id"], row["path"]).target) or not path.exists():
        raise NotThere(_("没有找到这张照片。"))
    return path


def picture(picture_id: UUID, *, by: Actor, preview: bool = False) -> Path:
    """The file of a facility's own photo; raises :class:`NotThere` where the actor has no business. One statement."""
    check_role(by, "facility.read")
    rows = Picture.objects.filter(pk=picture_id).annotate(community_id=F("facility__community_id"), path=F("facility__community__path"))
    row = rows.values("community_id", "path").first()
    path = ALBUM.path_of(picture_id, preview=preview)
    if row is None or not allows(by, "facility.read", guards.Where(row["community_id"], row["path"]).target) or not path.exists():
        raise NotThere(_("没有找到这张照片。"))
    return path


def pictures_of(facility_id: int) -> list[str]:
    """The ids of a facility's own photos, the oldest first. One statement."""
    rows = Picture.objects.filter(facility_id=facility_id).order_by("added_at", "pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def of_defects(rows: Sequence[Any]) -> dict[int, list[str]]:
    """By defect, the photos of the checks that found it, the newest first. One statement, none where no check found any of them."""
    found: dict[int, list[str]] = {}
    asked = Q()
    for row in rows:
        asked |= Q(check_row__facility_id=row.facility_id, check_row__item=row.item, check_row__at__range=(row.opened_at, row.last_fail_at))
    if not asked:
        return found
    columns = ("pk", "check_row__facility_id", "check_row__item", "check_row__at")
    newest = Photo.objects.filter(asked, check_row__result="FAIL", check_row__late=False).order_by("-check_row__at", "added_at")
    for pk, facility_id, item, at in newest.values_list(*columns)[: A_DEFECT * len(rows)]:
        for row in rows:
            mine = found.setdefault(row.pk, [])
            if (row.facility_id, row.item) == (facility_id, item) and row.opened_at <= at <= row.last_fail_at and len(mine) < A_DEFECT:
                mine.append(str(pk))
    return found
