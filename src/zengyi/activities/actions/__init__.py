"""Steps of activities and patrols: each public function is one step, one durable transaction, one audit event."""

from zengyi.activities.actions.due import run_due
from zengyi.activities.actions.programme import add_occasion, announce, cancel_occasion, create_activity, move_occasion
from zengyi.activities.actions.signing import accept, answer_consent, cancel_sign_up, sign_up

__all__ = [
    "accept",
    "add_occasion",
    "announce",
    "answer_consent",
    "cancel_occasion",
    "cancel_sign_up",
    "create_activity",
    "move_occasion",
    "run_due",
    "sign_up",
]
