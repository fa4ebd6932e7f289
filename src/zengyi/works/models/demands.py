"""Demands (诉求) with every step they took, and the photos of a project."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.core.guards import NotPrepared
from zengyi.people.queries import first_person, makers_of
from zengyi.works.models.projects import Lot, Project
from zengyi.works.rules import demands as rules
from zengyi.works.rules.demands import Ball, DemandState, DemandVerb, Way
from zengyi.works.rules.projects import NAME_MOST, REASON_MOST, TEXT_MOST, TITLE_MOST


class Demands(models.QuerySet["Demand"]):
    """Look-up of demands."""

    def with_facts(self) -> "Demands":
        """With what :meth:`Demand.facts` needs."""
        return self.annotate(doer_made=makers_of("done_by_id"), path=F("community__path"))


class Demand(models.Model):
    """What somebody wants of the work. ``due_on``: until when whoever has the ball should have moved."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="demands")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="within the project, as in S-17")
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="+")
    contractor = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="who builds there"
    )
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=rules.SPOT_MOST, default="")
    pin_on = models.ForeignKey(
        "people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="the estate on whose plan the pin stands"
    )
    pin_x = models.PositiveSmallIntegerField(null=True, help_text="in thousandths of the drawing's width")
    pin_y = models.PositiveSmallIntegerField(null=True, help_text="in thousandths of its height")
    title = models.CharField(max_length=TITLE_MOST)
    text = models.CharField(max_length=TEXT_MOST, default="")
    way = models.CharField(max_length=8, choices=Way.choices)
    households = models.PositiveIntegerField(default=0)
    raiser = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", help_text="who wanted it, if known")
    state = models.CharField(max_length=10, choices=DemandState.choices, default=DemandState.RAISED)
    addressee = models.CharField(max_length=12, choices=[(b.value, b.label) for b in (Ball.CONTRACTOR, Ball.COMMUNITY)])
    ball = models.CharField(max_length=12, choices=Ball.choices, default="", blank=True)
    ball_since = models.DateTimeField(help_text="since when it is with them")
    due_on = models.DateField()
    remind_on = models.DateField(null=True, help_text="when it is told again that it is late; nothing before the first time")
    promised_on = models.DateField(null=True)
    said = models.CharField(max_length=REASON_MOST, default="", help_text="what was said last")
    returns = models.PositiveSmallIntegerField(default=0)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = Demands.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_demand_per_number"),
            models.CheckConstraint(
                condition=Q(state__in=["PASSED", "SETTLED"], closed_at__isnull=False, ball="")
                | (~Q(state__in=["PASSED", "SETTLED"]) & Q(closed_at=None, told_at=None) & ~Q(ball="")),
                name="demand_closed_without_ball",
            ),
            models.CheckConstraint(condition=~Q(addressee="CONTRACTOR") | Q(contractor__isnull=False), name="demand_asked_of_somebody"),
            models.CheckConstraint(condition=~Q(state__in=["DONE", "PASSED"]) | Q(done_by__isnull=False), name="demand_done_by_somebody"),
            models.CheckConstraint(
                condition=Q(pin_on=None, pin_x=None, pin_y=None)
                | Q(pin_on__isnull=False, pin_x__gte=0, pin_x__lte=1000, pin_y__gte=0, pin_y__lte=1000),
                name="demand_pin_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-id"], name="demand_of_project"),
            models.Index(fields=["community", "ball", "due_on"], name="demand_waiting", condition=Q(closed_at=None)),
            models.Index(fields=["contractor", "due_on"], name="demand_of_contractor", condition=Q(ball="CONTRACTOR")),
            models.Index(fields=["raiser", "-id"], name="demand_of_raiser", condition=Q(raiser__isnull=False)),
            models.Index(fields=["community", "closed_at"], name="demand_to_tell", condition=Q(closed_at__isnull=False, told_at=None)),
            models.Index(fields=["due_on"], name="demand_due", condition=Q(closed_at=None)),
        ]

    def facts(self, at: datetime) -> rules.DemandFacts:
        """What the guards need to know at ``at``; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        read: Any = self
        if not hasattr(self, "doer_made"):
            raise NotPrepared("the demand was not read with_facts()")
        doer = first_person(self.done_by_id, read.doer_made, at)
        state, asked = DemandState(self.state), Ball(self.addressee)
        told = self.told_at is not None
        return rules.DemandFacts(self.community_id, read.path, state, asked, self.contractor_id, self.raiser_id, doer, told)


class DemandStep(models.Model):
    """A step of a demand: what was said, by which side, and where it stood after it. Never changed, so that old days are kept."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="steps")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=8, choices=DemandVerb.choices)
    side = models.CharField(max_length=12, choices=rules.Side.choices)
    state = models.CharField(max_length=10, choices=DemandState.choices)
    ball = models.CharField(max_length=12, choices=Ball.choices, default="", blank=True)
    ball_since = models.DateTimeField()
    due_on = models.DateField()
    text = models.CharField(max_length=REASON_MOST, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on_day = models.DateField(help_text="in Shanghai")

    class Meta:
        indexes = [models.Index(fields=["project", "on_day", "id"], name="step_of_project")]


class Stage(models.TextChoices):
    """What a photo shows."""

    ASKED = "ASKED", "asked"
    DONE = "DONE", "done"
    BEFORE = "BEFORE", "before"
    AFTER = "AFTER", "after"


class WorkPhoto(models.Model):
    """A photo of a project, re-encoded without metadata; the file's name is its random id."""

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="photos")
    demand = models.ForeignKey(Demand, null=True, on_delete=models.PROTECT, related_name="photos")
    stage = models.CharField(max_length=6, choices=Stage.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()


class Pair(models.Model):
    """Two pictures of the same place, before and after."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="pairs")
    before = models.ForeignKey(WorkPhoto, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(WorkPhoto, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=NAME_MOST)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="pair_of_two")]
