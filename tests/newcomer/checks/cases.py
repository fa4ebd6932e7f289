"""Every way to greetings."""

from collections.abc import Iterator

from tests.trust.cases import READ, Case, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import Ground


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The page and the operation; a community is always one's own here."""
    yield from visits("greetings", "/greetings/", READ, {"text": "大家好"})
    yield Case("api:say_greeting", "POST", "/api/v1/greetings", {"text": "大家好"}, frozenset({201}))


FORMS = ("greetings",)


def forms(ground: Ground) -> Iterator[Filled]:
    """The one form."""
    yield Filled("greetings", "worker", "/greetings/", {"text": "大家好"})


VISITS = {"greetings": lambda town, by: ["/greetings/"]}
