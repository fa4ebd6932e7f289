"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.orders"
    label = "orders"

    def ready(self) -> None:
        """Register what the bank asks of this package, and its jobs: reminders, lapses, closing after silence."""
        from django.urls import reverse
        from django.utils.translation import gettext_lazy

        from zengyi.bank.queries import found_by, sourced_by, suggested_by, told_by
        from zengyi.core import work
        from zengyi.orders.actions import forget_pending, run_due
        from zengyi.orders.queries import deeds_of, findings_of_quarter, told_of_quarter

        told_by("orders", told_of_quarter)
        found_by("orders", findings_of_quarter)
        sourced_by("confirm", gettext_lazy("居民确认的单"), lambda order_id: reverse("order", args=[order_id]))
        suggested_by("orders", deeds_of)
        work.add(work.Job("orders", timedelta(minutes=1), run_due))
        work.add(work.Job("orders-forget", timedelta(hours=1), forget_pending))
