# Chinese in this file is data: the ending of a building's name.
"""The building plan: estates, buildings and spots of a community, drawn as one SVG whose marked blocks are links.

A building's or a spot's ``plan`` holds ``x, y, w, h``; an estate's holds ``view`` (its view box) and ``shapes``: a list of
``{"is": "rect" | "path" | "text" | "circle", "look": "road" | "water" | "lot" | "park" | "park-t" | "walk", …}`` with the
attributes SVG knows. Places without coordinates stand in rows below the drawing, so that none is missing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe

from zengyi.people.queries import PlaceCard
from zengyi.people.rules import PlaceKind

LOOKS = frozenset({"road", "water", "lot", "park", "park-t", "walk", "name"})
ATTRIBUTES = ("x", "y", "width", "height", "rx", "cx", "cy", "r")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.\-]{1,2000}")
BLOCK_WIDTH, BLOCK_HEIGHT, GAP, PER_ROW, MARGIN = 50, 52, 8, 8, 16


class Mark(Protocol):
    """What a package tells of a place on the plan."""

    @property
    def count(self) -> int:
        """How many things are open there."""

    @property
    def light(self) -> str:
        """The worst of them: ``late``, ``soon``, ``ok`` or empty."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn for orientation. ``attributes`` are numbers; ``path`` is checked before."""

    tag: str
    look: str
    attributes: tuple[tuple[str, float], ...] = ()
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A building or a spot. ``light`` is late, soon, ok or empty; ``count`` things are open there."""

    id: int
    name: str
    short: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    light: str = ""
    count: int = 0
    here: bool = False

    # Numbers only, written here: sixty blocks with a dozen attributes each would keep a template busy for longer than the rest of
    # the page.
    @property
    def outline(self) -> SafeString:
        """The attributes of its rectangle."""
        return mark_safe(f'x="{self.x}" y="{self.y}" width="{self.w}" height="{self.h}"')  # noqa: S308

    @property
    def middle(self) -> SafeString:
        """Where its name stands, as attributes."""
        return mark_safe(f'x="{self.x + self.w / 2}" y="{self.y + self.h / 2 + 5}"')  # noqa: S308

    @property
    def centre(self) -> SafeString:
        """Its middle, as attributes of a circle."""
        return mark_safe(f'cx="{self.x + self.w / 2}" cy="{self.y + self.h / 2}"')  # noqa: S308

    @property
    def short_on(self) -> bool:
        """Whether its name fits on it."""
        return len(self.short) * 13 <= self.w + 8

    @property
    def corner(self) -> SafeString:
        """The corner where its count stands, as attributes of a circle."""
        return mark_safe(f'cx="{self.x + self.w - 2}" cy="{self.y + 2}"')  # noqa: S308

    @property
    def corner_text(self) -> SafeString:
        """Where the count itself is written, as attributes."""
        return mark_safe(f'x="{self.x + self.w - 2}" y="{self.y + 6}"')  # noqa: S308

    @property
    def ring(self) -> float:
        """Radius of the circle around a spot that is selected."""
        return max(self.w, self.h) * 0.72


@dataclass(slots=True)
class Plan:
    """A drawing of one estate, or of the places outside any."""

    name: str
    view: tuple[float, float, float, float]
    shapes: list[Shape] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        """The value of the SVG's attribute ``viewBox``."""
        return " ".join(f"{n:g}" for n in self.view)

    @property
    def marked(self) -> int:
        """How many things are open on the drawing."""
        return sum(block.count for block in self.blocks)


def plans(places: Iterable[PlaceCard], marks: Mapping[int, Mark], *, here: int | None = None) -> list[Plan]:
    """The drawings of a community, the estate with the selected place first, then those where most is open."""
    cards = list(places)
    blocks = [card for card in cards if card.kind in (PlaceKind.BUILDING, PlaceKind.SPOT)]
    estates = [card for card in cards if card.kind == PlaceKind.ESTATE]
    drawn = []
    placed: set[int] = set()
    for estate in estates:
        mine = [card for card in blocks if card.parent_id == estate.id or card.plan.get("on") == estate.id]
        placed.update(card.id for card in mine)
        drawn.append(_drawing(estate.name, estate.plan, mine, marks, here))
    rest = [card for card in blocks if card.id not in placed]
    if rest and drawn and all(_numbers(card.plan) for card in rest):
        # Spots such as a bridge lie beside the first estate and share its drawing.
        drawn[0].blocks.extend(_block(card, _numbers(card.plan) or (0, 0, 0, 0), marks, here) for card in rest)
    elif rest:
        drawn.append(_drawing("", {}, rest, marks, here))
    drawn = [plan for plan in drawn if plan.blocks or plan.shapes]
    return sorted(drawn, key=lambda plan: (not any(b.here for b in plan.blocks), -plan.marked))


