"""Steps of the councils: one module a subject."""

from zengyi.councils.actions.agenda import BRINGERS, add_point, answer_item, answer_point, begin_item, put_point
from zengyi.councils.actions.ballots import Voter, close_ballot, close_due, create_ballot, open_ballot, post_result, set_owners
from zengyi.councils.actions.correcting import correct_decision, correct_opinion
from zengyi.councils.actions.deciding import add_order, decide, explain_decision, supersede_decision
from zengyi.councils.actions.endings import archive_topic, defer_topic, escalate_topic, evaluate_topic, follow_up
from zengyi.councils.actions.minutes import note_minutes, publish_session, sign_own, sign_session
from zengyi.councils.actions.photos import keep_back_photos, sweep
from zengyi.councils.actions.sessions import (
    attend,
    call_session,
    cancel_session,
    close_session,
    leave,
    notice_session,
    open_session,
    plan_session,
    schedule_topic,
    series_of,
)
from zengyi.councils.actions.stances import Answer, Entered, cast_stance, give_mandate, mark_delivered, revoke_mandate, sell_flat
from zengyi.councils.actions.talking import add_option, invite_party, label_stage, label_stages, opine, survey_topic
from zengyi.councils.actions.topics import raise_topic, screen_topic

__all__ = [
    "BRINGERS",
    "Answer",
    "Entered",
    "Voter",
    "add_option",
    "add_order",
    "add_point",
    "answer_item",
    "answer_point",
    "archive_topic",
    "attend",
    "begin_item",
    "call_session",
    "cancel_session",
    "cast_stance",
    "close_ballot",
    "close_due",
    "close_session",
    "correct_decision",
    "correct_opinion",
    "create_ballot",
    "decide",
    "defer_topic",
    "escalate_topic",
    "evaluate_topic",
    "explain_decision",
    "follow_up",
    "give_mandate",
    "invite_party",
    "keep_back_photos",
    "label_stage",
    "label_stages",
    "leave",
    "mark_delivered",
    "note_minutes",
    "notice_session",
    "open_ballot",
    "open_session",
    "opine",
    "plan_session",
    "post_result",
    "publish_session",
    "put_point",
    "raise_topic",
    "revoke_mandate",
    "schedule_topic",
    "screen_topic",
    "sell_flat",
    "series_of",
    "set_owners",
    "sign_own",
    "sign_session",
    "supersede_decision",
    "survey_topic",
    "sweep",
]
