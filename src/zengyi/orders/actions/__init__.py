"""The moves of an order. Each is one business step: one durable transaction, one audit event. All return the order as moved."""

from zengyi.orders.actions.afterwards import REOPENED, call_back, reopen
from zengyi.orders.actions.arising import absorb, arise
from zengyi.orders.actions.claiming import accept, claim, lapse, refuse, release
from zengyi.orders.actions.contact import open_contact
from zengyi.orders.actions.dispatching import assign, cancel, decline, mask, merge, publish, triage
from zengyi.orders.actions.door import ask_at_door, confirm_at_door, confirm_by_call, drop_pending, forget_pending, person_checked
from zengyi.orders.actions.due import run_due
from zengyi.orders.actions.excluding import exclude, readmit
from zengyi.orders.actions.finishing import close, confirm, deliver, note, remind, remind_claimant, send_back, settle
from zengyi.orders.actions.limits import set_limits
from zengyi.orders.actions.placing import place
from zengyi.orders.actions.signs import end_sign, hang_signs

__all__ = [
    "REOPENED",
    "absorb",
    "accept",
    "arise",
    "ask_at_door",
    "assign",
    "call_back",
    "cancel",
    "claim",
    "close",
    "confirm",
    "confirm_at_door",
    "confirm_by_call",
    "decline",
    "deliver",
    "drop_pending",
    "end_sign",
    "exclude",
    "forget_pending",
    "hang_signs",
    "lapse",
    "mask",
    "merge",
    "note",
    "open_contact",
    "person_checked",
    "place",
    "publish",
    "readmit",
    "refuse",
    "release",
    "remind",
    "remind_claimant",
    "reopen",
    "run_due",
    "send_back",
    "set_limits",
    "settle",
    "triage",
]
