"""Sessions, the series they belong to, their agenda, and who was there from when to when."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.councils.models.topics import Topic
from zengyi.councils.rules import sessions as rules


class Series(models.Model):
    """Sessions that go on from one another: what one promised, the next begins with."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=rules.SessionKind.choices)
    title = models.CharField(max_length=rules.TITLE_MOST)
    held = models.PositiveIntegerField(default=0, help_text="the last ordinal given out")
    weekday = models.PositiveSmallIntegerField(null=True, help_text="0 is Monday; nothing where they are called one by one")
    begins = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "title"], name="one_series_per_title"),
            models.CheckConstraint(
                condition=Q(weekday=None, begins=None) | Q(weekday__isnull=False, weekday__lte=6, begins__isnull=False),
                name="series_rule_whole",
            ),
        ]


class Session(models.Model):
    """A meeting: called, told, held, minuted, signed, published. Its history is its audit events."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    ordinal = models.PositiveIntegerField(help_text="the how-manieth of its series")
    kind = models.CharField(max_length=12, choices=rules.SessionKind.choices)
    title = models.CharField(max_length=rules.TITLE_MOST)
    place = models.CharField(max_length=rules.PLACE_MOST)
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=rules.SessionState.choices, default=rules.SessionState.PLANNED)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    noticed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=rules.NOTE_MOST, default="", help_text="what the minutes say besides")
    reason = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why it was called off")
    search = models.TextField(null=True, help_text="once published: bigrams of what its page says, without what is personal in it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "ordinal"], name="one_session_per_ordinal"),
            models.CheckConstraint(
                condition=Q(state__in=["PLANNED", "NOTICED", "CANCELLED"], opened_at=None, closed_at=None)
                | Q(state="HELD", opened_at__isnull=False, closed_at=None)
                | Q(state__in=["MINUTED", "SIGNED", "PUBLISHED"], opened_at__isnull=False, closed_at__isnull=False),
                name="session_times_of_state",
            ),
            models.CheckConstraint(
                condition=Q(state="PUBLISHED", published_at__isnull=False, signed_at__isnull=False)
                | ~Q(state="PUBLISHED") & Q(published_at=None),
                name="session_published_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-starts_at", "-id"], name="session_of_community"),
            models.Index(fields=["community", "starts_at"], name="session_ahead", condition=Q(state__in=["PLANNED", "NOTICED", "HELD"])),
            models.Index(fields=["planned_by", "-id"], name="session_of_login"),
        ]

    @property
    def number(self) -> str:
        """The how-manieth of which series, in words."""
        return f"{self.title} {self.ordinal}"

    def facts(self, path: str = "", *, own: Iterable[int] = ()) -> rules.SessionFacts:
        """What the guards need to know. ``own``: the reader, where they sat there."""
        return rules.SessionFacts(self.community_id, path, rules.SessionState(self.state), frozenset(own))


class AgendaItem(models.Model):
    """What is gone through: an order promised before, a topic, or a point in words. ``times``: how often it has been carried."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="among its like; promises come first, then what was carried, then what is new")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="items", db_index=False)
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    point = models.CharField(max_length=rules.POINT_MOST, default="")
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="carried", db_index=False)
    times = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=8, choices=rules.ItemAnswer.choices, default="")
    text = models.CharField(max_length=rules.REASON_MOST, default="")
    answered_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True, help_text="since when it was gone through; nothing: not yet")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "topic"], name="topic_on_agenda_once"),
            models.UniqueConstraint(fields=["session", "order"], name="order_on_agenda_once"),
            models.CheckConstraint(
                condition=Q(topic__isnull=False, order=None, point="")
                | Q(topic=None, order__isnull=False, point="")
                | Q(topic=None, order=None) & ~Q(point=""),
                name="item_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False), name="item_answer_paired"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "id"], name="item_of_session"),
            models.Index(fields=["topic", "-id"], name="item_of_topic", condition=Q(topic__isnull=False)),
            models.Index(fields=["order", "-id"], name="item_of_order", condition=Q(order__isnull=False)),
        ]


class Participant(models.Model):
    """Somebody at a session, for the party they sat there for."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="participants", db_index=False)
    party = models.CharField(max_length=20)
    name = models.CharField(max_length=rules.NAME_MOST)
    part = models.CharField(max_length=11, choices=rules.Part.choices, default=rules.Part.DELIBERATOR)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=rules.Attendance.choices, default=rules.Attendance.INVITED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="person_at_session_once"),
            models.UniqueConstraint(fields=["session", "party", "name"], condition=Q(person=None), name="name_at_session_once"),
        ]
        indexes = [models.Index(fields=["session", "id"], name="participant_of_session")]


class Presence(models.Model):
    """From when to when somebody was in the room."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="presences", db_index=False)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant"], condition=Q(left_at=None), name="in_the_room_once"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("came_at")), name="left_after_coming"),
        ]
        indexes = [models.Index(fields=["participant", "id"], name="presence_of_participant")]
