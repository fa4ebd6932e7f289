"""Tables of messages: what was told to whom, how far the trail has been read, what people chose, and what goes out beside the inbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from zengyi.core.secrets import EncryptedTextField
from zengyi.messages.rules import Carried, Channel, Language, LetterState, Pace, Quiet, Way

NAME_MOST = 30
# SQLite takes a partial index only for a condition that it reads in the statement itself: as parameters these would read every row.
#: Letters that wait or are being sent.
UNDER_WAY = RawSQL("messages_letter.state IN ('WAITING', 'SENDING')", [], output_field=models.BooleanField())
#: What is not in a letter yet.
TO_GATHER = RawSQL("messages_delivery.state = 'WAITING'", [], output_field=models.BooleanField())


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
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.HERE)
    pace = models.CharField(max_length=6, choices=Pace.choices, default=Pace.NOW)
    language = models.CharField(max_length=7, choices=Language.choices, default=Language.CHINESE, help_text="of letters")
    calendar = models.PositiveSmallIntegerField(default=0, help_text="number of the calendar's address, raised by a new one")
    calendar_on = models.BooleanField(default=False, help_text="the calendar is open to whoever has its address")

    class Meta:
        indexes = [models.Index(fields=["user"], name="preference_going_out", condition=~Q(way="HERE"))]


class Robot(models.Model):
    """A WeCom group robot of a community: its work group hears what concerns everybody there. The address is a secret."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_MOST)
    hook = EncryptedTextField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "name"], condition=Q(ended_at=None), name="one_robot_per_name")]


class Letter(models.Model):
    """What is sent at once to one recipient by one channel. ``key`` stays the same, however often it is tried.

    ``due_at``: when it is to be sent or tried again; while it is being sent, when whoever sends it is taken for dead.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    key = models.UUIDField(unique=True)
    period = models.DateField(null=True, help_text="of a digest")
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=80, default="", help_text="the carrier's word for why not")
    doubtful_at = models.DateTimeField(null=True, help_text="when it was sent first so that nobody knows whether it arrived")
    number = models.CharField(max_length=24, default="", help_text="the carrier's own number of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "period"], name="one_digest_a_period"),
            models.CheckConstraint(
                condition=Q(channel="ROBOT", robot__isnull=False, user=None, person=None)
                | Q(channel="SLIP", robot=None, user=None, person__isnull=False)
                | ~Q(channel__in=["ROBOT", "SLIP"]) & Q(robot=None, user__isnull=False, person=None),
                name="letter_to_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENDING", "TO_HAND"], ended_at=None)
                | ~Q(state__in=["WAITING", "SENDING", "TO_HAND"]) & Q(ended_at__isnull=False),
                name="letter_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="letter_due", condition=Q(state__in=["WAITING", "SENDING"])),
            models.Index(fields=["person", "id"], name="letter_to_hand", condition=Q(state="TO_HAND")),
            models.Index(fields=["user", "-id"], name="letter_of_user"),
            models.Index(fields=["ended_at"], name="letter_by_age"),
            models.Index(fields=["number"], name="letter_by_number", condition=~Q(number="")),
        ]


class Delivery(models.Model):
    """One event that is to be told to one recipient by one channel in one template's words, once."""

    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    template = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    values = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=Carried.choices, default=Carried.WAITING)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="deliveries")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "user", "channel", "template"], name="delivered_once"),
            models.UniqueConstraint(fields=["event", "robot", "template"], name="delivered_once_to_a_group"),
            models.UniqueConstraint(fields=["event", "person", "template"], name="delivered_once_on_paper"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, robot=None, person=None)
                | Q(user=None, robot__isnull=False, person=None)
                | Q(user=None, robot=None, person__isnull=False),
                name="delivery_to_one",
            ),
            models.CheckConstraint(
                condition=Q(state="TOLD", letter__isnull=False) | ~Q(state="TOLD") & Q(letter=None), name="told_in_a_letter"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(state="WAITING")),
            models.Index(fields=["user", "id"], name="delivery_of_user", condition=Q(state="WAITING")),
            models.Index(fields=["robot", "id"], name="delivery_of_robot", condition=Q(state="WAITING")),
            models.Index(fields=["person", "id"], name="delivery_of_person", condition=Q(state="WAITING")),
        ]


class Push(models.Model):
    """What WeChat has pushed here, by its signature, so that nobody sends the same once more."""

    signature = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="push_by_age")]
