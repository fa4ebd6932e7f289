"""The person a worker writes something down for."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid
from zengyi.core.steps import in_action
from zengyi.people.models import Person, phone_index
from zengyi.people.rules import Actor, normal_name, normal_phone

NAME_MOST = 40
_SAME_PHONE_MOST = 10


@in_action
def person_on_behalf(community_id: int, *, person_id: int | None = None, name: str = "", phone: str = "", by: Actor, at: datetime) -> int:
    """The id of a known person of the community, found by id or by phone, or of a new one with that name and phone.

    Where several share the phone the name tells which.

    Raises :class:`Invalid` when the person lives elsewhere, the phone is none, or the name is missing or does not tell.
    """
    here = Person.objects.filter(community_id=community_id)
    if person_id is not None:
        if not here.filter(pk=person_id).exists():
            raise Invalid.on("person_id", _("名单里没有这位居民。"))
        return person_id
    number = normal_phone(phone)
    if phone.strip() and not number:
        raise Invalid(_("这个号码打不通，请再看一眼。"), {"phone": _("请写手机号，或带区号的座机号。")})
    index = phone_index(number)
    known = dict(here.filter(phone_index=index).order_by("pk").values_list("pk", "name")[:_SAME_PHONE_MOST]) if index else {}
    named = [pk for pk, other in known.items() if normal_name(other) == normal_name(name)]
    if named or len(known) == 1:
        return named[0] if named else next(iter(known))
    if known:
        raise Invalid.on("name", _("这个号码有几个人在用：%(names)s。请写清楚是哪一位。") % {"names": _("、").join(known.values())})
    if not 0 < len(name.strip()) <= NAME_MOST:
        raise Invalid(_("请写居民怎么称呼。"), {"name": _("请写居民怎么称呼，最多 40 字。")})
    made = Person.objects.create(
        community_id=community_id,
        name=normal_name(name),
        phone=number,
        phone_index=index,
        phone_by_id=by.user_id if number else None,
        created_by_id=by.user_id,
        created_at=at,
    )
    return made.pk
