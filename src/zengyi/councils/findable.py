"""What of this package everybody may find by words: topics that the community has taken on, what was decided of them, and sessions whose
minutes are published."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.core import search
from zengyi.councils.models import Decision, Session, Topic
from zengyi.councils.rules.decisions import DecisionState
from zengyi.councils.rules.sessions import SessionKind, SessionState
from zengyi.councils.rules.topics import TopicState
from zengyi.people.queries.findable import Findable, Words, listed


def _topics(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = search.matching(Topic.objects.exclude(state=TopicState.COLLECTED), "search", q)
    return listed(rows, at="raised_at", title="title", state="state", detail="text")


def _decisions(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = Decision.objects.exclude(state=DecisionState.SUPERSEDED).exclude(topic__state=TopicState.COLLECTED)
    rows = search.matching(rows, "search", q)
    community = "topic__community_id"
    return listed(rows, at="decided_at", title="text", state="state", detail="topic__title", community=community, leads="topic_id")


def _sessions(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = search.matching(Session.objects.filter(state=SessionState.PUBLISHED), "search", q)
    return listed(rows, at="starts_at", title="title", state="kind", detail="place")


KINDS = (
    Findable(
        kind="topic",
        name=gettext_lazy("议题"),
        rows=_topics,
        url=lambda pk: reverse("topic", args=[pk]),
        tell=lambda said: Words(said.title, str(TopicState(said.state).label), said.detail),
    ),
    Findable(
        kind="decision",
        name=gettext_lazy("定下的事"),
        rows=_decisions,
        url=lambda pk: reverse("topic", args=[pk]),
        tell=lambda said: Words(said.title, str(DecisionState(said.state).label), said.detail),
    ),
    Findable(
        kind="session",
        name=gettext_lazy("会议"),
        rows=_sessions,
        url=lambda pk: reverse("session", args=[pk]),
        tell=lambda said: Words(said.title, str(SessionKind(said.state).label), said.detail),
    ),
)
