"""The package as a Django application."""

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.bank"
    label = "bank"
