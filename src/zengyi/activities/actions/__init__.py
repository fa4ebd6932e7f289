"""Steps of activities and patrols: each public function is one step, one durable transaction, one audit event."""

from zengyi.activities.actions.attending import (
    Marked,
    close_occasion,
    contest,
    correct_attendance,
    record_attendance,
    record_paper,
    scan,
)
from zengyi.activities.actions.drills import record_drill
from zengyi.activities.actions.due import run_due
from zengyi.activities.actions.patrols import report_finding, verify_finding, visit
from zengyi.activities.actions.programme import add_occasion, announce, cancel_occasion, create_activity, move_occasion, repeat
from zengyi.activities.actions.records import issue_record, revoke_record
from zengyi.activities.actions.signing import accept, answer_consent, cancel_sign_up, sign_up

__all__ = [
    "Marked",
    "accept",
    "add_occasion",
    "announce",
    "answer_consent",
    "cancel_occasion",
    "cancel_sign_up",
    "close_occasion",
    "contest",
    "correct_attendance",
    "create_activity",
    "issue_record",
    "move_occasion",
    "record_attendance",
    "record_drill",
    "record_paper",
    "repeat",
    "report_finding",
    "revoke_record",
    "run_due",
    "scan",
    "sign_up",
    "verify_finding",
    "visit",
]
