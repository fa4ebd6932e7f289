"""Tables of projects, demands, and money."""

from zengyi.works.models.demands import Demand, DemandStep, Pair, Stage, WorkPhoto
from zengyi.works.models.funds import Alliance, AllianceMember, FundLine, Payment, Raise
from zengyi.works.models.projects import Lot, Milestone, MilestoneMove, Project, Ranking, Voice

__all__ = [
    "Alliance",
    "AllianceMember",
    "Demand",
    "DemandStep",
    "FundLine",
    "Lot",
    "Milestone",
    "MilestoneMove",
    "Pair",
    "Payment",
    "Project",
    "Raise",
    "Ranking",
    "Stage",
    "Voice",
    "WorkPhoto",
]
