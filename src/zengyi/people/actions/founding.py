"""The first day: whoever has the code that the machine printed founds the community and its first two secretaries.

Until there is a login, nobody can sign in. The code stands in the run-time folder and on the console, so only who runs the machine, or
was told by them, has it. It opens nothing any more when two secretaries have their own passwords.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.actions.passwords import OpenedLogin, open_login
from zengyi.people.actions.ties import tie_granted, tie_opened
from zengyi.people.models import Grant, Person, Place, User, phone_index
from zengyi.people.queries.founding import WANTED, FirstDay, first_day, has_members, secretaries_of
from zengyi.people.rules import SYSTEM, Actor, PlaceKind, Role, Target, check, check_role, normal_name, normal_phone
from zengyi.people.rules.founding import NAME_MOST
from zengyi.people.rules.one_time import new_one_time, typed

TRIES, TRIES_SECONDS = 20, 600
PERSON_MOST = 40
#: Who acts with the code, in the trail.
BY_CODE: Actor = replace(SYSTEM, via="first-day")
CLOSED = _("这里已经开张了。请用自己的账号登录。")


@dataclass(frozen=True, slots=True)
class Chief:
    """A secretary to be: a name and a phone, as typed."""

    name: str
    phone: str


def write_code() -> str:
    """The code of the first day, made when there is none yet; empty when the first day is over. For the command that serves."""
    if first_day().over:
        _file().unlink(missing_ok=True)
        return ""
    kept = _kept()
    if not kept:
        kept = new_one_time()
        handle = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(kept)
    return kept


def is_open() -> bool:
    """Whether a code has been printed. Whether it still opens anything is for :func:`first_day_by` to say. Reads no database."""
    return _file().exists()


def first_day_by(code: str, *, address: str, at: datetime) -> FirstDay:
    """What the first day has come to, for whoever has the code.

    Raises :class:`Invalid` for a wrong code, :class:`TooMany` after too many tries, :class:`NotThere` when the day is over.
    """
    kept = _kept()
    if not kept:
        raise NotThere(CLOSED)
    throttle.hit(f"first-day:{address}", TRIES, TRIES_SECONDS, at=at)
    if not compare_digest(typed(code).encode(), typed(kept).encode()):
        raise Invalid.on("code", _("代码不对。它在运行 zengyi serve 的窗口里，横线和大小写不用管。"))
    found = first_day()
    if found.over:
        _file().unlink(missing_ok=True)
        raise NotThere(CLOSED)
    return found


@action
def found_community(
    district: str,
    subdistrict: str,
    name: str,
    phone: str,
    chiefs: Sequence[Chief],
    officer: Chief | None = None,
    *,
    by: Actor,
    at: datetime,
) -> tuple[OpenedLogin, ...]:
    """Found the first community with its first secretaries, and ``officer``, who may found others in the district, if there is one.

    Returns their logins with one-time passwords. ``by``: :data:`BY_CODE`, for whoever :func:`first_day_by` let in. Raises
    :class:`Invalid` for names and numbers that are none, :class:`WrongState` when there is a community or a login already.
    """
    check(by, "people.places", Target(path="/"), sees=True)
    if not first_day().empty:
        raise WrongState(_("社区刚才已经建好了。"))
    heads = _fields(chiefs, officer)
    _check({"district": district, "subdistrict": subdistrict, "name": name}, phone, heads)
    above = _hang(PlaceKind.DISTRICT, district, None)
    community = _hang(PlaceKind.COMMUNITY, name, _hang(PlaceKind.SUBDISTRICT, subdistrict, above), phone)
    opened = [_opened(chief, Role.SECRETARY, community, community, by, at) for chief in chiefs]
    if officer is not None:
        opened.append(_opened(officer, Role.DISTRICT, above, community, by, at))
    after = {"logins": [one.user_id for one in opened]}
    audit.record("found", "community", community.pk, by=by, at=at, community_id=community.pk, after=after)
    return tuple(opened)


@action
def found_another(
    subdistrict: int | str, name: str, phone: str, chiefs: Sequence[Chief], *, by: Actor, at: datetime
) -> tuple[int, tuple[OpenedLogin, ...]]:
    """Found one more community in the actor's part of the district; returns its id, and its first secretaries' logins.

    ``subdistrict``: the id of one that is there, or the name of a new one, which only whoever holds the whole district adds. Whoever
    founds it is a maker of its secretaries' logins, and never a second person to them. Raises :class:`Invalid` as
    :func:`found_community` does, and for a name that the subdistrict has already; :class:`NotThere` outside the actor's part.
    """
    check_role(by, "people.found")
    node = Place.objects.filter(path=by.place_path).first()
    if node is None:
        raise NotThere(_("没有找到这个地点。"))
    check(by, "people.found", Target(path=node.path), sees=False)
    new = {"new_subdistrict": subdistrict} if isinstance(subdistrict, str) else {}
    _check({**new, "name": name}, phone, _fields(chiefs))
    above = _subdistrict(subdistrict, node)
    if above is not None and Place.objects.filter(parent=above, kind=PlaceKind.COMMUNITY, name=_plain(name)).exists():
        raise Invalid.on("name", _("这个街道已经有同名的社区了。"))
    above = above or _hang(PlaceKind.SUBDISTRICT, str(subdistrict), node)
    community = _hang(PlaceKind.COMMUNITY, name, above, phone)
    opened = tuple(_opened(chief, Role.SECRETARY, community, community, by, at) for chief in chiefs)
    after = {"subdistrict": above.pk, "logins": [one.user_id for one in opened]}
    audit.record("found", "community", community.pk, by=by, at=at, community_id=community.pk, after=after)
    return community.pk, opened


@action
def second_secretary(chief: Chief, community_id: int | None = None, *, by: Actor, at: datetime) -> OpenedLogin:
    """Open the login of a further first secretary: of the instance's first community, or of one of the actor's part of the district.

    Only while nobody is in the community's list of members: later there are points to decide about, and a secretary is somebody whom
    others know (:func:`zengyi.people.actions.grant`). Raises as :func:`found_community`.
    """
    if community_id is None:
        check(by, "people.places", Target(path="/"), sees=True)
        day = first_day()
        if day.community is None:
            raise WrongState(_("先建社区，再添书记。"))
        community_id = day.community.id
    else:
        check_role(by, "people.found")
    community = Place.objects.filter(pk=community_id, kind=PlaceKind.COMMUNITY).first()
    if community is None:
        raise NotThere(_("没有找到这个社区。"))
    check(by, "people.found", Target(path=community.path, community_id=community.pk), sees=False)
    there = secretaries_of(community.pk)
    if len(there) >= WANTED:
        raise WrongState(_("已经有两位书记了。"))
    if by.role != Role.SYSTEM and has_members(community.pk):
        raise WrongState(_("这个社区已经有党员名单了：请书记把人添进名单、开好账号，您再到“身份”里给书记。"))
    _check({}, "", {"chief2": chief}, community.pk)
    opened = _opened(chief, Role.SECRETARY, community, community, by, at)
    audit.record("open", "login", opened.user_id, by=by, at=at, community_id=community.pk, after={"role": Role.SECRETARY})
    return opened


def new_password(user_id: int, *, by: Actor, at: datetime) -> OpenedLogin:
    """Another one-time password for one of the first day who has not signed in yet, because the first one was lost."""
    found = next((one for one in first_day().heads if one.user_id == user_id and one.must_change), None)
    if found is None:
        raise NotThere(_("没有找到这个账号，或者本人已经换过密码。"))
    return open_login(found.person_id, by=by, at=at)


def _fields(chiefs: Sequence[Chief], officer: Chief | None = None) -> dict[str, Chief]:
    """Everybody who gets a login, by the field of the form that asks their name."""
    found = {"chief" if number == 1 else f"chief{number}": chief for number, chief in enumerate(chiefs, start=1)}
    return found if officer is None else {**found, "officer": officer}


def _check(names: Mapping[str, str], phone: str, heads: Mapping[str, Chief], community_id: int | None = None) -> None:
    """Raise :class:`Invalid` with every field that is no name, or no number, or somebody else's number, before anything is written."""
    wrong: dict[str, object] = {
        field: _("请写名字，最多 %(most)d 个字。") % {"most": NAME_MOST} for field, text in names.items() if not _fits(text, NAME_MOST)
    }
    if phone.strip() and not normal_phone(phone):
        wrong["phone"] = _("请写手机号，或带区号的座机号。")
    taken: set[str] = set()
    for field, head in heads.items():
        number = normal_phone(head.phone)
        if not _fits(head.name, PERSON_MOST):
            wrong[field] = _("请写姓名，最多 %(most)d 个字。") % {"most": PERSON_MOST}
        if not number:
            wrong[f"{field}_phone"] = _("要有手机号：登录时用它当用户名，忘了密码也凭它找人。")
        elif number in taken or Person.objects.filter(community_id=community_id, phone_index=phone_index(number)).exists():
            wrong[f"{field}_phone"] = _("每一位要用各自的手机号。")
        taken.add(number)
    if len(wrong) == 1:
        raise Invalid.on(*next(iter(wrong.items())))
    if wrong:
        raise Invalid(_("有几格要改。"), wrong)


