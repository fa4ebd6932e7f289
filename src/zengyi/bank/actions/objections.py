"""Objections to a published quarter: raised by page, phone or paper, answered, and reviewed by somebody else where that is asked for."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from zengyi.bank.models import Objection, Quarter
from zengyi.bank.queries import objection_row, quarter_facts, quarter_row
from zengyi.bank.rules import (
    ANSWER_DAYS,
    OBJECTION_MOST,
    REASON_MOST,
    REVIEW_DAYS,
    UNANSWERED,
    WHO_MOST,
    ObjectionChannel,
    ObjectionState,
    check_answer,
    check_contest,
    check_object,
    check_review,
    check_tell,
    moved_on,
    working_days_after,
)
from zengyi.core import audit, called, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor


@action
def object_to(
    community_id: int, quarter: str, text: str, *, channel: str = ObjectionChannel.SELF, who: str = "", by: Actor, at: datetime
) -> Objection:
    """Say what is wrong with a published quarter. Staff write down who said so, and by which ``channel``.

    Raises :class:`NotThere` before it is published, :class:`WrongState` when the days for it are over.
    """
    row = quarter_row(community_id, quarter)
    staff = by.role in COMMUNITY_ROLES
    mine = Objection.objects.filter(recorded_by_id=by.user_id, quarter_id=row.pk, state__in=UNANSWERED, channel=ObjectionChannel.SELF)
    check_object(by, quarter_facts(row, at) if row.pk else None, own_open=0 if staff else mine.count())
    said = _sentence(text, "text", OBJECTION_MOST)
    if staff and (channel not in ObjectionChannel.values or channel == ObjectionChannel.SELF):
        raise Invalid.on("channel", _("请选是怎么知道的。"))
    if staff and not 1 <= len(who.strip()) <= WHO_MOST:
        raise Invalid.on("who", _("请写是谁提的，最多 40 字。"))
    _hold(row)
    today = clock.local_date(at)
    made = Objection.objects.create(
        quarter=row,
        number=(row.objections.aggregate(most=Max("number"))["most"] or 0) + 1,
        person_id=None if staff else by.person_id,
        who=who.strip() if staff else "",
        channel=channel if staff else ObjectionChannel.SELF,
        text=said,
        recorded_by_id=by.login_id,
        raised_at=at,
        answer_due=working_days_after(today, ANSWER_DAYS),
    )
    after = {"quarter": row.pk, "number": made.number, "channel": str(made.channel)}
    audit.record("object", "objection", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made


@action
def answer_objection(objection_id: int, text: str, public: str, *, by: Actor, at: datetime) -> Objection:
    """Answer whoever objected; ``public`` is the sentence without names that is published with the quarter."""
    row = objection_row(objection_id, by=by, at=at)
    check_answer(by, row.facts)
    said, told = _sentence(text, "text", OBJECTION_MOST), _for_all(public, row.facts.community_id)
    values = {"answer": said, "public": told, "answered_by_id": by.user_id, "answered_at": at}
    return _move(row.objection, "answer", ObjectionState.OPEN, ObjectionState.ANSWERED, values, by=by, at=at)


@action
def contest_answer(objection_id: int, *, by: Actor, at: datetime) -> Objection:
    """Whoever objected is not content and asks for a second review, by somebody else than who answered."""
    row = objection_row(objection_id, by=by, at=at)
    check_contest(by, row.facts)
    _hold(row.objection.quarter)
    values = {
        "contested_at": at,
        "told_at": row.objection.told_at or at,
        "review_due": working_days_after(clock.local_date(at), REVIEW_DAYS),
    }
    return _move(row.objection, "contest", ObjectionState.ANSWERED, ObjectionState.CONTESTED, values, by=by, at=at)


@action
def review_objection(objection_id: int, text: str, public: str = "", *, by: Actor, at: datetime) -> Objection:
    """A second person looks at the answer again, and that is final. ``public`` replaces the published sentence where it is given."""
    row = objection_row(objection_id, by=by, at=at)
    check_review(by, row.facts)
    told = _for_all(public, row.facts.community_id) if public.strip() else row.objection.public
    values = {
        "review": _sentence(text, "text", OBJECTION_MOST),
        "public": told,
        "reviewed_by_id": by.user_id,
        "reviewed_at": at,
        "told_at": None,
    }
    return _move(row.objection, "review", ObjectionState.CONTESTED, ObjectionState.REVIEWED, values, by=by, at=at)


@action
def tell_objector(objection_id: int, *, by: Actor, at: datetime) -> Objection:
    """Note that whoever objected knows the answer: they read it, or staff told those who came by phone or on paper."""
    found = objection_row(objection_id, by=by, at=at)
    check_tell(by, found.facts)
    row = found.objection
    if not Objection.objects.filter(pk=row.pk, state=row.state, told_at=None).update(told_at=at):
        raise WrongState(moved_on())
    row.told_at = at
    audit.record("tell", "objection", row.pk, by=by, at=at, community_id=row.quarter.community_id, after={"told_at": at.isoformat()})
    return row


@in_action
def _hold(quarter: Quarter) -> None:
    """Keep the quarter as it is until this step has ended; raises when it moved on meanwhile."""
    if not Quarter.objects.select_for_update().filter(pk=quarter.pk, state=quarter.state):
        raise WrongState(moved_on())


@in_action
def _move(
    found: Objection, verb: str, state: ObjectionState, to: ObjectionState, values: dict[str, Any], *, by: Actor, at: datetime
) -> Objection:
    if not Objection.objects.filter(pk=found.pk, state=state).update(state=to, **values):
        raise WrongState(moved_on())
    for name, value in {"state": to, **values}.items():
        setattr(found, name, value)
    community_id = found.quarter.community_id
    before = {"state": state.value}
    audit.record(verb, "objection", found.pk, by=by, at=at, community_id=community_id, before=before, after={"state": to.value})
    return found


def _sentence(text: str, field: str, most: int) -> str:
    said = text.strip()
    if not 2 <= len(said) <= most:
        raise Invalid.on(field, _("请写 2 到 %(most)d 字。") % {"most": most})
    return said


def _for_all(text: str, community_id: int) -> str:
    """A sentence that hangs on the board: refused with what is personal in it, and told how it could stand there. One statement."""
    said = _sentence(text, "public", REASON_MOST)
    shown = called.for_a_board(said, people.names_of(community_id))
    if shown != said:
        raise Invalid.on("public", _("这一句谁都看得到，请不写姓名、电话、门牌。可以写成：%(text)s") % {"text": shown})
    return said
