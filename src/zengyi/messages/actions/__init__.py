"""Steps of messages, and the jobs that write and forget them."""

from zengyi.messages.actions.choosing import choose_quiet
from zengyi.messages.actions.reading import read
from zengyi.messages.actions.telling import forget_old, tell_due

__all__ = ["choose_quiet", "forget_old", "read", "tell_due"]
