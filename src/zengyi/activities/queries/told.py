"""What an occasion came to, as it may be told in public: how many came, never who; and whether pictures of its children may be shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from zengyi.activities.models import Attendee, Consent, Occasion, SignUp
from zengyi.activities.rules.minors import FREE
from zengyi.activities.rules.programme import OccasionState, SlotRole
from zengyi.activities.rules.signing import SignUpState
from zengyi.core.ids import ID_MOST
from zengyi.people.rules import Actor, check_role

SHOWN_MOST = 20


@dataclass(frozen=True, slots=True)
class Held:
    """An occasion whose roll is closed, or a drill that was put down."""

    id: int
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """Its roll as numbers: people, of whom some helped and some are children."""

    people: int
    helpers: int
    children: int


def held(community_id: int, *, since: datetime, by: Actor) -> list[Held]:
    """What a community led and put down since then, the newest first: occasions by their roll, drills by their record. One statement."""
    check_role(by, "activity.read")
    over = Q(state=OccasionState.CLOSED) | Q(drill__isnull=False)
    rows = Occasion.objects.filter(over, community_id=community_id, starts_at__gt=since)
    return [Held(*row) for row in rows.order_by("-starts_at", "-pk").values_list("pk", "activity__title", "starts_at")[:SHOWN_MOST]]


def with_children(community_id: int, *, since: datetime, by: Actor) -> list[Held]:
    """The occasions of a community since then to which children came, the newest first: pictures may show them. One statement."""
    check_role(by, "activity.read")
    rows = Occasion.objects.filter(state=OccasionState.CLOSED, community_id=community_id, starts_at__gt=since, activity__minors=True)
    rows = rows.filter(Exists(_there(OuterRef("pk")).exclude(band="")))
    return [Held(*row) for row in rows.order_by("-starts_at", "-pk").values_list("pk", "activity__title", "starts_at")[:SHOWN_MOST]]


def came(occasion_id: int, *, by: Actor) -> Came | None:
    """How many came by its closed roll; ``None`` where nobody did, and once its children are deleted, since nobody can count them then.

    One statement.
    """
    check_role(by, "activity.read")
    if not 0 < occasion_id <= ID_MOST:
        return None
    there = Q(occasion__state=OccasionState.CLOSED) & ~Q(occasion__activity__minors=True, occasion__forgot_at__isnull=False)
    found = (
        _there(occasion_id)
        .filter(there)
        .aggregate(
            people=Count("pk"),
            helpers=Count("pk", filter=Q(sign_up__slot__role=SlotRole.HELPER)),
            children=Count("pk", filter=~Q(band="")),
        )
    )
    return Came(**found) if found["people"] else None


def unconsented(occasion_id: int) -> int | None:
    """For how many children who came a guardian has not agreed to pictures being taken and published.

    ``None`` once that can't be known: guardians' answers are deleted with all else about the children. Two statements.
    """
    forgotten = Occasion.objects.filter(pk=occasion_id, activity__minors=True, forgot_at__isnull=False)
    return None if forgotten.exists() else unagreed(occasion_id).count()


def unagreed(occasion_id: int | F) -> "QuerySet[Attendee]":
    """The children who came and of whom no picture may be shown. ``occasion_id``: a number, or a column of the statement around."""
    stands = Consent.objects.filter(attendee_id=OuterRef("pk"), given=True, withdrawn_at=None)
    missing = [Q(~Exists(stands.filter(purpose=purpose))) for purpose in FREE]
    return _there(occasion_id).exclude(band="").filter(reduce(or_, missing))


def taken_back(occasion_id: int | F, since: F) -> Q:
    """A condition for statements about published pieces with pictures of an occasion: since they were published a guardian has taken back a
    consent, or a child came who may not be shown. ``occasion_id``, ``since``: columns of that statement.

    The sign-up keeps when a consent was taken back, so this holds after the child or the answers are deleted.
    """
    told = SignUp.objects.filter(occasion_id=occasion_id, taken_back_at__gte=since)
    return Q(Exists(told)) | Q(Exists(unagreed(occasion_id)))


def last_taken_back(occasion_id: int | F) -> Subquery:
    """When a guardian last took back a consent to pictures of an occasion: a column for a statement, empty where nobody did."""
    rows = SignUp.objects.filter(occasion_id=occasion_id, taken_back_at__isnull=False).order_by("-taken_back_at")
    return Subquery(rows.values("taken_back_at")[:1])


def taken_back_on(sign_up_ids: Collection[int]) -> dict[int, int]:
    """By sign-up, for those of these on which a consent to pictures was taken back: its occasion. One statement."""
    rows = SignUp.objects.filter(pk__in=sign_up_ids, taken_back_at__isnull=False)
    return dict(rows.values_list("pk", "occasion_id"))


def _there(occasion_id: int | F) -> "QuerySet[Attendee]":
    return Attendee.objects.filter(occasion_id=occasion_id, minutes__gt=0, sign_up__state=SignUpState.CONFIRMED)
