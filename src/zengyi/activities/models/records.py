"""Records of service that were issued."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.activities.rules import records as rules


class Record(models.Model):
    """服务记录单: a frozen copy. ``content`` is what stands on the sheet, ``digest`` its hash; neither is ever changed."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=30, unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=rules.RecordState.choices, default=rules.RecordState.ISSUED)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "year", "sequence"], name="one_record_per_number"),
            models.CheckConstraint(
                condition=Q(state="ISSUED", ended_at=None, superseded_by=None)
                | Q(state="SUPERSEDED", ended_at__isnull=False, superseded_by__isnull=False)
                | Q(state="REVOKED", ended_at__isnull=False, superseded_by=None),
                name="record_end_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="record_of_person"),
            models.Index(fields=["community", "-id"], name="record_of_community"),
        ]

    @property
    def facts(self) -> rules.RecordFacts:
        """What the guards need to know."""
        return rules.RecordFacts(self.community_id, self.person_id, self.state)
