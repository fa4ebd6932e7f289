"""Routes and their rounds, what was checked on them, the defects that checks opened, and the time that things were up and down."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.facilities import rules

_PLACE, _FACILITY = "people.Place", "facilities.Facility"


class Checklist(models.Model):
    """What is asked of each kind of facility. It changes by versions: a round keeps the one it was begun with."""

    community = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=rules.NAME_MOST)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="one_checklist_per_name")]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A question of a checklist, from one version to the one in which it is gone. Its key is never used again for another question."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items", db_index=False)
    key = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=rules.NAME_MOST)
    look = models.JSONField(default=list, help_text="what to look at, a few words each")
    stops = models.BooleanField(default=True, help_text="without it the facility does not work at all")
    sort = models.PositiveSmallIntegerField(default=0)
    since = models.PositiveIntegerField(help_text="the first version it stands in")
    gone = models.PositiveIntegerField(null=True, help_text="the first version it no longer stands in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checklist", "key"], name="item_key_never_reused"),
            models.CheckConstraint(condition=Q(gone=None) | Q(gone__gt=F("since")), name="item_gone_later"),
        ]


class Route(models.Model):
    """A way past facilities that is walked on certain days."""

    community = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=rules.NAME_MOST)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="+")
    schedule = models.CharField(max_length=8, choices=rules.Schedule.choices, default=rules.Schedule.DAILY)
    weekday = models.PositiveSmallIntegerField(default=0, help_text="from Monday, 0; for what is walked once a week")
    planned_until = models.DateField(help_text="the last day for which it is known whether there is a round")
    ends_on = models.DateField(null=True)
    walker = models.ForeignKey(
        "people.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose people walk it; without one anybody's",
    )
    decision = models.ForeignKey(
        "councils.Decision", null=True, on_delete=models.PROTECT, related_name="+", help_text="which asks for it every day"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="one_route_per_name"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_seven"),
        ]
        indexes = [models.Index(fields=["planned_until", "id"], name="route_to_plan")]

    def __str__(self) -> str:
        return self.name


class Stop(models.Model):
    """A facility on a route, in the order in which they are passed."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="stops", db_index=False)
    facility = models.ForeignKey(_FACILITY, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "facility"], name="once_on_a_route")]
        indexes = [models.Index(fields=["route", "position", "id"], name="stop_of_route")]


class Round(models.Model):
    """A route on a day: somebody walks it, or it is missed. It is never filled in afterwards."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="rounds", db_index=False)
    community = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_date = models.DateField()
    state = models.CharField(max_length=10, choices=rules.RoundState.choices, default=rules.RoundState.SCHEDULED)
    version = models.PositiveIntegerField(null=True, help_text="of the checklist, from the moment it was begun")
    started_at = models.DateTimeField(null=True)
    walked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_paper = models.BooleanField(default=False, help_text="typed in from a printed round")
    manifest = models.JSONField(null=True, help_text="what the phone says it has: the photos of each check")
    handed_in_at = models.DateTimeField(null=True, help_text="the manifest came; photos may still be on their way")
    submitted_at = models.DateTimeField(null=True, help_text="all that the manifest names is here")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=rules.NOTE_MOST, default="")
    missed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "due_date"], name="one_round_a_day"),
            models.CheckConstraint(
                condition=Q(started_at=None, walked_by=None, version=None)
                | Q(started_at__isnull=False, walked_by__isnull=False, version__isnull=False),
                name="round_started_paired",
            ),
            models.CheckConstraint(condition=Q(reviewed_at=None) ^ Q(reviewed_by__isnull=False), name="round_reviewed_paired"),
            models.CheckConstraint(condition=Q(state="MISSED") ^ Q(missed_at=None), name="round_missed_paired"),
            models.CheckConstraint(
                condition=~Q(state__in=["SUBMITTED", "REVIEWED"]) | Q(submitted_at__isnull=False), name="round_submitted_at"
            ),
            models.CheckConstraint(condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("walked_by")), name="nobody_reviews_their_round"),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due_date", "id"], name="round_of_community"),
            models.Index(fields=["state", "due_date", "id"], name="round_of_state"),
        ]


class Pass(models.Model):
    """What lets the phone of a round upload for two days, whatever becomes of the session: for this round, and for nothing else."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="passes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "user"], condition=Q(revoked_at=None), name="one_pass_in_force")]


