"""The people of the demo: names are a door, a post, or a surname with signs of the old calendar; every phone begins with 1390000."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from django.contrib.auth.hashers import make_password

from zengyi.people import actions, queries
from zengyi.people.demo.places import Laid
from zengyi.people.demo.units import UNITS, Unit
from zengyi.people.rules import SYSTEM, Actor, Role
from zengyi.people.rules.sheets import Sheet

#: The logins a visitor is offered, and their password, which is known to everybody by design.
LOGINS = ("resident", "member", "worker", "secretary", "unit", "property", "supervisor", "district")
PASSWORD = "demo-zengyi"  # noqa: S105
#: The member on the monitoring duty whose login is ``member``.
MONITOR = "赵甲"
SURNAMES = "钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
#: Who watches over the renovation of 虹桥新村, and who manages its property and that of 幸福怡居: name, login, role.
WARDENS = (("监理甲", "supervisor", "supervisor"), ("物业甲", "property", "property"))
#: 虹桥新村 and 幸福怡居 by their communities.
MANAGES = ("hx", "qx")
#: The resident whose login is ``resident``, and where they live.
RESIDENT, RESIDENT_HOME = "唐甲子", ("226幢", "1206")
RESIDENT_SURNAMES = "戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳丰鲍史"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
DUTIES = ("议事岗", "治理岗", "治理岗", "奉献岗", "奉献岗", "监督岗", "")
PARTY_BRANCHES = ("第一支部", "第二支部", "第三支部", "第四支部")
MEMBERS_MAIN, MEMBERS_ELSEWHERE = 120, 9
RESIDENTS_MAIN, RESIDENTS_ELSEWHERE = 264, 42
WITH_LOGIN_MAIN, WITH_LOGIN_ELSEWHERE = 60, 8
#: The four branches of 虹西社区 are big enough that in-service members and couriers make up a part of each.
IN_SERVICE_EVERY, NEW_FORM_EVERY = 5, 11


@dataclass(slots=True)
class Someone:
    """A person of the demo, and the login behind them if there is one."""

    name: str
    person_id: int = 0
    user_id: int = 0
    member_id: int = 0
    building: str = ""
    phone: str = ""
    unit: str = ""
    acting_as: str = ""
    keen: float = 1.0
    registers: bool = False

    @property
    def is_contact(self) -> bool:
        """Whether they act for their unit."""
        return bool(self.unit) and not self.member_id


@dataclass(slots=True)
class Town:
    """A community with its people. ``loads`` counts the orders a member holds, so that nobody takes on too many."""

    laid: Laid
    staff: list[Someone] = field(default_factory=list)
    members: list[Someone] = field(default_factory=list)
    residents: list[Someone] = field(default_factory=list)
    contacts: dict[str, Someone] = field(default_factory=dict)
    wardens: list[Someone] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    manager: Someone | None = None
    known: dict[tuple[int, str], Actor] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names the community in this package."""
        return self.laid.site.key

    def actor(self, who: Someone, at: datetime) -> Actor:
        """Who acts when they do; looked up once."""
        key = (who.user_id, who.acting_as)
        if key not in self.known:
            self.known[key] = queries.actor_for_user(who.user_id, who.acting_as, at=at)
        return self.known[key]

    @property
    def workers(self) -> list[Someone]:
        """The staff at the desk."""
        return [one for one in self.staff if one.name.startswith("社工")]

    def named(self, name: str) -> Someone:
        """Somebody by name, staff and members before residents."""
        return next(
            one for one in (*self.staff, *self.wardens, *self.members, *self.contacts.values(), *self.residents) if one.name == name
        )


class Phones:
    """Phone numbers that belong to nobody."""

    def __init__(self) -> None:
        self._next = 0

    def next(self) -> str:
        """One more."""
        self._next += 1
        return f"1390000{self._next:04}"


def bring_in(laid: list[Laid], rng: Random, *, at: datetime) -> list[Town]:
    """Organisations, staff, members and residents of every community, from sheets as a community would import them, with logins."""
    ids = {u.short: actions.add_organisation(u.name, u.short, u.kind, skills=u.skills, by=SYSTEM, at=at) for u in UNITS}
    phones, password = Phones(), make_password(PASSWORD)
    towns = []
    for place in laid:
        here = [unit for unit in UNITS if place.site.key in unit.at]
        town = Town(place, units={unit.short: ids[unit.short] for unit in here})
        for unit in here:
            actions.register_organisation(ids[unit.short], place.community_id, by=SYSTEM, at=at)
        _Roster(town, here, phones, rng).bring_in(password, at=at)
        towns.append(town)
    _manager(towns, at=at)
    _district(towns, password, at=at)
    return towns


