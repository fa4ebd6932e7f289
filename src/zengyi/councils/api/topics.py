"""Topics over HTTP."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Id, RowId, Size, string
from zengyi.councils import actions, queries
from zengyi.councils.api.common import In, router, send
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
    on_behalf_of: RaiserIn | None = None


class ScreenIn(In):
    """How urgent it is, how it is talked over, and what whoever raised it is told."""

    urgency: Annotated[orders.Urgency, NUMBER] = Field(examples=[2], description="1 today … 4 no hurry")
    tier: rules.Tier = rules.Tier.DEEP
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


class TopicDetailOut(TopicRowOut):
    """A topic with the verbs one may take now. Nobody's name is in it."""

    text: str
    place: str
    spot: str
    tier: str
    answer: str
    own: bool
    moves: list[str]


class TopicsOut(Schema):
    """A page of topics, newest first."""

    items: list[TopicRowOut]
    next: int | None = Field(description="give it as `after` to go on")


def _topic(row: object) -> object:
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
            body.title, body.text, spot=body.spot, place_id=body.place, on_behalf=behalf, by=bearer(request), at=clock.now()
        ),
        _topic,
        status=201,
    )


@router.get("/topics/{topic_id}", response=TopicDetailOut, operation_id="get_topic", summary="Look up a topic")
def get_topic(request: HttpRequest, topic_id: Id) -> object:
    """A topic, and what one may do with it."""
    return queries.topic(topic_id, by=bearer(request))


@router.post("/topics/{topic_id}/screen", response=TopicOut, operation_id="screen_topic", summary="收下 Screen")
def screen_topic(request: HttpRequest, topic_id: Id, body: ScreenIn) -> HttpResponse:
    """Take a topic on: neighbours see it from now on."""
    given = body.model_dump()
    return send(request, lambda: actions.screen_topic(topic_id, **given, by=bearer(request), at=clock.now()), _topic)
