"""One address."""

from django.urls import path

from benchmarks.peer.views import ClaimView

urlpatterns = [path("api/v1/orders/<int:order_id>/claim", ClaimView.as_view())]
