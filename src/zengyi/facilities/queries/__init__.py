"""Reads of facilities. Each answers one question; none writes."""

from zengyi.facilities.queries.availability import availability, drawn, window
from zengyi.facilities.queries.cards import (
    Card,
    DefectRow,
    Scan,
    defect,
    defects,
    facility,
    fault_name,
    ids_of,
    labels,
    scan,
    unlabelled,
    where_of_defect,
)
from zengyi.facilities.queries.causes import CauseCard, cause
from zengyi.facilities.queries.checklists import ChecklistCard, checklist
from zengyi.facilities.queries.checks import SumsReport, check_sums
from zengyi.facilities.queries.deeds import rounds_walked
from zengyi.facilities.queries.listing import Counts, Row, added, counts, facilities, here_of, marked
from zengyi.facilities.queries.marks import Mark, marks
from zengyi.facilities.queries.photos import photo, picture
from zengyi.facilities.queries.plan import AtPlace, Drawn, OnPlan, on_plan
from zengyi.facilities.queries.registering import Entry, entry, plan_import, plan_to_import
from zengyi.facilities.queries.rounds import CheckRow, RoundCard, RoundRow, Sheet, round_card, rounds, routes, sheet, why
from zengyi.facilities.queries.services import Service, services

__all__ = [
    "AtPlace",
    "Card",
    "CauseCard",
    "CheckRow",
    "ChecklistCard",
    "Counts",
    "DefectRow",
    "Drawn",
    "Entry",
    "Mark",
    "OnPlan",
    "RoundCard",
    "RoundRow",
    "Row",
    "Scan",
    "Service",
    "Sheet",
    "SumsReport",
    "added",
    "availability",
    "cause",
    "check_sums",
    "checklist",
    "counts",
    "defect",
    "defects",
    "drawn",
    "entry",
    "facilities",
    "facility",
    "fault_name",
    "here_of",
    "ids_of",
    "labels",
    "marked",
    "marks",
    "on_plan",
    "photo",
    "picture",
    "plan_import",
    "plan_to_import",
    "round_card",
    "rounds",
    "rounds_walked",
    "routes",
    "scan",
    "services",
    "sheet",
    "unlabelled",
    "where_of_defect",
    "why",
    "window",
]
