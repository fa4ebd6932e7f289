"""Sums that are kept with each posting, so that a quarter costs the same however much was posted."""

from django.db import models


class WeekSum(models.Model):
    """What became difficult in a community's week and what was solved, in points. A trigger keeps it with each posting.

    ``added`` is what was recognised less what was withdrawn, ``reduced`` what was confirmed less what was corrected. Weeks are counted
    from the first day of a quarter, so that each lies in one; ``week`` is its first day. Several rows may share a week: on PostgreSQL
    whoever finds its row in another transaction's hands writes one more instead of waiting. Their sum is what counts.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    week = models.DateField()
    added = models.BigIntegerField()
    reduced = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["community", "week"], name="sum_of_week")]
