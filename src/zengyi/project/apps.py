"""The package as a Django application."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.project"
    label = "project"
