"""Reads about orders. Each answers one question with typed results; none writes."""

from zengyi.orders.queries.cards import ClaimCard, History, HistoryLine, OrderDetail, OrderRow, PairCard, PhotoCard, RequesterCard
from zengyi.orders.queries.checking import Call, Checks, quarter_checks
from zengyi.orders.queries.checks import check_ended
from zengyi.orders.queries.concerned import Concerned, concerned
from zengyi.orders.queries.deciding import Hindrance, hindrance
from zengyi.orders.queries.deeds import deeds_of
from zengyi.orders.queries.desk import STAGES, DeskView, Pane, PlaceMark, desk, pane
from zengyi.orders.queries.details import detail, history, photo, story
from zengyi.orders.queries.difficulty import PartRow, Parts, parts_of
from zengyi.orders.queries.door import Door, PendingCard, SignCard, door, door_photo, doorstep, signs
from zengyi.orders.queries.linked import Linked, linked, numbered
from zengyi.orders.queries.lists import STEPS, OnOffer, listing, on_offer, similar
from zengyi.orders.queries.merging import AGAINST_MERGING
from zengyi.orders.queries.origins import OriginCard, Standing, arisen, arises_from, states_of
from zengyi.orders.queries.quarter import findings_of_quarter, told_of_quarter
from zengyi.orders.queries.suggesting import Suggestion, suggestions
from zengyi.orders.queries.sums import Flow, flows
from zengyi.orders.queries.telling import spoken
from zengyi.orders.queries.ways_on import WayOn, leads_to, ways_on

__all__ = [
    "AGAINST_MERGING",
    "STAGES",
    "STEPS",
    "Call",
    "Checks",
    "ClaimCard",
    "Concerned",
    "DeskView",
    "Door",
    "Flow",
    "Hindrance",
    "History",
    "HistoryLine",
    "Linked",
    "OnOffer",
    "OrderDetail",
    "OrderRow",
    "OriginCard",
    "PairCard",
    "Pane",
    "PartRow",
    "Parts",
    "PendingCard",
    "PhotoCard",
    "PlaceMark",
    "RequesterCard",
    "SignCard",
    "Standing",
    "Suggestion",
    "WayOn",
    "arisen",
    "arises_from",
    "check_ended",
    "concerned",
    "deeds_of",
    "desk",
    "detail",
    "door",
    "door_photo",
    "doorstep",
    "findings_of_quarter",
    "flows",
    "hindrance",
    "history",
    "leads_to",
    "linked",
    "listing",
    "numbered",
    "on_offer",
    "pane",
    "parts_of",
    "photo",
    "quarter_checks",
    "signs",
    "similar",
    "spoken",
    "states_of",
    "story",
    "suggestions",
    "told_of_quarter",
    "ways_on",
]
