"""Tables of orders, their claims and photos. An order's history is its audit events."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.core.guards import NotPrepared
from zengyi.core.rows import Rows, moment_of, structure
from zengyi.core.secrets import EncryptedTextField
from zengyi.orders import rules
from zengyi.people.queries import first_person, makers_of
from zengyi.people.rules import Actor, Role, Target, known


class Counter(models.Model):
    """The last order number given out, per community and year; raised by one conditional statement."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "year"], name="one_counter_per_year")]


#: Who is behind an order, by person and by login.
_BEHIND = {
    "asker": ("requester", "requester__user"),
    "placer": ("placed_by__person", "placed_by"),
    "weigher": ("triaged_by__person", "triaged_by"),
}
_TAKEN_FROM = (*(f"{name}_{what}" for name in _BEHIND for what in ("person", "household", "unit", "contact")), "excluded")
ASKER = (*_TAKEN_FROM, "placer_makers", "weigher_makers", "confirmer_makers")
#: The columns that matter when somebody claims: who made a login matters only when somebody confirms.
ASKER_FOR_UNIT = _TAKEN_FROM
#: The same for a member: of the organisations behind an order only the asker's keep a member away.
ASKER_FOR_MEMBER = (
    *("asker_person", "asker_household", "asker_unit", "asker_contact"),
    *("placer_person", "placer_household", "weigher_person", "weigher_household", "excluded"),
)


class Orders(models.QuerySet["Order"]):
    """Look-up of orders."""

    def with_asker(self, names: Sequence[str] = ASKER) -> "Orders":
        """Add the columns of these names, which :meth:`Order.asker` needs."""
        logins = {"placer_makers": "placed_by_id", "weigher_makers": "triaged_by_id", "confirmer_makers": "confirmed_by_id"}
        columns: dict[str, Any] = {name: makers_of(login) for name, login in logins.items()}
        excluded = Exclusion.objects.filter(order_id=models.OuterRef("pk"))
        columns["excluded"] = Rows(excluded, id="pk", unit="organisation_id", name="organisation__short_name", complaint="complaint")
        for name, (person, user) in _BEHIND.items():
            grants = f"{user}__grants"
            contact = Order.objects.filter(**{"pk": models.OuterRef("pk"), f"{grants}__role": Role.ORGANISATION})
            columns |= {
                f"{name}_person": F(f"{person}__id"),
                f"{name}_household": F(f"{person}__household_index"),
                f"{name}_unit": F(f"{person}__member__unit_id"),
                f"{name}_contact": Rows(
                    contact, unit=f"{grants}__organisation_id", since=f"{grants}__starts_at", until=f"{grants}__ends_at"
                ),
            }
        return self.annotate(**{name: columns[name] for name in names})


