"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.messages"
    label = "messages"

    def ready(self) -> None:
        """Register the jobs: tell what happened, send it where it is wanted, and forget what is old."""
        from zengyi.core import work
        from zengyi.messages.actions import forget_letters, forget_old, gather_due, send_due, tell_due

        # The worker takes the last first: what was told is gathered and sent in the same turn.
        work.add(work.Job("letters-send", timedelta(seconds=3), send_due))
        work.add(work.Job("letters", timedelta(seconds=5), gather_due))
        work.add(work.Job("messages", timedelta(seconds=5), tell_due))
        work.add(work.Job("letters-forget", timedelta(hours=1), forget_letters))
        work.add(work.Job("messages-forget", timedelta(hours=1), forget_old))
