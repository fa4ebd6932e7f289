"""What went out beside the inbox: to somebody, and to a community's work groups."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from zengyi.messages.models import Letter, Robot
from zengyi.messages.rules import Channel, LetterState
from zengyi.people.rules import Actor, Target, check, check_role

LETTERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A letter as its recipient sees it: by what, how many things, when, and what became of it."""

    channel: str
    count: int
    at: datetime
    state: str
    maybe: bool


@dataclass(frozen=True, slots=True)
class RobotCard:
    """A work group, and what became of the last thing that it was told."""

    id: int
    name: str
    added_at: datetime
    last_at: datetime | None
    last: str
    said: str


def letters(*, by: Actor) -> list[LetterCard]:
    """The actor's last letters, newest first. One statement."""
    check_role(by, "inbox.read")
    rows = Letter.objects.filter(user_id=by.login_id).annotate(n=Count("deliveries")).order_by("-id")[:LETTERS_SHOWN]
    return [
        LetterCard(str(Channel(one.channel).label), one.n, one.made_at, str(LetterState(one.state).label), one.state == LetterState.MAYBE)
        for one in rows
    ]


def robots(*, by: Actor) -> list[RobotCard]:
    """The work groups of the actor's community, by name. One statement."""
    check(by, "robot.keep", Target(community_id=by.community_id), sees=True)
    last = Letter.objects.filter(robot=OuterRef("pk")).order_by("-id")
    more = {name: Subquery(last.values(name)[:1]) for name in ("made_at", "state", "said")}
    rows: Any = Robot.objects.filter(community_id=by.community_id, ended_at=None).order_by("name").annotate(**more)
    return [
        RobotCard(row.pk, row.name, row.added_at, row.made_at, str(LetterState(row.state).label) if row.state else "", row.said or "")
        for row in rows
    ]


def robots_named(robot_ids: Collection[int]) -> dict[int, str]:
    """The names of these work groups. One statement."""
    return dict(Robot.objects.filter(pk__in=robot_ids).values_list("pk", "name"))
