"""Facilities as dots on the drawing of an estate: three states, three shapes, laid out within the block of their building."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from zengyi.facilities.queries import AtPlace, Drawn
from zengyi.facilities.queries.listing import Counts
from zengyi.people.queries import PlaceCard
from zengyi.people.web.plan import Block, Plan, plans

#: Between two dots, half of one, and room for the name above them, in units of the drawing.
STEP, HALF, NAME = 7.0, 2.4, 20.0
_SHAPES = {
    "up": "M{x:g} {y:g}h0",
    "down": "M{a:g} {b:g}l4.8 4.8m0-4.8l-4.8 4.8",
    "unk": "M{a:g} {y:g}a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0",
}


@dataclass(frozen=True, slots=True)
class Dots:
    """A building with its facilities: a path for each state, and how many one dot stands for."""

    block: Block
    row: AtPlace | None
    paths: list[tuple[str, SafeString]]
    each: int

    @property
    def middle(self) -> float:
        """Where its name stands, across."""
        return self.block.x + self.block.w / 2

    @property
    def name_y(self) -> float:
        """Where its name stands, down: above the dots."""
        return self.block.y + 14


@dataclass(frozen=True, slots=True)
class Dot:
    """A facility with a spot of its own; it leads to its page."""

    one: Drawn
    path: SafeString


@dataclass(frozen=True, slots=True)
class Drawing:
    """An estate."""

    plan: Plan
    blocks: list[Dots]
    own: list[Dot] = field(default_factory=list)

    @property
    def each(self) -> int:
        """The most that one dot stands for on it."""
        return max((one.each for one in self.blocks), default=1)


def drawings(places: Iterable[PlaceCard], rows: Mapping[int, AtPlace], own: Iterable[Drawn] = ()) -> list[Drawing]:
    """The drawings on which any facility stands, the one where most is broken first. ``own``: those with a spot of their own, each on the
    drawing of its building."""
    cards = list(places)
    drawn = [Drawing(plan, [dotted(block, rows.get(block.id)) for block in plan.blocks]) for plan in plans(cards, {})]
    homes = _homes([one.plan for one in drawn], cards)
    for one in own:
        if drawn:
            path = _SHAPES[one.mark].format(x=one.x, y=one.y, a=one.x - HALF, b=one.y - HALF)
            drawn[homes.get(one.place_id or 0, 0)].own.append(Dot(one, mark_safe(path)))  # noqa: S308 - numbers, written here
    there = [one for one in drawn if one.own or any(block.row for block in one.blocks)]
    return sorted(there, key=lambda one: -_down(one))


def _down(drawing: Drawing) -> int:
    within = sum(block.row.counts.down for block in drawing.blocks if block.row)
    return within + sum(1 for dot in drawing.own if dot.one.mark == "down")


def _homes(plans_: list[Plan], cards: list[PlaceCard]) -> dict[int, int]:
    """On which drawing each place stands: a building where its block is, an estate where its buildings are."""
    at = {block.id: number for number, plan in enumerate(plans_) for block in plan.blocks}
    return {card.parent_id: at[card.id] for card in cards if card.parent_id and card.id in at} | at


def home(places: Iterable[PlaceCard], place_id: int | None) -> Plan | None:
    """The drawing on which what stands at that place is drawn; nothing where no place is drawn at all."""
    cards = list(places)
    found = plans(cards, {})
    return found[_homes(found, cards).get(place_id or 0, 0)] if found else None


def dotted(block: Block, row: AtPlace | None) -> Dots:
    """The dots of one building: from below its name to its lower edge, as many to a dot as there is no room for."""
    if row is None or not row.counts.total:
        return Dots(block, row, [], 1)
    wide, high = max(1, int((block.w - 4) // STEP)), max(1, int((block.h - NAME) // STEP))
    each = -(-row.counts.total // (wide * high))
    marks = list(_marks(row.counts, each))
    paths: dict[str, str] = {}
    for at, mark in enumerate(marks):
        line, column = divmod(at, wide)
        x, y = block.x + 5 + column * STEP, block.y + NAME + 2 + line * STEP
        paths[mark] = paths.get(mark, "") + _SHAPES[mark].format(x=x, y=y, a=x - HALF, b=y - HALF)
    return Dots(block, row, [(mark, mark_safe(path)) for mark, path in paths.items()], each)  # noqa: S308 - numbers, written here


def _marks(counts: Counts, each: int) -> Iterator[str]:
    """What is broken first; of each state there is a dot wherever there is any."""
    for mark, n in (("down", counts.down), ("unk", counts.unknown), ("up", counts.up)):
        yield from [mark] * -(-n // each)
