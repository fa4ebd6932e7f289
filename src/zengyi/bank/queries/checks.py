"""Proof that the ledger is right; ``zengyi ledger check`` prints it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import F, Q, Sum

from zengyi.bank.models import Account, Filing, Help, Posting, Quarter, WeekSum
from zengyi.bank.queries.moved import NEW, REDUCED, moving
from zengyi.bank.queries.snapshot import equation_between
from zengyi.bank.rules import CLOSED_STATES, AccountKind, PostingKind, digits_of, seal_of
from zengyi.core import clock, sql

_WRONG_BALANCES = """
SELECT a.id FROM bank_account a
LEFT JOIN (SELECT credit_id AS id, SUM(points) AS points FROM bank_posting GROUP BY credit_id) c ON c.id = a.id
LEFT JOIN (SELECT debit_id AS id, SUM(points) AS points FROM bank_posting GROUP BY debit_id) d ON d.id = a.id
WHERE a.kind <> 'ISSUE' AND a.balance <> COALESCE(c.points, 0) - COALESCE(d.points, 0)
"""
_BOOKS = """
SELECT a.community_id,
       SUM(CASE WHEN a.kind = 'ISSUE' THEN COALESCE(c.points, 0) - COALESCE(d.points, 0) ELSE a.balance END)
