"""The ledger. A book is a community's accounts and postings; a book sums to zero."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.bank import rules
from zengyi.core.guards import NotPrepared


class Account(models.Model):
    """One side of postings. ``balance`` = credits − debits, kept in the posting's transaction; not kept on ISSUE accounts,
    where one shared row would make every writer wait for the others.
    """

    kind = models.CharField(max_length=10, choices=rules.AccountKind.choices)
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("people.Member", null=True, on_delete=models.PROTECT, related_name="accounts")
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="accounts")
    label = models.CharField(max_length=40, default="", help_text="the order's number on a DIFFICULTY account")
    balance = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], condition=Q(member__isnull=False), name="one_account_per_member"),
            models.UniqueConstraint(
                fields=["organisation", "community"], condition=Q(organisation__isnull=False), name="one_account_per_unit"
            ),
            models.UniqueConstraint(fields=["community"], condition=Q(kind="ISSUE"), name="one_issue_account"),
            models.CheckConstraint(
                condition=Q(kind="BASE", member__isnull=False, organisation=None)
                | Q(kind="GAIN", member__isnull=False, organisation=None)
                | Q(kind="GAIN", member=None, organisation__isnull=False)
                | Q(kind__in=["DIFFICULTY", "ISSUE"], member=None, organisation=None),
                name="account_holder",
            ),
            models.CheckConstraint(condition=~Q(kind="DIFFICULTY") | Q(balance__gte=0), name="difficulty_not_below_zero"),
            models.CheckConstraint(condition=~Q(kind="ISSUE") | Q(balance=0), name="issue_keeps_no_balance"),
        ]
        indexes = [models.Index(fields=["community", "kind", "-balance", "id"], name="account_top")]


class Postings(models.QuerySet["Posting"]):
    """Look-up of postings."""

    def with_facts(self) -> "Postings":
        """With what :attr:`Posting.facts` needs."""
        waiting = Correction.objects.filter(posting=models.OuterRef("pk"), state=rules.ProposalState.PROPOSED)
        return self.annotate(reversal=F("reversed_by"), is_proposed=models.Exists(waiting))


class Posting(models.Model):
    """Points moved from one account to another. Immutable: a correction is an exact mirror with ``reverses`` set."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=rules.PostingKind.choices)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    points = models.PositiveIntegerField()
    key = models.CharField(max_length=80, unique=True, help_text="names the fact posted, so that it cannot be posted twice")
    rule = models.CharField(max_length=8, default="")
    memo = models.CharField(max_length=120, default="")
    occurred_on = models.DateField(help_text="the day of the deed, which decides its quarter")
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    reversed_kind = models.CharField(
        max_length=10,
        default="",
        db_default="",
        choices=rules.PostingKind.choices,
        help_text="of what it reverses, so that sums need not look it up",
    )

    objects = Postings.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="points_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="two_different_accounts"),
            models.CheckConstraint(
                condition=Q(kind="REVERSAL", reverses__isnull=False) & ~Q(reversed_kind="")
                | ~Q(kind="REVERSAL") & Q(reverses=None, reversed_kind=""),
                name="reversal_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "id"], name="posting_of_debit"),
            models.Index(fields=["credit", "id"], name="posting_of_credit"),
            # Holds all that the sums of a quarter ask for, so that they never read the rows themselves.
            models.Index(
                fields=["community", "occurred_on", "kind", "reversed_kind", "points"],
                name="posting_of_difficulty",
                condition=Q(kind__in=["TRIAGE", "CONFIRM", "REVERSAL"]),
            ),
        ]

    @property
    def facts(self) -> rules.PostingFacts:
        """What the rule about corrections needs to know; raises :class:`NotPrepared` unless it was read ``with_facts()``."""
        if not hasattr(self, "is_proposed"):
            raise NotPrepared("the posting was not read with_facts()")
        read: Any = self
        return rules.PostingFacts(self.community_id, self.kind, is_reversed=read.reversal is not None, is_proposed=read.is_proposed)


class RollCall(models.Model):
    """Who was there: a branch meeting, a party lecture, a month's dues. Proposed by one person, posted by another."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("people.Branch", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=8)
    held_on = models.DateField()
    note = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=10, choices=rules.RollCallState.choices, default=rules.RollCallState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "rule", "held_on"], condition=~Q(state="REJECTED"), name="one_roll_call_per_meeting"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="roll_call_second_person"),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="roll_call_decision_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-held_on", "-id"], name="roll_call_by_day"),
            models.Index(fields=["community", "proposed_at"], name="roll_call_waiting", condition=Q(state="PROPOSED")),
        ]


class RollCallEntry(models.Model):
    """One member on a roll-call. ``points`` is what was posted; overflow beyond a cap is zero, with the reason."""

    roll_call = models.ForeignKey(RollCall, on_delete=models.CASCADE, related_name="entries")
    member = models.ForeignKey("people.Member", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=8, choices=rules.Mark.choices)
    points = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roll_call", "member"], name="one_mark_per_member")]
        indexes = [
            models.Index(fields=["member", "roll_call"], name="mark_of_member"),
            models.Index(fields=["roll_call"], name="mark_held", condition=Q(note="HELD")),
        ]


class Correction(models.Model):
    """A posting that somebody proposes to reverse; another person decides."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="corrections")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=rules.CorrectionState.choices, default=rules.CorrectionState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting"], condition=~Q(state="REJECTED"), name="one_open_correction"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="correction_second_person"),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="correction_decision_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="correction_of_community"),
            models.Index(fields=["community", "proposed_at"], name="correction_waiting", condition=Q(state="PROPOSED")),
        ]


