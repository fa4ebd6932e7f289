"""What a community's own staff settle about it: its name and number, its estates and buildings, its branches."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.models import Branch, Place
from zengyi.people.rules import Actor, PlaceKind, Target, check, check_role, normal_phone
from zengyi.people.rules.founding import BUILDINGS_MOST, NAME_MOST, PER_ROW_MOST, drawn_at, in_rows, natural
from zengyi.people.rules.sheets import normal_building, normal_estate

_NOT_HERE = _("没有找到，或者不在您的社区。")


@action
def change_community(name: str, phone: str, *, by: Actor, at: datetime) -> None:
    """Change the name and the public number of the actor's community. Raises :class:`Invalid` for a number that is none."""
    check_role(by, "people.places")
    found = _place(by.community_id or 0, by)
    name, number = _name(name, "name"), normal_phone(phone)
    if phone.strip() and not number:
        raise Invalid.on("phone", _("请写手机号，或带区号的座机号。"))
    if Place.objects.filter(parent_id=found.parent_id, kind=found.kind, name=name).exclude(pk=found.pk).exists():
        raise Invalid.on("name", _("这个街道已经有同名的社区了。"))
    before = {"name": found.name, "phone": found.phone}
    Place.objects.filter(pk=found.pk).update(name=name, phone=phone.strip())
    audit.record(
        "change", "place", found.pk, by=by, at=at, community_id=found.pk, before=before, after={"name": name, "phone": phone.strip()}
    )


@action
def add_estate(name: str, buildings: Sequence[str], *, per_row: int = 0, by: Actor, at: datetime) -> int:
    """Add an estate with its buildings to the actor's community; returns its id. ``per_row``: so many of them are drawn in a row."""
    check_role(by, "people.places")
    community = _place(by.community_id or 0, by)
    name = _name(name, "name")
    same = [found for found in _names_under(community.pk, PlaceKind.ESTATE) if normal_estate(found) == normal_estate(name)]
    if same:
        raise Invalid.on("name", _("已经有这个小区了：%(name)s。") % {"name": same[0]})
    estate = _hang(community, PlaceKind.ESTATE, name, _next_sort(community.pk))
    _hang_buildings(estate, buildings, 1)
    if per_row:
        _draw(estate, per_row)
    after = {"estate": estate.pk, "buildings": len(buildings)}
    audit.record("add", "estate", estate.pk, by=by, at=at, community_id=community.pk, after=after)
    return estate.pk


@action
def add_buildings(estate_id: int, buildings: Sequence[str], *, by: Actor, at: datetime) -> int:
    """Add buildings to an estate; those it has already stay as they are. Returns how many are new."""
    check_role(by, "people.places")
    estate = _place(estate_id, by, PlaceKind.ESTATE)
    known = {normal_building(name) for name in _names_under(estate.pk, PlaceKind.BUILDING)}
    new = [name for name in buildings if normal_building(name) not in known]
    if not new:
        raise Invalid.on("buildings", _("这些幢都有了。"))
    if len(known) + len(new) > BUILDINGS_MOST:
        raise Invalid.on("buildings", _("一个小区最多 %(most)d 幢。") % {"most": BUILDINGS_MOST})
    _hang_buildings(estate, new, _next_sort(estate.pk))
    audit.record("add", "building", estate.pk, by=by, at=at, community_id=estate.community_id, after={"buildings": len(new)})
    return len(new)


@action
def add_homes(homes: Sequence[tuple[str, str]], *, by: Actor, at: datetime) -> int:
    """Add the buildings that a sheet names and the actor's community lacks, each with its estate, which is added where it is new.

    Those that are there already stay as they are. Returns how many buildings are new; raises :class:`WrongState` when none is.
    """
    check_role(by, "people.places")
    community = _place(by.community_id or 0, by)
    estates = {normal_estate(one.name): one for one in Place.objects.filter(parent_id=community.pk, kind=PlaceKind.ESTATE)}
    made = 0
    for name in dict.fromkeys(estate for estate, _building in homes):
        estate = estates.get(normal_estate(name))
        if estate is None:
            estate = _hang(community, PlaceKind.ESTATE, _name(name, "name"), _next_sort(community.pk))
        known = {normal_building(there) for there in _names_under(estate.pk, PlaceKind.BUILDING)}
        wanted = {normal_building(building): _name(building, "buildings") for where, building in homes if where == name}
        new = [building for number, building in wanted.items() if number not in known]
        if len(known) + len(new) > BUILDINGS_MOST:
            raise Invalid.on("buildings", _("一个小区最多 %(most)d 幢。") % {"most": BUILDINGS_MOST})
        _hang_buildings(estate, sorted(new, key=natural), _next_sort(estate.pk))
        made += len(new)
    if not made:
        raise WrongState(_("这些幢都有了。"))
    audit.record("add", "building", community.pk, by=by, at=at, community_id=community.pk, after={"buildings": made, "by_sheet": True})
    return made


