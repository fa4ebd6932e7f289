"""The timeline of a project's lots as numbers for a drawing: what is planned above, what happened below, today across."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

#: Units of the drawing: its inner width, the height of a lot, of the head with the months, and of a gate's diamond.
WIDTH, LOT_HEIGHT, HEAD, LEFT = 900.0, 72.0, 26.0, 110.0
DAY = timedelta(days=1)
WORD = 14.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone as it is drawn. ``gate``: an inspection, drawn as a diamond on its last day; ``was``: the days planned before it was
    moved.
    """

    name: str
    begins: date
    ends: date
    begun: date | None
    done: date | None
    gate: bool
    was: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a lot's two lines: planned, planned before, done, doing, or what runs over its plan."""

    look: str
    x: float
    y: float
    w: float
    h: float
    word: str = ""

    @property
    def middle(self) -> float:
        """Where its word stands."""
        return round(self.x + self.w / 2, 1)

    @property
    def base(self) -> float:
        """The line its word stands on."""
        return self.y + 16

    @property
    def diamond(self) -> str:
        """A gate as a path."""
        return f"M{self.x} {self.y}l7 7-7 7-7-7z"


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot: its name, where it is, and its bars."""

    name: str
    extent: str
    y: float
    bars: list[Bar]

    @property
    def name_y(self) -> float:
        """The line of its name."""
        return self.y + 26

    @property
    def extent_y(self) -> float:
        """The line of where it is."""
        return self.y + 44


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing. ``today``: where it stands, nothing once all is done; ``months``: where each begins, with its number."""

    height: float
    today: float | None
    months: list[tuple[float, int]]
    lots: list[LotLine] = field(default_factory=list)

    @property
    def left(self) -> float:
        """The width of the lots' names."""
        return LEFT

    @property
    def inner(self) -> float:
        """The width of what is drawn beside them."""
        return WIDTH

    @property
    def moved(self) -> bool:
        """Whether something was planned anew."""
        return any(bar.look == "was" for lot in self.lots for bar in lot.bars)

    @property
    def width(self) -> float:
        """The width of the drawing."""
        return LEFT + WIDTH

    @property
    def foot(self) -> float:
        """Where the lines of the months end."""
        return self.height - 22

    @property
    def today_box(self) -> float:
        """Where the word for today has its box."""
        return round((self.today or 0) - 22, 1)

    @property
    def today_base(self) -> float:
        """The line of the word for today."""
        return self.foot + 13


def days_late(planned: Planned, today: date) -> int:
    """How many days it is behind its plan: done late, or not done though its day has come; 0 when it is not.

    >>> from datetime import date
    >>> days_late(Planned("", date(2026, 11, 6), date(2026, 11, 20), date(2026, 11, 13), None, False), date(2026, 11, 25))
    5
    """
    return max(0, ((planned.done or today) - planned.ends).days)


def draw(lots: Sequence[tuple[str, str, Sequence[Planned]]], today: date) -> Timeline:
    """The drawing of lots with their milestones: name, extent, milestones; with today while something is not done."""
    every = [one for _name, _extent, found in lots for one in found]
    going = not every or any(one.done is None for one in every)
    seen = (day for one in every for day in (one.begins, one.ends, one.begun, one.done, *(one.was or ())))
    days: list[date] = [day for day in seen if day is not None] + ([today] if going else [])
    # A short job fills its drawing as a long one does.
    edge = min(10, max(2, (max(days) - min(days)).days // 8)) * DAY
    first, last = min(days) - edge, max(days) + edge
    step = WIDTH / max(1, (last - first).days + 1)

    def x(day: date) -> float:
        return round(LEFT + (day - first).days * step, 1)

    lines = []
    for place, (name, extent, found) in enumerate(lots):
        y = HEAD + place * LOT_HEIGHT
        lines.append(LotLine(name, extent, y, [bar for one in found for bar in _bars(one, y, x, today)]))
    now = x(today) if going else None
    months = [(x(day), day.month) for day in _months(first, last)]
    if not months or months[0][0] > LEFT + 4 * WORD:
        months.insert(0, (LEFT, first.month))  # there is room to say which month it begins in
    return Timeline(HEAD + max(1, len(lots)) * LOT_HEIGHT + 26, now, months, lines)


def _bars(one: Planned, y: float, at: Callable[[date], float], today: date) -> Iterable[Bar]:
    if one.was is not None:
        left, right = at(one.was[0]), at(one.was[1] + DAY)
        yield Bar("was", left, y + 5, round(right - left, 1), 4)
    if one.gate:
        yield Bar("planned-gate", at(one.ends), y + 9, 14, 14)
        if one.done:
            yield Bar("done-gate", at(one.done), y + 33, 14, 14)
        return
    begins, ends = at(one.begins), at(one.ends + DAY)
    yield Bar("planned", begins, y + 12, round(ends - begins, 1), 13)
    if one.begun is None:
        return
    until = one.done or max(today, one.begun)
    left, right = at(one.begun), at(until + DAY)
    width = round(right - left, 1)
    yield Bar("done" if one.done else "doing", left, y + 32, width, 24, one.name if len(one.name) * WORD <= width else "")
    if until > one.ends:
        late = max(left, ends)
        yield Bar("over", late, y + 56, round(right - late, 1), 4)


def _months(first: date, last: date) -> Iterable[date]:
    day = date(first.year, first.month, 1)
    while day <= last:
        if day >= first:
            yield day
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
