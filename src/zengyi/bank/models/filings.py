"""Deeds that are filed, their postings and their photos."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.bank import rules
from zengyi.bank.models.ledger import Posting, RuleVersion
from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows, moment_of
from zengyi.people.queries import first_person, makers_of
from zengyi.people.rules import Role, known


class Filings(models.QuerySet["Filing"]):
    """Look-up of filings."""

    def with_facts(self) -> "Filings":
        """With what :meth:`Filing.facts` needs."""
        grants = "member__person__user__grants"
        contact = Filing.objects.filter(**{"pk": models.OuterRef("pk"), f"{grants}__role": Role.ORGANISATION})
        return self.annotate(
            subject_person=F("member__person_id"),
            subject_household=F("member__person__household_index"),
            subject_unit=F("member__unit_id"),
            subject_contact=Rows(contact, unit=f"{grants}__organisation_id", since=f"{grants}__starts_at", until=f"{grants}__ends_at"),
            attester_household=F("attested_by__person__household_index"),
            filer_made=makers_of("filed_by_id"),
            attester_made=makers_of("attested_by_id"),
        )


class Filing(models.Model):
    """A deed that a member is to get points for, or lose them: filed, attested and approved by different people.

    The version of the rule is frozen with it: its name, what the deed is worth under it, and its caps.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=rules.RuleKind.choices)
    name = models.CharField(max_length=60, help_text="the rule's, as it was then")
    version = models.ForeignKey(RuleVersion, null=True, on_delete=models.PROTECT, related_name="+", help_text="nothing: the catalogue's")
    rule_from = models.DateField(help_text="since when the version holds")
    quantity = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField(help_text="points under the rule, before any cap")
    worth = models.PositiveSmallIntegerField(help_text="points under the rule, no more than one activity may bring")
    cap_quarter = models.PositiveSmallIntegerField(null=True)
    cap_year = models.PositiveSmallIntegerField(null=True)
    points = models.PositiveSmallIntegerField(default=0, help_text="that stand on the books now")
    short = models.CharField(max_length=8, choices=rules.Short.choices, default="", help_text="why it brought fewer than the rule says")
    occurred_on = models.DateField()
    begins = models.TimeField(null=True, help_text="by the clock, where the rule counts hours")
    ends = models.TimeField(null=True)
    text = models.CharField(max_length=rules.DEED_TEXT_MOST, default="")
    asks = models.CharField(
        max_length=6, choices=rules.Asks.choices, default="", help_text="whom whoever filed it wants asked; nothing: they did not say"
    )
    witness = models.CharField(
        max_length=rules.WITNESS_MOST, default="", help_text="who was helped or led it, as whoever filed or attested it calls them"
    )
    source = models.CharField(max_length=12, help_text="SELF, or what the package that recorded it calls it")
    source_ref = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=rules.FilingState.choices, default=rules.FilingState.SUBMITTED)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="nobody: recorded with its source"
    )
    filed_at = models.DateTimeField()
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="approved it, or sent it back"
    )
    decided_at = models.DateTimeField(null=True)
    denied_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True, help_text="when the member said of what another entered that it was them")
    reason = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why it was sent back, withdrawn, denied or reversed")

    objects = Filings.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "source", "source_ref"], condition=~Q(state__in=rules.ENDED), name="one_deed_per_member"
            ),
            models.CheckConstraint(
                condition=Q(attested_by=None) | Q(filed_by=None) | ~Q(attested_by=F("filed_by")), name="attester_is_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (Q(filed_by=None) | ~Q(decided_by=F("filed_by"))) & (Q(attested_by=None) | ~Q(decided_by=F("attested_by"))),
                name="approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(attested_by=None, attested_at=None) | Q(attested_by__isnull=False, attested_at__isnull=False),
                name="attestation_paired",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="filing_decision_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ATTESTED", "POSTED"])
                | Q(attested_by__isnull=False)
                | Q(kind__in=rules.PENALTIES, filed_by__isnull=False),
                name="attested_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="POSTED") | Q(decided_by__isnull=False), name="approved_by_somebody"),
            models.CheckConstraint(
                condition=Q(points=0) | Q(state__in=rules.STANDING, points__lte=F("worth")), name="points_of_an_approved_deed"
            ),
            models.CheckConstraint(condition=~Q(state="DENIED") | Q(denied_at__isnull=False), name="denial_dated"),
            models.CheckConstraint(
                # NULL < NULL is NULL, which passes a CHECK: so both are asked for by name.
                condition=Q(begins=None, ends=None) | Q(begins__isnull=False, ends__isnull=False, begins__lt=F("ends")),
                name="hours_of_a_deed",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-id"], name="filing_of_community"),
            models.Index(fields=["member", "-id"], name="filing_of_member"),
            # What the caps of a rule ask for: all of it stands in the index.
            models.Index(fields=["member", "rule", "occurred_on", "points"], name="filing_caps"),
        ]

    @property
    def acknowledged(self) -> bool:
        """Whether the member said that it was them, or that they know it was sent back."""
        return self.acknowledged_at is not None

    def facts(self, at: datetime) -> rules.FilingFacts:
        """What the guards need to know at ``at``; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        if not hasattr(self, "subject_person"):
            raise NotPrepared("the filing was not read with_facts()")
        read: Any = self
        in_force = (
            g for g in read.subject_contact or [] if moment_of(g["since"]) <= at and (g["until"] is None or at < moment_of(g["until"]))
        )
        units = known(read.subject_unit, *(grant["unit"] for grant in in_force))
        return rules.FilingFacts(
            community_id=self.community_id,
            state=rules.FilingState(self.state),
            kind=rules.RuleKind(self.kind),
            points=self.points,
            subject=rules.Subject(self.member_id, read.subject_person, _bytes(read.subject_household), units),
            filer=first_person(self.filed_by_id, read.filer_made, at),
            attester=first_person(self.attested_by_id, read.attester_made, at),
            attester_household=_bytes(read.attester_household),
        )


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


class FilingPosting(models.Model):
    """A posting made for a filing: the first one, or one that made good what a cap had held back."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="postings")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="filing_of")


class FilingPhoto(models.Model):
    """A photo that shows the deed, re-encoded without metadata; the file's name is its random id."""

    id = models.UUIDField(primary_key=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="photos")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")
    added_at = models.DateTimeField()


class VouchLink(models.Model):
    """A link by which somebody without a login says whether a deed happened: once, from the first browser that opens it.

    Its address is the row's id, signed; see :mod:`zengyi.bank.rules.vouching`. Whoever had it sent answers for it, and is the deed's
    attester when the answer is yes.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="links")
    name = models.CharField(max_length=rules.WITNESS_MOST, help_text="for whom, as the community calls them")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    browser = models.BinaryField(null=True, help_text="SHA-256 of what the browser that opened it was given")
    answered_at = models.DateTimeField(null=True)
    answer = models.BooleanField(null=True, help_text="whether it happened")
    said = models.CharField(max_length=rules.REASON_MOST, default="")
    ended_at = models.DateTimeField(null=True, help_text="another link took its place")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing"], condition=Q(answered_at=None, ended_at=None), name="one_open_link"),
            models.CheckConstraint(
                condition=Q(opened_at=None, browser=None) | Q(opened_at__isnull=False, browser__isnull=False), name="link_opening_paired"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer=None) | Q(answered_at__isnull=False, answer__isnull=False, opened_at__isnull=False),
                name="link_answer_paired",
            ),
        ]
