"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.orders"
    label = "orders"

    def ready(self) -> None:
        """Register the jobs of this package: reminders, lapses, closing after silence."""
        from zengyi.core import work
        from zengyi.orders.actions import run_due

        work.add(work.Job("orders", timedelta(minutes=1), run_due))
