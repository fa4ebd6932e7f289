"""Rounds over HTTP: list them, begin one, send what was found, photos after, hand in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StringConstraints, ValidationError, WrapValidator

from zengyi.core import clock
from zengyi.core.api import NUMBER, Id, Moment, RowId, Size, answer, key_of, string
from zengyi.facilities import actions, queries, rules
from zengyi.people.web import bearer

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
EXAMPLE_UID = "0197f4a2-8cbb-7f0e-9b42-3f1e5a1c7d10"
EXAMPLE_CHECK = {
    "uid": EXAMPLE_UID,
    "item": "CAM-PICTURE",
    "facility_id": 12,
    "result": "OK",
    "elapsed_ms": 61000,
    "at": "2026-11-26T07:31:00+08:00",
}


class RoundOut(Schema):
    """A round. ``walker``: the unit whose people walk it; empty for anybody's."""

    id: int
    route: str
    walker: str
    due_date: date
    state: rules.RoundState
    stops: int
    checks: int
    fails: int


class RoundsOut(Schema):
    """A page of rounds; ``next`` is the ``after`` of the following one."""

    items: list[RoundOut]
    next: int | None


class QuestionOut(Schema):
    """An item of the checklist."""

    key: str
    kind: str
    title: str
    look: list[str]
    stops: bool


class PassedOut(Schema):
    """A facility on the way."""

    id: int
    code: str
    name: str
    kind: str
    where: str


class BegunOut(Schema):
    """What to walk with: items and facilities in the version the round was begun with. ``key`` is a bearer token for this round alone."""

    round: int
    version: int
    started_at: datetime
    since_start_ms: int
    key: str
    items: list[QuestionOut]
    facilities: list[PassedOut]


class CheckIn(Schema):
    """What was found at one facility for one item; ``elapsed_ms`` since the round was begun, ``at`` by the phone's own clock."""

    model_config = ConfigDict(extra="forbid")
    uid: UUID = Field(examples=[EXAMPLE_UID], description="made by the client; the same again is answered 200, another body 422")
    item: string(12, least=1) = Field(examples=["CAM-PICTURE"])  # type: ignore[valid-type]
    facility_id: RowId = Field(examples=[12])
    result: rules.CheckResult = Field(examples=["OK"])
    reason: string(12) = ""  # type: ignore[valid-type]
    note: string(rules.NOTE_MOST) = ""  # type: ignore[valid-type]
    elapsed_ms: Annotated[int, Field(ge=0, le=rules.ELAPSED_MOST), NUMBER] = Field(examples=[61000])
    at: Moment = Field(examples=["2026-11-26T07:31:00+08:00"])

    def given(self) -> actions.Given:
        """As the action takes it."""
        return actions.Given(self.uid, self.item, self.facility_id, str(self.result), self.at, self.elapsed_ms, self.reason, self.note)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row of which only the id can be read: it is refused by itself, and keeps no other from being taken."""

    uid: UUID
    field: str


def _each(value: Any, read: Callable[[Any], CheckIn]) -> "CheckIn | Spoilt":  # noqa: ANN401 - whatever somebody sent
    try:
        return read(value)
    except ValidationError as error:
        try:
            uid = UUID(value["uid"])
        except (TypeError, KeyError, ValueError, AttributeError):
            raise error from None  # without an id the answer could not say which row it means
        return Spoilt(uid, str(next(iter(error.errors()[0]["loc"]), "")))


class ChecksIn(Schema):
    """Some checks of one round, in any order, as often as need be."""

    model_config = ConfigDict(extra="forbid")
    checks: list[Annotated[CheckIn, WrapValidator(_each)]] = Field(min_length=1, max_length=rules.CHECKS_MOST, examples=[[EXAMPLE_CHECK]])


class AnswerOut(Schema):
    """What became of one check: 201 taken, 200 known, 422 refused with a sentence."""

    uid: UUID
    status: int
    title: str


class ChecksOut(Schema):
    """An answer for each check."""

    checks: list[AnswerOut]


class PhotoOut(Schema):
    """The photo is kept: 201 the first time, 200 again."""

    status: int


class KeptIn(Schema):
    """A check that the client has, with the SHA-256 of each of its photos."""

    model_config = ConfigDict(extra="forbid")
    uid: UUID = Field(examples=[EXAMPLE_UID])
    photos: list[Sha256] = Field([], max_length=rules.PHOTOS_MOST)


class ManifestIn(Schema):
    """What the client has of the round."""

    model_config = ConfigDict(extra="forbid")
    manifest: list[KeptIn] = Field(max_length=2000, examples=[[{"uid": EXAMPLE_UID, "photos": []}]])


class HandedInOut(Schema):
    """What is still missing. SUBMITTED once nothing is."""

    state: str
    missing_checks: list[str]
    missing_photos: list[str]


def list_rounds(
    request: HttpRequest, state: rules.RoundState | None = None, due: date | None = None, after: Id | None = None, size: Size = 20
) -> dict[str, Any]:
    """Rounds of one's community, the newest first."""
    found = queries.rounds(by=bearer(request), state=state or "", due=due, after=after, size=size)
    return {"items": found.rows, "next": found.next_after}


