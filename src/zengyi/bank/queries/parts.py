"""What a community's difficulty of a quarter is the sum of: posting by posting what came and went, account by account what stood open."""

from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from zengyi.bank.models import Account, Posting
from zengyi.bank.queries.entries import bounds
from zengyi.bank.queries.moved import NEW, REDUCED, moving
from zengyi.bank.rules import AccountKind, PostingKind


class Part(StrEnum):
    """A number of the equation opening + new − reduced = balance."""

    OPENING = "opening"
    NEW = "new"
    REDUCED = "reduced"
    BALANCE = "balance"


#: These two are moved by postings; the others stand open on accounts.
MOVED = {Part.NEW: NEW, Part.REDUCED: REDUCED}
_BROUGHT = Q(kind=PostingKind.TRIAGE) | Q(reversed_kind=PostingKind.CONFIRM)


def movements(community_id: int, quarter: str, part: Part) -> "QuerySet[Any]":
    """The postings that make up what was new or reduced in a quarter, the newest day first.

    ``change``: by how many points; ``difficulty``: the account of the difficulty. Raises :class:`NotThere` for a quarter that is none.
    """
    first, following = bounds(quarter)
    rows = moving().filter(community_id=community_id, occurred_on__gte=first, occurred_on__lt=following)
    difficulty = Case(When(_BROUGHT, then=F("credit_id")), default=F("debit_id"))
    return rows.annotate(change=MOVED[part], difficulty=difficulty).exclude(change=0).order_by("-occurred_on", "-pk")


def standing(community_id: int, quarter: str, part: Part) -> "QuerySet[Any]":
    """The difficulties that stood open when a quarter began or ended, the newest first. ``change``: with how many points.

    What it costs hangs on what moved since, not on all that ever was. Raises :class:`NotThere` for a quarter that is none.
    """
    first, following = bounds(quarter)
    day = first if part == Part.OPENING else following
    here = Account.objects.filter(community_id=community_id, kind=AccountKind.DIFFICULTY).order_by()
    since = moving().filter(community_id=community_id, occurred_on__gte=day)
    open_now = here.filter(balance__gt=0).values("pk")
    candidates = open_now.union(since.values("credit_id"), since.values("debit_id"))
    left = F("balance") - _since("credit_id", day) + _since("debit_id", day)
    return here.filter(pk__in=candidates).annotate(change=left).exclude(change=0).order_by("-pk")


def _since(side: str, day: date) -> Coalesce:
    rows = Posting.objects.filter(**{side: OuterRef("pk")}, occurred_on__gte=day).order_by().values(side).annotate(n=Sum("points"))
    return Coalesce(Subquery(rows.values("n")), 0, output_field=BigIntegerField())
