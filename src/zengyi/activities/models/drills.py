"""Drills that took place, building by building."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.activities.models.programme import Occasion
from zengyi.activities.rules import drills as rules


class Drill(models.Model):
    """演练记录 of an occasion, as 公安部令61 art. 43 asks. ``is_last``: no later drill of that place is known, so ``next_on`` counts."""

    occasion = models.OneToOneField(Occasion, on_delete=models.PROTECT, related_name="drill")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", help_text="the building or spot that drilled")
    held_on = models.DateField()
    content = models.CharField(max_length=rules.CONTENT_MOST, help_text="what was practised")
    departments = models.CharField(max_length=rules.DEPARTMENTS_MOST, help_text="who took part, in words")
    people = models.PositiveIntegerField(help_text="how many took part")
    seconds = models.PositiveIntegerField(null=True, help_text="until everybody was out")
    every_months = models.PositiveSmallIntegerField(choices=rules.DrillInterval.choices)
    next_on = models.DateField(help_text="the last day on which the next one is in time")
    is_last = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(is_last=True), name="one_last_drill_per_place"),
            models.CheckConstraint(condition=Q(people__gt=0), name="drill_of_somebody"),
            models.CheckConstraint(condition=Q(next_on__gt=models.F("held_on")), name="drill_is_followed"),
        ]
        indexes = [models.Index(fields=["community", "next_on"], name="drill_due", condition=Q(is_last=True))]


class DrillProblem(models.Model):
    """Something that a drill brought to light, and the order that arose from it. Never changed."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="problems")
    text = models.CharField(max_length=rules.PROBLEM_MOST)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
