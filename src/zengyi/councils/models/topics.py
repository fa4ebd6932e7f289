"""Topics: what somebody wants talked over, and how far it has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.councils.rules import topics as rules
from zengyi.orders.rules import Channel, Urgency


class Topic(models.Model):
    """A matter that people of different sides talk over. Its history is its audit events."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.CharField(max_length=rules.TEXT_MOST)
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="building or spot")
    spot = models.CharField(max_length=rules.SPOT_MOST, default="", help_text="where exactly, in words; never a door number")
    state = models.CharField(max_length=12, choices=rules.TopicState.choices, default=rules.TopicState.COLLECTED)
    raiser = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", help_text="who wants it talked over")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="who put it down")
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.SELF)
    raised_at = models.DateTimeField()
    tier = models.CharField(max_length=8, choices=rules.TopicTier.choices, default="", help_text="nothing until it is screened")
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True, help_text="nothing until it is screened")
    answer = models.CharField(max_length=rules.ANSWER_MOST, default="", help_text="what the community told whoever raised it")
    screened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    screened_at = models.DateTimeField(null=True)
    talked_at = models.DateTimeField(null=True, help_text="when a session talked it over last")
    decided_at = models.DateTimeField(null=True, help_text="when something was decided last")
    deferred_until = models.DateField(null=True)
    reason = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why it was deferred or passed on")
    verdict = models.CharField(max_length=8, choices=rules.Verdict.choices, default="", help_text="what whoever raised it says in the end")
    verdict_text = models.CharField(max_length=rules.ANSWER_MOST, default="")
    evaluated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    evaluated_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    search = models.TextField(null=True, help_text="bigrams of title, text and place without what is personal in them")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "year", "sequence"], name="one_topic_per_number"),
            models.CheckConstraint(
                condition=Q(state="COLLECTED", screened_at=None, urgency=None, tier="")
                | ~Q(state="COLLECTED") & Q(screened_at__isnull=False, urgency__isnull=False) & ~Q(tier=""),
                name="topic_screened_paired",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", evaluated_at=None) | ~Q(verdict="") & Q(evaluated_at__isnull=False), name="topic_verdict_paired"
            ),
            models.CheckConstraint(
                condition=Q(state="ARCHIVED", archived_at__isnull=False, evaluated_at__isnull=False)
                | ~Q(state="ARCHIVED") & Q(archived_at=None),
                name="topic_archived_when_evaluated",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id", "state"], name="topic_of_community"),
            models.Index(fields=["community", "raised_at"], name="topic_to_screen", condition=Q(state="COLLECTED")),
            models.Index(fields=["raiser", "-id"], name="topic_of_raiser"),
            models.Index(fields=["raised_by", "-id"], name="topic_of_login"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people use: year and running number within the community."""
        return f"{self.year}-{self.sequence:02d}"

    def facts(self, path: str = "") -> rules.TopicFacts:
        """What the guards need to know. ``path``: the community's, where the reader's scope may be a part of the place tree."""
        return rules.TopicFacts(self.community_id, path, rules.TopicState(self.state), self.raiser_id, bool(self.verdict))
