"""What of this package is told to whom: to a work group that its robot works."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.messages.queries.outside import robots_named
from zengyi.people.queries.inbox import GROUP, Subject, Template, Topic


def _robots(robot_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({}, {"name": name}, group=True) for pk, name in robots_named(robot_ids).items()}


TOPICS = (
    Topic(
        object_type="robot",
        subjects=_robots,
        url=lambda _robot: reverse("robots"),
        templates=(
            Template(verb="add", to=GROUP, words=_("群机器人接通了：%(name)s"), more=_("以后社区的新事会发到群里"), settled_by=("end",)),
        ),
    ),
)
