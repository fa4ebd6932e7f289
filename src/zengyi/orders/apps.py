"""The package as a Django application."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.orders"
    label = "orders"
