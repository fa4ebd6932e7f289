"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.facilities"
    label = "facilities"

    def ready(self) -> None:
        """Tell where orders of defects come from, whose token a round's pass is, and give the worker its jobs."""
        from django.urls import reverse
        from django.utils.translation import gettext_lazy

        from zengyi.core import work
        from zengyi.facilities import actions
        from zengyi.facilities.queries import where_of_defect
        from zengyi.orders.queries import arises_from
        from zengyi.people.queries import passes_by

        passes_by(actions.PREFIX, actions.bearer_of)
        arises_from("defect", gettext_lazy("坏了的设施"), lambda pk: reverse("facility", args=[where_of_defect(pk)]))
        work.add(work.Job("rounds", timedelta(minutes=1), actions.run_due))
        work.add(work.Job("facility-photos", timedelta(minutes=1), actions.sweep))
