"""The signs at buildings' doors: one is in force at each, a new one revokes it."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.steps import action
from zengyi.orders.models import Sign
from zengyi.orders.rules.signs import SIGNS_MOST, new_token
from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind, Target, check


@action
def hang_signs(building_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Make a sign for each of these buildings of the actor's community that has none in force; returns how many were made."""
    community_id = _community(by)
    if not 0 < len(building_ids) <= SIGNS_MOST:
        raise Invalid.on("building", _("请选要挂牌的楼幢。"))
    here = {one.id for one in people.places_of(community_id) if one.kind == PlaceKind.BUILDING}
    if not here.issuperset(building_ids):
        raise NotThere(_("没有找到这一幢。"))
    has = set(Sign.objects.filter(building_id__in=building_ids, revoked_at=None).values_list("building_id", flat=True))
    bare = sorted(set(building_ids) - has)
    Sign.objects.bulk_create(_sign(building, community_id, by, at) for building in bare)
    audit.record("hang", "signs", community_id, by=by, at=at, community_id=community_id, after={"made": len(bare)})
    return len(bare)


@action
def end_sign(sign_id: int, *, replace: bool, by: Actor, at: datetime) -> int | None:
    """End a sign: its code leads nowhere from now on. With ``replace`` there is a new one, whose id is returned."""
    community_id = _community(by)
    found = Sign.objects.filter(pk=sign_id, community_id=community_id)
    if not found.exists() or not found.filter(revoked_at=None).update(revoked_at=at):
        raise NotThere(_("没有找到这块牌，也许刚换过。"))
    new = None
    if replace:
        new = _sign(found.get().building_id, community_id, by, at)
        new.save(force_insert=True)
    after = {"revoked": 1, "made": int(replace)}
    audit.record("end", "sign", sign_id, by=by, at=at, community_id=community_id, after=after)
    return new.pk if new else None


def _community(by: Actor) -> int:
    check(by, "order.signs", Target(community_id=by.community_id), sees=True)
    return by.community_id or 0


def _sign(building_id: int, community_id: int, by: Actor, at: datetime) -> Sign:
    return Sign(building_id=building_id, community_id=community_id, token=new_token(), issued_at=at, issued_by_id=by.user_id)
