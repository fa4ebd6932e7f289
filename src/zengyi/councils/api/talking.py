"""What is brought to a topic, over HTTP, and how it is brought to an end."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, string
from zengyi.councils import actions
from zengyi.councils.api.common import In, router, send
from zengyi.councils.api.topics import OpinionOut, TopicOut, topic_out
from zengyi.councils.rules import decisions, surveys, talking
from zengyi.councils.rules import topics as rules
from zengyi.orders import rules as orders
from zengyi.people.web import bearer

LIMITED = ("say_opinion",)


class FigureIn(In):
    """A count found on site. `part`: of the last one before it that is none."""

    label: string(surveys.LABEL_MOST, least=1) = Field(examples=["摄像头"])  # type: ignore[valid-type]
    number: Annotated[int, NUMBER] = Field(ge=0, le=surveys.NUMBER_MOST, examples=[390])
    unit: string(surveys.UNIT_MOST) = Field("", examples=["个"])  # type: ignore[valid-type]
    part: Flag = False

    def rule(self) -> surveys.Figure:
        """As the action takes it."""
        return surveys.Figure(self.label, self.number, self.unit, self.part)


class SurveyIn(In):
    """What people found when they went to look: figures, words, or both."""

    held_on: Day | None = Field(None, description="default: today")
    who: string(surveys.WHO_MOST) = Field("", examples=["居民 6 人、物业、维修公司"])  # type: ignore[valid-type]
    text: string(surveys.TEXT_MOST) = Field("", examples=["线路和设备都有坏的，没有布线图。"])  # type: ignore[valid-type]
    figures: list[FigureIn] = Field([], max_length=surveys.FIGURES_MOST)


class PartyIn(In):
    """A side to be asked, and why, or what was done to reach it."""

    party: string(talking.PARTY_MOST, least=1) = Field(examples=["维修公司"])  # type: ignore[valid-type]
    note: string(talking.NOTE_MOST) = ""  # type: ignore[valid-type]


class PartyOut(Schema):
    """A side that is asked."""

    id: int
    name: str
    note: str


class OptionIn(In):
    """A way of solving it. `cost` in yuan, with two decimals at most."""

    title: string(talking.OPTION_MOST, least=1) = Field(examples=["先修主干道"])  # type: ignore[valid-type]
    text: string(talking.WORD_MOST) = ""  # type: ignore[valid-type]
    cost: string(13) = Field("", examples=["32000.00"])  # type: ignore[valid-type]
    fund: string(talking.FUND_MOST) = Field("", examples=["公共维修资金"])  # type: ignore[valid-type]


class OptionMadeOut(Schema):
    """A way of solving it, as it was put down. `cost` in cents."""

    id: int
    title: str
    cost: int | None
    fund: str


class OpinionIn(In):
    """What somebody says for a party. Staff write down what was said by phone or on paper."""

    party: string(talking.PARTY_MOST, least=1) = Field(examples=["居民"])  # type: ignore[valid-type]
    kind: talking.OpinionKind = Field(examples=["PROPOSAL"])
    text: string(talking.WORD_MOST, least=talking.WORD_LEAST) = Field(examples=["先修主干道和要紧的地方"])  # type: ignore[valid-type]
    support: talking.Support | None = None
    option_id: RowId | None = None
    channel: orders.Channel = orders.Channel.SELF
    session_id: RowId | None = Field(None, description="where it was said; only staff write that down")
    speaker: RowId | None = Field(None, description="the participant of the session who said it")


class CorrectIn(In):
    """What somebody said in a session, put right."""

    party: string(talking.PARTY_MOST, least=1) = Field(examples=["居民"])  # type: ignore[valid-type]
    kind: talking.OpinionKind = Field(examples=["FACT"])
    text: string(talking.WORD_MOST, least=talking.WORD_LEAST) = Field(examples=["先修主干道和学校门口"])  # type: ignore[valid-type]


class KeepBackIn(In):
    """By the id of a photo, whether neighbours are not to see it."""

    private: dict[UUID, Flag] = Field(max_length=100, examples=[{}])


class DeferIn(In):
    """Why it is put off, and until when."""

    reason: string(rules.REASON_MOST, least=2) = Field(examples=["等三标段收尾再议"])  # type: ignore[valid-type]
    until: Day | None = None


class TopicReasonIn(In):
    """To whom it is passed on, and why."""

    reason: string(rules.REASON_MOST, least=2) = Field(examples=["主干道的杆子归街道，报街道办"])  # type: ignore[valid-type]


class EvaluateIn(In):
    """How whoever raised it says it went. `channel`: how staff asked them."""

    verdict: rules.Verdict = Field(rules.Verdict.GOOD, examples=[rules.Verdict.GOOD.value])
    text: string(rules.ANSWER_MOST) = ""  # type: ignore[valid-type]
    channel: orders.Channel | None = None


class FollowUpIn(In):
    """Whether what somebody feared came true."""

    came_true: Flag = Field(examples=[False])
    said: string(decisions.DISSENT_MOST) = ""  # type: ignore[valid-type]


class FollowUpOut(Schema):
    """What they said."""

    id: int
    came_true: bool
    said: str


class StageIn(In):
    """What the community calls a stage; nothing: its usual name."""

    stage: rules.Stage = Field(examples=["RAISE"])
    label: string(rules.LABEL_MOST) = Field(examples=["说"])  # type: ignore[valid-type]


class StageOut(Schema):
    """What a stage is called now."""

    stage: rules.Stage
    label: str


@router.post("/topics/{topic_id}/survey", response=TopicOut, operation_id="survey_topic", summary="调研 Put down a survey")
def survey_topic(request: HttpRequest, topic_id: Id, body: SurveyIn) -> HttpResponse:
    """Put down what people found when they went to look."""
    figures = [one.rule() for one in body.figures]
    more: dict[str, str | date | None] = {"text": body.text, "who": body.who}
    return send(
        request,
        lambda: actions.survey_topic(topic_id, figures, **more, held_on=body.held_on, by=bearer(request), at=clock.now()),  # type: ignore[arg-type]
        topic_out,
    )


@router.post("/topics/{topic_id}/parties", response={201: PartyOut}, operation_id="invite_party", summary="请一方 Ask a side")
def invite_party(request: HttpRequest, topic_id: Id, body: PartyIn) -> HttpResponse:
    """Ask a side to the talk."""
    return send(
        request,
        lambda: actions.invite_party(topic_id, body.party, note=body.note, by=bearer(request), at=clock.now()),
        lambda made: PartyOut.from_orm(made).model_dump(mode="json"),
        status=201,
    )


@router.post("/topics/{topic_id}/options", response={201: OptionMadeOut}, operation_id="add_option", summary="方案 Add an option")
def add_option(request: HttpRequest, topic_id: Id, body: OptionIn) -> HttpResponse:
    """Put down one way of solving it."""
    cost = talking.cents(body.cost)
    return send(
        request,
        lambda: actions.add_option(topic_id, body.title, text=body.text, cost=cost, fund=body.fund, by=bearer(request), at=clock.now()),
        lambda made: OptionMadeOut.from_orm(made).model_dump(mode="json"),
        status=201,
    )


def _opinion(row: object) -> object:
    found = {name: getattr(row, name) for name in ("id", "party", "kind", "text", "support", "option_id", "at")}
    return OpinionOut(**found, adopted=False).model_dump(mode="json")


@router.post("/topics/{topic_id}/opinions", response={201: OpinionOut}, operation_id="say_opinion", summary="说意见 Say something")
def say_opinion(request: HttpRequest, topic_id: Id, body: OpinionIn) -> HttpResponse:
    """Say something for one's own side; staff write down what anybody said."""
    return send(
        request,
        lambda: actions.opine(
            topic_id,
            body.party,
            body.kind,
            body.text,
            support=body.support or "",
            option_id=body.option_id,
            channel=body.channel,
            session_id=body.session_id,
            speaker_id=body.speaker,
            by=bearer(request),
            at=clock.now(),
        ),
        _opinion,
        status=201,
    )


