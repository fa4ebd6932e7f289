"""Ballots: what is put to the vote, who may vote, what each said, and who stands for whom.

What somebody said is encrypted, so that neither a backup nor the trail's digests tell it, and nothing adds it up before closing.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.core.secrets import EncryptedTextField
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules.methods import Method, Share
from zengyi.councils.rules.owners import Subject
from zengyi.councils.rules.packs import RulePack


class Ballot(models.Model):
    """A vote. From opening on its electorate, its rules and its wording stay as they are.

    ``cast``: how many answers came, those that were replaced included; counting up in it takes turns with closing. ``heads`` and
    ``area`` (hundredths of a square metre) are those of the electorate. ``result`` is written once, at closing, with the digest of what
    was counted.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    topic = models.ForeignKey("councils.Topic", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.TextField(max_length=rules.TEXT_MOST, default="")
    method = models.CharField(max_length=10, choices=Method.choices)
    subject = models.CharField(max_length=13, choices=Subject.choices, default="", help_text="of owners' votes only")
    place = models.ForeignKey("people.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="the part concerned")
    amount = models.BigIntegerField(null=True, help_text="cents, from the fund")
    options = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField(default=0, help_text="most for an option, or dots in a hand")
    passes = models.CharField(max_length=5, choices=Share.choices, default=Share.HALF, help_text="of those who vote, for a show of hands")
    quorum = models.CharField(max_length=5, choices=Share.choices, default=Share.NONE, help_text="of all, where no law says it")
    pack = models.JSONField(null=True, help_text="the rules it is held by, as they were; owners' votes only")
    state = models.CharField(max_length=6, choices=rules.BallotState.choices, default=rules.BallotState.DRAFT)
    heads = models.PositiveIntegerField(default=0)
    area = models.BigIntegerField(default=0)
    cast = models.PositiveIntegerField(default=0)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    noticed_on = models.DateField(null=True, help_text="since when its notice has hung")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why before its end")
    adopted = models.BooleanField(null=True, help_text="nothing before closing, and where options were weighed")
    posted_on = models.DateField(null=True, help_text="since when its result has hung; owners' votes only")
    result = models.JSONField(null=True)
    digest = models.CharField(max_length=64, default="", help_text="SHA-256 of the votes that were counted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "year", "sequence"], name="one_ballot_per_number"),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, result__isnull=False) & ~Q(digest="")
                | ~Q(state="CLOSED") & Q(closed_at=None, result=None, adopted=None, digest=""),
                name="ballot_result_only_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", opened_at=None) | ~Q(state="DRAFT") & Q(opened_at__isnull=False), name="ballot_opened_paired"
            ),
            models.CheckConstraint(
                condition=Q(method="owner_dual", pack__isnull=False) & ~Q(subject="") | ~Q(method="owner_dual") & Q(subject=""),
                name="ballot_of_owners_has_rules",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="ballot_of_community"),
            models.Index(fields=["closes_at"], name="ballot_due", condition=Q(state="OPEN")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people use: year and running number within the community."""
        return f"{self.year}-{self.sequence:02d}"

    @property
    def rule_pack(self) -> RulePack | None:
        """The rules it is held by; owners' votes only."""
        return RulePack.from_data(self.pack) if self.pack else None

    def facts(self, path: str = "", *, electors: int, returned: int, own: Iterable[int] = ()) -> rules.BallotFacts:
        """What the guards need to know. ``own``: the reader, where they are an elector."""
        return rules.BallotFacts(
            self.community_id,
            path,
            rules.BallotState(self.state),
            Method(self.method),
            electors,
            returned,
            self.closes_at,
            self.rule_pack,
            frozenset(own),
        )


class Elector(models.Model):
    """One who may vote, once: an owner with all that is theirs, or somebody at the table.

    ``position``: their number in the list, which also stands on their paper. ``stair``: where their door is looked for; the flats
    themselves are encrypted, as ``[[unit, area], …]`` in JSON.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="electors")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=rules.NAME_MOST)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", help_text="who votes online as them")
    developer = models.BooleanField(default=False)
    area = models.BigIntegerField(default=0, help_text="hundredths of a square metre")
    weight = models.PositiveIntegerField(default=1)
    stair = models.CharField(max_length=rules.STAIR_MOST, default="")
    flats = EncryptedTextField(default="")
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True, help_text="when their first answer came")
    sold = models.PositiveSmallIntegerField(default=0, help_text="how often the flat was sold while the vote was open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "position"], name="one_elector_per_line"),
            models.UniqueConstraint(fields=["ballot", "person"], name="one_elector_per_person"),
            models.CheckConstraint(condition=Q(weight__gt=0, area__gte=0), name="elector_counts"),
        ]
        indexes = [models.Index(fields=["person"], name="elector_to_vote", condition=Q(returned_at=None))]


class Mandate(models.Model):
    """A written mandate: somebody votes for an elector. For one ballot; it stays when it is taken back."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="+")
    principal = models.ForeignKey(Elector, on_delete=models.PROTECT, related_name="mandates")
    holder = models.CharField(max_length=rules.NAME_MOST, help_text="who votes for them")
    paper = models.CharField(max_length=rules.PAPER_MOST, help_text="where the written mandate is kept")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal"], condition=Q(revoked_at=None), name="one_mandate_per_principal"),
            models.CheckConstraint(condition=~Q(paper=""), name="mandate_is_written"),
        ]
        indexes = [models.Index(fields=["ballot", "holder"], name="mandate_of_holder", condition=Q(revoked_at=None))]


class Stance(models.Model):
    """What an elector said. The latest of each side counts; those before it stay. ``receipt`` is what the voter keeps."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="stances")
    elector = models.ForeignKey(Elector, on_delete=models.PROTECT, related_name="stances")
    side = models.CharField(max_length=6, choices=rules.Side.choices)
    latest = models.BooleanField(default=True)
    answer = EncryptedTextField()
    reason = EncryptedTextField(default="")
    channel = models.CharField(max_length=6, choices=rules.VoteChannel.choices)
    read_back = models.BooleanField(default=False, help_text="whoever entered it read it back")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")
    receipt = models.CharField(max_length=10)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["elector", "side"], condition=Q(latest=True), name="one_stance_per_elector_and_side"),
            models.UniqueConstraint(fields=["ballot", "receipt"], name="one_stance_per_receipt"),
            models.CheckConstraint(condition=Q(channel__in=["ONLINE", "PAPER"]) | Q(read_back=True), name="spoken_stance_read_back"),
            models.CheckConstraint(
                condition=Q(side="PAPER", channel="PAPER") | Q(side="DIRECT") & ~Q(channel="PAPER"), name="stance_side_of_channel"
            ),
        ]
        indexes = [models.Index(fields=["ballot", "id"], name="stance_to_count", condition=Q(latest=True))]


def count_in(ballot_id: int, at: datetime) -> bool:
    """Count one more answer, if the ballot is still open; returns whether it is. The row stays locked: until the step ends nobody can close
    the ballot."""
    still = Ballot.objects.filter(pk=ballot_id, state=rules.BallotState.OPEN).exclude(closes_at__lte=at)
    return bool(still.update(cast=F("cast") + 1))
