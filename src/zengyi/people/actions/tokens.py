"""API tokens: a bearer token stands for one login in one role until it expires, is revoked or the login's epoch moves on."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn
from zengyi.core.steps import action
from zengyi.people.actions.factors import pass_second_factor
from zengyi.people.actions.logins import WRONG, verify
from zengyi.people.models import Token, User
from zengyi.people.queries.actors import actor_for_user
from zengyi.people.queries.factors import has_second_factor
from zengyi.people.queries.logins import Login
from zengyi.people.rules import STAFF_ROLES, Role

#: How long a token lives; for staff as long as a session may at most.
LIFE = timedelta(days=30)
LIFE_STAFF = timedelta(hours=12)
_TOKEN_BYTES = 32


def issue_token(
    username: str, password: str, acting_as: str = "", *, code: str = "", address: str = "", at: datetime
) -> tuple[str, datetime]:
    """A new token for that login in the role named by ``acting_as`` (empty: its first role), and when it expires.

    A login with a second factor gives a ``code`` of it, too. Raises :class:`NotSignedIn` for a wrong name or password (the same
    sentence for both), :class:`TooMany` after too many tries, :class:`Invalid` for a wrong code or a role the login does not
    have, and :class:`NotAllowed` as long as the login must first change its password or set up its second factor.
    """
    login = verify(username, password, address=address, at=at)
    bound = has_second_factor(login.user_id)
    if bound and not login.must_change:
        if not code:
            raise NotAllowed(_("这个账号开了两步验证，请把验证码一起交上来。"))
        pass_second_factor(login.user_id, login.epoch, code, at=at)
    return _issue(login, acting_as, bound=bound, at=at)


@action
def _issue(login: Login, acting_as: str, *, bound: bool, at: datetime) -> tuple[str, datetime]:
    if not User.objects.filter(pk=login.user_id, epoch=login.epoch, is_active=True).exists():
        raise NotSignedIn(WRONG)
    if login.must_change:
        raise NotAllowed(_("这是一次性密码，请先在网页上换成自己的密码。"))
    by = actor_for_user(login.user_id, acting_as, at=at, via="api")
    if by.role == Role.ANONYMOUS:
        raise NotAllowed(_("这个账号还没有身份，请找社区。"))
    if acting_as and by.acting_as != acting_as:
        raise Invalid.on("acting_as", _("没有这个身份。"))
    if by.role in STAFF_ROLES and settings.REQUIRE_MFA and not bound:
        raise NotAllowed(_("这个身份要用两步验证，请先在网页上绑定。"))
    raw = secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = at + (LIFE_STAFF if by.role in STAFF_ROLES else LIFE)
    token = Token.objects.create(
        user_id=login.user_id,
        digest=hashlib.sha256(raw.encode()).digest(),
        acting_as=by.acting_as,
        epoch=login.epoch,
        created_at=at,
        expires_at=expires_at,
    )
    audit.record("issue", "token", token.pk, by=by, at=at, community_id=by.community_id, after={"acting_as": by.acting_as})
    return raw, expires_at


@action
def revoke_token(raw: str, *, at: datetime) -> None:
    """End a token. Raises :class:`NotSignedIn` when it is unknown or has already ended."""
    digest = hashlib.sha256(raw.encode(errors="replace")).digest()
    if not Token.objects.filter(digest=digest, revoked_at=None).update(revoked_at=at):
        raise NotSignedIn(_("令牌不对，或者已经过期。请重新登录。"))
    token = Token.objects.get(digest=digest)
    by = actor_for_user(token.user_id, token.acting_as, at=at, via="api")
    audit.record("revoke", "token", token.pk, by=by, at=at, community_id=by.community_id)
