"""The package as a Django application."""

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.councils"
    label = "councils"
