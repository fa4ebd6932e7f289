"""Topics over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Id, RowId, Size, string
from zengyi.councils import actions, queries
from zengyi.councils.api.common import In, router, send
from zengyi.councils.rules import decisions as decision_rules
from zengyi.councils.rules import talking
from zengyi.councils.rules import topics as rules
from zengyi.orders import rules as orders
from zengyi.people.web import bearer

LIMITED = ("raise_topic",)


class RaiserIn(In):
    """For whom a worker puts it down: a known person, or a name with a phone."""

    person_id: RowId | None = None
    name: string(40) = Field("", examples=["居民1206"])  # type: ignore[valid-type]
    phone: string(20) = ""  # type: ignore[valid-type]
    channel: orders.Channel = orders.Channel.PHONE

    def rule(self) -> orders.OnBehalf:
        """As the action takes it."""
        return orders.OnBehalf(person_id=self.person_id, name=self.name, phone=self.phone, channel=self.channel)


class TopicIn(In):
    """What is to be talked over."""

    title: string(rules.TITLE_MOST, least=rules.TITLE_LEAST) = Field(examples=["摄像头坏了八成"])  # type: ignore[valid-type]
    text: string(rules.TEXT_MOST, least=rules.TEXT_LEAST) = Field(examples=["丢了电瓶车，调监控，什么也没有。"])  # type: ignore[valid-type]
    place: RowId | None = Field(None, description="a building or a named spot of the community")
    spot: string(rules.SPOT_MOST) = Field("", description="where exactly; never a door number")  # type: ignore[valid-type]
    orders: list[RowId] = Field([], max_length=rules.ORDERS_MOST, description="the orders it comes from")
    on_behalf_of: RaiserIn | None = None


class ScreenIn(In):
    """How urgent it is, how it is talked over, and what whoever raised it is told."""

    urgency: Annotated[orders.Urgency, NUMBER] = Field(examples=[2], description="1 today … 4 no hurry")
    tier: rules.TopicTier = rules.TopicTier.DEEP
    answer: string(rules.ANSWER_MOST) = Field("", examples=["收到了，下周三先去看现场。"])  # type: ignore[valid-type]


class TopicOut(Schema):
    """A topic, as it is after a step."""

    id: int
    number: str
    title: str
    state: rules.TopicState


class TopicRowOut(TopicOut):
    """A topic in a list."""

    raised_at: datetime
    urgency: orders.Urgency | None


class FigureOut(Schema):
    """A count found on site."""

    label: str
    number: int
    unit: str
    part: bool


class TopicPhotoOut(Schema):
    """A photo of the topic, or of a survey. `private`: neighbours don't see it."""

    id: UUID
    private: bool


class SurveyOut(Schema):
    """What people found when they went to look."""

    id: int
    held_on: date
    who: str
    text: str
    figures: list[FigureOut]
    photos: list[TopicPhotoOut]


class SupportOut(Schema):
    """How a party stands. Counts of one or two are left out for those who need not know them, and `spoke` with them."""

    party: str
    counts: dict[str, int | None]
    spoke: int | None


class OptionOut(Schema):
    """A way of solving it; without an id: the topic as a whole. `cost` in cents."""

    id: int | None
    title: str
    text: str
    cost: int | None
    fund: str
    support: list[SupportOut]


class OpinionOut(Schema):
    """What somebody said for a party. Nobody's name is in it."""

    id: int
    party: str
    kind: talking.OpinionKind
    text: str
    support: str
    option_id: int | None
    at: datetime
    adopted: bool


class ActionOut(Schema):
    """An action of a decision: an order, who is at it, until when, and how it stands."""

    order_id: int
    number: str
    title: str
    party: str
    due_at: datetime | None
    ended_at: datetime | None
    state: orders.State
    outcome: str
    daily: bool
    soon: bool


class DissentOut(Schema):
    """What was held against a decision, and in the end whether it came true."""

    id: int
    party: str
    name: str
    text: str
    came_true: bool | None
    said: str


class DecisionDetailOut(Schema):
    """A decision with its orders and its dissent."""

    id: int
    session_id: int
    topic_id: int
    text: str
    outcome: decision_rules.Outcome
    state: decision_rules.DecisionState
    decided_at: datetime
    for_it: int | None
    against: int | None
    abstained: int | None
    no_action_reason: str
    actions: list[ActionOut]
    dissents: list[DissentOut]


class TopicDetailOut(TopicRowOut):
    """A topic with the verbs one may take now. Names are masked for those who need not know them."""

    text: str
    place: str
    spot: str
    tier: str
    answer: str
    raiser: str
    verdict: str
    verdict_text: str
    reason: str
    deferred_until: date | None
    own: bool
    moves: list[str]
    stages: dict[str, str]
    photos: list[TopicPhotoOut]
    surveys: list[SurveyOut]
    parties: list[str]
    missing: list[str] = Field(description="parties that have not spoken yet")
    options: list[OptionOut]
    opinions: list[OpinionOut] = Field(description="the newest")
    decisions: list[DecisionDetailOut]


class TopicsOut(Schema):
    """A page of topics, newest first."""

    items: list[TopicRowOut]
    next: int | None = Field(description="give it as `after` to go on")


def topic_out(row: object) -> object:
    return TopicOut.from_orm(row).model_dump(mode="json")


@router.get("/topics", response=TopicsOut, operation_id="list_topics", summary="List topics")
def list_topics(request: HttpRequest, state: rules.TopicState | None = None, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """Topics one may see, newest first."""
    page = queries.topics(by=bearer(request), state=state or "", after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/topics", response={201: TopicOut}, operation_id="raise_topic", summary="提 Raise a topic")
def raise_topic(request: HttpRequest, body: TopicIn) -> HttpResponse:
    """Put down what is to be talked over, for oneself or, as a worker, on behalf of a resident."""
    behalf = body.on_behalf_of.rule() if body.on_behalf_of else None
    return send(
        request,
        lambda: actions.raise_topic(
            body.title,
            body.text,
            spot=body.spot,
            place_id=body.place,
            order_ids=body.orders,
            on_behalf=behalf,
            by=bearer(request),
            at=clock.now(),
        ),
        topic_out,
        status=201,
    )


@router.get("/topics/{topic_id}", response=TopicDetailOut, operation_id="get_topic", summary="Look up a topic")
def get_topic(request: HttpRequest, topic_id: Id) -> dict[str, Any]:
    """A topic, what was found, said and decided, each order's state, and what one may do with it."""
    found = queries.topic(topic_id, by=bearer(request))
    parts = queries.parts_of(found.id, found.community_id, bare=found.staff, own=found.own)
    own = {name: getattr(found, name) for name in TopicDetailOut.model_fields if hasattr(found, name)}
    return own | {
        "stages": parts.labels,
        "photos": parts.photos,
        "surveys": parts.surveys,
        "parties": [name for name, _note in parts.parties],
        "missing": parts.missing,
        "options": parts.options,
        "opinions": parts.opinions.rows,
        "decisions": parts.decisions,
    }


@router.post("/topics/{topic_id}/screen", response=TopicOut, operation_id="screen_topic", summary="收下 Screen")
def screen_topic(request: HttpRequest, topic_id: Id, body: ScreenIn) -> HttpResponse:
    """Take a topic on: neighbours see it from now on."""
    given = body.model_dump()
    return send(request, lambda: actions.screen_topic(topic_id, **given, by=bearer(request), at=clock.now()), topic_out)
