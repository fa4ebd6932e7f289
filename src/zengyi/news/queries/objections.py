"""What is on public view although a guardian does not agree to it any more: pieces with pictures on which children can be known."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from zengyi.activities.queries import told
from zengyi.news.models import Edition
from zengyi.news.rules import content_of


def objected() -> Q:
    """A condition on editions: a guardian has taken back a consent that they need."""
    return Q(occasion__isnull=False) & told.taken_back(OuterRef("occasion_id"), OuterRef("published_at"))


def to_take_down(community_id: int) -> "QuerySet[Edition]":
    """The community's editions on public view that somebody has to take down, with ``objected_at``; the oldest first."""
    rows = Edition.objects.filter(objected(), shown=True, community_id=community_id)
    since = Coalesce(told.last_taken_back(OuterRef("occasion_id")), "published_at")
    return rows.annotate(objected_at=since).order_by("published_at", "pk")


def objected_by(sign_up_ids: Collection[int]) -> dict[int, tuple[int, str, frozenset[int]]]:
    """By sign-up on which a consent was taken back: a piece that has to come down, its printed title, and who published the pieces of that
    occasion that have to come down. Two statements."""
    occasions = told.taken_back_on(sign_up_ids)
    rows = Edition.objects.filter(objected(), shown=True, occasion_id__in=set(occasions.values())).order_by("pk")
    by_occasion: dict[int, list[Edition]] = {}
    for row in rows.only("piece_id", "content", "occasion_id", "published_by_id"):
        by_occasion.setdefault(row.occasion_id or 0, []).append(row)
    return {
        pk: (found[0].piece_id, content_of(found[0].content).title, frozenset(row.published_by_id for row in found))
        for pk, occasion_id in occasions.items()
        if (found := by_occasion.get(occasion_id))
    }