class Check(models.Model):
    """What somebody found at one facility for one item. Its id was made on the phone at the tap. Never changed."""

    uid = models.UUIDField(unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="checks", db_index=False)
    facility = models.ForeignKey(_FACILITY, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=12)
    result = models.CharField(max_length=14, choices=rules.CheckResult.choices)
    reason = models.CharField(max_length=12, default="")
    note = models.CharField(max_length=rules.NOTE_MOST, default="")
    at = models.DateTimeField(help_text="when it was seen: the round's beginning on our clock and the time elapsed on the phone")
    phone_at = models.DateTimeField(help_text="what the phone's own clock said")
    elapsed_ms = models.BigIntegerField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(_PLACE, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="of its day")
    late = models.BooleanField(default=False, help_text="a failure that is older than a later pass: for the reviewer, it opened nothing")
    digest = models.BinaryField(max_length=32, help_text="of what was sent: the same id with another body is refused")

    class Meta:
        indexes = [
            models.Index(fields=["round", "id"], name="check_of_round"),
            models.Index(fields=["facility", "item", "-at"], name="check_of_facility"),
            models.Index(fields=["round"], name="check_late", condition=Q(late=True)),
            models.Index(fields=["round"], name="check_failed", condition=Q(result="FAIL")),
        ]


class Photo(models.Model):
    """A photo of a check. The same picture may belong to several checks, but only once to each."""

    id = models.UUIDField(primary_key=True)
    check_row = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="photos", db_index=False)
    sha256 = models.BinaryField(max_length=32, help_text="of what the phone sent")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_row", "sha256"], name="a_photo_once_per_check")]


class Defect(models.Model):
    """Something that a check found broken. As long as it is open, every other failure of the same joins it.

    It has an order of its own, or lies at a ``cause``, another defect whose order mends it.
    """

    community = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(_FACILITY, on_delete=models.PROTECT, related_name="defects", db_index=False)
    item = models.CharField(max_length=12)
    reason = models.CharField(max_length=12, default="")
    stops = models.BooleanField(help_text="the facility does not work while it is open")
    fails = models.PositiveIntegerField(default=1, help_text="how often it was found")
    opened_at = models.DateTimeField()
    last_fail_at = models.DateTimeField()
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="effects", db_index=False)
    repeat_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    returned = models.PositiveSmallIntegerField(default=0, help_text="how often somebody looked again and it was not good")
    fixed_at = models.DateTimeField(null=True, help_text="when somebody who had not repaired it found it good")
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "item"], condition=Q(fixed_at=None), name="one_open_defect"),
            models.UniqueConstraint(fields=["order"], name="one_defect_per_order"),
            models.CheckConstraint(condition=Q(fixed_at=None) | Q(fixed_at__gte=F("opened_at")), name="defect_fixed_later"),
            models.CheckConstraint(condition=Q(cause=None) | ~Q(cause=F("id")), name="caused_by_another"),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="defect_open", condition=Q(fixed_at=None)),
            models.Index(fields=["facility", "-id"], name="defect_of_facility"),
            # Most have none: an index of all would tell SQLite that every cause has as many effects as there are defects.
            models.Index(fields=["cause"], name="defect_caused", condition=Q(cause__isnull=False)),
            models.Index(fields=["community", "fixed_at"], name="defect_fixed", condition=Q(cause=None, fixed_at__isnull=False)),
        ]


class Span(models.Model):
    """A stretch of time in which a facility was up or down; all other time in service is unknown. Whole seconds since 1970.

    ``until_s`` is empty while it lasts. Up ends by itself at ``good_s``, when nobody has looked for two intervals; down lasts until
    somebody finds it repaired.
    """

    facility = models.ForeignKey(_FACILITY, on_delete=models.PROTECT, related_name="spans", db_index=False)
    health = models.CharField(max_length=4, choices=rules.FacilityHealth.choices)
    from_s = models.BigIntegerField()
    until_s = models.BigIntegerField(null=True)
    seen_s = models.BigIntegerField()
    good_s = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility"], condition=Q(until_s=None), name="one_span_open"),
            models.CheckConstraint(condition=Q(until_s=None) | Q(until_s__gte=F("from_s")), name="span_forward"),
            models.CheckConstraint(condition=Q(health="UP", good_s__isnull=False) | Q(health="DOWN", good_s=None), name="up_is_good_until"),
        ]
        indexes = [models.Index(fields=["facility", "from_s", "until_s", "good_s", "health"], name="span_of_facility")]


class DaySum(models.Model):
    """How many things of a kind came into service, up and down on a day, less those that went out of it, each with the seconds left of
    that day: see :mod:`zengyi.facilities.rules.sums`. Kept by the steps that write spans, so that nobody adds spans up."""

    community = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    day = models.IntegerField(help_text="in Shanghai, counted from 1970")
    service = models.IntegerField()
    service_s = models.BigIntegerField()
    up = models.IntegerField()
    up_s = models.BigIntegerField()
    down = models.IntegerField()
    down_s = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "kind", "day"], name="one_sum_a_day")]
