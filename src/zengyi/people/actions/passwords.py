"""Logins made by staff, and passwords."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people.actions.logins import TRIES_PER_NAME, TRIES_SECONDS
from zengyi.people.actions.ties import tie_opened, tie_reset
from zengyi.people.actions.untying import untie_wechat
from zengyi.people.models import Grant, Person, Place, User
from zengyi.people.queries.logins import NAME_LENGTH_MOST, PASSWORD_LENGTH_MOST
from zengyi.people.rules import Actor, PlaceKind, Role, Target, check
from zengyi.people.rules.grants import GrantNode, gives
from zengyi.people.rules.one_time import looks_one_time, new_one_time, typed


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    """A login as handed out: the password is known to nobody else and shown once."""

    user_id: int
    username: str
    password: str
    name: str = ""


@action
def open_login(person_id: int, username: str = "", *, by: Actor, at: datetime) -> OpenedLogin:
    """Make a login for a person of the actor's community, or give an existing one a new one-time password.

    The password must be changed at the next sign-in. A new password ends the login's sessions and tokens, takes its second
    factor away and unties its WeChat. Whoever may not give somebody's roles may not reset their password either: they could sign in with it
    and use those roles.
    """
    person = Person.objects.select_related("community").filter(pk=person_id).first()
    if person is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "people.login", Target(community_id=person.community_id, path=person.community.path), sees=False)
    if by.person_id == person_id:
        raise NotAllowed(_("自己的密码请在“我的”里改。"))
    password = new_one_time()
    user = User.objects.filter(person_id=person_id).first()
    if user is None:
        hidden = make_password(password)
        user = User.objects.create(username=free_name(username), person=person, password=hidden, must_change=True)
        tie_opened(user.pk, person, by=by, at=at)
        verb = "open"
    else:
        _check_may_reset(by, user.pk, at)
        User.objects.filter(pk=user.pk).update(password=make_password(password), must_change=True, is_active=True, epoch=F("epoch") + 1)
        tie_reset(user.pk, by=by, at=at)
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        untie_wechat(user.pk)
        verb = "reset"
    audit.record(verb, "login", user.pk, by=by, at=at, community_id=person.community_id)
    return OpenedLogin(user.pk, user.username, password, person.name)


@action
def bring_logins(community_id: int, usernames: Mapping[int, str], password_hash: str, *, by: Actor, at: datetime) -> dict[int, int]:
    """Make logins for persons of a community with passwords they already have, as hashes; returns login ids by person id.

    For a move from another system and for the demo: done on the machine, never on a page.
    """
    community = Place.objects.filter(pk=community_id, kind=PlaceKind.COMMUNITY).first()
    if community is None:
        raise NotThere(_("没有找到这个社区。"))
    check(by, "people.bring_logins", Target(community_id=community_id, path=community.path), sees=False)
    if Person.objects.filter(community_id=community_id, pk__in=usernames).count() != len(usernames):
        raise NotThere(_("没有找到，或者不在您的社区。"))
    made = User.objects.bulk_create(
        User(username=free_name(username), person_id=person_id, password=password_hash) for person_id, username in usernames.items()
    )
    audit.record("bring-logins", "community", community_id, by=by, at=at, community_id=community_id, after={"logins": len(made)})
    return {user.person_id: user.pk for user in made if user.person_id is not None}


def free_name(username: str) -> str:
    """A user name that nobody has: the one that is wanted, or one of digits. Raises :class:`Invalid`."""
    username = username.strip()
    if not username:
        return "u" + "".join(secrets.choice("23456789") for _i in range(9))
    if not username.isidentifier() or len(username) > NAME_LENGTH_MOST:
        raise _invalid("username", _("用户名用字母、数字和下划线，不以数字开头，最多 40 个。"))
    if User.objects.filter(username=username).exists():
        raise _invalid("username", _("这个用户名已经有人用了，换一个。"))
    return username


def _check_may_reset(by: Actor, user_id: int, at: datetime) -> None:
    if by.role == Role.SYSTEM:
        return
    live = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=user_id)
    for role, path, kind, place_id, community_id in live.values_list(
        "role", "place__path", "place__kind", "place_id", "place__community_id"
    ):
        if not gives(by, Role(role), GrantNode(path, kind, place_id if kind == PlaceKind.COMMUNITY else community_id)):
            raise NotAllowed(_("这个账号还有别的身份，要由给身份的人来重置密码。"))


def change_password(user_id: int, old: str | None, new: str, *, by: Actor, at: datetime) -> User:
    """Set one's own password and end every other session and token. Returns the login, for the session to go on.

    ``old``: nothing for whoever has just signed in by a code and may have forgotten it; the caller vouches for that.

    Raises :class:`Invalid` for a wrong old password or a new one that is too easy, :class:`TooMany` after too many tries.
    """
    throttle.hit(f"password:{user_id}", TRIES_PER_NAME, TRIES_SECONDS, at=at)
    return _change_password(user_id, old, new, by=by, at=at)


@action
def _change_password(user_id: int, old: str | None, new: str, *, by: Actor, at: datetime) -> User:
    if by.user_id != user_id:
        raise NotAllowed(_("只能改自己的密码。"))
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotSignedIn(_("请先登录。"))
    if old is not None and user.must_change and looks_one_time(old):
        old = typed(old)
    if old is not None and (len(old) > PASSWORD_LENGTH_MOST or not check_password(old, user.password)):
        raise _invalid("old", _("现在的密码不对。"))
    if old == new:
        raise _invalid("new", _("新密码和现在的一样。"))
    if len(new) > PASSWORD_LENGTH_MOST:
        raise _invalid("new", _("密码太长。"))
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Invalid(_("请换一个密码。"), {"new": error.messages}) from error
    encoded = make_password(new)
    # The epoch in the condition: of two changes at the same time only one matches.
    if not User.objects.filter(pk=user_id, epoch=user.epoch).update(password=encoded, epoch=user.epoch + 1, must_change=False):
        raise WrongState(_("密码刚才已经改过，请重新登录。"))
    user.password, user.epoch, user.must_change = encoded, user.epoch + 1, False
    audit.record("change-password", "login", user_id, by=by, at=at, community_id=by.community_id)
    return user


def _invalid(field: str, sentence: object) -> Invalid:
    return Invalid.on(field, sentence)
