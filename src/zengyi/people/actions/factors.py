"""The second factor: a code from an app on the phone (TOTP), and backup codes on paper."""

import base64
import binascii
import logging
import secrets
from datetime import datetime
from urllib.parse import quote

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext_lazy as _
from django_otp import match_token
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotSignedIn, TooMany
from zengyi.core.steps import action, durable
from zengyi.people.models import User
from zengyi.people.queries.actors import actor_for_user
from zengyi.people.queries.logins import PASSWORD_LENGTH_MOST
from zengyi.people.rules import Actor

CODE_LENGTH_MOST = 20
BACKUP_CODES = 10
TRIES = 5
TRIES_SECONDS = 300
log = logging.getLogger("zengyi.sign-in")
_KEY_BYTES = 20
_DRIFT_STEPS = 1
WRONG = _("验证码不对。请看手机上最新的六位数，或用一个没用过的备用码。")


def new_key() -> str:
    """A new secret for an authenticator app, in hexadecimal."""
    return secrets.token_hex(_KEY_BYTES)


def app_secret(key: str) -> str:
    """The secret as people type it into the app: base 32."""
    return base64.b32encode(binascii.unhexlify(key)).decode().rstrip("=")


def app_uri(key: str, username: str) -> str:
    """The ``otpauth:`` address that the app reads from the QR code."""
    issuer = "zengyi"
    return f"otpauth://totp/{issuer}:{quote(username)}?secret={app_secret(key)}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"


def pass_second_factor(user_id: int, epoch: int, code: str, *, at: datetime) -> tuple[User, Device]:
    """Check a code; returns the login and the device it came from. Each code works once.

    Raises :class:`Invalid` for a wrong code, :class:`TooMany` after too many tries and :class:`NotSignedIn` when the login has
    changed since its password was checked.
    """
    try:
        throttle.hit(f"code:{user_id}", TRIES, TRIES_SECONDS, at=at)
    except TooMany:
        log.warning("second factor failed: too many tries, login %d", user_id)
        raise
    user = User.objects.filter(pk=user_id, epoch=epoch, is_active=True).first()
    if user is None:
        raise NotSignedIn(_("请重新登录。"))
    device = _match(user, "".join(code.split()))
    if device is None:
        log.warning("second factor failed: wrong code, login %d", user_id)
        raise Invalid.on("code", WRONG)
    throttle.clear(f"code:{user_id}")
    _passed(user_id, at=at)
    return user, device


@durable
def _match(user: User, code: str) -> Device | None:
    # Durable on its own: a wrong code must be counted, whatever is raised afterwards.
    return match_token(user, code) if 0 < len(code) <= CODE_LENGTH_MOST else None


@action
def _passed(user_id: int, *, at: datetime) -> None:
    by = actor_for_user(user_id, at=at)
    audit.record("second-factor", "login", user_id, by=by, at=at, community_id=by.community_id)


def add_second_factor(user_id: int, key: str, code: str, password: str, *, by: Actor, at: datetime) -> tuple[Device, list[str]]:
    """Bind an authenticator app that holds ``key`` to one's login, in place of an older one.

    ``code`` proves that the app works, ``password`` that it is not somebody at a screen left open. Returns the device and ten
    backup codes, which are shown once.
    """
    throttle.hit(f"code:{user_id}", TRIES, TRIES_SECONDS, at=at)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or len(password) > PASSWORD_LENGTH_MOST or not check_password(password, user.password):
        sentence = _("密码不对。")
        raise Invalid.on("password", sentence)
    return _add_second_factor(user_id, key, code, by=by, at=at)


@action
def _add_second_factor(user_id: int, key: str, code: str, *, by: Actor, at: datetime) -> tuple[Device, list[str]]:
    if by.user_id != user_id:
        raise NotSignedIn(_("请先登录。"))
    code = "".join(code.split())
    totp = TOTP(binascii.unhexlify(key), drift=0)
    totp.time = at.timestamp()
    if not (code.isascii() and code.isdigit() and len(code) <= CODE_LENGTH_MOST and totp.verify(int(code), tolerance=_DRIFT_STEPS)):
        sentence = _("验证码不对。请看手机上最新的六位数，手机的时间要准。")
        raise Invalid.on("code", sentence)
    TOTPDevice.objects.filter(user_id=user_id).delete()
    StaticDevice.objects.filter(user_id=user_id).delete()
    # The device remembers the time step of the code just used, so that it does not work a second time.
    device = TOTPDevice.objects.create(user_id=user_id, name="app", key=key, confirmed=True, last_t=totp.t(), drift=totp.drift)
    paper = StaticDevice.objects.create(user_id=user_id, name="paper", confirmed=True)
    codes = [StaticToken.random_token() for _i in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    audit.record("add-second-factor", "login", user_id, by=by, at=at, community_id=by.community_id)
    return device, codes
