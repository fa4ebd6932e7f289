"""What is planned: an activity, the communities that host it, its occasions, and the places on each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.activities.rules import programme as rules
from zengyi.activities.rules import repeating
from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows, structure


class Activity(models.Model):
    """Something a community does with its people, once or again and again. ``community`` leads: it alone records and certifies."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.CharField(max_length=rules.TEXT_MOST, default="")
    kind = models.CharField(max_length=8, choices=rules.ActivityKind.choices)
    minors = models.BooleanField(default=False, help_text="children may come, with somebody grown up")
    every = models.CharField(max_length=9, choices=repeating.Every.choices, default="", help_text="empty: as it comes")
    along = models.CharField(max_length=rules.WORDS_MOST, default="", help_text="who hosts it along, in words: a fire station, a union")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    search = models.TextField(null=True, help_text="bigrams of title and text without what is personal in them")

    class Meta:
        indexes = [models.Index(fields=["community", "-id"], name="activity_of_community")]


class Host(models.Model):
    """A community that hosts an activity along with the one that leads, and looks after its own people."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="hosts")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "community"], name="one_host_once")]


class Occasions(models.QuerySet["Occasion"]):
    """Look-up of occasions."""

    def with_hosts(self) -> "Occasions":
        """With what :meth:`Occasion.facts` needs."""
        return self.annotate(hosts_read=Rows(Host.objects.filter(activity_id=models.OuterRef("activity_id")), community="community_id"))


class Occasion(models.Model):
    """One time that an activity takes place. ``sequence`` counts its changes, for calendars; ``numbered`` the sign-ups."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="occasions")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", help_text="the activity's")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="building or spot")
    spot = models.CharField(max_length=60, default="", help_text="where, in words")
    bring = models.CharField(max_length=rules.WORDS_MOST, default="", help_text="what to bring")
    care = models.CharField(max_length=rules.WORDS_MOST, default="", help_text="what to be careful of, and the insurance")
    state = models.CharField(max_length=9, choices=rules.OccasionState.choices, default=rules.OccasionState.PLANNED)
    reason = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why it was moved or cancelled")
    moved_from = models.DateTimeField(null=True, help_text="when it was to begin before it was moved")
    sequence = models.PositiveSmallIntegerField(default=0)
    numbered = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    forgot_at = models.DateTimeField(null=True, help_text="when everything about the children was deleted")

    objects = Occasions.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="occasion_ends_later"),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state="CLOSED") & Q(closed_at=None, closed_by=None),
                name="occasion_closing_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "starts_at", "id"], name="occasion_of_community"),
            models.Index(fields=["activity", "starts_at", "id"], name="occasion_of_activity"),
            models.Index(fields=["ends_at", "id"], name="occasion_to_forget", condition=Q(forgot_at=None)),
        ]

    @property
    def facts(self) -> rules.OccasionFacts:
        """What the guards need to know. Raises :class:`NotPrepared` unless it was read ``with_hosts()``."""
        if not hasattr(self, "hosts_read"):
            raise NotPrepared("the occasion was not read with_hosts()")
        read = structure(self.hosts_read) or []
        hosts = frozenset({self.community_id, *(int(row["community"]) for row in read)})
        return rules.OccasionFacts(self.community_id, hosts, self.state, self.starts_at, self.ends_at)


class Slot(models.Model):
    """Places of one kind on an occasion: to take part, or to help with something. ``taken`` is kept by a conditional UPDATE each time."""

    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="slots")
    role = models.CharField(max_length=6, choices=rules.SlotRole.choices)
    name = models.CharField(max_length=rules.NAME_MOST, default="", help_text="of help that is wanted")
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, help_text="seats that are sure, and those that are offered")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gt=0), name="slot_for_somebody"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_not_oversold"),
            models.UniqueConstraint(fields=["occasion", "name"], name="one_slot_per_name"),
            models.UniqueConstraint(fields=["occasion"], condition=Q(role="GUEST"), name="one_slot_for_guests"),
        ]
