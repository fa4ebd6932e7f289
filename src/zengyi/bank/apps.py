"""The package as a Django application."""

from typing import ClassVar

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.bank"
    label = "bank"
    trail: ClassVar[dict[str, dict[str, str]]] = {
        "Account": {"balance": "the sum of its postings, which the ledger's own check adds up"},
        "Posting": {},
        "RollCall": {},
        "RollCallEntry": {},
        "Correction": {},
    }
