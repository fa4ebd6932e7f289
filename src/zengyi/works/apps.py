"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class WorksConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.works"
    label = "works"

    def ready(self) -> None:
        """Register the job of this package: removing photos that no row names."""
        from zengyi.core import work
        from zengyi.works.actions.photos import sweep

        work.add(work.Job("works", timedelta(minutes=1), sweep))
