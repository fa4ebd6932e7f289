"""What of this package everybody may find by words: pieces on public view, as they were approved."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.core import search
from zengyi.news.models import Edition
from zengyi.news.rules import PieceKind, content_of
from zengyi.people.queries.findable import Findable, Words, listed


def _pieces(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = search.matching(Edition.objects.filter(shown=True), "search", q)
    return listed(rows, at="published_at", title="content", state="kind", leads="piece_id")


def _tell(said: Words) -> Words:
    content = content_of(said.title)
    return Words(content.title, str(PieceKind(said.state).label), content.text)


KINDS = (
    Findable(
        kind="news",
        name=gettext_lazy("传真"),
        rows=_pieces,
        url=lambda pk: reverse("piece", args=[pk]),
        tell=_tell,
    ),
)
