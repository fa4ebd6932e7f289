"""How long a session lives, and what it remembers."""

from datetime import UTC, datetime, timedelta

#: A session of staff ends after this long without a request …
IDLE = timedelta(minutes=30)
#: … and this long after signing in, whatever happened since.
ABSOLUTE = timedelta(hours=12)
#: A request is written down at most this often, so that reading pages does not write to the database each time.
SEEN_EVERY = timedelta(minutes=1)
#: Between password and code somebody may take this long.
SECOND_FACTOR_WITHIN = timedelta(minutes=10)

#: Whoever signed in by a code may set a password within this long without the old one: they may have forgotten it.
FORGOTTEN_WITHIN = timedelta(minutes=30)

# Keys of the session's data. Moments are kept as whole seconds.
ACTING_AS = "acting_as"
SIGNED_IN = "signed_in"
SEEN = "seen"
STAFF = "staff"
MUST_CHANGE = "must_change"
PENDING = "second_factor_for"
NEW_FACTOR = "new_second_factor"
#: The code that was asked for, and where to go with it; when somebody signed in by one.
CODE = "code"
BY_CODE = "by_code"
#: The way to WeChat and back that was begun; that somebody signed in by it.
WECHAT = "wechat"
BY_WECHAT = "by_wechat"
#: Where somebody was going when something had to be settled first …
ONWARD = "onward"
#: … and what they had typed there, sealed.
HELD = "held"


def stamp(at: datetime) -> int:
    """A moment as the session keeps it."""
    return int(at.timestamp())


def unstamped(kept: object) -> datetime:
    """A kept moment; what is missing or unreadable counts as long ago."""
    return datetime.fromtimestamp(kept if isinstance(kept, int) else 0, UTC)


def is_over(signed_in: object, seen: object, *, at: datetime) -> bool:
    """Whether a staff session that was begun and last used then has ended at ``at``."""
    return at - unstamped(signed_in) >= ABSOLUTE or at - unstamped(seen) >= IDLE
