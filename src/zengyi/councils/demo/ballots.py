# Chinese in this file is data: what happens in the demo.
"""Owners vote: the doors of a building were paid for in summer, and its lift's chain is being decided on now. Neighbours'
dots for the small square are being prepared."""

from datetime import datetime, timedelta
from random import Random

from zengyi.core.clock import SHANGHAI, local_date
from zengyi.councils import actions
from zengyi.councils.queries.ballot_rows import code_of
from zengyi.councils.queries.ballots import electors_at
from zengyi.councils.rules.ballots import Proposal, VoteChannel
from zengyi.councils.rules.owners import Flat, Owner, heads_of
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import RESIDENT, Town

FLOORS, STAIRS = 12, 2
AREAS = (8_955, 8_955, 10_660)
DOORS = Proposal(
    title="226 幢的单元门，换不换？",
    text="玻璃门碎了两扇，老人推不动。换成带闭门器的铝合金门，两扇。",
    method="owner_dual",
    subject="USE_FUND",
    pack="national",
    amount=1_860_000,
)
CHAIN = Proposal(
    title="226 幢电梯的补偿链，换不换？",
    text="两部电梯的补偿链磨坏了，走起来响，8 月停过三次。检验所写了“限期更换”。\n用不完的退回账上。",
    method="owner_dual",
    subject="USE_FUND",
    pack="national",
    amount=4_692_000,
)
GARDEN = Proposal(
    title="小广场先添哪一样？",
    text="街道给了 8,000 元，先添一样。每人三个点，贴在想要的上面。",
    method="dot",
    options=("长椅两张", "乒乓球台一张", "晾晒杆一排"),
    points=3,
)
#: Whose papers came back in the vote that is open, and what they said in the one that is closed.
BACK = (1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 17, 20)


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """All three votes stand in 虹桥新村; whoever is shown as ``resident`` has voted in the open one by the code on their paper."""
    if town.key == "hx":
        timeline.add(_doors(town, office_back(at, 90 * 8)))
        timeline.add(_chain(town, office_back(at, 3 * 8), at))
        timeline.add(_garden(town, office_back(at, 8)))


def _owners(town: Town) -> list[Owner]:
    """Two stairs of twelve flats; one owner has two of them, and the developer kept three."""
    flats = []
    for stair in range(1, STAIRS + 1):
        for floor in range(1, FLOORS + 1):
            door = f"{floor:02d}0{stair}"
            name = RESIDENT if (stair, floor) == (1, FLOORS) else f"业主{door}"
            if (stair, floor) == (2, 5):
                name = "业主0201"
            flats.append(Flat(name, f"226幢{stair}单元{door}", AREAS[floor % len(AREAS)], developer=floor == 1 and stair == 2))
    return heads_of(flats)


def _doors(town: Town, at: datetime) -> Script:
    yield at
    by, owners = town.actor(town.workers[0], at), _owners(town)
    made = actions.create_ballot(DOORS, owners=owners, by=by, at=at)
    noticed, closes = local_date(at) - timedelta(days=20), _evening(at, 6)
    actions.open_ballot(made.pk, noticed_on=noticed, closes_at=closes, by=by, at=at)
    ids = electors_at(made.pk, range(1, len(owners) + 1))
    actions.mark_delivered(made.pk, list(ids.values()), by=by, at=at)
    for position, elector_id in ids.items():
        if position % 5:
            said = actions.Answer(choice="AGAINST" if position % 7 == 0 else "FOR")
            entered = actions.Entered(elector_id=elector_id, channel=VoteChannel.PAPER)
            actions.cast_stance(made.pk, said, entered=entered, by=by, at=at)
    yield closes
    actions.close_due(closes)
    posted = closes + timedelta(hours=14)
    yield posted
    actions.post_result(made.pk, local_date(posted), by=town.actor(town.workers[0], posted), at=posted)


def _chain(town: Town, at: datetime, now: datetime) -> Script:
    yield at
    by, owners = town.actor(town.workers[0], at), _owners(town)
    made = actions.create_ballot(CHAIN, owners=owners, by=by, at=at)
    noticed = local_date(at) - timedelta(days=18)
    actions.open_ballot(made.pk, noticed_on=noticed, closes_at=_evening(now, 5), by=by, at=at)
    ids = electors_at(made.pk, range(1, len(owners) + 1))
    actions.mark_delivered(made.pk, [pk for position, pk in ids.items() if position % 4], by=by, at=at)
    for position in BACK:
        entered = actions.Entered(elector_id=ids[position], channel=VoteChannel.PAPER)
        said = actions.Answer(choice="AGAINST" if position % 6 == 0 else "FOR")
        actions.cast_stance(made.pk, said, entered=entered, by=by, at=at)
    own = next(position for position, owner in enumerate(owners, start=1) if owner.name == RESIDENT)
    resident = town.actor(town.named(RESIDENT), at)
    actions.cast_stance(made.pk, actions.Answer(choice="FOR"), code=code_of(made.pk, ids[own]), by=resident, at=at)


def _garden(town: Town, at: datetime) -> Script:
    """Prepared, and not opened yet."""
    yield at
    voters = [actions.Voter(person_id=one.person_id) for one in town.residents if one.acting_as][:12]
    actions.create_ballot(GARDEN, voters=voters, by=town.actor(town.workers[0], at), at=at)


def _evening(at: datetime, days: int) -> datetime:
    """Eight in the evening, so many days later."""
    return datetime.combine(local_date(at) + timedelta(days=days), datetime.min.time(), SHANGHAI).replace(hour=20)
