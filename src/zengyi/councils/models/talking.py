"""What is brought to a topic before it is decided: surveys, parties, ways of solving it, and what people say."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.councils.models.topics import Topic
from zengyi.councils.rules import surveys, talking
from zengyi.orders.rules import Channel


class TopicOrder(models.Model):
    """An order that a topic came from."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="orders", db_index=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "order"], name="order_in_topic_once")]


class Survey(models.Model):
    """What people found when they went to look."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="surveys")
    held_on = models.DateField()
    who = models.CharField(max_length=surveys.WHO_MOST, default="", help_text="who was there, by party")
    text = models.CharField(max_length=surveys.TEXT_MOST, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()


class Figure(models.Model):
    """One count of a survey."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="figures", db_index=False)
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=surveys.LABEL_MOST)
    number = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=surveys.UNIT_MOST, default="")
    part = models.BooleanField(default=False, help_text="a part of the last one before it that is none")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "position"], name="one_figure_per_position")]


class Party(models.Model):
    """A side that is asked to the talk."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="parties", db_index=False)
    name = models.CharField(max_length=talking.PARTY_MOST)
    note = models.CharField(max_length=talking.NOTE_MOST, default="", help_text="why it matters, or what was done to reach it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "name"], name="one_party_per_name")]


class Option(models.Model):
    """One way of solving it, with what it costs and who pays."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="options", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=talking.OPTION_MOST)
    text = models.CharField(max_length=talking.WORD_MOST, default="")
    cost = models.BigIntegerField(null=True, help_text="in cents; nothing where nobody knows yet")
    fund = models.CharField(max_length=talking.FUND_MOST, default="", help_text="where the money comes from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "position"], name="one_option_per_position"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__isnull=False, cost__gte=0), name="option_costs_no_less_than_nothing"),
        ]


class Opinion(models.Model):
    """What somebody said for a party. ``counts``: it is their standing word on how they stand; a later one takes its place."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="opinions", db_index=False)
    session = models.ForeignKey("councils.Session", null=True, on_delete=models.PROTECT, related_name="opinions", db_index=False)
    party = models.CharField(max_length=talking.PARTY_MOST)
    kind = models.CharField(max_length=8, choices=talking.OpinionKind.choices)
    text = models.CharField(max_length=talking.WORD_MOST)
    option = models.ForeignKey(Option, null=True, on_delete=models.PROTECT, related_name="opinions", db_index=False)
    support = models.CharField(max_length=8, choices=talking.Support.choices, default="")
    counts = models.BooleanField(default=False)
    said_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", help_text="whoever said it themselves"
    )
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.SELF)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    adopted_in = models.ForeignKey("councils.Decision", null=True, on_delete=models.PROTECT, related_name="adopts")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(counts=False) | ~Q(support=""), name="opinion_counts_with_support"),
            models.UniqueConstraint(fields=["option", "said_by"], condition=Q(counts=True), name="one_word_per_option"),
            models.UniqueConstraint(fields=["topic", "said_by"], condition=Q(counts=True, option=None), name="one_word_per_topic"),
        ]
        indexes = [
            models.Index(fields=["topic", "-id"], name="opinion_of_topic"),
            models.Index(fields=["session", "id"], name="opinion_in_session", condition=Q(session__isnull=False)),
            models.Index(fields=["topic", "option", "party", "support"], name="opinion_support", condition=Q(counts=True)),
        ]


class StageLabel(models.Model):
    """What a community calls a stage instead of its usual name."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6)
    label = models.CharField(max_length=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "stage"], name="one_label_per_stage")]
