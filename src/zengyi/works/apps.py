"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class WorksConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.works"
    label = "works"

    def ready(self) -> None:
        """Register the job of this package, and bring what is demanded to the meetings of the councils."""
        from zengyi.core import work
        from zengyi.councils.actions import BRINGERS
        from zengyi.councils.queries.sessions import POINT_PAGES
        from zengyi.works.actions.due import run_due
        from zengyi.works.actions.meetings import bring
        from zengyi.works.queries.meetings import demand_pages

        BRINGERS.append(bring)
        POINT_PAGES.append(demand_pages)
        work.add(work.Job("works", timedelta(minutes=1), run_due))
