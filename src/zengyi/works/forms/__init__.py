"""What people type about projects and demands."""

from zengyi.works.forms.demands import DEMAND_FORMS, DemandForm
from zengyi.works.forms.funds import LINE_FORMS, AllianceForm, JoinForm, LineForm, SharesForm
from zengyi.works.forms.projects import (
    PROJECT_FORMS,
    WEEKDAYS,
    MeetingForm,
    MilestoneForm,
    MoveForm,
    ProjectForm,
    ReportForm,
    ShiftForm,
)

__all__ = [
    "DEMAND_FORMS",
    "LINE_FORMS",
    "PROJECT_FORMS",
    "WEEKDAYS",
    "AllianceForm",
    "DemandForm",
    "JoinForm",
    "LineForm",
    "MeetingForm",
    "MilestoneForm",
    "MoveForm",
    "ProjectForm",
    "ReportForm",
    "SharesForm",
    "ShiftForm",
]