def _subdistrict(asked: int | str, node: Place) -> Place | None:
    """The subdistrict of the actor's part that is asked for, by id or name; nothing where a new one is to be made."""
    if isinstance(asked, int):
        found = Place.objects.filter(pk=asked, kind=PlaceKind.SUBDISTRICT, path__startswith=node.path).first()
        if found is None:
            raise Invalid.on("subdistrict", _("请选一个街道，或者写一个新的。"))
        return found
    if node.kind != PlaceKind.DISTRICT:
        raise Invalid.on("subdistrict", _("新街道要由管全区的人来建。"))
    return Place.objects.filter(parent=node, kind=PlaceKind.SUBDISTRICT, name=_plain(asked)).first()


@in_action
def _hang(kind: PlaceKind, name: str, parent: Place | None, phone: str = "") -> Place:
    sort = 1 + Place.objects.filter(parent=parent, kind=kind).count()
    try:
        place = Place.objects.create(kind=kind, name=_plain(name), parent=parent, phone=phone.strip(), sort=sort)
    except IntegrityError as twice:
        raise WrongState(_("刚才别人也建了“%(name)s”，请再看一眼。") % {"name": name}) from twice
    # The path holds the place's own id, which is known only now.
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    return place


@in_action
def _opened(chief: Chief, role: Role, place: Place, community: Place, by: Actor, at: datetime) -> OpenedLogin:
    """Enter somebody in the community's books, with a login that has the role on ``place``."""
    phone = normal_phone(chief.phone)
    person = Person.objects.create(
        community=community,
        name=normal_name(chief.name),
        phone=phone,
        phone_index=phone_index(phone),
        phone_by_id=by.user_id,
        created_by_id=by.user_id,
        created_at=at,
    )
    password = new_one_time()
    user = User.objects.create(username=_free_name(role), person=person, password=make_password(password), must_change=True)
    tie_opened(user.pk, person, by=by, at=at)
    Grant.objects.create(user=user, role=role, place=place, granted_by_id=by.user_id, starts_at=at)
    tie_granted(user.pk, by=by, at=at)
    return OpenedLogin(user.pk, user.username, password, person.name)


def _free_name(role: Role) -> str:
    """A user name that is easy to say: ``shuji``, ``shuji2`` and so on."""
    stem = "qu" if role == Role.DISTRICT else "shuji"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    names = (stem if number == 1 else f"{stem}{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _fits(text: str, most: int) -> bool:
    name = _plain(text)
    return 0 < len(name) <= most and name.isprintable()


def _kept() -> str:
    try:
        return _file().read_text().strip()
    except FileNotFoundError:
        return ""


def _file() -> Path:
    return Path(settings.VAR) / "first-day.code"
