"""Reads about projects, demands and their photos."""

from zengyi.works.queries.allocation import Allocation, allocate, shared_line
from zengyi.works.queries.demands import Court, DemandCard, DemandRow, closed_lately, demand, demands, open_demands
from zengyi.works.queries.funds import AllianceCard, LineRow, Money, alliance, line, money, refuse_line
from zengyi.works.queries.meetings import alliance_meetings, meetings
from zengyi.works.queries.photos import photo
from zengyi.works.queries.pictures import pairs, shown_pairs, voices
from zengyi.works.queries.projects import (
    ProjectCard,
    ProjectRow,
    lot,
    milestone,
    moves,
    project,
    projects,
    reads_names,
    refuse,
    working,
)
from zengyi.works.queries.public import PUBLIC, passer_by, public_photo
from zengyi.works.queries.sheets import Sheet, meeting_day, sheet
from zengyi.works.queries.turns import rankings, waiting_line
from zengyi.works.queries.votes import adopted as adopted_votes

__all__ = [
    "PUBLIC",
    "AllianceCard",
    "Allocation",
    "Court",
    "DemandCard",
    "DemandRow",
    "LineRow",
    "Money",
    "ProjectCard",
    "ProjectRow",
    "Sheet",
    "adopted_votes",
    "alliance",
    "alliance_meetings",
    "allocate",
    "closed_lately",
    "demand",
    "demands",
    "line",
    "lot",
    "meeting_day",
    "meetings",
    "milestone",
    "money",
    "moves",
    "open_demands",
    "pairs",
    "passer_by",
    "photo",
    "project",
    "projects",
    "public_photo",
    "rankings",
    "reads_names",
    "refuse",
    "refuse_line",
    "shared_line",
    "sheet",
    "shown_pairs",
    "voices",
    "waiting_line",
    "working",
]
