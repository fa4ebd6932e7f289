"""Activities, occasions, sign-ups."""

from typing import Annotated, Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.activities import actions
from zengyi.activities.api.router import In, router, send
from zengyi.activities.queries import programme as queries
from zengyi.activities.queries import signing as signing_queries
from zengyi.activities.rules import minors as children
from zengyi.activities.rules import programme as rules
from zengyi.activities.rules import signing
from zengyi.core import clock
from zengyi.core.api import NUMBER, Flag, Id, Moment, RowId, string
from zengyi.core.ids import WithId
from zengyi.people.web import bearer

_Count = Annotated[int, NUMBER]


class ActivityIn(In):
    """An activity; its occasions follow."""

    title: string(rules.TITLE_MOST, least=2) = Field(examples=["干花书签，和孩子一起做"])  # type: ignore[valid-type]
    text: string(rules.TEXT_MOST) = ""  # type: ignore[valid-type]
    kind: rules.ActivityKind = Field(examples=["CRAFT"])
    minors: Flag = Field(False, description="children may come, with somebody grown up")
    along: string(rules.WORDS_MOST) = Field("", examples=["街道妇联"])  # type: ignore[valid-type]
    hosts: list[RowId] = Field([], max_length=20, description="other communities that host it; their people may sign up, too")


class MadeOut(Schema):
    """What was made."""

    id: int


class HelpersIn(In):
    """Help that is wanted."""

    name: string(rules.NAME_MOST, least=1) = Field(examples=["剪花"])  # type: ignore[valid-type]
    capacity: _Count = Field(ge=1, le=rules.CAPACITY_MOST)


class OccasionIn(In):
    """One time that it takes place. Without `capacity` nobody need sign up."""

    starts_at: Moment = Field(examples=["2026-11-28T09:00:00+08:00"])
    ends_at: Moment = Field(examples=["2026-11-28T10:30:00+08:00"])
    capacity: _Count | None = Field(None, ge=1, le=rules.CAPACITY_MOST)
    helpers: list[HelpersIn] = Field([], max_length=rules.SLOTS_MOST)
    place_id: RowId | None = None
    spot: string(60) = ""  # type: ignore[valid-type]
    bring: string(rules.WORDS_MOST) = ""  # type: ignore[valid-type]
    care: string(rules.WORDS_MOST) = ""  # type: ignore[valid-type]


class SlotOut(Schema):
    """Places of one kind."""

    id: int
    role: rules.SlotRole
    name: str
    capacity: int
    taken: int


class OccasionOut(Schema):
    """An occasion as everybody may know it. Nobody's name is in it."""

    id: int
    activity_id: int
    community_id: int
    title: str
    kind: rules.ActivityKind
    minors: bool
    starts_at: str
    ends_at: str
    where: str
    state: rules.OccasionState
    reason: str
    sequence: int
    slots: list[SlotOut]


class OccasionsOut(Schema):
    """A fortnight's occasions."""

    items: list[OccasionOut]


class ChildIn(In):
    """A child that comes along; the guardian is whoever signs up."""

    band: children.AgeBand
    agreed: dict[children.Purpose, Flag] = Field(examples=[{"TAKE_PART": True, "RECORD": True, "PHOTOGRAPH": False}])
    called: string(children.CALLED_MOST) = Field("", description="read by nobody but the guardian")  # type: ignore[valid-type]


class SignUpIn(In):
    """Seats for oneself and one's family. Staff name who it is: by id, or by name and phone."""

    seats: _Count = Field(1, ge=1, le=signing.SEATS_MOST)
    slot_id: RowId | None = Field(None, description="for helping; without it one takes part")
    children: list[ChildIn] = Field([], max_length=signing.SEATS_MOST)
    person_id: RowId | None = None
    name: string(40) = ""  # type: ignore[valid-type]
    phone: string(20) = ""  # type: ignore[valid-type]
    channel: signing.SignUpChannel | None = Field(None, description="how they told the staff", examples=["PHONE"])


