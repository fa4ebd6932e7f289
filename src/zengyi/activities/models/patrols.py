"""What is found on patrols, and the ledgers of what is eradicated."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.activities.rules import patrols as rules
from zengyi.core.guards import NotPrepared
from zengyi.people.queries import first_person, makers_of


class Ledger(models.Model):
    """清除账: what was found of something and what was removed, in one place; what remains is the difference. ``key`` stands for the place:
    one ledger each."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=9, choices=rules.What.choices)
    key = models.CharField(max_length=80)
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=rules.SPOT_MOST, default="")
    found = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    empty_visits = models.PositiveSmallIntegerField(default=0, help_text="one after the other, since something was last there")
    state = models.CharField(max_length=4, choices=rules.LedgerState.choices, default=rules.LedgerState.OPEN)
    look_on = models.DateField(null=True, help_text="when somebody is to look again")
    opened_at = models.DateTimeField()
    search = models.TextField(null=True, help_text="bigrams of what and where, without what is personal in them")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "what", "key"], name="one_ledger_per_place"),
            models.CheckConstraint(condition=Q(removed__lte=F("found")), name="no_more_removed_than_found"),
            models.CheckConstraint(condition=Q(state="OPEN") | Q(state="GONE", look_on=None), name="gone_is_not_looked_for"),
        ]


class Findings(models.QuerySet["Finding"]):
    """Look-up of findings."""

    def with_facts(self) -> "Findings":
        """With what :meth:`Finding.facts` needs."""
        return self.annotate(makers=makers_of("by_id"), household=F("person__household_index"))


class Finding(models.Model):
    """What somebody saw on a patrol, or that there was nothing. ``order``: the one that arose from it, or that it joined."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=9, choices=rules.What.choices)
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=rules.SPOT_MOST, default="")
    note = models.CharField(max_length=rules.NOTE_MOST, default="")
    basis = models.CharField(max_length=9, choices=rules.Basis.choices, default="")
    count = models.PositiveIntegerField(null=True)
    fixed = models.BooleanField(default=False)
    ledger = models.ForeignKey(Ledger, null=True, on_delete=models.PROTECT, related_name="findings")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=5, choices=rules.Verdict.choices, default="")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")
    search = models.TextField(null=True, help_text="bigrams of what, where and the note, without what is personal; none where was nothing")

    objects = Findings.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what="NOTHING", basis="", count=None, order=None)
                | ~Q(what="NOTHING") & Q(basis="PRESENT", count=None)
                | ~Q(what="NOTHING") & Q(basis__in=["COUNTED", "ESTIMATED", "AREA"], count__isnull=False, count__gt=0),
                name="count_has_its_basis",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", verified_by=None, verified_at=None)
                | ~Q(verdict="") & Q(verified_by__isnull=False, verified_at__isnull=False),
                name="verdict_has_author",
            ),
            models.CheckConstraint(condition=Q(verified_by=None) | ~Q(verified_by=F("by")), name="verified_by_another"),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="finding_of_community"),
            models.Index(fields=["ledger", "-id"], name="finding_of_ledger"),
            models.Index(fields=["community", "at", "id"], name="finding_to_verify", condition=Q(verdict="") & ~Q(what="NOTHING")),
        ]

    def facts(self, at: datetime) -> rules.FindingFacts:
        """What the guards need to know at ``at``. Raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        read: Any = self
        if not hasattr(self, "makers"):
            raise NotPrepared("the finding was not read with_facts()")
        household = None if read.household is None else bytes(read.household)
        reporter = first_person(self.by_id, read.makers, at)
        return rules.FindingFacts(self.community_id, self.what, self.verdict, reporter, self.person_id, household)


class FindingPhoto(models.Model):
    """A photo of a finding; where it was taken and who took it is not in the file."""

    id = models.UUIDField(primary_key=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="photos")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()


class LedgerEntry(models.Model):
    """A line of a ledger. Never changed. ``count`` is empty where something was only seen."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=7, choices=rules.EntryKind.choices)
    count = models.PositiveIntegerField(null=True)
    basis = models.CharField(max_length=9, choices=rules.Basis.choices, default="")
    on_day = models.DateField()
    spot = models.CharField(max_length=rules.SPOT_MOST, default="", help_text="which stretch")
    who = models.CharField(max_length=rules.WHO_MOST, default="", help_text="who did it, in words: members and residents")
    people = models.PositiveIntegerField(null=True, help_text="how many came")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="EMPTY", count=None)
                | Q(kind="REMOVED", count__isnull=False, count__gt=0, basis="COUNTED")
                | Q(kind="FOUND") & ~Q(basis=""),
                name="removed_is_counted",
            )
        ]
        indexes = [models.Index(fields=["ledger", "on_day", "id"], name="entry_of_ledger")]
