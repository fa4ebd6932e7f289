"""The actor of a request."""

from django.http import HttpRequest

from zengyi.people.rules import Actor


def acting(request: HttpRequest) -> Actor:
    """Who acts in this request; the acting middleware has found out before any page runs."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise TypeError("no actor on the request: is ActingMiddleware installed?")
    return actor
