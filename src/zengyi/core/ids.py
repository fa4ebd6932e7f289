"""Ids of rows as people and programs send them: within what the database can hold, or nothing."""

from typing import Protocol
from uuid import UUID

#: The largest id that the database can hold.
ID_MOST = 2**63 - 1
#: An id in an address or a form has at most this many digits, so that every one of them is below :data:`ID_MOST`.
ID_DIGITS = 18


class WithId(Protocol):
    """A row as pages and the API get it from an action. They know no tables, but lead on to its page by its id."""

    @property
    def pk(self) -> int: ...


def id_of(text: str | None) -> int | None:
    """A positive id out of a query string or a form; ``None`` for any other text.

    >>> id_of("7"), id_of("0"), id_of("-7"), id_of("seven"), id_of("9" * 19), id_of(None)
    (7, None, None, None, None, None)
    """
    if text and len(text) <= ID_DIGITS and text.isascii() and text.isdigit():
        return int(text) or None
    return None


def uuid_of(text: str) -> UUID | None:
    """A random id out of a form, in its usual writing; ``None`` for any other text.

    >>> uuid_of("0b5bd1a2-8cbb-4f0e-9b42-3f1e5a1c7d10"), uuid_of("../etc"), uuid_of("")
    (UUID('0b5bd1a2-8cbb-4f0e-9b42-3f1e5a1c7d10'), None, None)
    """
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


class RowConverter:
    """``<row:order_id>`` in an address: the id of a row."""

    regex = f"[0-9]{{1,{ID_DIGITS}}}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The digits."""
        return str(value)


class WordConverter:
    """``<word:verb>`` in an address: a short word in small letters, such as a move's name."""

    regex = "[a-z]{1,12}"

    def to_python(self, value: str) -> str:
        """The word as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The word as it stands."""
        return value
