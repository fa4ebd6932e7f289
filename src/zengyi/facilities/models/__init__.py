"""Tables of facilities: the register, rounds with their checks, defects, and what was up and down when."""

from zengyi.facilities.models.register import Clock, Device, Facility, Label, Picture, Report
from zengyi.facilities.models.rounds import Check, Checklist, DaySum, Defect, Item, Pass, Photo, Round, Route, Span, Stop

__all__ = [
    "Check",
    "Checklist",
    "Clock",
    "DaySum",
    "Defect",
    "Device",
    "Facility",
    "Item",
    "Label",
    "Pass",
    "Photo",
    "Picture",
    "Report",
    "Round",
    "Route",
    "Span",
    "Stop",
]
