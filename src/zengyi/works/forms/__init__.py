"""What people type about projects and demands."""

from zengyi.works.forms.demands import DEMAND_FORMS, DemandForm
from zengyi.works.forms.projects import PROJECT_FORMS, WEEKDAYS, MilestoneForm, MoveForm, ProjectForm, ReportForm

__all__ = ["DEMAND_FORMS", "PROJECT_FORMS", "WEEKDAYS", "DemandForm", "MilestoneForm", "MoveForm", "ProjectForm", "ReportForm"]