@action
def rename_place(place_id: int, name: str, *, by: Actor, at: datetime) -> None:
    """Rename an estate, a building or another place of the actor's community."""
    check_role(by, "people.places")
    found = _place(place_id, by)
    if found.kind == PlaceKind.COMMUNITY:
        raise NotThere(_NOT_HERE)
    name = _name(name, "name")
    if name == found.name:
        raise Invalid.on("name", _("名字没有变。"))
    others = Place.objects.filter(parent_id=found.parent_id, kind=found.kind).exclude(pk=found.pk)
    plain = normal_building if found.kind == PlaceKind.BUILDING else normal_estate
    if plain(name) in {plain(other) for other in others.values_list("name", flat=True)}:
        raise Invalid.on("name", _("已经有一个叫“%(name)s”的了。") % {"name": name})
    Place.objects.filter(pk=found.pk).update(name=name)
    before, after = {"name": found.name}, {"name": name}
    audit.record("rename", "place", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after)


@action
def remove_place(place_id: int, *, by: Actor, at: datetime) -> int:
    """Take away an estate without buildings, or a building that nothing was ever entered for; returns the id of what it hung under."""
    check_role(by, "people.places")
    found = _place(place_id, by)
    if found.kind == PlaceKind.COMMUNITY:
        raise NotThere(_NOT_HERE)
    before = {"kind": found.kind, "name": found.name}
    pk, above, community_id = found.pk, found.parent_id, found.community_id
    try:
        found.delete()
    except ProtectedError as error:
        raise WrongState(_("已经有人住在那里，或者有单子、设施记在那里，不能删。名字写错了可以改名。")) from error
    audit.record("remove", "place", pk, by=by, at=at, community_id=community_id, before=before)
    return above or 0


@action
def draw_estate(estate_id: int, per_row: int, *, by: Actor, at: datetime) -> None:
    """Draw an estate anew: its buildings in the order people count them, ``per_row`` in a row."""
    check_role(by, "people.places")
    estate = _place(estate_id, by, PlaceKind.ESTATE)
    _draw(estate, per_row)
    audit.record("draw", "estate", estate.pk, by=by, at=at, community_id=estate.community_id, after={"per_row": per_row})


@action
def move_buildings(estate_id: int, cells: Mapping[int, tuple[int, int]], *, by: Actor, at: datetime) -> None:
    """Draw an estate with each building in the row and column given for it, both counted from 0; the others stay undrawn."""
    check_role(by, "people.places")
    estate = _place(estate_id, by, PlaceKind.ESTATE)
    if any(not 0 <= number < PER_ROW_MOST for cell in cells.values() for number in cell):
        raise Invalid(_("第几排、第几个，都写 1 到 %(most)d。") % {"most": PER_ROW_MOST})
    there = dict(Place.objects.filter(parent=estate, kind=PlaceKind.BUILDING).values_list("name", "pk"))
    taken: dict[tuple[int, int], str] = {}
    for name, pk in there.items():
        if pk in cells and (other := taken.setdefault(cells[pk], name)) != name:
            raise Invalid(_("%(one)s和%(other)s在同一格，请挪开一幢。") % {"one": other, "other": name})
    _write_drawing(estate, *drawn_at({name: cells[pk] for name, pk in there.items() if pk in cells}))
    audit.record("draw", "estate", estate.pk, by=by, at=at, community_id=estate.community_id, after={"moved": len(taken)})