FROM bank_account a
LEFT JOIN (SELECT credit_id AS id, SUM(points) AS points FROM bank_posting GROUP BY credit_id) c ON c.id = a.id
LEFT JOIN (SELECT debit_id AS id, SUM(points) AS points FROM bank_posting GROUP BY debit_id) d ON d.id = a.id
GROUP BY a.community_id
"""
_DEEDS = """
SELECT f.id FROM bank_filing f
LEFT JOIN (
  SELECT l.filing_id, SUM(p.points) AS points FROM bank_filingposting l JOIN bank_posting p ON p.id = l.posting_id
  WHERE NOT EXISTS (SELECT 1 FROM bank_posting r WHERE r.reverses_id = p.id) GROUP BY l.filing_id
) s ON s.filing_id = f.id
WHERE f.points <> COALESCE(s.points, 0)
"""
_HELPS = """
SELECT h.account_id FROM (SELECT account_id, SUM(points) AS points FROM bank_help GROUP BY account_id) h
LEFT JOIN (
  SELECT p.debit_id, SUM(p.points) AS points FROM bank_posting p WHERE p.kind = 'CONFIRM'
  AND NOT EXISTS (SELECT 1 FROM bank_posting r WHERE r.reverses_id = p.id) GROUP BY p.debit_id
) s ON s.debit_id = h.account_id
WHERE h.points <> COALESCE(s.points, 0)
"""
SHOWN = 20
ONLY_ADDED = ("bank_posting", "bank_appraisalline")
TRIGGERS = {
    "refuse_posting_into_closed_quarter": ("bank_posting", "keeps postings out of closed quarters"),
    "keep_week_sums": ("bank_posting", "keeps the sums by week"),
    "refuse_update_on_decided_appraisal": ("bank_appraisal", "keeps decided appraisals as they are"),
}


@dataclass(slots=True)
class LedgerReport:
    """What was checked, and what was found wrong."""

    checked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check_ledger() -> LedgerReport:
    """Recompute every balance and every book, and look at every correction."""
    report = LedgerReport()
    accounts, postings = Account.objects.count(), Posting.objects.count()
    report.problems += [f"{table}: the triggers that refuse changes are missing" for table in sql.unguarded(*ONLY_ADDED)]
    report.problems += [
        f"{table}: the trigger that {does} is missing" for name, (table, does) in TRIGGERS.items() if name not in sql.triggers()
    ]
    report.problems += _wrong_statements()
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_BALANCES)
        wrong = [row[0] for row in cursor.fetchall()]
        cursor.execute(_BOOKS)
        books = cursor.fetchall()
        cursor.execute(_DEEDS)
        deeds = [row[0] for row in cursor.fetchall()]
        cursor.execute(_HELPS)
        helps = [row[0] for row in cursor.fetchall()]
    report.checked.append("sums of difficulty by week: kept = added up again")
    report.problems += _wrong_weeks()
    report.checked.append(f"{accounts} accounts: kept balance = sum of {postings} postings")
    report.problems += [f"account {pk}: balance is not the sum of its postings" for pk in wrong[:SHOWN]]
    report.checked.append(f"{len(books)} books: each sums to zero")
    report.problems += [f"book of community {community}: sums to {total}" for community, total in books if total]
    abroad = Posting.objects.exclude(community_id=F("debit__community_id")) | Posting.objects.exclude(
        community_id=F("credit__community_id")
    )
    report.problems += [f"posting {pk}: crosses books" for pk in abroad.values_list("pk", flat=True)[:SHOWN]]
    mirrors = Posting.objects.filter(kind=PostingKind.REVERSAL)
    exact = Q(points=F("reverses__points"), debit_id=F("reverses__credit_id"), credit_id=F("reverses__debit_id"))
    report.checked.append(f"{mirrors.count()} corrections: each the exact mirror of one posting")
    report.problems += [
        f"posting {pk}: not the mirror of what it reverses" for pk in mirrors.exclude(exact).values_list("pk", flat=True)[:SHOWN]
    ]
    report.checked.append(f"{Filing.objects.count()} deeds: each with the points of its postings")
    report.problems += [f"filing {pk}: its points are not those of its postings" for pk in deeds[:SHOWN]]
    report.checked.append(f"{Help.objects.count()} times of help: each with the points of its postings")
    report.problems += [f"account {pk}: what its helpers got is not what was posted" for pk in helps[:SHOWN]]
    below = Account.objects.filter(kind=AccountKind.DIFFICULTY, balance__lt=0).values_list("pk", flat=True)[:SHOWN]
    report.checked.append("difficulty: never less than nothing, so gain from orders ≤ difficulty recognised")
    report.problems += [f"account {pk}: difficulty below zero" for pk in below]
    return report


def _wrong_statements() -> list[str]:
    """Quarters whose texts are no longer what their digits say, or whose published equation the ledger no longer adds up to."""
    wrong = []
    for row in Quarter.objects.exclude(digits="").order_by("pk").iterator():
        statement = json.loads(row.statement)
        if digits_of(row.statement) != row.digits or statement["inside"] != seal_of(row.inside):
            wrong.append(f"quarter {row.quarter} of community {row.community_id}: not what its digits say")
        elif row.state in CLOSED_STATES and statement["equation"] != equation_between(row.community_id, row.first, row.last):
            wrong.append(f"quarter {row.quarter} of community {row.community_id}: its published sums are not those of the ledger")
    return wrong


def _wrong_weeks() -> list[str]:
    """Weeks whose kept sums are not those of the postings, which are read day by day and put into weeks here, not by the trigger's way."""
    rows = moving().values_list("community_id", "occurred_on").annotate(new=Sum(NEW), reduced=Sum(REDUCED))
    there, kept = Counter[tuple[int, date, str]](), Counter[tuple[int, date, str]]()
    for community_id, day, new, reduced in rows.iterator():
        first, _following = clock.quarter_bounds(clock.quarter_of(day))
        week = first + timedelta(weeks=(day - first).days // 7)
        there.update({(community_id, week, "new"): new, (community_id, week, "reduced"): reduced})
    for community_id, week, new, reduced in WeekSum.objects.values_list("community_id", "week", "added", "reduced"):
        kept.update({(community_id, week, "new"): new, (community_id, week, "reduced"): reduced})
    return [
        f"community {community}, week of {week}: {kept[community, week, what]} {what} points are kept, the postings give "
        f"{there[community, week, what]}"
        for community, week, what in sorted({*there, *kept})
        if kept[community, week, what] != there[community, week, what]
    ][:SHOWN]
