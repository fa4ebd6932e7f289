"""The pages about people, and bare stand-ins for the pages of other packages they link to."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(request: HttpRequest) -> HttpResponse:
    """A page of another package."""
    return HttpResponse("bare")


_OTHERS = "appearance board help orders order-new my-orders desk account roll-calls district"
urlpatterns = [path("", bare, name="home"), path("", include("zengyi.people.urls"))]
urlpatterns += [path(f"{name}/", bare, name=name) for name in _OTHERS.split()]
