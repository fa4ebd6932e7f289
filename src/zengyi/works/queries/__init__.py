"""Reads about projects, demands and their photos."""

from zengyi.works.queries.demands import Court, DemandCard, DemandRow, closed_lately, demand, open_demands
from zengyi.works.queries.photos import photo
from zengyi.works.queries.projects import (
    ProjectCard,
    ProjectRow,
    lot,
    milestone,
    moves,
    pairs,
    project,
    projects,
    reads_names,
    refuse,
    voices,
    working,
)
from zengyi.works.queries.sheets import Sheet, meeting_day, sheet

__all__ = [
    "Court",
    "DemandCard",
    "DemandRow",
    "ProjectCard",
    "ProjectRow",
    "Sheet",
    "closed_lately",
    "demand",
    "lot",
    "meeting_day",
    "milestone",
    "moves",
    "open_demands",
    "pairs",
    "photo",
    "project",
    "projects",
    "reads_names",
    "refuse",
    "sheet",
    "voices",
    "working",
]
