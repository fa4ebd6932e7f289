"""What the pages of every package need to know about people: who acts, and in which frame they see a page."""

from django.http import HttpRequest

from zengyi.people.rules import STAFF_ROLES, Actor


def acting(request: HttpRequest) -> Actor:
    """Who acts in this request, as the acting middleware has found out."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise TypeError("no actor on the request: is ActingMiddleware installed?")
    return actor


def bearer(request: HttpRequest) -> Actor:
    """Who acts by a call of the API; its token has been asked before any operation runs."""
    actor = getattr(request, "auth", None)
    if not isinstance(actor, Actor):
        raise TypeError("no actor on the call: has the operation's router been added to the API?")
    return actor


def layout_of(by: Actor) -> str:
    """The page's frame: staff work at a desk, everybody else on a phone."""
    return "desk.html" if by.role in STAFF_ROLES else "phone.html"
