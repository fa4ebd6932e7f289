"""Tables of the ground floor: audit events and their seals, outgoing messages, idempotency keys, throttles."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One business step, as it was written in the step's own transaction. Append-only, by triggers on both databases."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=True)
    role = models.CharField(max_length=16)
    via = models.CharField(max_length=16)
    community = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=24)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(default="")
    # Nothing in events from before rows were kept; those stand before the first one that has them.
    rows = models.TextField(null=True, help_text="JSON: each row the step changed, with its digest before and after (core.tracking)")
    mark = models.BinaryField(max_length=32, null=True, help_text="the instance's own mark on all of the above, made with its key")

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="event_of_object"),
            models.Index(fields=["community", "id"], name="event_of_community"),
        ]


class Seal(models.Model):
    """A batch of committed events under one Merkle root, chained to the seal before it (RFC 9162 hashing)."""

    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32, unique=True, help_text="digest of the seal before; unique, so the chain cannot fork")
    digest = models.BinaryField(max_length=32)
    mark = models.BinaryField(max_length=32, null=True, help_text="the instance's own mark on the digest")


class SealedEvent(models.Model):
    """Where an event stands in its seal; ``leaf`` is the hash of the event as it was when sealed."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="leaves")
    position = models.PositiveIntegerField()
    leaf = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_leaf_per_position")]


class Kept(models.Model):
    """Which columns of a table the trail vouches for, as of the last migration; told to find that a declaration has changed."""

    table = models.CharField(max_length=63, primary_key=True)
    key = models.CharField(max_length=63)
    head = models.TextField(help_text="the table's columns as core.tracking writes them")


class Outgoing(models.Model):
    """A message that was decided on, written with the change that caused it; ``zengyi work`` sends it afterwards."""

    topic = models.CharField(max_length=24)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="outgoing_due", condition=Q(sent_at=None, given_up_at=None))]


class IdempotencyKey(models.Model):
    """The answer to a request that carried a key, stored in the transaction of the step it caused."""

    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField(help_text="JSON text, so that a retry reads exactly what was answered")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]


class Throttle(models.Model):
    """How often something happened lately, per bucket; a sliding-window counter over two fixed windows."""

    bucket = models.CharField(max_length=100, unique=True)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    previous_count = models.PositiveIntegerField(default=0)
