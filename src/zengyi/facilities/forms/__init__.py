"""What people type into the pages about facilities."""

from zengyi.facilities.forms.register import ClockForm, FacilityForm, SheetForm, template
from zengyi.facilities.forms.rounds import ChecklistForm, FileForm, RecheckForm, ReviewForm, RouteForm, TypedForm

__all__ = [
    "ChecklistForm",
    "ClockForm",
    "FacilityForm",
    "FileForm",
    "RecheckForm",
    "ReviewForm",
    "RouteForm",
    "SheetForm",
    "TypedForm",
    "template",
]
