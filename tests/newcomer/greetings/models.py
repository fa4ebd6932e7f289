"""Greetings."""

from django.conf import settings
from django.db import models
from zengyi.greetings import rules


class Greeting(models.Model):
    """What somebody of the community says to everybody in it."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=rules.TEXT_MOST)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
