"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class GreetingsConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.greetings"
    label = "greetings"

    def ready(self) -> None:
        """Give the worker what gets old in this package."""
        from zengyi.greetings.actions import forget_old

        from zengyi.core import work

        work.add(work.Job("greetings", timedelta(hours=1), forget_old))
