"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.facilities"
    label = "facilities"

    def ready(self) -> None:
        """Tell where orders of defects come from, what may be filed as deeds, whose token a round's pass is, and add jobs."""
        from django.urls import reverse
        from django.utils.translation import gettext_lazy

        from zengyi.bank.queries import suggested_by
        from zengyi.core import work
        from zengyi.facilities import actions
        from zengyi.facilities.queries import rounds_walked, where_of_defect
        from zengyi.orders.queries import arises_from
        from zengyi.people.queries import passes_by

        passes_by(actions.PREFIX, actions.bearer_of)
        arises_from("defect", gettext_lazy("坏了的设施"), lambda pk: reverse("facility", args=[where_of_defect(pk)]))
        suggested_by("rounds", rounds_walked)
        work.add(work.Job("rounds", timedelta(minutes=1), actions.run_due))
        work.add(work.Job("facility-photos", timedelta(minutes=1), actions.sweep))
