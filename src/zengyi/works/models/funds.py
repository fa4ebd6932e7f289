"""Money of projects in fen: what was asked for and approved, by what, what was paid; and the alliance whose members give some of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.core.guards import NotPrepared
from zengyi.people.queries import first_person, makers_of
from zengyi.works.models.projects import Project
from zengyi.works.rules import funds as rules
from zengyi.works.rules.funds import Basis, Emergency, LineState, Source
from zengyi.works.rules.projects import NAME_MOST, REASON_MOST, TITLE_MOST, ProjectState


class Alliance(models.Model):
    """党建联盟: organisations that look after a neighbourhood together."""

    community = models.OneToOneField("people.Place", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_MOST)
    founded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    founded_at = models.DateTimeField()


class AllianceMember(models.Model):
    """An organisation in an alliance, and what it can give."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    gives = models.CharField(max_length=rules.GIVES_MOST, default="")
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alliance", "organisation"], name="once_in_an_alliance")]


class FundLines(models.QuerySet["FundLine"]):
    """Look-up of fund lines."""

    def with_facts(self) -> "FundLines":
        """With what :meth:`FundLine.facts` needs."""
        made = {"proposer_made": makers_of("proposed_by_id"), "signer_made": makers_of("signed_by_id")}
        return self.annotate(path=F("community__path"), project_state=F("project__state"), **made)


class FundLine(models.Model):
    """Money for one thing from one source, in fen. ``granted`` was approved first; ``approved`` is the ceiling with what was added."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="fund_lines")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_MOST)
    source = models.CharField(max_length=12, choices=Source.choices)
    payer = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="whose money it is, or who keeps it"
    )
    pack = models.CharField(max_length=10, default=rules.STRICT)
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by", help_text="the line that it goes beyond, asked anew"
    )
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.PROPOSED)
    asked = models.BigIntegerField()
    granted = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    basis = models.CharField(max_length=9, choices=Basis.choices, default="", blank=True)
    basis_text = models.CharField(max_length=REASON_MOST, default="", help_text="which meeting, which vote, or why not")
    ballot_id = models.BigIntegerField(null=True, help_text="the owners' vote in councils")
    emergency = models.CharField(max_length=8, choices=Emergency.choices, default="", blank=True)
    posted_on = models.DateField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="first")
    signed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = FundLines.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("approved")), name="paid_within_approved"),
            models.CheckConstraint(condition=Q(asked__gt=0, granted__gte=0, approved__gte=F("granted")), name="approved_from_granted"),
            models.CheckConstraint(
                condition=Q(state="APPROVED", decided_at__isnull=False, granted__gt=0) & ~Q(basis="")
                | Q(state="REJECTED", decided_at__isnull=False, approved=0)
                | Q(state="PROPOSED", decided_at=None, approved=0),
                name="line_decided_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED", source="MAINTENANCE")
                | Q(basis="BALLOT", ballot_id__isnull=False)
                | Q(basis="EMERGENCY", signed_by__isnull=False, decided_by__isnull=False)
                & ~Q(emergency="")
                & ~Q(signed_by=F("decided_by")),
                name="maintenance_by_vote_or_two_hands",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="line_follows_another"),
            models.UniqueConstraint(fields=["ballot_id"], condition=Q(ballot_id__isnull=False), name="one_line_per_vote"),
            models.CheckConstraint(condition=~Q(basis="EMERGENCY", paid__gt=0) | Q(posted_on__isnull=False), name="posted_before_paid"),
        ]
        indexes = [models.Index(fields=["community", "state", "id"], name="fund_line_of_community")]

    def facts(self, at: datetime) -> rules.LineFacts:
        """What the guards need to know at ``at``; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        read: Any = self
        if not hasattr(self, "proposer_made"):
            raise NotPrepared("the fund line was not read with_facts()")
        return rules.LineFacts(
            community_id=self.community_id,
            path=read.path,
            state=LineState(self.state),
            source=Source(self.source),
            pack=self.pack,
            project_state=ProjectState(read.project_state),
            granted=self.granted,
            approved=self.approved,
            paid=self.paid,
            payer_id=self.payer_id,
            basis=self.basis,
            posted_on=self.posted_on,
            proposer=first_person(self.proposed_by_id, read.proposer_made, at),
            signer=None if self.signed_by_id is None else first_person(self.signed_by_id, read.signer_made, at),
        )


class Raise(models.Model):
    """More was approved for a line, and why. Never changed."""

    line = models.ForeignKey(FundLine, on_delete=models.PROTECT, related_name="raises")
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    reason = models.CharField(max_length=REASON_MOST)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()


class Payment(models.Model):
    """What was paid of a line, in fen. Never changed."""

    line = models.ForeignKey(FundLine, on_delete=models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    paid_on = models.DateField()
    payee = models.CharField(max_length=NAME_MOST)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something")]
