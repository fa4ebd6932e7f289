"""The package as a Django application."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.project"
    label = "project"

    def ready(self) -> None:
        """Compile the English catalogues if they changed, before anything is translated: server, worker, command and tests alike."""
        from django.conf import settings

        from zengyi.project.translations import compile_into

        compile_into(settings.LOCALE_PATHS[0])
