"""Ballots to try things with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import AT, Cast
from zengyi.councils import actions
from zengyi.councils.models import Ballot, Elector
from zengyi.councils.rules.ballots import Proposal, VoteChannel
from zengyi.councils.rules.owners import Flat, heads_of

NOTICED = date(2026, 11, 1)
CLOSES = AT + timedelta(days=5)
LIFT: dict[str, Any] = {
    "title": "3 幢电梯的补偿链，换不换？",
    "text": "两部电梯的补偿链磨坏了，走起来响。",
    "method": "owner_dual",
    "subject": "USE_FUND",
    "pack": "national",
    "amount": 4_692_000,
}


def flats(count: int, *, developer: int = 0, area: int = 8000) -> list[Flat]:
    """Flats of one owner each, twenty to a stair, and so many of the developer's."""
    usual = [Flat(f"业主{n:04d}", f"3幢{n // 20 + 1}单元{n % 20 + 101}", area) for n in range(count)]
    return usual + [Flat("开发公司", f"3幢9单元{n + 901}", area, developer=True) for n in range(developer)]


@dataclass
class Vote:
    """A ballot of a cast, and how its steps are taken."""

    cast: Cast
    ballot: Ballot

    def elector(self, position: int) -> Elector:
        """The elector of that number."""
        return Elector.objects.get(ballot=self.ballot, position=position)

    def bind(self, position: int, login: str) -> Elector:
        """From now on that login's person votes as the elector."""
        elector = self.elector(position)
        Elector.objects.filter(pk=elector.pk).update(person_id=self.cast.actor(login).person_id)
        elector.refresh_from_db()
        return elector

    def open(self, at: datetime = AT, closes_at: datetime | None = CLOSES) -> "Vote":
        """Open it, with its notice long up."""
        given = {"noticed_on": NOTICED} if self.ballot.pack else {}
        self.ballot = actions.open_ballot(self.ballot.pk, closes_at=closes_at, **given, by=self.cast.actor("worker"), at=at)
        return self

    def say(self, position: int, choice: str, *, channel: VoteChannel = VoteChannel.PAPER, at: datetime = AT, **more: Any) -> Any:
        """Enter what an elector said; spoken answers are read back."""
        entered = actions.Entered(elector_id=self.elector(position).pk, channel=channel, read_back=channel != VoteChannel.PAPER, **more)
        return actions.cast_stance(self.ballot.pk, actions.Answer(choice=choice), entered=entered, by=self.cast.actor("worker"), at=at)

    def own(self, login: str, choice: str, *, code: str = "", at: datetime = AT, **more: Any) -> Any:
        """Vote as oneself."""
        return actions.cast_stance(self.ballot.pk, actions.Answer(choice=choice, **more), code=code, by=self.cast.actor(login), at=at)

    def close(self, at: datetime = CLOSES, **more: Any) -> Ballot:
        """Close and count it."""
        self.ballot = actions.close_ballot(self.ballot.pk, by=self.cast.actor("worker"), at=at, **more)
        return self.ballot


def owners_vote(cast: Cast, count: int = 6, *, developer: int = 0, by: str = "worker", **more: Any) -> Vote:
    """An owners' vote about the lift, prepared."""
    listed = heads_of(flats(count, developer=developer))
    return Vote(cast, actions.create_ballot(Proposal(**(LIFT | more)), owners=listed, by=cast.actor(by), at=AT))


def peoples_vote(cast: Cast, method: str = "hands", voters: int = 5, **more: Any) -> Vote:
    """A vote of people at a table, prepared."""
    rules = {name: more.pop(name) for name in ("passes", "quorum") if name in more}
    names = [actions.Voter(f"代表{n}") for n in range(1, voters + 1)]
    proposal = Proposal(title="晚上九点以后不跳舞", text="", method=method, **more)
    return Vote(cast, actions.create_ballot(proposal, voters=names, **rules, by=cast.actor("worker"), at=AT))
