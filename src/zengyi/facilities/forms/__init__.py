"""What people type into the pages about facilities."""

from zengyi.facilities.forms.defects import CauseForm, GatherForm, RecheckForm
from zengyi.facilities.forms.register import ClockForm, CorrectForm, FacilityForm, PicturesForm, SheetForm, template
from zengyi.facilities.forms.rounds import ChecklistForm, FileForm, ReviewForm, RouteForm, TypedForm

__all__ = [
    "CauseForm",
    "ChecklistForm",
    "ClockForm",
    "CorrectForm",
    "FacilityForm",
    "FileForm",
    "GatherForm",
    "PicturesForm",
    "RecheckForm",
    "ReviewForm",
    "RouteForm",
    "SheetForm",
    "TypedForm",
    "template",
]
