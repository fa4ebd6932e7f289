"""Who comes: sign-ups, the people on each, and what guardians have agreed to."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.activities.models.programme import Host, Occasion, Slot
from zengyi.activities.rules import attending, minors, programme, signing
from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows, structure
from zengyi.core.secrets import EncryptedTextField


class SignUps(models.QuerySet["SignUp"]):
    """Look-up of sign-ups."""

    def with_occasion(self) -> "SignUps":
        """With what :meth:`SignUp.facts` needs."""
        hosts = Host.objects.filter(activity_id=models.OuterRef("occasion__activity_id"))
        names = ("community_id", "state", "starts_at", "ends_at")
        columns: dict[str, Any] = {f"of_{name}": F(f"occasion__{name}") for name in names}
        return self.annotate(**columns, hosts_read=Rows(hosts, community="community_id"))


class SignUp(models.Model):
    """Somebody's, or a family's, seats on an occasion: all of them or none. ``number`` is what lists and paper call it."""

    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="sign_ups")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="sign_ups")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", help_text="whose people they are")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    seats = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=signing.SignUpState.choices)
    channel = models.CharField(max_length=5, choices=signing.SignUpChannel.choices, default=signing.SignUpChannel.SELF)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, help_text="until when an offer stands, or who is asked after a move has to say so")
    taken_back_at = models.DateTimeField(null=True, help_text="when a guardian last took back that a picture of a child who came is shown")
    shrank_at = models.DateTimeField(null=True, help_text="when a seat of it last went on to whoever waits")
    asked = models.BooleanField(default=False, help_text="the occasion was moved, and they have not said whether they still come")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=programme.REASON_MOST, default="")

    objects = SignUps.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gt=0), name="sign_up_of_somebody"),
            models.UniqueConstraint(
                fields=["occasion", "person"], condition=Q(state__in=["CONFIRMED", "OFFERED", "WAITLISTED"]), name="one_sign_up_each"
            ),
            models.UniqueConstraint(fields=["occasion", "number"], name="one_sign_up_per_number"),
            models.CheckConstraint(
                condition=Q(state__in=["CONFIRMED", "OFFERED", "WAITLISTED"], ended_at=None)
                | Q(state__in=["EXPIRED", "CANCELLED", "LATE_CANCELLED"], ended_at__isnull=False),
                name="sign_up_end_paired",
            ),
            models.CheckConstraint(condition=~Q(state="OFFERED") | Q(until__isnull=False), name="offer_has_an_end"),
            models.CheckConstraint(condition=Q(asked=False) | Q(state="CONFIRMED", until__isnull=False), name="asked_until"),
        ]
        indexes = [
            models.Index(fields=["slot", "state", "id"], name="sign_up_queue"),
            models.Index(fields=["person", "-id"], name="sign_up_of_person"),
            models.Index(fields=["occasion", "taken_back_at"], name="sign_up_taken_back", condition=Q(taken_back_at__isnull=False)),
            models.Index(fields=["until", "id"], name="sign_up_due", condition=Q(state="OFFERED") | Q(asked=True)),
        ]

    @property
    def facts(self) -> signing.SignUpFacts:
        """What the guards need to know. Raises :class:`NotPrepared` unless it was read ``with_occasion()``."""
        read: Any = self
        if not hasattr(self, "hosts_read"):
            raise NotPrepared("the sign-up was not read with_occasion()")
        hosts = frozenset({read.of_community_id, *(int(row["community"]) for row in structure(read.hosts_read) or [])})
        occasion = programme.OccasionFacts(read.of_community_id, hosts, read.of_state, read.of_starts_at, read.of_ends_at)
        state = signing.SignUpState(self.state)
        return signing.SignUpFacts(occasion, self.community_id, self.person_id, state, self.until, self.asked)


class Attendee(models.Model):
    """One seat of a sign-up: who signed up has no letter, who comes along has one. Of a child its age band is known, and no name.

    ``minutes``: what the roll-call has come to; nothing until it is closed. Children's rows are deleted a month later.
    """

    sign_up = models.ForeignKey(SignUp, on_delete=models.PROTECT, related_name="attendees")
    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="+", db_index=False)
    letter = models.CharField(max_length=1, default="")
    band = models.CharField(max_length=8, choices=minors.AgeBand.choices, default="", help_text="of a child; empty: grown up")
    called = EncryptedTextField(default="", help_text="what its guardian calls the child; nobody else reads it")
    minutes = models.PositiveIntegerField(null=True)
    absent_at = models.DateTimeField(null=True)
    absent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    contested_at = models.DateTimeField(null=True, help_text="they say that they were there")
    contest = models.CharField(max_length=programme.REASON_MOST, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "letter"], name="one_attendee_per_letter"),
            models.CheckConstraint(
                condition=Q(absent_at=None, absent_by=None) | Q(absent_at__isnull=False, absent_by__isnull=False), name="absence_has_author"
            ),
        ]
        indexes = [
            models.Index(fields=["occasion", "id"], name="attendee_of_occasion"),
            models.Index(fields=["contested_at", "id"], name="attendee_contests", condition=Q(contested_at__isnull=False)),
        ]


class Stay(models.Model):
    """From when to when somebody was there, and how it is known. Without an end they have not been seen leaving."""

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="stays")
    in_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=9, choices=attending.Source.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendee"], condition=Q(out_at=None), name="one_open_stay"),
            models.CheckConstraint(condition=Q(out_at=None) | Q(out_at__gte=F("in_at")), name="stay_ends_later"),
        ]


class Consent(models.Model):
    """A guardian's answer about a child for one purpose. An answer is never changed: it is withdrawn, and another one follows."""

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=minors.Purpose.choices)
    given = models.BooleanField()
    text_version = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=5, choices=signing.SignUpChannel.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attendee", "purpose"], condition=Q(withdrawn_at=None), name="one_answer_stands")]


def due_before(at: datetime) -> Q:
    """Offers that have run out, and those who were asked after a move and have not answered in time."""
    return Q(until__lte=at) & (Q(state=signing.SignUpState.OFFERED) | Q(asked=True))
