"""Refusals: what an action says when it will not do what was asked.

Pages turn a refusal into a sentence beside the form; the API turns it into ``application/problem+json``. The sentence is
written in the user's language and tells what to do next. Each class carries the HTTP status both sides answer with.
"""

import errno
from collections.abc import Mapping
from typing import Self

from django.db import DatabaseError


class Refused(Exception):
    """Base of all refusals. ``sentence`` is shown to the person as it stands."""

    status = 409
    kind = "refused"

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        """The sentence in the language active now."""
        return str(self._sentence)


class NotSignedIn(Refused):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    kind = "not-signed-in"


class NotAllowed(Refused):
    """The thing is in the actor's scope, but the role may not do this to it."""

    status = 403
    kind = "not-allowed"


class NotThere(Refused):
    """Unknown, or outside the actor's scope: both look the same from outside."""

    status = 404
    kind = "not-there"


class WrongState(Refused):
    """The thing is not in a state from which this step is possible, or somebody else was faster."""

    status = 409
    kind = "wrong-state"


class Invalid(Refused):
    """Input that cannot be taken. ``fields`` maps a field's name to its sentences."""

    status = 422
    kind = "invalid"

    def __init__(self, sentence: object, fields: Mapping[str, object] | None = None) -> None:
        super().__init__(sentence)
        self._fields = dict(fields or {})

    @classmethod
    def on(cls, field: str, sentence: object) -> Self:
        """A refusal about one field only: ``sentence`` stands beside the field, and alone where there are no fields."""
        return cls(sentence, {field: sentence})

    @property
    def fields(self) -> dict[str, list[str]]:
        """Sentences by field, in the language active now."""
        return {name: [str(s) for s in (v if isinstance(v, list | tuple) else [v])] for name, v in self._fields.items()}


class TooMany(Refused):
    """Too many tries. ``retry_after`` is in seconds."""

    status = 429
    kind = "too-many"

    def __init__(self, sentence: object, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(Refused):
    """Right and allowed, but this machine cannot do it now: something that it needs is missing or full."""

    status = 503
    kind = "unavailable"


def is_full(error: BaseException) -> bool:
    """Whether something failed because the disk is full: a file, or what SQLite and PostgreSQL say of it."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, DatabaseError) and ("disk is full" in str(error) or "No space left" in str(error))
