"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.messages"
    label = "messages"

    def ready(self) -> None:
        """Register the jobs: tell what happened, and forget what is old."""
        from zengyi.core import work
        from zengyi.messages.actions import forget_old, tell_due

        work.add(work.Job("messages", timedelta(seconds=5), tell_due))
        work.add(work.Job("messages-forget", timedelta(hours=1), forget_old))
