"""Decisions, what disagreed with them, and the orders that carry them out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.councils.models.sessions import Session
from zengyi.councils.models.topics import Topic
from zengyi.councils.rules import decisions as rules


class Decision(models.Model):
    """What a session settled about a topic."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=rules.TEXT_MOST)
    outcome = models.CharField(max_length=8, choices=rules.Outcome.choices)
    state = models.CharField(max_length=10, choices=rules.DecisionState.choices)
    for_it = models.PositiveSmallIntegerField(null=True, help_text="hands; nothing where none were raised")
    against = models.PositiveSmallIntegerField(null=True)
    abstained = models.PositiveSmallIntegerField(null=True)
    present = models.PositiveSmallIntegerField(null=True, help_text="who could raise a hand at that moment")
    no_action_reason = models.CharField(max_length=rules.REASON_MOST, default="")
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces", db_index=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="who wrote it down")
    decided_at = models.DateTimeField()
    fulfilled_at = models.DateTimeField(null=True)
    search = models.TextField(null=True, help_text="bigrams of its text without what is personal in them")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_decision_per_position"),
            models.CheckConstraint(
                condition=Q(outcome="REJECTED", state="REJECTED") | Q(outcome="ADOPTED") & ~Q(state="REJECTED"),
                name="decision_state_of_outcome",
            ),
            models.CheckConstraint(
                condition=Q(for_it=None, against=None, abstained=None, present=None)
                | Q(for_it__isnull=False, against__isnull=False, abstained__isnull=False, present__isnull=False),
                name="hands_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="SUPERSEDED", replaced_by__isnull=False) | ~Q(state="SUPERSEDED") & Q(replaced_by=None),
                name="superseded_by_another",
            ),
            models.CheckConstraint(condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")), name="superseded_not_by_itself"),
        ]
        indexes = [models.Index(fields=["topic", "id"], name="decision_of_topic")]


class Dissent(models.Model):
    """What somebody held against a decision. ``came_true``: what they said in the end, asked first of all."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="dissents")
    party = models.CharField(max_length=20)
    name = models.CharField(max_length=40, default="", help_text="only of those who want it told")
    text = models.CharField(max_length=rules.DISSENT_MOST)
    came_true = models.BooleanField(null=True, help_text="nothing until they were asked")
    said = models.CharField(max_length=rules.DISSENT_MOST, default="")
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(came_true=None, asked_at=None) | Q(came_true__isnull=False, asked_at__isnull=False), name="dissent_asked_paired"
            )
        ]


class DecisionOrder(models.Model):
    """An action of a decision, which is an order."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="actions", db_index=False)
    position = models.PositiveSmallIntegerField()
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="+")
    daily = models.BooleanField(default=False, help_text="to be done every day from then on")
    soon = models.BooleanField(default=False, help_text='"as soon as possible": the date is when it is looked at again')

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "position"], name="one_action_per_position")]
