"""Ballots as actions and guards need them: the row, who returned what, and what a code on paper stands for."""

import base64
import json
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.crypto import constant_time_compare

from zengyi.core.ids import ID_MOST
from zengyi.core.secrets import blind_index
from zengyi.councils.models import Ballot, Elector, Stance
from zengyi.councils.rules.ballots import BallotFacts
from zengyi.councils.rules.counting import Returned, Said, Terms
from zengyi.councils.rules.methods import Method, Share
from zengyi.people.rules import Actor

CODE_LENGTH = 10


def found_ballot(ballot_id: int, *, by: Actor) -> Ballot | None:
    """A ballot of the actor's community, for their step."""
    return Ballot.objects.filter(pk=ballot_id, community_id=by.community_id).first() if 0 < ballot_id <= ID_MOST else None


def ballot_facts(ballot: Ballot | None, *, by: Actor) -> BallotFacts | None:
    """What the guards need to know of it; nothing for nothing. One statement."""
    if ballot is None:
        return None
    rows = Elector.objects.filter(ballot=ballot)
    found = rows.aggregate(all=Count("pk"), back=Count("pk", filter=Q(returned_at__isnull=False)), own=Count("pk", filter=own(by)))
    return ballot.facts(electors=found["all"], returned=found["back"], own=[by.person_id or 0] if found["own"] else ())


def own(by: Actor) -> Q:
    """The electors that the actor is."""
    return Q(person_id=by.person_id) if by.person_id is not None else Q(pk=None)


def is_own(by: Actor) -> Exists:
    """Whether the actor is an elector of a ballot, for its rows."""
    return Exists(Elector.objects.filter(own(by), ballot_id=OuterRef("pk")))


def terms_of(ballot: Ballot) -> Terms:
    """What it is counted by."""
    return Terms(Method(ballot.method), ballot.subject, ballot.rule_pack, tuple(ballot.options), Share(ballot.passes), Share(ballot.quorum))


def returned_of(ballot_id: int) -> list[Returned]:
    """Everybody with what they said, in the order of the list. Two statements, however many. For counting at the end only."""
    return [returned for returned, _elector in returned_with(ballot_id)]


def returned_with(ballot_id: int) -> Iterator[tuple[Returned, Elector]]:
    """The same, each with the elector's row."""
    said: dict[int, list[Said]] = {}
    latest = Stance.objects.filter(ballot_id=ballot_id, latest=True).order_by("pk")
    for elector_id, answer, channel, receipt in latest.values_list("elector_id", "answer", "channel", "receipt"):
        said.setdefault(elector_id, []).append(Said(answer, channel, receipt))
    for row in Elector.objects.filter(ballot_id=ballot_id).order_by("position"):
        yield Returned(row.position, row.area, row.weight, row.delivered_at is not None, tuple(said.get(row.pk, ()))), row


def flats_of_ballot(ballot_id: int) -> list[tuple[str, int]]:
    """The flats of everybody who was asked, in the order of the list, with their areas; no names. One statement."""
    rows = Elector.objects.filter(ballot_id=ballot_id).order_by("position")
    return [flat for elector in rows for flat in flats_of(elector)]


def flats_of(elector: Elector) -> list[tuple[str, int]]:
    """The elector's flats with their areas in hundredths of a square metre."""
    return [(str(unit), int(area)) for unit, area in json.loads(elector.flats or "[]")]


def code_of(ballot_id: int, elector_id: int, sold: int = 0) -> str:
    """What stands in the QR code of an elector's paper: their row, and 50 bits that nobody guesses. The code is kept nowhere.

    ``sold``: how often the flat was sold during the vote; each buyer has a code of their own, and the seller's is none any more.
    """
    mark = blind_index("ballot", f"{ballot_id}:{elector_id}{f':{sold}' if sold else ''}") or b""
    return f"{elector_id}-{base64.b32encode(mark).decode()[:CODE_LENGTH]}"


def elector_of_code(ballot_id: int, code: str) -> Elector | None:
    """The elector whose paper carries that code; nothing when none does."""
    number = code.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19 and 0 < int(number) <= ID_MOST):
        return None
    found = Elector.objects.filter(pk=int(number), ballot_id=ballot_id).first()
    right = code_of(ballot_id, int(number), found.sold if found else 0)
    return found if constant_time_compare(code.strip().upper(), right) else None