class _Roster:
    """The sheets of one community."""

    def __init__(self, town: Town, units: list[Unit], phones: Phones, rng: Random) -> None:
        self.town, self.units, self.phones, self.rng = town, units, phones, rng
        self.main = town.key == "hx"
        self.buildings = list(town.laid.site.buildings)
        self.usernames: dict[str, str] = {}

    def bring_in(self, password: str, *, at: datetime) -> None:
        town, by = self.town, replace(SYSTEM, via="command", community_id=self.town.laid.community_id, place_path=self.town.laid.path)
        for branch in PARTY_BRANCHES[: 4 if self.main else 1]:
            actions.add_branch(town.laid.community_id, branch, by=SYSTEM, at=at)
        actions.import_sheet(Sheet.MEMBERS, self._members(), by=by, at=at)
        actions.import_sheet(Sheet.RESIDENTS, self._residents(), by=by, at=at)
        looking = replace(by, role=Role.SECRETARY)
        rows = {row.number: row for row in queries.members(by=looking, size=500).rows}
        for number, one in enumerate(town.members, 1):
            row = rows[f"{number:04}"]
            one.person_id, one.member_id = row.person_id, row.id
        persons = {(row.name, row.building): row.id for row in queries.residents(by=looking, size=2000).rows}
        for one in (*town.staff, *town.wardens, *town.residents, *town.contacts.values()):
            one.person_id = one.person_id or persons[one.name, one.building]
        self._logins(password, at=at)
        self._grants(at=at)

    def _members(self) -> list[list[str]]:
        header = "支部 党员编号 姓名 手机 身份 岗位 工作单位 幢号 门牌 报到".split()
        names = _member_names(self.main)
        rows, offices = [], [unit.short for unit in self.units if unit.sends]
        for number, name in enumerate(names, 1):
            branch = PARTY_BRANCHES[(number - 1) % 4] if self.main else PARTY_BRANCHES[0]
            building = self.buildings[(number * 7) % len(self.buildings)]
            plain = name in ("书记甲", "书记乙", MONITOR)
            status, unit, registered = "在册", "", ""
            if not plain and number % NEW_FORM_EVERY == 0:
                status, registered = "新业态", self.rng.choice(("是", "是", "否"))
            elif not plain and offices and number % IN_SERVICE_EVERY == 0:
                status, unit = "在职报到", self.rng.choice(offices)
                registered = self.rng.choice(("是", "是", "是", "是", "否"))
            duty = "监督岗" if name == MONITOR else self.rng.choice(DUTIES)
            door = f"{1 + number % 3}60{1 + number % 4}"
            rows.append([branch, f"{number:04}", name, self.phones.next(), status, duty, unit, building, door, registered])
            one = Someone(name, building=building, unit=unit, acting_as="member", keen=self.rng.choice((0.3, 1, 1, 2, 4)))
            # What ``member`` does is told in stories of its own, so that there is something to see on the account.
            one.keen = 0 if self.main and name == MONITOR else one.keen
            one.registers = registered == "否"
            self.town.members.append(one)
            self.usernames[name] = "member" if self.main and name == MONITOR else f"{self.town.key}_m{number:04}"
        return [header, *rows]

    def _residents(self) -> list[list[str]]:
        header = "姓名 手机 幢号 门牌".split()
        rows, town = [], self.town
        workers = ("社工甲", "社工乙") if self.main else ("社工甲",)
        town.staff += [Someone(name) for name in workers]
        town.contacts = {unit.short: Someone(f"联系人{STEMS[place]}", unit=unit.short) for place, unit in enumerate(self.units)}
        town.wardens = [Someone(name) for name, _login, _role in WARDENS] if self.main else []
        rows += [[one.name, self.phones.next(), "", ""] for one in (*town.staff, *town.contacts.values(), *town.wardens)]
        doors = [f"{unit}{floor}0{flat}" for unit in (1, 2, 3) for floor in range(1, 6) for flat in (1, 2)]
        wanted = RESIDENTS_MAIN if self.main else RESIDENTS_ELSEWHERE
        homes = [(building, door) for building in self.buildings for door in self.rng.sample(doors, 20)]
        chosen = [RESIDENT_HOME] if self.main else []
        chosen += self.rng.sample(homes, wanted - len(chosen))
        for number, (building, door) in enumerate(chosen):
            login = number < (WITH_LOGIN_MAIN if self.main else WITH_LOGIN_ELSEWHERE)
            # Some elders have no phone; they talk to a worker at their door.
            phone = self.phones.next() if login or self.rng.random() < 0.9 else ""
            one = Someone(
                _resident_name(number) if (building, door) != RESIDENT_HOME else RESIDENT,
                building=building,
                phone=phone,
                acting_as="resident" if login else "",
            )
            town.residents.append(one)
            rows.append([one.name, phone, building, door])
        return [header, *rows]

    def _logins(self, password: str, *, at: datetime) -> None:
        town, key = self.town, self.town.key
        wanted: dict[int, str] = {one.person_id: self.usernames[one.name] for one in town.members}
        names = {"社工甲": "worker", "社工乙": "worker2", "书记甲": "secretary", "书记乙": "secretary2"}
        secretaries = [one for one in town.members if one.name in ("书记甲", "书记乙")]
        town.staff += secretaries
        town.members = [one for one in town.members if one not in secretaries]
        wanted |= {one.person_id: names[one.name] if self.main else f"{key}_{names[one.name]}" for one in town.staff}
        for number, one in enumerate(town.contacts.values(), 1):
            wanted[one.person_id] = "unit" if self.main and number == 1 else f"{key}_unit{number}"
        wanted |= {one.person_id: login for one, (_name, login, _role) in zip(town.wardens, WARDENS, strict=False)}
        signing = [one for one in town.residents if one.acting_as]
        wanted |= {one.person_id: f"{key}_r{number:03}" for number, one in enumerate(signing, 1)}
        if self.main:
            wanted[signing[0].person_id] = "resident"
        users = actions.bring_logins(town.laid.community_id, wanted, password, by=SYSTEM, at=at)
        for one in (*town.staff, *town.wardens, *town.members, *town.contacts.values(), *signing):
            one.user_id = users[one.person_id]

    def _grants(self, *, at: datetime) -> None:
        town = self.town
        for one in town.staff:
            role = "secretary" if one.name.startswith("书记") else "worker"
            one.acting_as = f"grant:{actions.grant(one.user_id, role, town.laid.community_id, by=SYSTEM, at=at)}"
        for one, (_name, _login, role) in zip(town.wardens, WARDENS, strict=False):
            one.acting_as = f"grant:{actions.grant(one.user_id, role, town.laid.community_id, by=SYSTEM, at=at)}"
        for short, one in town.contacts.items():
            made = actions.grant(one.user_id, "organisation", town.laid.community_id, organisation_id=town.units[short], by=SYSTEM, at=at)
            one.acting_as = f"grant:{made}"


