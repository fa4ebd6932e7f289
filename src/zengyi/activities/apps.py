"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.activities"
    label = "activities"

    def ready(self) -> None:
        """Register its jobs: offers that run out go on to the next, what is known of children is deleted on its day."""
        from zengyi.activities.actions import run_due
        from zengyi.core import work

        work.add(work.Job("activities", timedelta(minutes=1), run_due))
