"""Every way to messages: everybody who is signed in reads their own, whoever sent what."""

from collections.abc import Iterator

from tests.trust.cases import READ, Case, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import Ground


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The page with its two forms, and the operations."""
    yield from visits("inbox", "/inbox/", READ)
    yield from visits("inbox-read", "/inbox/read", post={"until": "1"})
    yield from visits("inbox-quiet", "/inbox/quiet", post={"quiet": "LATE"})
    yield Case("api:inbox", "GET", "/api/v1/inbox")
    yield Case("api:read_inbox", "POST", "/api/v1/inbox/read", {"ids": [1]})


FORMS = ("inbox-quiet",)


def forms(ground: Ground) -> Iterator[Filled]:
    """When not to be disturbed."""
    yield Filled("inbox-quiet", "member", "/inbox/quiet", {"quiet": "LATE"})


VISITS = {"inbox": lambda town, by: ["/inbox/"]}
READ_ONLY = ("inbox", "inbox-read")
NO_PAGES = ("inbox-read", "inbox-quiet")
