"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.bank"
    label = "bank"

    def ready(self) -> None:
        """Register the job of this package: removing photos that no filing names."""
        from zengyi.bank.actions.deed_photos import sweep
        from zengyi.core import work

        work.add(work.Job("deeds", timedelta(minutes=1), sweep))