def start_round(request: HttpRequest, round_id: Id) -> HttpResponse:
    """Begin a round, or go on with it: its items and facilities in the checklist's version."""
    by, at = bearer(request), clock.now()
    key_of(request)  # starting again changes nothing, so no key is kept; only a malformed one is refused, as everywhere
    queries.sheet(round_id, by=by)
    begun = actions.start(round_id, by=by, at=at)
    sheet = queries.sheet(round_id, by=by)
    told: dict[str, Any] = {
        "round": sheet.id,
        "version": sheet.version,
        "items": sheet.items,
        "facilities": sheet.facilities,
        "key": begun.key,
    }
    told |= {"started_at": begun.started_at, "since_start_ms": begun.since_start_ms}
    return answer(BegunOut.model_validate(told, from_attributes=True).model_dump(mode="json"))


def record_checks(request: HttpRequest, round_id: Id, body: ChecksIn) -> HttpResponse:
    """Send what was found. Every check is answered by itself; one bad row never keeps the others from being taken."""
    key_of(request)  # each check has an id of its own
    rows: list[CheckIn | Spoilt] = list(body.checks)
    spoilt = {one.uid: one.field for one in rows if isinstance(one, Spoilt)}
    given = [one.given() for one in rows if isinstance(one, CheckIn) and one.uid not in spoilt]
    found = actions.record_checks(round_id, given, spoilt=len(spoilt), by=bearer(request), at=clock.now())
    told = {one.uid: {"uid": str(one.uid), "status": one.status, "title": one.sentence} for one in found}
    for uid, name in spoilt.items():
        told[uid] = {"uid": str(uid), "status": actions.REFUSED, "title": _("这一项的 %(name)s 不对，没有收。") % {"name": name}}
    return answer({"checks": [told[uid] for uid in dict.fromkeys(one.uid for one in rows)]})


def put_check_photo(request: HttpRequest, round_id: Id, uid: UUID, sha256: Sha256) -> HttpResponse:
    """Send a photo of a check as the body, under the SHA-256 of its bytes. Facts first: the check must be there."""
    status = actions.keep_photo(round_id, uid, sha256, request.body, by=bearer(request), at=clock.now())
    return answer({"status": status}, status)


def submit_round(request: HttpRequest, round_id: Id, body: ManifestIn) -> HttpResponse:
    """Hand the round in: it is SUBMITTED once all that the manifest names is here."""
    key_of(request)  # handing in twice is handing in once
    found = actions.hand_in(round_id, manifest={str(one.uid): one.photos for one in body.manifest}, by=bearer(request), at=clock.now())
    return answer({"state": found.state, "missing_checks": found.missing_checks, "missing_photos": found.missing_photos})


def add_to(router: Router) -> None:
    """The operations."""
    router.get("/rounds", response=RoundsOut, operation_id="list_rounds", summary="List rounds")(list_rounds)
    router.post("/rounds/{round_id}/start", response=BegunOut, operation_id="start_round", summary="Begin a round")(start_round)
    router.post("/rounds/{round_id}/checks", response=ChecksOut, operation_id="record_checks", summary="Send what was found")(record_checks)
    router.put(
        "/rounds/{round_id}/checks/{uid}/photos/{sha256}",
        response={200: PhotoOut, 201: PhotoOut},
        operation_id="put_check_photo",
        summary="Send a photo of a check",
    )(put_check_photo)
    router.post("/rounds/{round_id}/submit", response=HandedInOut, operation_id="submit_round", summary="Hand a round in")(submit_round)
