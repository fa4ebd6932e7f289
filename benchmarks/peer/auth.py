"""Who asks: a bearer token looked up by its digest, with the login and its person."""

import hashlib

from django.db.models import F
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from zengyi.people.models import Token, User


class TokenAuthentication(authentication.BaseAuthentication):  # type: ignore[misc]
    """A bearer token that is known, current and not revoked."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The login behind the token."""
        word, _, raw = request.headers.get("Authorization", "").partition(" ")
        if word != "Bearer":
            return None
        found = Token.objects.select_related("user__person__member").filter(
            digest=hashlib.sha256(raw.encode()).digest(), revoked_at=None, expires_at__gt=timezone.now(), epoch=F("user__epoch")
        )
        token = found.first()
        if token is None or not token.user.is_active:
            raise exceptions.AuthenticationFailed("unknown token")
        return token.user, token
