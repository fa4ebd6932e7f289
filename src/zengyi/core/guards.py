"""Guards: one function says whether a step may be taken, and everybody who needs to know asks it.

A package's ``rules`` have one ``check_<verb>(situation)`` for each verb. It raises the refusal, with its sentence, when the step may
not be taken. The action calls it before it writes; a page shows a button, and the API lists a move, only where it does not raise. So
nothing is offered that would be refused, and the reason stands in one place. The situation is a plain object with all that the guards
look at. Whoever asks has read it before, in their own statement: guards read nothing.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from zengyi.core.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")


class NotPrepared(RuntimeError):
    """A guard needs something that was not read: a fault in the program, never an answer to somebody."""


def prepared(value: T | None, what: str) -> T:
    """``value``, unless it is missing: then :class:`NotPrepared`. A guard that took "not read" for "nobody" would let people pass."""
    if value is None:
        raise NotPrepared(f"{what}: not read")
    return value


def refusal_of(check: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Refused | None:
    """The refusal with which ``check`` would answer; nothing when the step may be taken."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return refusal
    return None
