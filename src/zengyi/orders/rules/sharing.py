"""Who gets what of a difficulty: the share of each claim, what of it goes to members whom a unit sent, and how much of it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zengyi.bank.rules import Share, credited
from zengyi.orders.rules.situation import ClaimFacts, split


@dataclass(frozen=True, slots=True)
class Portion:
    """A claim's share of the difficulty, and the parts it is made of with the points that count."""

    claim_id: int
    points: int
    parts: tuple[Share, ...]

    @property
    def counts(self) -> int:
        """The points that are posted."""
        return sum(part.counts for part in self.parts)


def portions(claims: Sequence[ClaimFacts], points: Sequence[int], day: date) -> list[Portion]:
    """Who gets what if it is confirmed on ``day``: members their share, a unit its share less what goes to the members it sent.

    Of help that the same two had often this quarter less counts. Who stands on two of the claims has helped once.
    """
    parts = [_parts(claim, share) for claim, share in zip(claims, points, strict=True)]
    flat = iter(credited([part for some in parts for part in some], day))
    found = []
    for claim, share, some in zip(claims, points, parts, strict=True):
        found.append(Portion(claim.id, share, tuple(next(flat) for _part in some)))
    return found


def _parts(claim: ClaimFacts, share: int) -> list[Share]:
    left, parts = share, []
    for helper in claim.sent:
        part = min(helper.points, left)
        left -= part
        parts.append(Share(points=part, member_id=helper.member_id, before=helper.before))
    parts.append(Share(points=left, member_id=claim.member_id, organisation_id=claim.organisation_id, before=claim.before))
    return parts


def expected(claims: Sequence[ClaimFacts], difficulty: int | None, day: date) -> list[Portion]:
    """Who gets what if the shares are the usual ones: those the dispatcher fixed, the rest equally. Nobody before it is weighed."""
    if not claims or not difficulty:
        return []
    return portions(claims, split(difficulty, [claim.points for claim in claims]), day)
