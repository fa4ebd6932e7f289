"""How long an order of a category may take in a community that has set it for itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.orders import rules


class TimeLimit(models.Model):
    """Working hours until an order of a category and an urgency is due, where the community wants others than :data:`DUE_WORKING_HOURS`."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=8, choices=rules.Category.choices)
    urgency = models.PositiveSmallIntegerField(choices=rules.Urgency.choices)
    hours = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "category", "urgency"], name="one_limit_each"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="some_time"),
        ]
