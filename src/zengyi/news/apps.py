"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.news"
    label = "news"

    def ready(self) -> None:
        """Register the job of this package: removing pictures that no piece names."""
        from zengyi.core import work
        from zengyi.news.actions import sweep

        work.add(work.Job("news", timedelta(minutes=1), sweep))
