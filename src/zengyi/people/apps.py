"""The package as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.people"
    label = "people"
