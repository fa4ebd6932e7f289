"""The package as a Django application."""

from datetime import timedelta
from typing import ClassVar

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.orders"
    label = "orders"
    trail: ClassVar[dict[str, dict[str, str]]] = {
        "Order": {"search": "made from title, text and place"},
        "Claim": {},
        "Sent": {},
        "Photo": {},
    }
    not_in_trail: ClassVar[dict[str, str]] = {
        "Counter": "the last number given out; the orders keep theirs, and none is given twice",
    }

    def ready(self) -> None:
        """Give the worker what falls due in this package: reminders, lapses, closing after silence."""
        from zengyi.core import work
        from zengyi.orders.actions import run_due

        work.add(work.Job("orders", timedelta(minutes=1), run_due))
