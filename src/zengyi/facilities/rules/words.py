"""Words of facilities, rounds, checks and defects, and their limits."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

CODE_MOST, NAME_MOST, SPOT_MOST, NOTE_MOST = 20, 40, 60, 200
#: The greatest number on an estate's drawing, across and down.
DRAWN_MOST = 10_000
#: How many checks one upload may bring, how many stops a route may have, and how many facilities one import.
CHECKS_MOST, STOPS_MOST, FACILITIES_MOST = 200, 500, 5000
#: Photos of one check, photos of a facility itself, and how long a round's pass lets its phone upload after the login has ended.
PHOTOS_MOST, PICTURES_MOST = 4, 4
PASS_LASTS = timedelta(hours=48)
#: A round that was not begun is missed so long after its day has ended; one that was begun may still be handed in much longer.
GRACE = timedelta(hours=6)
GRACE_STARTED = timedelta(hours=72)
#: A defect at the same place within this time of its repair is a repeat of it.
REPEAT_WITHIN = timedelta(days=30)
#: A phone whose clock is further off than this is pointed out, never refused.
CLOCK_OFF = timedelta(minutes=5)
#: No elapsed time is longer than a week.
ELAPSED_MOST = 7 * 24 * 3600 * 1000


class FacilityState(TextChoices):
    """Where a facility stands in its life, and whether it works."""

    PLANNED = "PLANNED", _("还没装")
    IN_SERVICE = "IN_SERVICE", _("能用")
    DEGRADED = "DEGRADED", _("带病在用")
    DOWN = "DOWN", _("坏了")
    RETIRED = "RETIRED", _("已拆除")


#: States in which a facility is looked after and counts for availability.
LIVE = (FacilityState.IN_SERVICE, FacilityState.DEGRADED, FacilityState.DOWN)


class Schedule(TextChoices):
    """On which days a route is walked."""

    DAILY = "DAILY", _("每天")
    WORKDAYS = "WORKDAYS", _("工作日")
    WEEKLY = "WEEKLY", _("每周")


class RoundState(TextChoices):
    """Where a round stands."""

    SCHEDULED = "SCHEDULED", _("等人去查")
    STARTED = "STARTED", _("正在查")
    SUBMITTED = "SUBMITTED", _("已交，等复核")
    REVIEWED = "REVIEWED", _("复核过了")
    MISSED = "MISSED", _("没查")


class CheckResult(TextChoices):
    """What a check found. The last two never add up to a pass."""

    OK = "OK", _("好")
    FAIL = "FAIL", _("坏")
    NOT_REACHED = "NOT_REACHED", _("够不着")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("不适用")


class NotReached(TextChoices):
    """Why somebody could not get to it."""

    LOCKED = "LOCKED", _("门锁着")
    PARKED = "PARKED", _("车挡住")
    WATER = "WATER", _("积水")
    HIGH = "HIGH", _("太高")
    WORKS = "WORKS", _("在施工")


class NotApplicable(TextChoices):
    """Why a question has no answer today."""

    STOPPED = "STOPPED", _("今天停用")
    REMOVED = "REMOVED", _("已拆除")
    ELSEWHERE = "ELSEWHERE", _("不在这里")


class FacilityHealth(TextChoices):
    """What a span of time was for a facility; all other time in service is unknown."""

    UP = "UP", _("能用")
    DOWN = "DOWN", _("坏")


#: The item of a defect that no check has found: what others say lies at a cause.
CAUSE_ITEM = "CAUSE"
