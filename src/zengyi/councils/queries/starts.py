"""What a topic may begin with: an order, or something that a package above knows of. The form comes filled in, and says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zengyi.core import clock
from zengyi.core.errors import Refused
from zengyi.core.ids import id_of
from zengyi.councils.rules import topics as rules
from zengyi.orders import queries as orders
from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Start:
    """Words for a new topic, as its reader may know them, and the number of the order behind it, if there is one."""

    title: str
    text: str = ""
    spot: str = ""
    order: str = ""


#: By parameter of the form's address: a function that takes an id and returns what the form begins with. It refuses what the reader may not
#: see.
STARTS: dict[str, Callable[[int, Actor], Start]] = {}


def of_order(order_id: int, by: Actor) -> Start:
    """Of an order: its number and, unless it was asked to be kept off the lists, what it is about. One statement."""
    found = orders.detail(order_id, by=by, at=clock.now())
    if found.private:
        return Start("", order=found.number)
    return Start(found.title[: rules.TITLE_MOST], spot=found.spot[: rules.SPOT_MOST], order=found.number)


STARTS["order"] = of_order


def start_of(asked: Mapping[str, str], by: Actor) -> Start | None:
    """What the address of the form asks for; nothing where that is not there for the reader."""
    for name, start in STARTS.items():
        if (pk := id_of(asked.get(name))) is not None:
            try:
                return start(pk, by)
            except Refused:
                return None
    return None
