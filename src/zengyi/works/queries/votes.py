"""Votes of owners by which the maintenance fund may be spent, as councils tell them."""

from zengyi.councils import queries as councils
from zengyi.works.rules.funds import SUBJECT


def covers(ballot_id: int | None, community_id: int, amount: int) -> bool:
    """Whether that vote of the community's owners was adopted, is about using the fund, and about at least so many fen. One statement."""
    found = councils.adopted_ballot(ballot_id) if ballot_id is not None else None
    if found is None or not found.adopted or found.subject != SUBJECT or found.community_id != community_id:
        return False
    return found.amount is None or amount <= found.amount


def adopted(community_id: int) -> list[tuple[int, str]]:
    """The adopted votes about using the fund: id, and number with title. One statement."""
    return [(one.id, f"{one.number} {one.title}") for one in councils.adopted_ballots(community_id, SUBJECT)]
