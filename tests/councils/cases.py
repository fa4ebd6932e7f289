"""Every way to the councils: one module a subject."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.councils import ballot_cases, session_cases, topic_cases
from tests.trust.cases import Case
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground


@dataclass(frozen=True)
class Laid:
    """What the cases are about, by where it is."""

    topics: dict[str, topic_cases.Topics]
    sessions: dict[str, session_cases.Sessions]
    ballots: dict[str, ballot_cases.Ballots]


def lay(ground: Ground) -> Laid:
    """One of everything in each of two communities."""
    topics = {where: topic_cases.lay_topics(ground, where) for where in (HERE, AWAY)}
    sessions = {where: session_cases.lay_sessions(ground, where) for where in topics}
    return Laid(topics, sessions, {where: ballot_cases.lay_ballots(ground, where) for where in topics})


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages and operations."""
    yield from topic_cases.topic_cases(ground, role)
    yield from session_cases.session_cases(ground, role)
    yield from ballot_cases.ballot_cases(ground, role)
    yield from session_cases.page_cases(ground, role)


FORMS = (*topic_cases.FORMS, *session_cases.FORMS, *ballot_cases.FORMS)


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms of the pages."""
    yield from topic_cases.topic_forms(ground)
    yield from session_cases.session_forms(ground)
    yield from ballot_cases.ballot_forms(ground)


VISITS = {**topic_cases.VISITS, **session_cases.VISITS, **ballot_cases.VISITS}

#: Pages that take no form, and addresses that are no pages.
READ_ONLY = (*topic_cases.READ_ONLY, *session_cases.READ_ONLY, *ballot_cases.READ_ONLY)
NO_PAGES = (*topic_cases.NO_PAGES, *session_cases.NO_PAGES, *ballot_cases.NO_PAGES)