class SignUpOut(Schema):
    """A sign-up. `position` is how manieth they are in the queue."""

    id: int
    state: signing.SignUpState
    seats: int
    position: int | None = None


class _SignedUp(WithId, Protocol):
    """A sign-up after a step."""

    @property
    def state(self) -> str: ...
    @property
    def seats(self) -> int: ...


def _sign_up(row: _SignedUp) -> object:
    return {"id": row.pk, "state": str(row.state), "seats": row.seats, "position": signing_queries.position_of(row.pk)}


def _occasion(row: queries.OccasionCard) -> dict[str, Any]:
    slots = [{"id": s.id, "role": s.role, "name": s.name, "capacity": s.capacity, "taken": s.taken} for s in row.slots]
    told = {name: getattr(row, name) for name in ("id", "activity_id", "community_id", "title", "kind", "minors", "where", "state")}
    times = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    return told | times | {"reason": row.reason, "sequence": row.sequence, "slots": slots}


@router.get("/occasions", response=OccasionsOut, operation_id="list_occasions", summary="List occasions")
def list_occasions(request: HttpRequest, community: Id | None = None) -> dict[str, Any]:
    """What takes place in the next fortnight, in one's community or another one."""
    by = bearer(request)
    found = queries.programme(by=by, at=clock.now(), community_id=community or by.community_id)
    return {"items": [_occasion(row) for row in found.rows]}


@router.post("/activities", response={201: MadeOut}, operation_id="create_activity", summary="办活动 Plan an activity")
def create_activity(request: HttpRequest, body: ActivityIn) -> HttpResponse:
    """Plan an activity of one's community."""
    given = body.model_dump()
    return send(request, lambda: actions.create_activity(**given, by=bearer(request), at=clock.now()), lambda m: {"id": m.pk}, status=201)


@router.post(
    "/activities/{activity_id}/occasions", response={201: MadeOut}, operation_id="create_occasion", summary="加一场 Add an occasion"
)
def create_occasion(request: HttpRequest, activity_id: Id, body: OccasionIn) -> HttpResponse:
    """Another occasion of the activity."""
    given = body.model_dump()
    given["helpers"] = [(one["name"], one["capacity"]) for one in given["helpers"]]
    return send(
        request, lambda: actions.add_occasion(activity_id, **given, by=bearer(request), at=clock.now()), lambda m: {"id": m.pk}, status=201
    )


@router.post("/occasions/{occasion_id}/sign-ups", response={201: SignUpOut}, operation_id="sign_up", summary="报名 Sign up")
def sign_up(request: HttpRequest, occasion_id: Id, body: SignUpIn) -> HttpResponse:
    """Sign up: all the seats are sure, or all of them wait."""
    by = bearer(request)
    given = [children.Child(one.band, dict(one.agreed), one.called) for one in body.children]
    named = body.person_id is not None or body.name or body.phone
    who = signing.Who(body.channel or signing.SignUpChannel.DESK, body.person_id, body.name, body.phone) if named else None
    more: dict[str, Any] = {"seats": body.seats, "slot_id": body.slot_id, "children": given, "who": who}
    return send(request, lambda: actions.sign_up(occasion_id, **more, by=by, at=clock.now()), _sign_up, status=201)


@router.post("/sign-ups/{sign_up_id}/cancel", response=SignUpOut, operation_id="cancel_sign_up", summary="不去了 Cancel")
def cancel_sign_up(request: HttpRequest, sign_up_id: Id) -> HttpResponse:
    """Say that one does not come: the seats go on to whoever waits."""
    return send(request, lambda: actions.cancel_sign_up(sign_up_id, by=bearer(request), at=clock.now()), _sign_up)


@router.post("/sign-ups/{sign_up_id}/accept", response=SignUpOut, operation_id="accept_offer", summary="来 Accept")
def accept_offer(request: HttpRequest, sign_up_id: Id) -> HttpResponse:
    """Take the seats that are offered; after a move say that one still comes."""
    return send(request, lambda: actions.accept(sign_up_id, by=bearer(request), at=clock.now()), _sign_up)