@router.post("/opinions/{opinion_id}/correct", response=OpinionOut, operation_id="correct_opinion", summary="改一句 Correct")
def correct_opinion(request: HttpRequest, opinion_id: Id, body: CorrectIn) -> HttpResponse:
    """Put right who said what in a session, until its minutes are signed."""
    given: dict[str, str] = {"party": body.party, "kind": body.kind}
    return send(request, lambda: actions.correct_opinion(opinion_id, body.text, **given, by=bearer(request), at=clock.now()), _opinion)


@router.post("/topics/{topic_id}/photos", response=TopicOut, operation_id="keep_back_photos", summary="照片给谁看 Keep back photos")
def keep_back_photos(request: HttpRequest, topic_id: Id, body: KeepBackIn) -> HttpResponse:
    """Say of photos whether only the community and whoever raised the topic see them."""
    return send(request, lambda: actions.keep_back_photos(topic_id, body.private, by=bearer(request), at=clock.now()), topic_out)


@router.post("/topics/{topic_id}/defer", response=TopicOut, operation_id="defer_topic", summary="放一放 Defer")
def defer_topic(request: HttpRequest, topic_id: Id, body: DeferIn) -> HttpResponse:
    """Put a topic off."""
    return send(
        request, lambda: actions.defer_topic(topic_id, body.reason, until=body.until, by=bearer(request), at=clock.now()), topic_out
    )


