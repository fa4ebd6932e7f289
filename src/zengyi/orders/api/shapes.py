"""What the operations on orders take and answer with."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, field_validator

from zengyi.core.api import NUMBER, Flag, Moment, RowId, string
from zengyi.orders import rules

EXAMPLE_AT = "2026-11-25T17:30:00+08:00"
Urgency = Annotated[rules.Urgency, NUMBER]
Points = Annotated[int, Field(ge=0, le=rules.DIFFICULTY_MOST), NUMBER]


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class OnBehalfIn(_In):
    """For whom a worker places an order: a known person, or a name with a phone."""

    person_id: RowId | None = None
    name: string(40) = Field("", examples=["居民1206"])  # type: ignore[valid-type]
    phone: string(20) = ""  # type: ignore[valid-type]
    channel: rules.Channel = rules.Channel.PHONE

    def rule(self) -> rules.OnBehalf:
        """As the action takes it."""
        return rules.OnBehalf(person_id=self.person_id, name=self.name, phone=self.phone, channel=self.channel)


class OrderIn(_In):
    """A new order."""

    kind: rules.Kind = Field(examples=["REPORT"])
    title: string(60, least=2) = Field(examples=["虹西路西段桥面破损"])  # type: ignore[valid-type]
    text: string(2000, least=2) = Field(examples=["西段桥面有两处大坑，电动车过桥要绕行。"])  # type: ignore[valid-type]
    category: rules.Category = Field(rules.Category.OTHER, examples=["ROAD"])
    place: RowId | None = Field(None, description="a building or a named spot of the community")
    spot: string(60) = Field("", description="where exactly; never a door number")  # type: ignore[valid-type]
    urgency: Urgency = Field(rules.Urgency.WEEK, description="1 today … 4 no hurry")
    contact: string(20) = Field("", description="a phone for this order")  # type: ignore[valid-type]
    anonymous: Flag = False
    private: Flag | None = Field(None, description="kept off public lists; where it is left out, requests for a helping hand are")
    about_unit: RowId | None = Field(None, description="the organisation it complains about; it is kept away")
    excluded_units: list[RowId] = Field([], max_length=rules.EXCLUDED_MOST, description="organisations that are kept away")
    on_behalf_of: OnBehalfIn | None = None


class TriageIn(_In):
    """What the community sets when it takes an order on."""

    difficulty: Annotated[int, NUMBER] = Field(ge=1, le=rules.DIFFICULTY_MOST, examples=[8], description="points")
    due_at: Moment | None = Field(None, examples=[EXAMPLE_AT], description="default: the category's time limit in working hours")
    places: Annotated[int, NUMBER] = Field(1, ge=1, le=rules.PLACES_MOST, description="how many people are needed")
    category: rules.Category | None = None
    urgency: Urgency | None = None
    needs: string(200) = Field("", description="materials or skills wanted")  # type: ignore[valid-type]
    provides: string(200) = Field("", description="what the community provides")  # type: ignore[valid-type]


class AssignIn(_In):
    """Whom the dispatcher proposes: a member or an organisation."""

    member_id: RowId | None = Field(None, examples=[7])
    organisation_id: RowId | None = None
    points: Points | None = Field(None, description="a set share; default: equal shares")
    instead: RowId | None = Field(None, description="the claim, still proposed to somebody else, that this takes the place of")


class ReasonIn(_In):
    """Why."""

    reason: string(200, least=2) = Field(examples=["这两天在外地，赶不回来"])  # type: ignore[valid-type]


class HeardIn(_In):
    """How somebody without a login told the staff who write it down; everybody else leaves it out."""

    channel: rules.Channel = Field(rules.Channel.SELF, examples=["PHONE"])


class RefuseIn(ReasonIn, HeardIn):
    """Why the order is not taken."""


class ReleaseIn(ReasonIn):
    """Why; a dispatcher names the claim."""

    claim_id: RowId | None = None


class ReturnIn(ReasonIn, HeardIn):
    """What is not good yet, and until when."""

    due_at: Moment | None = Field(None, examples=[EXAMPLE_AT])


class SentIn(_In):
    """A member whom the organisation sent, with the points of its share that go to the member."""

    member_id: RowId = Field(examples=[7])
    points: Points = Field(examples=[3])


class DeliverIn(HeardIn):
    """What was done."""

    text: string(1000, least=2) = Field(examples=["桥面坑洞已经填平，压实，通行正常。"])  # type: ignore[valid-type]
    sent: list[SentIn] = Field([], max_length=50)


class ShareIn(_In):
    """A claim's share of the points."""

    claim_id: RowId = Field(examples=[31])
    points: Points = Field(examples=[8])