class Order(models.Model):
    """A difficulty somebody has, and its way to being confirmed as solved."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=rules.Kind.choices)
    source = models.CharField(max_length=10, choices=rules.Source.choices)
    category = models.CharField(max_length=8, choices=rules.Category.choices)
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=2000)
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="building or spot")
    spot = models.CharField(max_length=60, default="", help_text="where exactly, in words; never a door number")
    urgency = models.PositiveSmallIntegerField(choices=rules.Urgency.choices, default=rules.Urgency.WEEK)
    state = models.CharField(max_length=10, choices=rules.State.choices, default=rules.State.PLACED)
    outcome = models.CharField(max_length=10, choices=rules.Outcome.choices, default="")
    difficulty = models.PositiveSmallIntegerField(null=True, help_text="points; set at triage")
    places = models.PositiveSmallIntegerField(default=1, help_text="how many people are needed")
    taken = models.PositiveSmallIntegerField(default=0, help_text="places claimed; an organisation takes all of them")
    account = models.OneToOneField("bank.Account", null=True, on_delete=models.PROTECT, related_name="+")
    requester = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="orders")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    triaged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=6, choices=rules.Channel.choices, default=rules.Channel.SELF)
    contact = EncryptedTextField(default="", help_text="phone for this order; the community and, after claiming, the claimant see it")
    anonymous = models.BooleanField(default=False)
    private = models.BooleanField(default=False, help_text="kept off public lists")
    needs = models.CharField(max_length=200, default="", help_text="materials or skills wanted")
    provides = models.CharField(max_length=200, default="", help_text="what the community provides")
    placed_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True, help_text="first claim")
    delivered_at = models.DateTimeField(null=True)
    delivery_text = models.CharField(max_length=1000, default="")
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Null where there is nothing to tell: SQLite would otherwise rebuild the table and lose its triggers.
    reopened = models.PositiveSmallIntegerField(null=True, help_text="how often it was opened again")
    drawn = models.BooleanField(null=True, help_text="whoever asked is to be rung up again")
    called = models.CharField(max_length=10, choices=rules.CallOutcome.choices, null=True, help_text="what came of it")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    search = models.TextField(default="", help_text="bigrams of title, text and place without what is personal in them")
    inner_search = models.TextField(
        null=True, help_text="all the bigrams, where something personal was among them; only for the community's own search"
    )
    objects = Orders.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "year", "sequence"], name="one_order_per_number"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="places_not_oversold"),
            models.CheckConstraint(
                # NULL > 0 is NULL, and a CHECK that yields NULL passes: without "is not null" a row without difficulty could be written.
                condition=Q(difficulty=None, account=None) | Q(difficulty__isnull=False, difficulty__gt=0, account__isnull=False),
                name="difficulty_has_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["CONFIRMED", "CLOSED"], ended_at__isnull=False)
                | ~Q(state__in=["CONFIRMED", "CLOSED"]) & Q(ended_at=None),
                name="order_end_paired",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False), name="order_outcome_paired"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) & ~Q(outcome="MERGED") | Q(merged_into__isnull=False, outcome="MERGED"),
                name="merged_is_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due_at", "id"], name="order_queue"),
            # For lists, newest first: the filters are columns of the index, so that rows that do not fit are never read.
            models.Index(fields=["community", "-id", "state", "kind", "category"], name="order_of_community"),
            models.Index(fields=["requester", "-id"], name="order_of_requester"),
            models.Index(fields=["placed_by", "-id"], name="order_of_placer"),
            models.Index(fields=["place", "-id"], name="order_at_place"),
            models.Index(fields=["state", "reminded_at", "id"], name="order_reminders"),
            # Those under way, district by district, read off the index alone; ended ones are counted in EndedSum.
            models.Index(
                fields=["community", "state", "due_at", "placed_at", "triaged_at", "published_at", "claimed_at", "delivered_at"],
                name="order_under_way",
                condition=Q(ended_at=None),
            ),
            models.Index(fields=["sequence", "year"], name="order_by_number"),
            # The newest in a state, wherever they are. Without it SQLite sorts all confirmed orders to find the last few.
            models.Index(fields=["state", "-id"], name="order_of_state"),
            models.Index(fields=["community", "state", "ended_at", "id"], name="order_drawn", condition=Q(drawn=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people use: year and running number within the community."""
        return f"{self.year}-{self.sequence:04d}"

    def asker(self, at: datetime) -> rules.Asker:
        """Who is behind the order, with the organisations whose contact they are at ``at``, and the makers of their logins.

        Raises :class:`NotPrepared` unless the order was read ``with_asker()``.
        """
        return rules.Asker(
            **{name: _somebody(self, name, at) for name in _BEHIND},
            placed=first_person(self.placed_by_id, _read(self, "placer_makers"), at),
            weighed=first_person(self.triaged_by_id, _read(self, "weigher_makers"), at),
            excluded=known(*(row["unit"] for row in self.excluded_rows)),
        )

    @property
    def excluded_rows(self) -> list[dict[str, Any]]:
        """The organisations that whoever asked keeps away, the oldest first. Read ``with_asker()``."""
        return sorted(structure(_read(self, "excluded")) or [], key=lambda row: int(row["id"]))

    def target(self, path: str, claims: Iterable[rules.ClaimFacts], states: Sequence[str] = rules.HOLDING) -> Target:
        """What the table of roles needs to know; ``path`` is the community's. Claims in ``states`` make it somebody's."""
        held = [claim for claim in claims if claim.state in states]
        return Target(
            community_id=self.community_id,
            path=path,
            person_ids=frozenset({self.requester_id}),
            member_ids=known(*(claim.member_id for claim in held)),
            organisation_ids=known(*(claim.organisation_id for claim in held)),
            shown=rules.on_view(self.state, private=self.private),
        )

    def target_asker(self, path: str, claims: Iterable[rules.ClaimFacts]) -> Target:
        """The same for who asked, open to those at work now. Whoever gave no name stays unknown to them, too: the desk passes on what
        there is to say."""
        return self.target(path, () if self.anonymous else claims, (rules.ClaimState.ACTIVE,))

    def situation(self, target: Target, *, by: Actor, at: datetime, is_held: bool, **read: Any) -> rules.Situation:
        """The order as the guards look at it, with whatever else was ``read`` of a :class:`rules.Situation`."""
        return rules.Situation(
            by=by,
            at=at,
            target=target,
            state=rules.State(self.state),
            places=self.places,
            taken=self.taken,
            placed_by_id=self.placed_by_id,
            triaged_by_id=self.triaged_by_id,
            delivered_at=self.delivered_at,
            reminders=self.reminders,
            reminded_at=self.reminded_at,
            been_shown=rules.been_on_view(self.state, private=self.private, published_at=self.published_at),
            behind=self.asker(at),
            is_held=is_held,
            words=tuple(getattr(self, name) for name in rules.WORDS),
            confirmed=first_person(self.confirmed_by_id, _read(self, "confirmer_makers"), at),
            drawn=bool(self.drawn),
            called=self.called or "",
            **read,
        )


def is_taken_back(order: Order, left: int | None) -> bool:
    """Whether all that an order's confirmation brought is taken back; ``left`` points are open on its difficulty account."""
    return order.state == rules.State.CONFIRMED and bool(order.difficulty) and left == order.difficulty


