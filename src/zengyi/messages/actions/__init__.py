"""Steps of messages, and the jobs that write, send and forget them."""

from zengyi.messages.actions.calendar import close_calendar, open_calendar
from zengyi.messages.actions.choosing import choose, stop
from zengyi.messages.actions.pushes import pushed
from zengyi.messages.actions.queueing import forget_letters, gather_due, ways
from zengyi.messages.actions.reading import read
from zengyi.messages.actions.robots import add_robot, end_robot
from zengyi.messages.actions.sending import send_due, stop_token
from zengyi.messages.actions.slips import carry, hand_over
from zengyi.messages.actions.telling import forget_old, tell_due

__all__ = [
    "add_robot",
    "carry",
    "choose",
    "close_calendar",
    "end_robot",
    "forget_letters",
    "forget_old",
    "gather_due",
    "hand_over",
    "open_calendar",
    "pushed",
    "read",
    "send_due",
    "stop",
    "stop_token",
    "tell_due",
    "ways",
]
