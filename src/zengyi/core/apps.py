"""The package as a Django application."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.core"
    label = "core"
