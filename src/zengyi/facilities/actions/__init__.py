"""Business steps about facilities: each public function is one step, one durable transaction, one audit event."""

from zengyi.facilities.actions.causes import gather, join, part
from zengyi.facilities.actions.checking import REFUSED, Given, keep_photo, record_checks
from zengyi.facilities.actions.correcting import correct
from zengyi.facilities.actions.finding import recheck
from zengyi.facilities.actions.labels import issue, replace
from zengyi.facilities.actions.pictures import add_pictures, drop_picture, sweep
from zengyi.facilities.actions.register import Imported, add, import_facilities, note_service, retire, take_up
from zengyi.facilities.actions.reporting import FINE, MOVED, report, settle_reports
from zengyi.facilities.actions.rounds import (
    PREFIX,
    Begun,
    HandedIn,
    bearer_of,
    end_passes,
    hand_in,
    miss,
    pass_of,
    plan,
    review,
    run_due,
    start,
)
from zengyi.facilities.actions.routes import NewItem, lay_out, revise
from zengyi.facilities.actions.routes import end as end_route

__all__ = [
    "FINE",
    "MOVED",
    "PREFIX",
    "REFUSED",
    "Begun",
    "Given",
    "HandedIn",
    "Imported",
    "NewItem",
    "add",
    "add_pictures",
    "bearer_of",
    "correct",
    "drop_picture",
    "end_passes",
    "end_route",
    "gather",
    "hand_in",
    "import_facilities",
    "issue",
    "join",
    "keep_photo",
    "lay_out",
    "miss",
    "note_service",
    "part",
    "pass_of",
    "plan",
    "recheck",
    "record_checks",
    "replace",
    "report",
    "retire",
    "review",
    "revise",
    "run_due",
    "settle_reports",
    "start",
    "sweep",
    "take_up",
]