@action
def add_branches(names: Sequence[str], *, by: Actor, at: datetime) -> int:
    """Found branches of the actor's community; those it has already stay as they are. Returns how many are new."""
    check_role(by, "people.places")
    community = _place(by.community_id or 0, by)
    known = set(Branch.objects.filter(community_id=community.pk).values_list("name", flat=True))
    new = [name for name in dict.fromkeys(_name(name, "names") for name in names) if name not in known]
    if not new:
        raise Invalid.on("names", _("这些支部都有了。"))
    made = Branch.objects.bulk_create(Branch(community_id=community.pk, name=name) for name in new)
    audit.record("add", "branch", made[0].pk, by=by, at=at, community_id=community.pk, after={"names": new})
    return len(new)


@action
def rename_branch(branch_id: int, name: str, *, by: Actor, at: datetime) -> None:
    """Rename a branch of the actor's community."""
    check_role(by, "people.places")
    found = Branch.objects.filter(pk=branch_id, community_id=by.community_id).first() if 0 < branch_id < 2**63 else None
    if found is None:
        raise NotThere(_NOT_HERE)
    name = _name(name, "name")
    if Branch.objects.filter(community_id=found.community_id, name=name).exists():
        raise Invalid.on("name", _("已经有一个叫“%(name)s”的了。") % {"name": name})
    Branch.objects.filter(pk=found.pk).update(name=name)
    before, after = {"name": found.name}, {"name": name}
    audit.record("rename", "branch", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after)


@in_action
def _draw(estate: Place, per_row: int) -> None:
    if not 1 <= per_row <= PER_ROW_MOST:
        raise Invalid.on("per_row", _("一排 1 到 %(most)d 幢。") % {"most": PER_ROW_MOST})
    _write_drawing(estate, *in_rows(sorted(_names_under(estate.pk, PlaceKind.BUILDING), key=natural), per_row))


def _write_drawing(estate: Place, plan: dict[str, object], marks: Mapping[str, Mapping[str, object]]) -> None:
    Place.objects.filter(pk=estate.pk).update(plan=plan)
    buildings = list(Place.objects.filter(parent=estate, kind=PlaceKind.BUILDING))
    for place in buildings:
        place.plan = dict(marks.get(place.name, {}))
    Place.objects.bulk_update(buildings, ["plan"])


def _hang_buildings(estate: Place, names: Sequence[str], sort: int) -> None:
    for number, name in enumerate(names, start=sort):
        _hang(estate, PlaceKind.BUILDING, name, number)


def _hang(parent: Place, kind: PlaceKind, name: str, sort: int) -> Place:
    community_id = parent.pk if parent.kind == PlaceKind.COMMUNITY else parent.community_id
    try:
        place = Place.objects.create(kind=kind, name=name, parent=parent, community_id=community_id, sort=sort)
    except IntegrityError as twice:
        raise WrongState(_("刚才别人也建了“%(name)s”，请再看一眼。") % {"name": name}) from twice
    # The path holds the place's own id, which is known only now.
    place.path = f"{parent.path}{place.pk}/"
    place.save(update_fields=["path"])
    return place


def _names_under(parent_id: int, kind: PlaceKind) -> list[str]:
    return list(Place.objects.filter(parent_id=parent_id, kind=kind).values_list("name", flat=True))


def _next_sort(parent_id: int) -> int:
    return 1 + (Place.objects.filter(parent_id=parent_id).aggregate(last=Max("sort"))["last"] or 0)


def _place(place_id: int, by: Actor, kind: PlaceKind | None = None) -> Place:
    """A place of the actor's community, the community itself included; raises :class:`NotThere` for every other."""
    found = Place.objects.filter(pk=place_id).first() if 0 < place_id < 2**63 else None
    if found is None or (kind is not None and found.kind != kind):
        raise NotThere(_NOT_HERE)
    community_id = found.pk if found.kind == PlaceKind.COMMUNITY else found.community_id
    check(by, "people.places", Target(path=found.path, community_id=community_id), sees=False)
    return found


def _name(text: str, field: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid.on(field, _("请写名字。"))
    if len(name) > NAME_MOST or not name.isprintable():
        raise Invalid.on(field, _("名字太长，最多 %(most)d 个字。") % {"most": NAME_MOST})
    return name