def _drawing(name: str, given: Mapping[str, object], cards: list[PlaceCard], marks: Mapping[int, Mark], here: int | None) -> Plan:
    shapes = [shape for item in _list(given.get("shapes")) if (shape := _shape(item))]
    fixed = [(card, numbers) for card in cards if (numbers := _numbers(card.plan))]
    loose = [card for card in cards if not _numbers(card.plan)]
    view = _view(given) or _bounds([numbers for _card, numbers in fixed])
    blocks = [_block(card, numbers, marks, here) for card, numbers in fixed]
    if loose:
        left, top, width, height = view
        top_of_rest = top + height + (GAP if fixed else 0)
        for place, card in enumerate(loose):
            row, column = divmod(place, PER_ROW)
            x, y = left + MARGIN + column * (BLOCK_WIDTH + GAP), top_of_rest + MARGIN + row * (BLOCK_HEIGHT + GAP)
            blocks.append(_block(card, (x, y, BLOCK_WIDTH, BLOCK_HEIGHT), marks, here))
        rows = -(-len(loose) // PER_ROW)
        width = max(width, min(len(loose), PER_ROW) * (BLOCK_WIDTH + GAP) + 2 * MARGIN)
        view = (left, top, width, top_of_rest - top + rows * (BLOCK_HEIGHT + GAP) + 2 * MARGIN)
    return Plan(name, view, shapes, blocks)


def _block(card: PlaceCard, numbers: tuple[float, float, float, float], marks: Mapping[int, Mark], here: int | None) -> Block:
    mark = marks.get(card.id)
    short = card.name.removesuffix("幢").strip() if card.kind == PlaceKind.BUILDING else card.name
    return Block(
        card.id,
        card.name,
        short,
        card.kind,
        *numbers,
        light=mark.light if mark else "",
        count=mark.count if mark else 0,
        here=card.id == here,
    )


def _numbers(plan: Mapping[str, object]) -> tuple[float, float, float, float] | None:
    values = [plan.get(name) for name in ("x", "y", "w", "h")]
    if all(isinstance(v, int | float) for v in values):
        x, y, w, h = (float(v) for v in values if isinstance(v, int | float))
        return x, y, w, h
    return None


def _view(plan: Mapping[str, object]) -> tuple[float, float, float, float] | None:
    given = plan.get("view") or plan.get("view_box")
    parts = given.split() if isinstance(given, str) else _list(given)
    try:
        x, y, w, h = (float(str(part)) for part in parts)
    except ValueError:
        return None
    return x, y, w, h


def _bounds(all_numbers: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    if not all_numbers:
        return 0, 0, 0, 0
    left, top = min(n[0] for n in all_numbers) - MARGIN, min(n[1] for n in all_numbers) - MARGIN
    right, bottom = max(n[0] + n[2] for n in all_numbers) + MARGIN, max(n[1] + n[3] for n in all_numbers) + MARGIN
    return left, top, right - left, bottom - top


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _shape(item: object) -> Shape | None:
    if not isinstance(item, dict):
        return None
    tag, look = item.get("is"), item.get("look", "name")
    if tag not in ("rect", "path", "text", "circle") or look not in LOOKS:
        return None
    numbers = tuple((name, float(item[name])) for name in ATTRIBUTES if isinstance(item.get(name), int | float))
    path = item.get("d", "")
    if tag == "path" and not (isinstance(path, str) and _PATH.fullmatch(path)):
        return None
    return Shape(str(tag), str(look), numbers, path if tag == "path" else "", str(item.get("text", ""))[:40])