@router.post("/topics/{topic_id}/escalate", response=TopicOut, operation_id="escalate_topic", summary="上报 Pass on")
def escalate_topic(request: HttpRequest, topic_id: Id, body: TopicReasonIn) -> HttpResponse:
    """Pass a topic on to whoever stands above."""
    return send(request, lambda: actions.escalate_topic(topic_id, body.reason, by=bearer(request), at=clock.now()), topic_out)


@router.post("/topics/{topic_id}/evaluate", response=TopicOut, operation_id="evaluate_topic", summary="评 Evaluate")
def evaluate_topic(request: HttpRequest, topic_id: Id, body: EvaluateIn | None = None) -> HttpResponse:
    """Say how it went, as whoever raised it, or as staff who asked them. Those who disagreed are asked first."""
    given = body or EvaluateIn.model_validate({})
    return send(
        request,
        lambda: actions.evaluate_topic(topic_id, given.verdict, text=given.text, channel=given.channel, by=bearer(request), at=clock.now()),
        topic_out,
    )


@router.post("/topics/{topic_id}/archive", response=TopicOut, operation_id="archive_topic", summary="归档 Archive")
def archive_topic(request: HttpRequest, topic_id: Id) -> HttpResponse:
    """Put a topic away, once every order has its answer and whoever raised it was asked."""
    return send(request, lambda: actions.archive_topic(topic_id, by=bearer(request), at=clock.now()), topic_out)


@router.post("/dissents/{dissent_id}/follow-up", response=FollowUpOut, operation_id="follow_up_dissent", summary="先问担心的人 Follow up")
def follow_up_dissent(request: HttpRequest, dissent_id: Id, body: FollowUpIn) -> HttpResponse:
    """Put down whether what somebody feared came true."""
    return send(
        request,
        lambda: actions.follow_up(dissent_id, came_true=body.came_true, said=body.said, by=bearer(request), at=clock.now()),
        lambda row: FollowUpOut.from_orm(row).model_dump(mode="json"),
    )


@router.post("/stages", response=StageOut, operation_id="label_stage", summary="改叫法 Label a stage")
def label_stage(request: HttpRequest, body: StageIn) -> HttpResponse:
    """Call a stage by another name in one's community."""
    return send(
        request,
        lambda: actions.label_stage(body.stage, body.label, by=bearer(request), at=clock.now()),
        lambda _made: {"stage": body.stage, "label": body.label or str(body.stage.label)},
    )
