"""The package as a Django application."""

from datetime import timedelta

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.councils"
    label = "councils"

    def ready(self) -> None:
        """Say what orders that arise here came from, and where that stands; give the worker what ends by itself and files to sweep."""
        from django.urls import reverse
        from django.utils.translation import gettext_lazy

        from zengyi.core import work
        from zengyi.councils.actions import close_due, sweep
        from zengyi.councils.actions.deciding import ORIGIN
        from zengyi.councils.actions.endings import take_up_again
        from zengyi.orders import queries as orders
        from zengyi.orders.actions import REOPENED

        REOPENED.append(take_up_again)
        orders.leads_to("topic.raise", gettext_lazy("请大家商量"), lambda order_id: f"{reverse('topic-new')}?order={order_id}")
        orders.arises_from(ORIGIN, gettext_lazy("有事好商量"), lambda topic_id: reverse("topic", args=[topic_id]))
        work.add(work.Job("ballots", timedelta(minutes=1), close_due))
        work.add(work.Job("topic-photos", timedelta(minutes=1), sweep))
