"""How much may be sent where, and by whom: decided before any of it is read.

``people/roles.toml`` declares it beside the permissions: ``megabytes = { order-new = 50 }`` under an action lets those who may do
the action send that much to that address. Everywhere else, and for everybody else, it is :data:`SMALL`.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from zengyi.people.rules import NOBODY, Actor, action_of_url, bytes_most, largest_body, may

#: What fits any form of words, and any body of the API.
SMALL = 64 * 1024

# What the server that reads bodies (front.py) and the application tell each other of one, in the request's environment.
#: What has become of a body: it waits to be accepted, it was accepted, it was too large, it did not come in time, or the disk is full.
STANDING = "zengyi.body"
ASKING, WELCOME, TOO_LARGE, LATE, NO_ROOM = "asking", "welcome", "too large", "late", "no room"
#: Its sender is signed out: only its words are to be read, for the sign-in page to carry on.
WORDS = "words"
#: How long it says it is, as long as it waits; how long it may be; whose it is.
LENGTH, MOST, WHOSE = "zengyi.body.length", "zengyi.body.most", "zengyi.body.whose"

API = "/api/"


@dataclass(frozen=True, slots=True)
class Way:
    """An address by its name in the table of permissions: how much anybody may send there, and whether visitors may go there."""

    name: str
    most: int
    to_anybody: bool


def way(method: str, path: str) -> Way | None:
    """Where a request would lead; nothing when there is no such address."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    name = match.view_name
    if path.startswith(API):
        from zengyi.project.api import operations

        name = operations().get((method, match.route), name)
    action = action_of_url().get(name)
    return Way(name, max(SMALL, largest_body(name)), action is None or may(NOBODY, action))


def most_for(by: Actor, name: str) -> int:
    """How many bytes this actor may send to the address of that name."""
    return max(SMALL, bytes_most(by, name))


def length_of(request: HttpRequest) -> int:
    """How many bytes a request says it brings; 0 if that is not a number."""
    told = str(request.META.get(LENGTH) or request.META.get("CONTENT_LENGTH") or "")
    return int(told) if told.isascii() and told.isdigit() else 0