def _resident_name(number: int) -> str:
    return RESIDENT_SURNAMES[number % len(RESIDENT_SURNAMES)] + STEMS[number % len(STEMS)] + BRANCHES[number % len(BRANCHES)]


def _member_names(main: bool) -> list[str]:
    """赵甲 first, then 钱甲子 and so on; the secretaries are members too."""
    signs = (stem + branch for stem in STEMS for branch in BRANCHES)
    pairs = [surname + sign for surname, sign in zip(cycle(SURNAMES), signs, strict=False)]
    if main:
        return ["书记甲", MONITOR, "书记乙", *pairs[: MEMBERS_MAIN - 3]]
    return ["书记甲", "书记乙", *pairs[: MEMBERS_ELSEWHERE - 2]]


def _manager(towns: list[Town], *, at: datetime) -> None:
    """The property manager of the first estate manages the second one, too."""
    where = {town.key: town for town in towns}
    if MANAGES[0] not in where:
        return
    manager = where[MANAGES[0]].named("物业甲")
    where[MANAGES[0]].manager = manager
    for key in (key for key in MANAGES[1:] if key in where):
        made = actions.grant(manager.user_id, "property", where[key].laid.community_id, by=SYSTEM, at=at)
        where[key].manager = replace(manager, acting_as=f"grant:{made}")


def _district(towns: list[Town], password: str, *, at: datetime) -> None:
    """Somebody of the district's office, who lives in 观畅社区."""
    home = next(town for town in towns if town.key == "gc").laid
    by = replace(SYSTEM, via="command", community_id=home.community_id, place_path=home.path)
    actions.import_sheet(Sheet.RESIDENTS, [["姓名", "手机"], ["区级联络员", "13900009999"]], by=by, at=at)
    person = queries.residents(by=replace(by, role=Role.SECRETARY), q="区级联络员").rows[0].id
    users = actions.bring_logins(home.community_id, {person: "district"}, password, by=SYSTEM, at=at)
    actions.grant(users[person], "district", home.district_id, by=SYSTEM, at=at + timedelta(minutes=1))
