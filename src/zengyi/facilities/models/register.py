"""The register: positions, the devices in them, their labels, services that come round, and what passers-by reported."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.facilities import rules


class Facility(models.Model):
    """A position of the community: camera 12, the lift of a stair. Whatever device is in it, availability belongs to the position."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=rules.CODE_MOST, help_text="the community's own number for it")
    name = models.CharField(max_length=rules.NAME_MOST)
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="building or spot")
    spot = models.CharField(max_length=rules.SPOT_MOST, default="", help_text="where exactly, in words")
    x = models.PositiveSmallIntegerField(null=True, help_text="on the estate's drawing")
    y = models.PositiveSmallIntegerField(null=True, help_text="on the estate's drawing")
    state = models.CharField(max_length=10, choices=rules.FacilityState.choices, default=rules.FacilityState.IN_SERVICE)
    hangs_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="fed", help_text="switch, line or power")
    repairer = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    in_service_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="when somebody last found out how it is")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="one_facility_per_code"),
            models.CheckConstraint(condition=~Q(state="PLANNED") | Q(in_service_at=None), name="planned_not_in_service"),
            models.CheckConstraint(condition=Q(state="RETIRED") ^ Q(retired_at=None), name="retired_paired"),
            models.CheckConstraint(condition=Q(state__in=["PLANNED", "RETIRED"]) | Q(in_service_at__isnull=False), name="in_service_since"),
            models.CheckConstraint(condition=Q(hangs_on=None) | ~Q(hangs_on=F("id")), name="hangs_on_another"),
            models.CheckConstraint(condition=Q(x=None, y=None) | Q(x__isnull=False, y__isnull=False), name="drawn_in_both"),
        ]
        indexes = [
            models.Index(fields=["community", "kind", "state", "id"], name="facility_of_kind"),
            models.Index(fields=["community", "id", "state"], name="facility_of_community"),
            models.Index(fields=["community", "kind", "in_service_at", "retired_at"], name="facility_in_service"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Device(models.Model):
    """What is built into a position now or was before: warranty belongs to it."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="devices")
    model = models.CharField(max_length=60, default="")
    serial = models.CharField(max_length=60, default="")
    warranty_until = models.DateField(null=True)
    installed_on = models.DateField(null=True)
    removed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility"], condition=Q(removed_on=None), name="one_device_in_place")]


class Clock(models.Model):
    """A service that the law or the community asks for again and again: when it was done last, and by when it must be again."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=12)
    last_on = models.DateField()
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="one_clock_each"),
            models.CheckConstraint(condition=Q(due_on__gt=F("last_on")), name="clock_goes_forward"),
        ]
        indexes = [models.Index(fields=["community", "due_on", "id"], name="clock_due")]


class Label(models.Model):
    """The code that hangs on a facility: whoever scans it sees how it is. A reprint under another token revokes it."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="labels")
    token = models.CharField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility"], condition=Q(revoked_at=None), name="one_label_in_force")]


class Picture(models.Model):
    """A photo of the facility itself, so that whoever walks there knows which one is meant."""

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="pictures", db_index=False)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["facility", "added_at"], name="picture_of_facility")]


class Report(models.Model):
    """What somebody who stood before it said, without a login: a hint that leads somebody there, never a check."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="reports", db_index=False)
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    fault = models.CharField(max_length=12)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="when somebody went there and looked")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(settled_at=None) | Q(settled_at__gte=F("reported_at")), name="report_settled_later"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False), name="report_settled_paired"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "-id"], name="report_of_facility"),
            models.Index(fields=["community", "id"], name="report_open", condition=Q(settled_at=None)),
        ]
