"""Tables of projects, demands, and money."""

from zengyi.works.models.demands import Demand, DemandStep, Pair, Stage, WorkPhoto
from zengyi.works.models.projects import Lot, Milestone, MilestoneMove, Project, Ranking, Voice

__all__ = ["Demand", "DemandStep", "Lot", "Milestone", "MilestoneMove", "Pair", "Project", "Ranking", "Stage", "Voice", "WorkPhoto"]
