"""The first day: whoever has the code that the machine printed founds the community and its first two secretaries.

Until there is a login, nobody can sign in. The code stands in the run-time folder and on the console, so only who runs the machine, or
was told by them, has it. It opens nothing any more when two secretaries have their own passwords.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.actions.passwords import OpenedLogin, open_login
from zengyi.people.models import Grant, Person, Place, User, phone_index
from zengyi.people.queries.founding import FirstDay, first_day
from zengyi.people.rules import SYSTEM, Actor, PlaceKind, Role, Target, check, normal_name, normal_phone
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
    district: str, subdistrict: str, name: str, phone: str, chiefs: Sequence[Chief], *, by: Actor, at: datetime
) -> tuple[OpenedLogin, ...]:
    """Found the first community with its first secretaries; returns their logins with one-time passwords.

    ``by``: :data:`BY_CODE`, for whoever :func:`first_day_by` let in. Raises :class:`Invalid` for names and numbers that are none,
    :class:`WrongState` when there is a community or a login already.
    """
    check(by, "people.places", Target(path="/"), sees=True)
    if not first_day().empty:
        raise WrongState(_("社区刚才已经建好了。"))
    names = {"district": district, "subdistrict": subdistrict, "name": name}
    wrong = {
        field: _("请写名字，最多 %(most)d 个字。") % {"most": NAME_MOST} for field, text in names.items() if not _fits(text, NAME_MOST)
    }
    if phone.strip() and not normal_phone(phone):
        wrong["phone"] = str(_("请写手机号，或带区号的座机号。"))
    if wrong:
        raise Invalid(_("有几格要改。"), wrong)
    parent: Place | None = None
    for kind, text in zip((PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY), names.values(), strict=True):
        number = phone.strip() if kind == PlaceKind.COMMUNITY else ""
        place = Place.objects.create(kind=kind, name=" ".join(text.split()), parent=parent, phone=number, sort=1)
        place.path = f"{parent.path if parent else '/'}{place.pk}/"
        place.save(update_fields=["path"])
        parent = place
    assert parent is not None
    opened = tuple(_secretary(chief, number, parent, at) for number, chief in enumerate(chiefs, start=1))
    after = {"logins": [one.user_id for one in opened]}
    audit.record("found", "community", parent.pk, by=by, at=at, community_id=parent.pk, after=after)
    return opened


@action
def second_secretary(chief: Chief, *, by: Actor, at: datetime) -> OpenedLogin:
    """Open the login of a further first secretary; as :func:`found_community`."""
    check(by, "people.places", Target(path="/"), sees=True)
    day = first_day()
    if day.community is None:
        raise WrongState(_("先建社区，再添书记。"))
    if len(day.secretaries) >= 2:
        raise WrongState(_("已经有两位书记了。"))
    opened = _secretary(chief, 2, Place.objects.get(pk=day.community.id), at)
    audit.record("open", "login", opened.user_id, by=by, at=at, community_id=day.community.id, after={"role": Role.SECRETARY})
    return opened


def new_password(user_id: int, *, by: Actor, at: datetime) -> OpenedLogin:
    """Another one-time password for a first secretary who has not signed in yet, because the first one was lost."""
    found = next((one for one in first_day().secretaries if one.user_id == user_id and one.must_change), None)
    if found is None:
        raise NotThere(_("没有找到这个账号，或者本人已经换过密码。"))
    return open_login(found.person_id, by=by, at=at)


@in_action
def _secretary(chief: Chief, number: int, community: Place, at: datetime) -> OpenedLogin:
    mark = "" if number == 1 else "2"
    if not _fits(chief.name, PERSON_MOST):
        raise Invalid.on(f"chief{mark}", _("请写姓名，最多 %(most)d 个字。") % {"most": PERSON_MOST})
    phone = normal_phone(chief.phone)
    if not phone:
        raise Invalid.on(f"chief{mark}_phone", _("要有手机号：登录时用它当用户名，忘了密码也凭它找人。"))
    if Person.objects.filter(community=community, phone_index=phone_index(phone)).exists():
        raise Invalid.on(f"chief{mark}_phone", _("两位书记要用各自的手机号。"))
    person = Person.objects.create(
        community=community, name=normal_name(chief.name), phone=phone, phone_index=phone_index(phone), created_at=at
    )
    password = new_one_time()
    username = "shuji" if number == 1 else f"shuji{number}"
    if User.objects.filter(username=username).exists():
        username = f"shuji{secrets.randbelow(9000) + 1000}"
    user = User.objects.create(username=username, person=person, password=make_password(password), must_change=True)
    Grant.objects.create(user=user, role=Role.SECRETARY, place=community, starts_at=at)
    return OpenedLogin(user.pk, username, password, person.name)


def _fits(text: str, most: int) -> bool:
    name = " ".join(text.split())
    return 0 < len(name) <= most and name.isprintable()


def _kept() -> str:
    try:
        return _file().read_text().strip()
    except FileNotFoundError:
        return ""


def _file() -> Path:
    return Path(settings.VAR) / "first-day.code"
