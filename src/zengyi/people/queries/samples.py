"""Samples of actors: with them a statement is written that then serves everybody like them (:mod:`zengyi.core.prepared`)."""

from dataclasses import replace
from typing import Any

from django.db import connection

from zengyi.people.rules import Actor

#: The ids of an actor by what they are ids of. The same id is the same sample wherever it stands, and samples keep the order of the ids.
IDS = {
    "login": ("user_id", "makers"),
    "person": ("person_id",),
    "community": ("community_id",),
    "member": ("member_id",),
    "branch": ("branch_id",),
    "unit": ("organisation_id", "unit_id", "contact_of"),
    "grant": ("grant_id",),
}
TEXTS = ("name", "community_name", "place_path")
BYTES = ("household",)
#: What makes one kind of actor differ from another, and is not replaced.
KEPT = ("role", "via", "duty")
_HIGH = 2**61  # no id is as great, and no other number in a statement


def sample_of(by: Actor, number: int = 0) -> tuple[Actor, dict[str, Any]]:
    """A sample actor for everybody who is like the actor; and the actor's own values by the names of the samples.

    Actors are alike who have the same role and duty, the same kinds of ids, and as many of each. ``number``: which of several samples. The
    sample of a sample is that sample.
    """
    values: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    for place, (what, fields) in enumerate(IDS.items(), number * len(IDS)):
        given = {field: getattr(by, field) for field in fields}
        ids = sorted({one for value in given.values() for one in _ids(value)})
        samples = {one: _HIGH + place * 2**32 + rank for rank, one in enumerate(ids)}
        values |= {f"{what}{rank}": one for rank, one in enumerate(ids)}
        for field, value in given.items():
            if isinstance(value, frozenset):
                changed[field] = frozenset(samples[one] for one in value)
            elif value is not None:
                changed[field] = samples[value]
    for field in TEXTS:
        if text := getattr(by, field):
            changed[field] = f"sample {number} for {field.replace('_', ' ')}"
            values[field] = text
            values[f"{field}_begins"] = f"{connection.ops.prep_for_like_query(text)}%"
    for field in BYTES:
        if getattr(by, field) is not None:
            changed[field] = f"sample {number} for {field}".encode()
            values[field] = getattr(by, field)
    return replace(by, **changed), values


def _ids(value: "int | frozenset[int] | None") -> "frozenset[int]":
    if isinstance(value, frozenset):
        return value
    return frozenset() if value is None else frozenset((value,))
