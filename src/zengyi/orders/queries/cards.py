"""What the reads of orders answer with."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from zengyi.core import personal
from zengyi.orders.models import Order, is_taken_back
from zengyi.orders.queries.origins import OriginCard
from zengyi.orders.rules import (
    MASK,
    NOTE,
    OPEN_STATES,
    WORDS,
    ClaimState,
    Light,
    Move,
    Portion,
    Situation,
    State,
    can,
    light,
    moves_for,
    reads_words,
)
from zengyi.people.queries import Maker
from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in a list. Nobody's name is in it.

    ``booked``: the points that its confirmation brought and that stand; ``taken_back``: it brought some, and all are taken back.
    """

    id: int
    number: str
    community_id: int
    kind: str
    category: str
    state: str
    outcome: str
    title: str
    text: str
    place_id: int | None
    place_name: str
    spot: str
    urgency: int
    difficulty: int | None
    places: int
    taken: int
    due_at: datetime | None
    placed_at: datetime
    delivered_at: datetime | None
    ended_at: datetime | None
    light: Light | None
    booked: int | None = None
    taken_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """A photo: before or after."""

    id: uuid.UUID
    stage: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """Who holds an order, or held it. ``party`` is the name of a unit or of a member, masked for readers who need not know it.

    ``before``: how often they have helped whoever asked, this quarter, while they are at it and for those who may know. ``reason``: why it
    ended without points; ``short``: why with fewer. ``lacks_login``: the member cannot sign in, and the reader writes down what they say.
    """

    id: int
    party: str
    member_id: int | None
    organisation_id: int | None
    state: str
    places: int
    points: int | None
    claimed_at: datetime
    is_mine: bool
    before: int | None = None
    reason: str = ""
    short: str = ""
    lacks_login: bool = False


@dataclass(frozen=True, slots=True)
class PairCard:
    """What helping whoever asked once more would count, in per cent, after how many times this quarter; and the sentence that says so.

    Empty where it would count in full; without figures where whoever asked gave no name.
    """

    before: int | None
    percent: int | None
    note: str


@dataclass(frozen=True, slots=True)
class RequesterCard:
    """Who has the difficulty, for those who may know. Phone, home and door are nothing until the reader has opened them today.

    ``closed``: there is something to open.
    """

    name: str
    phone: str | None
    home: str | None
    door: str | None
    closed: bool


@dataclass(frozen=True, slots=True)
class ExcludedUnit:
    """An organisation that is kept away from an order; ``complaint``: the order complains about it."""

    id: int
    name: str
    complaint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetail(OrderRow):
    """An order with all that its page and the API tell.

    ``asked``, ``decided``, ``doing`` and ``done`` answer 谁提的、谁定的、谁在办、何时办完.
    ``origin``: the thing of another package that it arose from.
    ``personal``: what kinds of personal things stand in the words that were written; ``masked``: they are hidden from this reader.
    ``excluded``: the organisations kept away, for the asker and the community only.
    ``asker_opened``: who made the asker's login, told to the community; ``opened_by_reader``: the reader is one of them.
    ``pair``: what the reader would get. ``eased``: sentences on who could take it only because a sheet had lately changed a door or a
    unit, told to those who approve.
    ``relayed``: the reader is at work for somebody who stays unknown; the desk passes on what there is to say.
    """

    needs: str
    provides: str
    private: bool
    delivery_text: str
    merged_into: int | None
    reminders: int
    asked: str
    origin: OriginCard | None
    decided: str
    doing: str
    done: str
    is_mine: bool
    pair: PairCard | None
    requester: RequesterCard | None
    personal: list[str]
    excluded: list[ExcludedUnit]
    asker_opened: list[Maker]
    opened_by_reader: bool
    eased: list[str]
    masked: bool
    relayed: bool
    desk_phone: str
    claims: list[ClaimCard] = field(default_factory=list)
    photos: list[PhotoCard] = field(default_factory=list)
    #: Who would get what, for readers who may know how often the two had to do with each other.
    portions: list[Portion] = field(default_factory=list)
    situation: Situation

    @property
    def brings(self) -> int:
        """The points that both sides were given, or would be."""
        if self.state == State.CONFIRMED:
            return self.booked or 0
        if self.portions:
            return sum(portion.counts for portion in self.portions)
        if self.pair is not None and self.pair.percent is not None and self.places == 1:
            return (self.difficulty or 0) * self.pair.percent // 100
        return self.difficulty or 0

    @property
    def proposed(self) -> int | None:
        """The claim that waits for its party's answer, if there is one."""
        return next((claim.id for claim in self.claims if claim.state == ClaimState.PROPOSED), None)

    @property
    def paid(self) -> list[ClaimCard]:
        """Those who had a part in it, once it is confirmed: who helped, and who was left out. For those who had to do with it."""
        return [] if not self.may_note else [claim for claim in self.claims if claim.state in (ClaimState.DONE, ClaimState.LEFT_OUT)]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves that the reader can make now."""
        return moves_for(self.situation)

    @property
    def may_mask(self) -> bool:
        """Whether the reader can hide the phones and doors in the order's words."""
        return can(MASK, self.situation)

    @property
    def may_note(self) -> bool:
        """Whether the reader can add to the history."""
        return can(NOTE, self.situation)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step of an order: when, what, who as far as the reader may know, and what was said."""

    at: datetime
    verb: str
    title: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """Some of an order's steps, oldest first; ``earlier`` is the step before which the others lie, nothing when these are the first."""

    lines: list[HistoryLine]
    earlier: int | None


#: What an order's row has besides columns of the same name.
_MADE = {"place_name", "light", "booked", "taken_back"}
_COLUMNS = tuple(column.name for column in fields(OrderRow) if column.name not in _MADE)


def row_fields(order: Order, at: datetime, *, masked: bool) -> dict[str, Any]:
    """The fields of :class:`OrderRow`; the order's place must be loaded. ``masked``: without what is personal in people's words."""
    made = {"place_name": order.place.name if order.place else "", "light": light(order.state, order.due_at, at)}
    read = {name: getattr(order, name) for name in _COLUMNS} | made
    return read | without_personal(read, WORDS) if masked else read


def without_personal(read: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Those words of an order with what is personal hidden."""
    return {name: personal.masked(read[name]) for name in names}


def row_of(order: Order, by: Actor, at: datetime) -> OrderRow:
    """An order as a row of a list. Claims are not read for it: whoever is at work on it reads its words on its own page."""
    read: Any = order
    fields = row_fields(order, at, masked=not reads_words(by, order.target("", ())))
    return OrderRow(**fields, booked=getattr(read, "booked", None), taken_back=is_taken_back(order, getattr(read, "left", None)))
