"""Photos of facilities themselves, and the sweep of files that no row names."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action
from zengyi.facilities import rules
from zengyi.facilities.actions.register import held
from zengyi.facilities.models import Photo, Picture
from zengyi.facilities.queries.files import ALBUM
from zengyi.facilities.rules import guards
from zengyi.people.rules import Actor


def add_pictures(facility_id: int, photos: Sequence[bytes], *, by: Actor, at: datetime) -> int:
    """Keep photos that show which facility it is. Returns its id; raises :class:`Invalid` without any, and for more than there is room."""
    if not photos:
        raise Invalid.on("photos", _("请选一张照片。"))
    with ALBUM.kept(photos) as files:
        return _add(facility_id, files, by=by, at=at)


@action
def _add(facility_id: int, files: Sequence[KeptPhoto], *, by: Actor, at: datetime) -> int:
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    if Picture.objects.filter(facility_id=found.pk).count() + len(files) > rules.PICTURES_MOST:
        raise Invalid.on("photos", _("一处最多 %(most)d 张，请先去掉旧的。") % {"most": rules.PICTURES_MOST})
    Picture.objects.bulk_create(
        Picture(id=f.id, facility_id=found.pk, width=f.width, height=f.height, size=f.size, added_at=at, by_id=by.login_id) for f in files
    )
    after = {"pictures": [str(f.id) for f in files]}
    audit.record("add_pictures", "facility", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found.pk


@action
def drop_picture(picture_id: UUID, *, by: Actor, at: datetime) -> int:
    """Take a photo away that shows it no more; its file is swept. Returns the facility's id."""
    facility_id = Picture.objects.filter(pk=picture_id).values_list("facility_id", flat=True).first()
    if facility_id is None:
        raise NotThere(_("没有找到这张照片。"))
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    if not Picture.objects.filter(pk=picture_id).delete()[0]:
        raise NotThere(_("没有找到这张照片。"))
    before = {"picture": str(picture_id)}
    audit.record("drop_picture", "facility", found.pk, by=by, at=at, community_id=found.community_id, before=before)
    return found.pk


def sweep(at: datetime) -> int:
    """Remove photo files that no row names; returns how many."""
    return ALBUM.sweep(at, _known)


def _known(ids: set[str]) -> set[str]:
    return {str(pk) for table in (Photo, Picture) for pk in table.objects.filter(pk__in=ids).values_list("pk", flat=True)}
