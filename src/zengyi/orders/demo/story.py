"""What a story of the demo is: one order, from who asks for it to how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from zengyi.orders.demo.course import Moments
from zengyi.orders.demo.texts import Text
from zengyi.orders.rules import Urgency
from zengyi.people.demo.towns import Someone, Town


@dataclass(slots=True)
class Story:
    """An order of the demo: who asks for what, where and when.

    ``takers`` take it, or members chance picks; with ``by_unit`` organisations. ``places`` overrides the text's. What happens on the
    way is kept here too: the order's id, and who placed and who weighed it, so that a second person confirms.
    """

    town: Town
    text: Text
    when: Moments
    raiser: Someone
    place: str
    rng: Random
    spot: str = ""
    tail: str = ""
    urgency: int = Urgency.WEEK
    due: datetime | None = None
    takers: list[Someone] = field(default_factory=list)
    private: bool = False
    anonymous: bool = False
    photos: Sequence[bytes] = ()
    places: int = 0
    order: int = 0
    desk: Someone = field(default_factory=lambda: Someone(""))
    placer: Someone = field(default_factory=lambda: Someone(""))
    by_unit: bool = False
