"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.activities"
    label = "activities"

    def ready(self) -> None:
        """Register its jobs, and what orders may arise from: offers that run out go on, what is known of children is deleted on its day."""
        from django.urls import reverse
        from django.utils.translation import gettext_lazy

        from zengyi.activities.actions import run_due
        from zengyi.activities.queries.patrols import topic_start
        from zengyi.core import work
        from zengyi.councils.queries.starts import STARTS
        from zengyi.orders.queries import arises_from

        arises_from("finding", gettext_lazy("巡查发现"), lambda finding_id: reverse("finding", args=[finding_id]))
        arises_from("drill", gettext_lazy("演练发现"), lambda occasion_id: reverse("occasion", args=[occasion_id]))
        STARTS["finding"] = topic_start
        work.add(work.Job("activities", timedelta(minutes=1), run_due))
