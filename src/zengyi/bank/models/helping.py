"""Help that was given and confirmed: who helped whom, what it was worth, and what it brought."""

from django.db import models
from django.db.models import F, Q

from zengyi.bank import rules
from zengyi.bank.models.ledger import Account


class Help(models.Model):
    """What one helper did about one difficulty. ``points`` are those that stand on the books, ``worth`` their share of the difficulty.

    Where ``points`` are fewer, ``short`` says why. Taken back, ``points`` are 0 and it no longer counts among the pair's.
    """

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="helps", help_text="the difficulty's")
    asker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("people.Member", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    occurred_on = models.DateField(help_text="the day of the confirmation, which decides the quarter")
    worth = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()
    short = models.CharField(max_length=8, choices=rules.Short.choices, default="")
    confirmed_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(member=None) ^ Q(organisation=None), name="help_of_one"),
            models.CheckConstraint(condition=Q(points__lte=F("worth"), worth__gt=0), name="help_within_its_worth"),
            models.CheckConstraint(condition=Q(reversed_at=None) | Q(points=0), name="help_taken_back_brings_nothing"),
            models.CheckConstraint(
                condition=Q(short="", points=F("worth")) | ~Q(short="") | Q(reversed_at__isnull=False), name="help_short_has_reason"
            ),
            models.UniqueConstraint(fields=["account", "member"], condition=Q(reversed_at=None), name="one_help_of_member"),
            models.UniqueConstraint(fields=["account", "organisation"], condition=Q(reversed_at=None), name="one_help_of_unit"),
        ]
        indexes = [
            # What a pair has had in a quarter: all of it stands in the index.
            models.Index(fields=["asker", "member", "occurred_on", "reversed_at"], name="help_of_pair"),
            models.Index(fields=["asker", "organisation", "occurred_on", "reversed_at"], name="help_of_pair_unit"),
            models.Index(fields=["community", "occurred_on", "asker", "member"], name="help_of_quarter"),
        ]
