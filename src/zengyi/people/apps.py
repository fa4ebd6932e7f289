"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.people"
    label = "people"

    def ready(self) -> None:
        """Register the jobs that remove what has expired."""
        from zengyi.core import work
        from zengyi.people.actions import forget_codes, forget_old_sessions, send_codes

        work.add(work.Job("sessions", timedelta(hours=1), forget_old_sessions))
        work.add(work.Job("codes-forget", timedelta(hours=1), forget_codes))
        work.add(work.Job("codes", timedelta(seconds=2), send_codes))
