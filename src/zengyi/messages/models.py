"""Tables of messages: what was told to whom, how far the trail has been read, and what people chose."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.messages.rules import Quiet


class Message(models.Model):
    """One event, told to one login in one template's words, once. The words are made when they are read, in the reader's language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    template = models.CharField(max_length=60, help_text="kind of thing, step and part, with dots between")
    object_id = models.BigIntegerField()
    values = models.JSONField(default=dict, help_text="what the words are filled with")
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="when it happened")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user", "template"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="message_of_user"),
            models.Index(fields=["user", "id"], name="message_unread", condition=Q(read_at=None)),
            models.Index(fields=["at"], name="message_by_age"),
        ]


class Cursor(models.Model):
    """How far the trail has been read: the last seal whose events were told. There is one row."""

    seal = models.BigIntegerField()


class Preference(models.Model):
    """What somebody chose for all their messages."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    quiet = models.CharField(max_length=6, choices=Quiet.choices, default=Quiet.NIGHT)
