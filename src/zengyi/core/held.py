"""What somebody typed into a form that could not be taken for now, sealed into one text that a browser carries on.

A session may end while somebody types. Without scripts the words are then in the request and nowhere else. They are compressed,
encrypted and authenticated, so that the sign-in page can carry them as one hidden field: whoever signs in afterwards reads them
only when they are who typed them, and nobody can make up a text that leads elsewhere.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from zengyi.core.secrets import decrypt, encrypt

#: Who typed: a hidden field of every form, beside its key.
BY_FIELD = "_by"
FIELD = "held"
KEPT = timedelta(days=1)
#: Characters of the sealed text. Ten thousand Chinese characters, or the marks of two thousand members, are less.
SEALED_MOST = 48 * 1024
_NOT_HELD = frozenset({"csrfmiddlewaretoken", FIELD})


@dataclass(frozen=True, slots=True)
class Held:
    """A form as it was sent: to where, with what, and the names of the fields whose files cannot be held."""

    address: str
    fields: tuple[tuple[str, str], ...]
    by: str
    files: tuple[str, ...]

    def typed_by(self, user_id: int | None) -> bool:
        """Whether that login typed it."""
        return user_id is not None and constant_time_compare(self.by, mark(user_id))


def mark(user_id: int) -> str:
    """The mark of a login in the forms it is shown: tells forms of different logins apart, and tells nothing of the login."""
    return salted_hmac("zengyi.core.held", str(user_id)).hexdigest()[:32]


def hold(request: HttpRequest, at: datetime) -> str:
    """The form that was sent, sealed; empty when it carries no mark of who typed it, or when it is too large to be carried."""
    by = request.POST.get(BY_FIELD, "")
    if request.method != "POST" or not by:
        return ""
    fields = [(name, value) for name, values in request.POST.lists() if name not in _NOT_HELD for value in values]
    plain = {"to": request.get_full_path(), "fields": fields, "by": by, "photos": list(request.FILES), "at": int(at.timestamp())}
    packed = zlib.compress(json.dumps(plain).encode(errors="replace"))
    if len(packed) * 16 // 9 > SEALED_MOST:
        return ""
    return encrypt(base64.b64encode(packed).decode())


def open_held(sealed: object, at: datetime) -> Held | None:
    """What was sealed; nothing when it is none of ours, or older than a day."""
    if not isinstance(sealed, str) or not 0 < len(sealed) <= SEALED_MOST or ":" not in sealed:
        return None
    try:
        plain = json.loads(zlib.decompress(base64.b64decode(decrypt(sealed))))
    except (ValueError, KeyError, InvalidTag, zlib.error):
        return None
    if at.timestamp() - plain["at"] > KEPT.total_seconds():
        return None
    return Held(plain["to"], tuple((name, value) for name, value in plain["fields"]), plain["by"], tuple(plain.get("photos", ())))
