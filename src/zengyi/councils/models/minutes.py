"""The words of a session as they were signed: rows that are added and read, and nothing else."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.councils.models.sessions import Session


class Minutes(models.Model):
    """The minutes frozen by the first signature; what is put right afterwards is a row of its own. ``text`` is JSON, already masked."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="minutes", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="1 for the minutes, more for what was put right afterwards")
    text = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="of the text as UTF-8, in lower-case hexadecimal digits")
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="one_minutes_per_position")]


class Signature(models.Model):
    """Somebody signed for their party, or did not and said why."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    party = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", help_text="who signed themselves")
    refusal = models.CharField(max_length=200, default="", help_text="why they did not sign; empty for a signature")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "party", "name"], condition=Q(refusal="", person=None), name="signed_once"),
            models.UniqueConstraint(fields=["session", "person"], condition=Q(refusal=""), name="signed_once_by_themselves"),
        ]
        indexes = [models.Index(fields=["session", "id"], name="signature_of_session")]
