"""One person entered or changed by the staff of their community, outside any sheet."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.models import Branch, Left, Member, Organisation, Person, Place, household_index, phone_index
from zengyi.people.rules import Actor, Duty, MemberStatus, PlaceKind, Target, check, check_role, normal_door, normal_name, normal_phone
from zengyi.people.rules.persons import DOOR_MOST, NAME_MOST, NUMBER_MOST, REASON_LEAST, REASON_MOST, Given, Membership

_NOT_HERE = _("没有找到，或者不在您的社区。")


@action
def enter_person(given: Given, *, by: Actor, at: datetime) -> int:
    """Enter one person in the actor's community, with their membership if they have one; returns their id.

    Raises :class:`Invalid` for what can't be, and for somebody who is in the list already.
    """
    community_id = by.community_id or 0
    check(by, "people.edit", Target(community_id=community_id, path=by.place_path), sees=True)
    person = Person(community_id=community_id, created_by_id=by.user_id, created_at=at)
    _write(person, given, by)
    if not person.phone and person.household_index is None:
        raise Invalid.on("phone", _("要有手机号，或者楼幢和门牌，下次才认得出是同一个人。"))
    person.save()
    if given.member is not None:
        _write_member(Member(person=person, community_id=community_id), given.member)
    after = {"member": given.member is not None}
    audit.record("enter", "person", person.pk, by=by, at=at, community_id=community_id, after=after)
    return person.pk


@action
def change_person(person_id: int, given: Given, *, reason: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Change what is known of a person of the actor's community; returns what has changed, by field.

    Nobody changes their own entry: doors and units decide who decides about whom. The trail says which fields and why, not what stood in
    them; household and unit that somebody leaves are kept. Raises :class:`Invalid` without a reason, and when nothing is different.
    """
    check_role(by, "people.edit")
    person = Person.objects.select_related("community", "member").filter(pk=person_id).first() if 0 < person_id < 2**63 else None
    if person is None:
        raise NotThere(_NOT_HERE)
    check(by, "people.edit", Target(community_id=person.community_id, path=person.community.path), sees=False)
    if person_id == by.person_id:
        raise NotAllowed(_("自己的资料要由另一位同事来改。"))
    why = reason.strip()
    if not REASON_LEAST <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写一句为什么改，2 到 200 字。"))
    household = person.household_index
    changed = _write(person, given, by)
    left_household = bytes(household) if household is not None and bytes(household) != person.household_index else None
    if changed:
        person.save()
    member: Member | None = getattr(person, "member", None)
    left_unit: int | None = None
    if given.member is not None:
        unit = member.unit_id if member else None
        changed += _write_member(member or Member(person=person, community_id=person.community_id), given.member)
        left_unit = unit if unit != given.member.unit_id else None
    if not changed:
        raise Invalid(_("和原来一样，什么都没有改。"))
    if left_household is not None or left_unit is not None:
        Left.objects.create(person=person, household=left_household, unit_id=left_unit, at=at)
    audit.record(
        "change", "person", person_id, by=by, at=at, community_id=person.community_id, after={"changed": list(changed)}, reason=why
    )
    return changed


@in_action
def _write(person: Person, given: Given, by: Actor) -> tuple[str, ...]:
    """Put what is given into the row, not yet into the table; returns which fields differ."""
    name, number, door = normal_name(given.name), normal_phone(given.phone), normal_door(given.door)
    if not 0 < len(name) <= NAME_MOST or not name.isprintable():
        raise Invalid.on("name", _("请写姓名，最多 %(most)d 个字。") % {"most": NAME_MOST})
    if given.phone.strip() and not number:
        raise Invalid.on("phone", _("请写手机号，或带区号的座机号。"))
    if given.home_id is not None and not _is_building(given.home_id, person.community_id):
        raise Invalid.on("home", _("没有找到这一幢。"))
    if door and given.home_id is None:
        raise Invalid.on("door", _("填了门牌要选楼幢。"))
    if len(door) > DOOR_MOST or not door.isprintable():
        raise Invalid.on("door", _("门牌最多 %(most)d 个字。") % {"most": DOOR_MOST})
    twins = Person.objects.filter(community_id=person.community_id, name=name).exclude(pk=person.pk)
    index, household = phone_index(number), household_index(given.home_id, door)
    if index and twins.filter(phone_index=index).exists():
        raise Invalid.on("phone", _("名单里已经有同名、同手机号的人。"))
    if household and twins.filter(household_index=household).exists() and person.pk is None:
        raise Invalid.on("name", _("这一户名单里已经有这个名字。"))
    new = {"name": name, "phone": number, "email": given.email.strip(), "home_id": given.home_id, "door": door}
    changed = tuple(field for field, value in new.items() if getattr(person, field) != value)
    for field, value in new.items():
        setattr(person, field, value)
    person.phone_index, person.household_index = index, household
    if "phone" in changed:
        person.phone_by_id = by.user_id
    return changed


@in_action
def _write_member(member: Member, given: Membership) -> tuple[str, ...]:
    """Write a membership; returns which fields differ."""
    number = given.number.strip()
    if not Branch.objects.filter(pk=given.branch_id, community_id=member.community_id).exists():
        raise Invalid.on("branch", _("没有找到这个支部。"))
    if not 0 < len(number) <= NUMBER_MOST or not number.isprintable():
        raise Invalid.on("number", _("党员要有编号，最多 %(most)d 个字。") % {"most": NUMBER_MOST})
    if Member.objects.filter(community_id=member.community_id, number=number).exclude(pk=member.pk).exists():
        raise Invalid.on("number", _("这个编号已经是别人的了。"))
    if given.status not in MemberStatus.values or given.duty not in ("", *Duty.values):
        raise WrongState(_("没有这个身份或岗位。"))
    if given.unit_id is not None and not Organisation.objects.filter(pk=given.unit_id).exists():
        raise Invalid.on("unit", _("没有找到这个单位。"))
    new = {"branch_id": given.branch_id, "number": number, "status": given.status, "duty": given.duty, "unit_id": given.unit_id}
    changed = tuple(field for field, value in new.items() if getattr(member, field) != value)
    for field, value in new.items():
        setattr(member, field, value)
    if changed:
        member.save()
    return changed


def _is_building(place_id: int, community_id: int) -> bool:
    return Place.objects.filter(pk=place_id, community_id=community_id, kind=PlaceKind.BUILDING).exists()
