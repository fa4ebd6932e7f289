"""评议: what a branch meeting decided about a year, and each member's line of it. Never changed once it is decided."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.bank.rules import REASON_MOST, RuleState, appraisals
from zengyi.core.guards import NotPrepared
from zengyi.people.queries import first_person, makers_of
from zengyi.people.rules import Whose, known


class Appraisals(models.QuerySet["Appraisal"]):
    """Look-up of appraisals."""

    def with_facts(self) -> "Appraisals":
        """With what :meth:`Appraisal.facts` needs beside the lines."""
        return self.annotate(proposer_made=makers_of("proposed_by_id"))


class Appraisal(models.Model):
    """A year of a branch: its tiers, the minutes of the meeting, put down by one person and confirmed by another.

    ``tiers`` are those the year's points were held against, as ``[[code, least], …]``. ``corrects``: the decision that this one replaces.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("people.Branch", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    tiers = models.JSONField()
    held_on = models.DateField()
    minutes = models.TextField(max_length=appraisals.MINUTES_MOST)
    others = models.CharField(max_length=appraisals.OTHERS_MOST, default="", help_text="who else was there, in words")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    why = models.CharField(max_length=appraisals.REASON_MOST, default="", help_text="why an earlier decision is corrected")
    state = models.CharField(max_length=10, choices=appraisals.AppraisalState.choices, default=appraisals.AppraisalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=appraisals.REASON_MOST, default="", help_text="why it was sent back")

    objects = Appraisals.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "year"], condition=Q(state="PROPOSED"), name="one_appraisal_waits"),
            models.UniqueConstraint(fields=["branch", "year"], condition=Q(state="DECIDED", corrects=None), name="one_first_appraisal"),
            models.UniqueConstraint(fields=["corrects"], condition=Q(state="DECIDED"), name="corrected_once"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="appraisal_second_person"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | Q(state__in=["DECIDED", "REJECTED"], decided_by__isnull=False, decided_at__isnull=False),
                name="appraisal_decision_paired",
            ),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(why=""), name="correction_says_why"),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="appraisal_of_community"),
            models.Index(fields=["community", "proposed_at"], name="appraisal_waiting", condition=Q(state="PROPOSED")),
        ]

    def facts(self, members: tuple[Whose, ...], at: datetime) -> appraisals.AppraisalFacts:
        """What the guard needs to know at ``at``; ``members`` are whose tiers are decided."""
        if not hasattr(self, "proposer_made"):
            raise NotPrepared("the appraisal was not read with_facts()")
        read: Any = self
        first = first_person(self.proposed_by_id, read.proposer_made, at)
        return appraisals.AppraisalFacts(self.community_id, appraisals.AppraisalState(self.state), first, members)


class TierVersion(models.Model):
    """A community's own tiers: the points each asks for, proposed by one person, adopted by another, in force from a year on.

    Of several adopted for the same year the last one speaks. They are replaced only before that year begins.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    excellent = models.PositiveSmallIntegerField()
    qualified = models.PositiveSmallIntegerField()
    basic = models.PositiveSmallIntegerField()
    from_year = models.PositiveSmallIntegerField(help_text="the first year that is held against them")
    why = models.CharField(max_length=REASON_MOST, help_text="for the public page")
    state = models.CharField(max_length=8, choices=RuleState.choices, default=RuleState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_MOST, default="", help_text="why it was sent back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "from_year"], condition=Q(state="PROPOSED"), name="one_proposed_tiers"),
            models.CheckConstraint(
                condition=Q(excellent__gt=F("qualified"), qualified__gt=F("basic"), basic__gt=0), name="tiers_one_below_another"
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="tiers_second_person"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | ~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="tiers_decision_paired",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-from_year"], name="tiers_of_community")]


class AppraisalLine(models.Model):
    """A member's year as it was decided on: figures, what the points proposed, what the meeting found. Rows are only ever added."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="lines")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    base = models.IntegerField(help_text="base points had")
    offered = models.PositiveIntegerField(help_text="base points that could be had")
    gain = models.IntegerField(help_text="gain that counts")
    held = models.IntegerField(help_text="gain of quarters in which the base standard was missed")
    deducted = models.IntegerField()
    vetoes = models.CharField(max_length=60, default="", help_text="codes of the rules, with spaces between")
    score = models.PositiveIntegerField()
    proposed = models.CharField(max_length=12, choices=appraisals.Tier.choices, default="", help_text="by points; nothing: for the meeting")
    tier = models.CharField(max_length=12, choices=appraisals.Tier.choices)
    reason = models.CharField(max_length=appraisals.REASON_MOST, default="")
    present = models.BooleanField(help_text="at the meeting")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "member"], name="one_line_per_member"),
            models.CheckConstraint(condition=Q(tier=F("proposed")) | ~Q(reason=""), name="another_tier_says_why"),
            models.CheckConstraint(condition=Q(vetoes="") | Q(tier__in=["UNQUALIFIED", "DEFERRED"]), name="veto_overrides_points"),
        ]
        indexes = [models.Index(fields=["member", "-appraisal"], name="appraisal_of_member")]

    @property
    def whose(self) -> Whose:
        """Whose tier it is; the member was read along."""
        person = self.member.person
        home = None if person.household_index is None else bytes(person.household_index)
        return Whose(self.member.person_id, home, known(self.member.unit_id))