def _read(order: Order, name: str) -> Any:  # noqa: ANN401 - of whatever type that column is
    try:
        return getattr(order, name)
    except AttributeError as missing:
        raise NotPrepared(f"{name}: the order was not read with_asker()") from missing


def _somebody(order: Order, name: str, at: datetime) -> rules.Somebody:
    person, household, unit, contact = (_read(order, f"{name}_{what}") for what in ("person", "household", "unit", "contact"))
    in_force = (g for g in contact or [] if moment_of(g["since"]) <= at and (g["until"] is None or at < moment_of(g["until"])))
    units = known(unit, *(grant["unit"] for grant in in_force))
    return rules.Somebody(person, None if household is None else bytes(household), units)


class Origin(models.Model):
    """What an order arose from that nobody placed by hand: something of a package above, named by its kind and its id."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="origin")
    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=80, help_text="in a few words, for everybody who sees the order")

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id", "order"], name="origin_of")]


class Claim(models.Model):
    """A member's or an organisation's hold on an order: proposed by the dispatcher, or taken."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims")
    community = models.ForeignKey(
        "people.Place",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="the order's, so that it need not be looked up",
    )
    member = models.ForeignKey("people.Member", null=True, on_delete=models.PROTECT, related_name="claims")
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=8, choices=rules.ClaimState.choices)
    places = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who claimed, dispatched, or wrote down what was said",
    )
    claimed_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")
    points = models.PositiveSmallIntegerField(null=True, help_text="share set by the dispatcher, or what was posted in the end")
    on_time = models.BooleanField(null=True, help_text="set when it is done: the order was delivered before it was due")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(member=None) ^ Q(organisation=None), name="claim_of_one"),
            models.UniqueConstraint(
                fields=["order", "member"], condition=Q(state__in=["PROPOSED", "ACTIVE"]), name="one_open_claim_member"
            ),
            models.UniqueConstraint(
                fields=["order", "organisation"], condition=Q(state__in=["PROPOSED", "ACTIVE"]), name="one_open_claim_unit"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "ACTIVE"], ended_at=None)
                | ~Q(state__in=["PROPOSED", "ACTIVE"]) & Q(ended_at__isnull=False),
                name="claim_end_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="claim_of_order"),
            # For suggestions: what everybody holds and has done lately stands in the index, so that the table is not read.
            models.Index(fields=["community", "state", "claimed_at", "member", "organisation", "on_time"], name="claim_of_community"),
            models.Index(fields=["member", "state", "-id"], name="claim_of_member"),
            models.Index(fields=["organisation", "state", "-id"], name="claim_of_unit"),
            models.Index(fields=["lease_until", "id"], name="claim_lease", condition=Q(state__in=["PROPOSED", "ACTIVE"])),
        ]


class Exclusion(models.Model):
    """An organisation that whoever asked keeps away from an order, or that the order complains about."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="exclusions", db_index=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    complaint = models.BooleanField(default=False, help_text="the order complains about it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "organisation"], name="one_exclusion_per_unit")]
        indexes = [models.Index(fields=["organisation", "order"], name="exclusion_of_unit")]


def given_back(holder: str, mine: int) -> dict[str, Any]:
    """The columns of :class:`rules.GivenBack` for whoever claims as ``holder``. Claims that ended with their order have no reason."""
    newest = Claim.objects.filter(**{holder: mine}, state=rules.ClaimState.RELEASED).exclude(reason="").order_by("-ended_at")
    third = rules.GIVEN_BACK_MOST - 1
    return {
        "gave_back_here": models.Subquery(newest.filter(order_id=models.OuterRef("pk")).values("ended_at")[:1]),
        "gave_back_third": models.Subquery(newest.values("ended_at")[third : third + 1]),
    }


class Sent(models.Model):
    """A member whom a claiming organisation sent, with the points that go to the member; the rest stays with the organisation."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="sent")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "member"], name="one_share_per_sent_member")]


class Photo(models.Model):
    """A photo of an order, re-encoded without metadata; the file's name is its random id."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="photos")
    stage = models.CharField(max_length=8, choices=[("BEFORE", "BEFORE"), ("AFTER", "AFTER")])
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class EndedSum(models.Model):
    """How far the ended orders got that were placed in a community's quarter. A trigger keeps it when an order ends.

    ``quarter`` is its first day in Shanghai. ``waited``: microseconds from the announcement to the first claim, of ``waits`` orders.
    Several rows may share a quarter: on PostgreSQL whoever finds its row in another transaction's hands writes one more instead of waiting.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    quarter = models.DateField()
    placed = models.BigIntegerField()
    triaged = models.BigIntegerField()
    claimed = models.BigIntegerField()
    delivered = models.BigIntegerField()
    confirmed = models.BigIntegerField()
    waits = models.BigIntegerField()
    waited = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["quarter", "community"], name="sum_of_quarter")]
