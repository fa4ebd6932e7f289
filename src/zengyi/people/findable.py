"""What of this package everybody may find by words: the communities."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.people.models import Place
from zengyi.people.queries.findable import Findable, listed
from zengyi.people.rules import PlaceKind


def _communities(q: str, at: datetime) -> "QuerySet[Any, Any]":
    # A district has some dozen of them: no index is needed.
    rows = Place.objects.filter(kind=PlaceKind.COMMUNITY, name__icontains=q.strip())
    return listed(rows, at=None, title="name", community="pk")


KINDS = (
    Findable(
        kind="community",
        name=gettext_lazy("社区"),
        rows=_communities,
        url=lambda pk: f"{reverse('home')}?community={pk}",
    ),
)