class Quarter(models.Model):
    """A community's quarter on its way to being sealed. A quarter without a row is open.

    ``statement`` is the frozen text that every outlet is made from, ``inside`` what only the branch may read, ``digits`` those of the
    statement. From publication on a trigger on the postings refuses any that is dated between ``first`` and ``last``.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    quarter = models.CharField(max_length=6, help_text="such as 2026Q3")
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=10, choices=rules.QuarterState.choices, default=rules.QuarterState.OPEN)
    savers = models.PositiveSmallIntegerField(default=rules.SAVERS_USUAL, help_text="how many savers are named at most")
    salt = models.CharField(max_length=64, help_text="keeps the members' points from being guessed from their digest")
    statement = models.TextField(default="")
    inside = models.TextField(default="")
    digits = models.CharField(max_length=60, default="")
    tallied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    tallied_at = models.DateTimeField(null=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    objections_until = models.DateField(null=True, help_text="the last day on which objections are taken")
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "quarter"], name="one_row_per_quarter"),
            models.CheckConstraint(condition=Q(published_by=None) | ~Q(published_by=F("prepared_by")), name="published_by_second_person"),
            models.CheckConstraint(condition=Q(sealed_by=None) | ~Q(sealed_by=F("prepared_by")), name="sealed_by_second_person"),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "TALLIED"], prepared_at=None, published_at=None, sealed_at=None)
                | Q(state="PREPARED", prepared_at__isnull=False, published_at=None, sealed_at=None)
                | Q(state="PUBLISHED", prepared_at__isnull=False, published_at__isnull=False, sealed_at=None)
                | Q(state="SEALED", prepared_at__isnull=False, published_at__isnull=False, sealed_at__isnull=False),
                name="quarter_dates_of_state",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, objections_until=None) | Q(published_at__isnull=False, objections_until__isnull=False),
                name="objections_from_publication",
            ),
        ]


class Objection(models.Model):
    """What somebody says is wrong with a published quarter, and what the community answered.

    ``text``, ``answer`` and ``review`` are between the objector and the community; ``public`` is the sentence without names that is
    published with the quarter.
    """

    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="objections")
    number = models.PositiveSmallIntegerField(help_text="counted for each quarter")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=rules.WHO_MOST, default="", help_text="who it was, as written down at the desk")
    channel = models.CharField(max_length=6, choices=rules.ObjectionChannel.choices)
    text = models.CharField(max_length=rules.OBJECTION_MOST)
    state = models.CharField(max_length=10, choices=rules.ObjectionState.choices, default=rules.ObjectionState.OPEN)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_due = models.DateField()
    answer = models.CharField(max_length=rules.OBJECTION_MOST, default="")
    public = models.CharField(max_length=rules.REASON_MOST, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="when whoever objected had read the last answer, or was told of it")
    contested_at = models.DateTimeField(null=True)
    review_due = models.DateField(null=True)
    review = models.CharField(max_length=rules.OBJECTION_MOST, default="")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter", "number"], name="one_objection_per_number"),
            models.CheckConstraint(condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("answered_by")), name="review_second_person"),
            models.CheckConstraint(
                condition=Q(state="OPEN", answered_at=None, contested_at=None, reviewed_at=None)
                | Q(state="ANSWERED", answered_at__isnull=False, contested_at=None, reviewed_at=None)
                | Q(state="CONTESTED", answered_at__isnull=False, contested_at__isnull=False, reviewed_at=None)
                | Q(state="REVIEWED", answered_at__isnull=False, contested_at__isnull=False, reviewed_at__isnull=False),
                name="objection_dates_of_state",
            ),
            models.CheckConstraint(condition=Q(told_at=None) | Q(answered_at__isnull=False), name="told_of_an_answer"),
        ]
        indexes = [
            models.Index(fields=["person", "quarter"], name="objection_of_person", condition=Q(person__isnull=False)),
        ]


class RuleVersion(models.Model):
    """A community's own version of a rule: proposed by one person, adopted by another, in force from a day on."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=rules.RuleKind.choices)
    name = models.CharField(max_length=60)
    step = models.CharField(max_length=12, choices=rules.Step.choices, default="")
    duty = models.CharField(max_length=12, default="")
    points = models.PositiveSmallIntegerField()
    levels = models.JSONField(default=list, help_text="the points there are to choose from; empty: always `points`")
    unit = models.CharField(max_length=12, choices=rules.Unit.choices)
    cap_activity = models.PositiveSmallIntegerField(null=True)
    cap_quarter = models.PositiveSmallIntegerField(null=True)
    cap_year = models.PositiveSmallIntegerField(null=True)
    entry = models.CharField(max_length=10, choices=rules.Entry.choices)
    evidence = models.CharField(max_length=8, choices=rules.Evidence.choices)
    attester = models.CharField(max_length=12, choices=rules.Attester.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the last day")
    why = models.CharField(max_length=200, help_text="why the rule changes, for the public page")
    state = models.CharField(max_length=8, choices=rules.RuleState.choices, default=rules.RuleState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", help_text="why it was sent back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], condition=Q(state="PROPOSED"), name="one_proposed_version"),
            models.UniqueConstraint(fields=["community", "code", "valid_from"], condition=Q(state="ADOPTED"), name="one_version_a_day"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="version_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="version_second_person"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | ~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="version_decision_paired",
            ),
        ]
