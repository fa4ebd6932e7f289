"""The product's addresses and one more, which nobody has put into the table of permissions."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zengyi.project.urls import urlpatterns as known


def planted(request: HttpRequest) -> HttpResponse:
    """A page that tells what it should not."""
    return HttpResponse("told")


urlpatterns = [*known, path("planted", planted, name="planted")]
