"""What postings change of a community's difficulty."""

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from zengyi.bank.models import Posting
from zengyi.bank.rules import PostingKind


# A posting changes difficulty by its points: TRIAGE adds what was recognised, CONFIRM takes away what was confirmed, and the reversal
# of either gives it back. The columns are those of the index posting_of_difficulty, so that no posting itself is read.
def _sum_of(kind: PostingKind) -> Case:
    return Case(
        When(kind=kind, then=F("points")),
        When(reversed_kind=kind, then=-F("points")),
        default=Value(0),
        output_field=IntegerField(),
    )


NEW, REDUCED = _sum_of(PostingKind.TRIAGE), _sum_of(PostingKind.CONFIRM)


def moving() -> "QuerySet[Posting]":
    """The postings among which those are that change difficulty."""
    return Posting.objects.filter(kind__in=[PostingKind.TRIAGE, PostingKind.CONFIRM, PostingKind.REVERSAL]).order_by()
