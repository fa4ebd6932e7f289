"""四大岗: what is published, who is on it, and the turns they take."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.bank.models.filings import Filing
from zengyi.bank.rules import Subject, duties
from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows, moment_of
from zengyi.people.queries import first_person, makers_of
from zengyi.people.rules import Duty, Role, known


class Vacancy(models.Model):
    """A standing post, or a need of one day, that members may claim. ``taken`` is kept by a conditional UPDATE of each claim."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("people.Branch", null=True, on_delete=models.PROTECT, related_name="+", help_text="nothing: every branch")
    duty = models.CharField(max_length=12, choices=Duty.choices)
    title = models.CharField(max_length=duties.TITLE_MOST)
    text = models.CharField(max_length=duties.TEXT_MOST, default="")
    timing = models.CharField(max_length=duties.TIMING_MOST, default="", help_text="when, in words")
    on_day = models.DateField(null=True, help_text="the day of a need; nothing for a standing post")
    places = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=duties.VacancyState.choices, default=duties.VacancyState.OPEN)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(places__gt=0), name="vacancy_for_somebody"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="no_more_than_places"),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_by=None, closed_at=None)
                | Q(state="CLOSED", closed_by__isnull=False, closed_at__isnull=False),
                name="vacancy_closing_paired",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-id"], name="vacancy_of_community")]

    @property
    def facts(self) -> duties.VacancyFacts:
        """What the guards need to know."""
        state = duties.VacancyState(self.state)
        return duties.VacancyFacts(self.community_id, self.branch_id, state, self.places - self.taken, self.on_day)


def _subject(rows: "models.QuerySet[Any, Any]") -> dict[str, Any]:
    """What :func:`subject_of` reads, for rows with a member."""
    grants = "member__person__user__grants"
    contact = rows.filter(**{"pk": models.OuterRef("pk"), f"{grants}__role": Role.ORGANISATION})
    return {
        "subject_person": F("member__person_id"),
        "subject_household": F("member__person__household_index"),
        "subject_unit": F("member__unit_id"),
        "subject_contact": Rows(contact, unit=f"{grants}__organisation_id", since=f"{grants}__starts_at", until=f"{grants}__ends_at"),
    }


def subject_of(row: "DutyClaim | Turn", at: datetime) -> Subject:
    """The member of the row as the guards know them at ``at``; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
    if not hasattr(row, "subject_person"):
        raise NotPrepared("the row was not read with_facts()")
    read: Any = row
    contact = (g for g in read.subject_contact or [] if moment_of(g["since"]) <= at and (g["until"] is None or at < moment_of(g["until"])))
    units = known(read.subject_unit, *(grant["unit"] for grant in contact))
    household = None if read.subject_household is None else bytes(read.subject_household)
    return Subject(row.member_id, read.subject_person, household, units)


class DutyClaims(models.QuerySet["DutyClaim"]):
    """Look-up of claims."""

    def with_facts(self) -> "DutyClaims":
        """With what :meth:`DutyClaim.facts` needs."""
        turned = Turn.objects.filter(claim=models.OuterRef("pk"), state__in=duties.HELPED_STATES)
        return self.annotate(**_subject(DutyClaim.objects.all()), turned=models.Exists(turned))


class DutyClaim(models.Model):
    """A member on a post, or with a need of one day."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="claims")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    standing = models.BooleanField(help_text="on a post, of which everybody has one")
    state = models.CharField(max_length=8, choices=duties.DutyState.choices, default=duties.DutyState.HELD)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")

    objects = DutyClaims.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="HELD", standing=True), name="one_post_per_member"),
            models.UniqueConstraint(fields=["vacancy", "member"], condition=Q(state="HELD"), name="one_place_per_member"),
            models.CheckConstraint(
                condition=Q(state="HELD", ended_at=None) | Q(state="ENDED", ended_at__isnull=False), name="duty_end_paired"
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="duty_of_member")]

    def facts(self, at: datetime) -> duties.ClaimFacts:
        """What the guards need to know at ``at``."""
        read: Any = self
        state = duties.DutyState(self.state)
        return duties.ClaimFacts(self.community_id, state, subject_of(self, at), self.standing, read.turned)


class Turns(models.QuerySet["Turn"]):
    """Look-up of turns."""

    def with_facts(self) -> "Turns":
        """With what :meth:`Turn.facts` needs."""
        return self.annotate(**_subject(Turn.objects.all()), recorder_made=makers_of("recorded_by_id"))


class Turn(models.Model):
    """A turn of duty: planned, done, attested by somebody else, from when on it is a deed."""

    claim = models.ForeignKey(DutyClaim, on_delete=models.PROTECT, related_name="turns")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=12, choices=Duty.choices)
    on_day = models.DateField()
    text = models.CharField(max_length=duties.TEXT_MOST, default="")
    state = models.CharField(max_length=10, choices=duties.TurnState.choices)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", help_text="why it came back, or was called off")
    filing = models.OneToOneField(Filing, null=True, on_delete=models.PROTECT, related_name="turn", help_text="the deed it became")

    objects = Turns.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "on_day"], condition=~Q(state="CANCELLED"), name="one_turn_per_day"),
            models.CheckConstraint(condition=Q(attested_by=None) | ~Q(attested_by=F("recorded_by")), name="turn_attested_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=["PLANNED", "RETURNED", "CANCELLED"], attested_at=None)
                | Q(state="DONE", recorded_at__isnull=False, attested_at=None)
                | Q(state="ATTESTED", recorded_at__isnull=False, attested_at__isnull=False, attested_by__isnull=False),
                name="turn_dates_of_state",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="turn_of_member"),
            models.Index(fields=["community", "recorded_at"], name="turn_waiting", condition=Q(state="DONE")),
            models.Index(fields=["community", "on_day", "duty"], name="turn_of_community"),
        ]

    def facts(self, at: datetime) -> duties.TurnFacts:
        """What the guards need to know at ``at``."""
        read: Any = self
        recorder = first_person(self.recorded_by_id, read.recorder_made, at)
        return duties.TurnFacts(self.community_id, duties.TurnState(self.state), subject_of(self, at), self.on_day, recorder)
