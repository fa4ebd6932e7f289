"""Signing in: checking who somebody is, and slowing down whoever guesses."""

import logging
from datetime import datetime
from ipaddress import ip_address, ip_network

from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, throttle
from zengyi.core.errors import NotSignedIn, TooMany
from zengyi.core.secrets import blind_index
from zengyi.core.steps import action
from zengyi.people.models import User
from zengyi.people.queries.actors import actor_for_user
from zengyi.people.queries.logins import Login, login_of
from zengyi.people.rules import normal_phone

#: How many tries within ten minutes: for one name from one address; for one name from anywhere, more, so that a stranger elsewhere does not
#: lock its owner out; for all names from one address, more as well, because a whole community may share it.
TRIES_PER_NAME = 10
TRIES_PER_NAME_FROM_EVERYWHERE = 100
TRIES_PER_ADDRESS = 100
TRIES_SECONDS = 600
IPV6_PREFIX = 64

#: So many hexadecimal digits tell one name's failures from another's in the log.
MARK = 10
log = logging.getLogger("zengyi.sign-in")

# The same sentence for an unknown name and a wrong password, so that nobody learns which names exist.
WRONG = _("用户名（手机号）或密码不对。")


def verify(username: str, password: str, *, address: str, at: datetime) -> Login:
    """The login behind a user name (or phone) and password.

    Every try counts, in its own transaction, before the password is looked at. Raises :class:`NotSignedIn` when they do not
    fit and :class:`TooMany` when the name or the address has tried too often.
    """
    try:
        both = _slow_down(username, address, at=at)
    except TooMany:
        _note("too many tries", username, address)
        raise
    login = login_of(username, password)
    if login is None:
        _note("wrong name or password", username, address)
        raise NotSignedIn(WRONG)
    throttle.clear(both)
    return login


def _note(what: str, username: str, address: str) -> None:
    """A line for whoever watches the machine. The name may be a phone, or a password typed in the wrong field: only its mark is told."""
    log.warning("sign-in failed: %s, name %s, from %s", what, hashed(_name(username))[:MARK], network(address) or "nowhere")


def _name(username: str) -> str:
    return normal_phone(username) or username.strip()


def _slow_down(username: str, address: str, *, at: datetime) -> str:
    """Count one try under the name and under the address; raises :class:`TooMany`. Both are kept as keyed hashes only.

    Returns the bucket of name and address together: :func:`sign_in` empties it when the password was right.
    """
    name, where = _name(username), network(address)
    both = f"sign-in:both:{hashed(f'{name} {where}')}"
    throttle.hit(both, TRIES_PER_NAME, TRIES_SECONDS, at=at)
    throttle.hit(f"sign-in:address:{hashed(where)}", TRIES_PER_ADDRESS, TRIES_SECONDS, at=at)
    throttle.hit(f"sign-in:name:{hashed(name)}", TRIES_PER_NAME_FROM_EVERYWHERE, TRIES_SECONDS, at=at)
    return both


def network(address: str) -> str:
    """What counts as one address. With IPv6 a household has 2⁶⁴ of them, so its whole /64 network does."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, IPV6_PREFIX), strict=False)) if found.version == 6 else str(found)


def hashed(value: str) -> str:
    """A name or an address as counters keep it: a keyed hash."""
    return (blind_index("throttle", value.encode(errors="replace").decode()) or b"").hex()[:40]


def sign_in(username: str, password: str, *, address: str, at: datetime) -> User:
    """The login, checked and written down, for a new session. Raises as :func:`verify` does."""
    return _signed_in(verify(username, password, address=address, at=at), at=at)


@action
def _signed_in(login: Login, *, at: datetime) -> User:
    # Since the check another session may have changed the password; then the epoch is a new one, and no row matches.
    user = User.objects.filter(pk=login.user_id, epoch=login.epoch, is_active=True).first()
    if user is None:
        raise NotSignedIn(WRONG)
    by = actor_for_user(user.pk, at=at)
    audit.record("sign-in", "user", user.pk, by=by, at=at, community_id=by.community_id)
    return user