class ConfirmIn(HeardIn):
    """How the confirmation reached us; staff may set shares."""

    shares: list[ShareIn] | None = Field(None, max_length=rules.PLACES_MOST)
    left_out: list[RowId] = Field([], max_length=rules.PLACES_MOST, description="claims of those who did not come; then with a reason")
    reason: string(200) = Field("", description="why somebody is left out; they read it")  # type: ignore[valid-type]

    @field_validator("shares")
    @classmethod
    def _once(cls, shares: list[ShareIn] | None) -> list[ShareIn] | None:
        if shares is not None and len({share.claim_id for share in shares}) < len(shares):
            raise ValueError("a claim is named twice")
        return shares


class MergeIn(_In):
    """The order this one is the same as."""

    into_id: RowId = Field(examples=[141])


class NoteIn(_In):
    """A few words for the history."""

    text: string(500, least=1) = Field(examples=["材料已经到了，明天上午动工。"])  # type: ignore[valid-type]


class UnitIn(_In):
    """An organisation registered with the community."""

    organisation_id: RowId = Field(examples=[7])


class CallBackIn(_In):
    """What whoever asked said when they were rung up; a word is needed when it was not so."""

    outcome: rules.CallOutcome = Field(examples=["TRUE"])
    text: string(200) = Field("", examples=["说灯第二天就装好了"])  # type: ignore[valid-type]


class OrderOut(Schema):
    """An order. Nobody's name, phone or door is in it."""

    id: int
    number: str = Field(examples=["2026-0148"])
    community: int = Field(validation_alias="community_id")
    kind: rules.Kind
    category: rules.Category
    state: rules.State
    outcome: str = Field(examples=["HELPED"], description="empty while open")
    title: str
    text: str
    place: int | None = Field(validation_alias="place_id")
    spot: str
    urgency: int
    difficulty: int | None = Field(description="points, set at triage")
    places: int
    taken: int
    due_at: datetime | None
    placed_at: datetime
    delivered_at: datetime | None
    ended_at: datetime | None


class ClaimOut(Schema):
    """Who holds an order, or held it."""

    id: int
    party: str = Field(examples=["区机关事务服务中心"], description="a unit, or a masked name")
    member_id: int | None
    organisation_id: int | None
    state: rules.ClaimState
    places: int
    points: int | None = Field(description="a set share; once it is confirmed, the points that were posted")
    claimed_at: datetime
    before: int | None = Field(
        description="how often they have helped whoever asked this quarter, while they are at it; for whoever may know who asked"
    )
    reason: str = Field(description="why it ended without points; for whoever may know")
    short: str = Field(description="why it brought fewer points than its share; for whoever may know")


class PairOut(Schema):
    """What helping whoever asked once more counts: less, the more often the two had to do with each other this quarter."""

    before: int | None = Field(description="how many times it was this quarter; nothing where whoever asked gave no name")
    percent: int | None = Field(examples=[100], description="how much one more time counts")
    note: str = Field(description="the sentence for it; empty where it counts in full")


class RequesterOut(Schema):
    """Who has the difficulty; only for those who may know. Phone, home and door are null until one has opened the contact today."""

    name: str
    phone: str | None
    home: str | None = Field(description="the building", examples=["226幢"])
    door: str | None


class ExcludedOut(Schema):
    """An organisation that is kept away from an order."""

    id: int
    name: str
    complaint: bool = Field(description="the order complains about it")


class OrderDetailOut(OrderOut):
    """An order with its claims, and the moves the asking person can make now."""

    excluded: list[ExcludedOut] = Field(description="only for whoever asked and for the community")
    claims: list[ClaimOut]
    requester: RequesterOut | None
    booked: int | None = Field(description="the points that the confirmation brought and that stand on the books")
    taken_back: bool = Field(description="the confirmation brought points, and all of them are taken back")
    pair: PairOut | None = Field(description="for members and units: what it would bring them")
    moves: list[str] = Field(examples=[["claim"]])

    @field_validator("moves", mode="before")
    @classmethod
    def _verbs(cls, moves: list[rules.Move]) -> list[str]:
        return [move.verb for move in moves]


class OrdersOut(Schema):
    """A page of orders, newest first."""

    items: list[OrderOut]
    next: int | None = Field(description="give it as `after` to go on")
