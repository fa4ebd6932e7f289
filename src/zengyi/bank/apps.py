"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.bank"
    label = "bank"

    def ready(self) -> None:
        """Register the job of this package, removing photos that no filing names, and what it finds of a quarter."""
        from zengyi.bank.actions.deed_photos import sweep
        from zengyi.bank.queries import found_by, own_findings
        from zengyi.core import work

        found_by("bank", own_findings)
        work.add(work.Job("deeds", timedelta(minutes=1), sweep))
