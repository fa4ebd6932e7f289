"""Projects, how they were ranked, their lots and milestones, and what is shown of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q

from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows
from zengyi.people.rules import known
from zengyi.works.rules import projects as rules
from zengyi.works.rules.projects import ProjectState


class Projects(models.QuerySet["Project"]):
    """Look-up of projects."""

    def with_facts(self) -> "Projects":
        """With what :meth:`Project.facts` needs."""
        builders = Rows(Lot.objects.filter(project=OuterRef("pk")), unit="contractor_id")
        return self.annotate(builders=builders, path=F("community__path"))


class Project(models.Model):
    """Something that a community builds, repairs or replaces. The counts are kept by the steps that change them, so that a conditional
    UPDATE can ask for them.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="the estate or the building")
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.CharField(max_length=rules.TEXT_MOST, default="")
    households = models.PositiveIntegerField(default=0, help_text="as many asked for it, each once")
    state = models.CharField(max_length=10, choices=ProjectState.choices, default=ProjectState.CANDIDATE)
    urgency = models.PositiveSmallIntegerField(null=True, choices=rules.Urgency.choices)
    effort = models.PositiveSmallIntegerField(null=True, choices=rules.Effort.choices)
    turn = models.BigIntegerField(default=0, help_text="in the line of those that were ranked: the lowest comes first; 0 before")
    meets_on = models.PositiveSmallIntegerField(default=2, help_text="day of the weekly three-party meeting, Monday is 0")
    series = models.OneToOneField(
        "councils.Series", null=True, on_delete=models.PROTECT, related_name="+", help_text="its three-party meetings, once one was called"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    funded_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    inspected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    inspected_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    last_demand = models.PositiveIntegerField(default=0, help_text="the number given last; none is given twice")
    open_demands = models.PositiveIntegerField(default=0)
    open_milestones = models.PositiveIntegerField(default=0)
    lot_count = models.PositiveSmallIntegerField(default=0)
    pair_count = models.PositiveSmallIntegerField(default=0)
    search = models.TextField(null=True, help_text="bigrams of title, text and place without what is personal in them")

    objects = Projects.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="CANDIDATE", urgency=None, effort=None)
                | (~Q(state="CANDIDATE") & Q(urgency__isnull=False, effort__isnull=False)),
                name="project_ranked_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["CANDIDATE", "RANKED", "FUNDED"], started_at=None)
                | Q(state__in=["EXECUTING", "INSPECTED", "SHOWN"], started_at__isnull=False, funded_at__isnull=False),
                name="project_started_when_funded",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["INSPECTED", "SHOWN"], inspected_at__isnull=False, open_demands=0, open_milestones=0)
                | (~Q(state__in=["INSPECTED", "SHOWN"]) & Q(inspected_at=None)),
                name="project_inspected_when_done",
            ),
            models.CheckConstraint(
                condition=Q(state="SHOWN", shown_at__isnull=False, pair_count__gt=0) | (~Q(state="SHOWN") & Q(shown_at=None)),
                name="project_shown_with_pictures",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="project_of_community"),
            models.Index(fields=["community", "turn"], name="project_in_line", condition=Q(state="RANKED")),
        ]

    @property
    def facts(self) -> rules.ProjectFacts:
        """What the guards need to know; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        read: Any = self
        if not hasattr(self, "builders"):
            raise NotPrepared("the project was not read with_facts()")
        return rules.ProjectFacts(
            self.community_id,
            read.path,
            ProjectState(self.state),
            self.lot_count,
            self.open_milestones,
            self.open_demands,
            self.pair_count,
            known(*(row["unit"] for row in read.builders or [])),
        )


class Ranking(models.Model):
    """How a project was ranked, and why. Never changed: the last one counts. Whoever moves it by hand in the line leaves it as it was
    ranked; then the places before and after are kept, the first being 1.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="rankings")
    urgency = models.PositiveSmallIntegerField(choices=rules.Urgency.choices)
    effort = models.PositiveSmallIntegerField(choices=rules.Effort.choices)
    reason = models.CharField(max_length=rules.REASON_MOST)
    place_before = models.PositiveIntegerField(null=True)
    place_after = models.PositiveIntegerField(null=True)
    ranked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ranked_at = models.DateTimeField()


class Lot(models.Model):
    """标段: a part of the work with its builder."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lots")
    name = models.CharField(max_length=rules.NAME_MOST)
    extent = models.CharField(max_length=rules.EXTENT_MOST, default="", help_text="where, such as the buildings 216 to 226")
    contractor = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_lot_per_name")]


class Milestones(models.QuerySet["Milestone"]):
    """Look-up of milestones."""

    def with_facts(self) -> "Milestones":
        """With what :meth:`Milestone.facts` needs of it; the project is read for itself."""
        return self.annotate(project_id=F("lot__project_id"), contractor_id=F("lot__contractor_id"))


class Milestone(models.Model):
    """节点: a stretch of work of a lot, or the inspection at its end: planned days, and the days on which it happened."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=rules.NAME_MOST)
    gate = models.BooleanField(default=False, help_text="an inspection, on its last day")
    begins = models.DateField(help_text="planned")
    ends = models.DateField(help_text="planned")
    begun = models.DateField(null=True)
    done = models.DateField(null=True)
    remind_on = models.DateField(null=True, help_text="when its builder is told again that it is late")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = Milestones.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(begins__lte=F("ends")), name="milestone_planned_forwards"),
            models.CheckConstraint(condition=Q(done=None) | Q(begun__isnull=False, begun__lte=F("done")), name="milestone_done_forwards"),
        ]
        indexes = [models.Index(fields=["ends"], name="milestone_due", condition=Q(done=None))]

    def facts(self, project: Project) -> rules.MilestoneFacts:
        """What the guards need to know of it in its project."""
        read: Any = self
        return rules.MilestoneFacts(project.facts, read.contractor_id, self.begun, self.done)


class MilestoneMove(models.Model):
    """A milestone was planned anew: the old days and the new ones, and why. Never changed."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="moves")
    old_begins = models.DateField()
    old_ends = models.DateField()
    begins = models.DateField()
    ends = models.DateField()
    reason = models.CharField(max_length=rules.REASON_MOST)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()


class Voice(models.Model):
    """What a neighbour said of it, praise or complaint. No name stands here."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="voices")
    text = models.CharField(max_length=rules.VOICE_MOST)
    when = models.CharField(max_length=40, default="", help_text="such as: a month after")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
