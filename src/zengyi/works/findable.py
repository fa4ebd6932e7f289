"""What of this package everybody may find by words: projects from the moment their money is settled."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.core import search
from zengyi.people.queries.findable import Findable, Words, listed
from zengyi.works.models import Project
from zengyi.works.queries.public import PUBLIC
from zengyi.works.rules.projects import ProjectState


def _projects(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = search.matching(Project.objects.filter(state__in=PUBLIC), "search", q)
    return listed(rows, at="proposed_at", title="title", state="state", detail="text")


KINDS = (
    Findable(
        kind="project",
        name=gettext_lazy("工程"),
        rows=_projects,
        url=lambda pk: reverse("site", args=[pk]),
        tell=lambda said: Words(said.title, str(ProjectState(said.state).label), said.detail),
    ),
)
