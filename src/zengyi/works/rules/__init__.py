"""Pure rules about projects, the demands of those who watch over them, and the money they cost."""

from zengyi.works.rules.demands import (
    CHECKS,
    CLOSED,
    DEMAND_PHOTOS_MOST,
    MOVES,
    Answer,
    Ball,
    DemandFacts,
    DemandState,
    DemandVerb,
    Way,
    carried,
    check_raise,
    next_meeting,
)
from zengyi.works.rules.projects import (
    Effort,
    MilestoneFacts,
    ProjectFacts,
    ProjectState,
    ProjectVerb,
    Urgency,
)

__all__ = [
    "CHECKS",
    "CLOSED",
    "DEMAND_PHOTOS_MOST",
    "MOVES",
    "Answer",
    "Ball",
    "DemandFacts",
    "DemandState",
    "DemandVerb",
    "Effort",
    "MilestoneFacts",
    "ProjectFacts",
    "ProjectState",
    "ProjectVerb",
    "Urgency",
    "Way",
    "carried",
    "check_raise",
    "next_meeting",
]
