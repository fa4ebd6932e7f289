"""A session is called, told, opened, closed; people come and go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.bank import queries as bank_queries
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.councils.actions import agenda
from zengyi.councils.actions.finding import moved_on, session_of, topic_of
from zengyi.councils.models import AgendaItem, Participant, Presence, Series, Session, Topic
from zengyi.councils.rules import sessions as rules
from zengyi.councils.rules import topics as topic_rules
from zengyi.councils.rules.sessions import Attendance, SessionState
from zengyi.councils.rules.topics import TopicState
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@action
def plan_session(
    kind: str,
    title: str,
    place: str,
    starts_at: datetime,
    *,
    topic_ids: Sequence[int] = (),
    weekly: bool = False,
    by: Actor,
    at: datetime,
) -> Session:
    """Call a session. One of the same kind and title goes on from the last: its agenda begins with what that one promised.

    ``weekly``: the next ones are at that hour of that day of the week. Raises :class:`Invalid` with the fields.
    """
    session = call_session(kind, title, place, starts_at, topic_ids=topic_ids, weekly=weekly, by=by, at=at)
    after = {"kind": kind, "series": session.series_id, "ordinal": session.ordinal, "topics": list(topic_ids), "state": session.state}
    audit.record("plan", "session", session.pk, by=by, at=at, community_id=session.community_id, after=after)
    return session


@in_action
def call_session(
    kind: str,
    title: str,
    place: str,
    starts_at: datetime,
    *,
    topic_ids: Sequence[int] = (),
    weekly: bool = False,
    by: Actor,
    at: datetime,
) -> Session:
    """Put a session down as part of another step, which records the event; see :func:`plan_session`."""
    given: dict[str, Any] = {"kind": kind, "title": title.strip(), "place": place.strip(), "starts_at": starts_at}
    rules.check_plan(by, **given, at=at)
    community_id = by.community_id or 0
    series = series_of(community_id, kind, title.strip())
    if weekly:
        local = starts_at.astimezone(clock.SHANGHAI)
        Series.objects.filter(pk=series.pk).update(weekday=local.weekday(), begins=local.time().replace(second=0, microsecond=0))
    session = Session(community_id=community_id, series=series, ordinal=_ordinal(series.pk), **given)
    session.planned_by_id, session.planned_at = by.login_id, at
    session.save(force_insert=True)
    for topic_id in agenda.carry(session):
        _to_session(Topic.objects.get(pk=topic_id))
    for topic_id in dict.fromkeys(topic_ids):
        topic = topic_of(topic_id, by=by)
        if topic is None:
            raise Invalid.on("topic_ids", _("没有这个议题，或者不在您的社区。"))
        topic_rules.check_schedule(by, topic.facts())
        _to_session(topic)
        agenda.put_topic(session, topic.pk)
    agenda.bring(session)
    return session


@in_action
def series_of(community_id: int, kind: str, title: str) -> Series:
    """The series of that kind and title, made where there is none."""
    given = {"community_id": community_id, "kind": kind, "title": title}
    return Series.objects.filter(**given).first() or Series.objects.create(**given)


@in_action
def _ordinal(series_id: int) -> int:
    """The next ordinal of the series; raised in one statement, so that two at once never get the same one."""
    Series.objects.filter(pk=series_id).update(held=F("held") + 1)
    return Series.objects.values_list("held", flat=True).get(pk=series_id)


@in_action
def _to_session(topic: Topic) -> None:
    """Set the state of a topic that was put on an agenda: it waits for the session, unless it is being carried out already."""
    if topic.state in (TopicState.AGREED, TopicState.EXECUTING):
        return
    Topic.objects.filter(pk=topic.pk, state=topic.state).update(state=TopicState.SCHEDULED, deferred_until=None)


@action
def schedule_topic(topic_id: int, session_id: int, *, by: Actor, at: datetime) -> Topic:
    """Put a topic on the agenda of a session to come, or of the one that is held now."""
    topic, session = topic_of(topic_id, by=by), session_of(session_id, by=by)
    topic_rules.check_schedule(by, topic.facts() if topic else None)
    if session is None:
        raise Invalid.on("session_id", _("没有这个会，或者不在您的社区。"))
    rules.check_schedule(by, session.facts())
    assert topic is not None
    if topic.state not in (TopicState.AGREED, TopicState.EXECUTING, TopicState.SCHEDULED) and not Topic.objects.filter(
        pk=topic.pk, state=topic.state
    ).update(state=TopicState.SCHEDULED, deferred_until=None):
        raise WrongState(moved_on())
    agenda.put_topic(session, topic.pk)
    topic.refresh_from_db()
    after = {"session": session.pk, "state": topic.state}
    audit.record("schedule", "topic", topic.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return topic


@in_action
def _move(session: Session, verb: str, after: Mapping[str, Any], *, reason: str = "", by: Actor, at: datetime, **said: object) -> Session:
    if not Session.objects.filter(pk=session.pk, state=session.state).update(**after):
        raise WrongState(_("这个会刚刚有人动过，请刷新看看。"))
    session.refresh_from_db()
    told = {"state": session.state, **said}
    audit.record(verb, "session", session.pk, by=by, at=at, community_id=session.community_id, after=told, reason=reason)
    return session


@action
def notice_session(session_id: int, *, by: Actor, at: datetime) -> Session:
    """Tell people about the session: neighbours find it from now on."""
    session = session_of(session_id, by=by)
    rules.check_notice(by, session.facts() if session else None)
    assert session is not None
    return _move(session, "notice", {"state": SessionState.NOTICED, "noticed_at": at}, by=by, at=at)


@action
def cancel_session(session_id: int, reason: str, *, by: Actor, at: datetime) -> Session:
    """Call the session off, with a reason. Its topics wait for another one."""
    session, why = session_of(session_id, by=by), reason.strip()
    rules.check_cancel(by, session.facts() if session else None)
    assert session is not None
    if not 2 <= len(why) <= rules.REASON_MOST:
        raise Invalid.on("reason", _("请写为什么不开了。"))
    on_it = AgendaItem.objects.filter(session=session, topic__isnull=False).values_list("topic_id", flat=True)
    Topic.objects.filter(pk__in=list(on_it), state=TopicState.SCHEDULED).update(state=TopicState.SURVEYED)
    return _move(session, "cancel", {"state": SessionState.CANCELLED, "reason": why}, reason=why, by=by, at=at)


@action
def open_session(session_id: int, *, by: Actor, at: datetime) -> Session:
    """Begin the session. What the last one left in the meantime comes onto the agenda now."""
    session = session_of(session_id, by=by)
    rules.check_open(by, session.facts() if session else None)
    assert session is not None
    for topic_id in agenda.carry(session):
        _to_session(Topic.objects.get(pk=topic_id))
    agenda.bring(session)
    return _move(session, "open", {"state": SessionState.HELD, "opened_at": at}, by=by, at=at)


@action
def close_session(session_id: int, *, by: Actor, at: datetime) -> Session:
    """End the session: nobody is in the room any more, what was not decided stays to be carried, members' attendance goes to the bank."""
    session = session_of(session_id, by=by)
    left = agenda.unanswered(session) if session else 0
    rules.check_close(by, session.facts() if session else None, unanswered=left)
    assert session is not None
    Presence.objects.filter(participant__session=session, left_at=None).update(left_at=at)
    Participant.objects.filter(session=session, state__in=(Attendance.INVITED, Attendance.CONFIRMED)).update(state=Attendance.ABSENT)
    on_it = AgendaItem.objects.filter(session=session, topic__isnull=False).values_list("topic_id", flat=True)
    Topic.objects.filter(pk__in=list(on_it), state=TopicState.SCHEDULED).update(state=TopicState.DELIBERATED, talked_at=at)
    filings = _bank_attendance(session, by=by, at=at)
    return _move(session, "close", {"state": SessionState.MINUTED, "closed_at": at}, by=by, at=at, filings=filings)


#: The bank's rule for members who sat in a session, by its kind. 支部议事会 counts as 三会一课, which a roll-call puts down.
ATTENDANCE_RULES = {rules.SessionKind.DELIBERATION: "V03", rules.SessionKind.SUPERVISION: "V12"}
SOURCE = "SESSION"


@in_action
def _bank_attendance(session: Session, *, by: Actor, at: datetime) -> int:
    """Members who were there did something for the community; who held the session attests it. Returns how many filings were made."""
    rule, day = ATTENDANCE_RULES.get(rules.SessionKind(session.kind)), clock.local_date(session.opened_at or at)
    if rule is None or bank_queries.rulebook(session.community_id).in_force(rule, day) is None:
        return 0
    there = Participant.objects.filter(session=session, state=Attendance.ATTENDED, person__member__community_id=session.community_id)
    members = dict.fromkeys(there.order_by("pk").values_list("person__member", flat=True), 1)
    if not members:
        return 0
    text = f"{session.get_kind_display()} · {session.number}"
    made = bank.record_deeds(rule, members, day, SOURCE, str(session.pk), text=text, community_id=session.community_id, by=by, at=at)
    return len(made)


@action
def attend(
    session_id: int,
    party: str,
    *,
    person_id: int | None = None,
    name: str = "",
    part: str = rules.Part.DELIBERATOR,
    by: Actor,
    at: datetime,
) -> Participant:
    """Write somebody down for a session: asked before it begins, and there once it is held. Whoever came back is there again.

    Raises :class:`Invalid` with the fields; a known person is told from namesakes by id.
    """
    session = session_of(session_id, by=by)
    rules.check_attend(by, session.facts() if session else None)
    assert session is not None
    called = _known_name(person_id, session.community_id) if person_id is not None else name.strip()
    rules.check_person(party.strip(), called, part, there=Participant.objects.filter(session=session).count())
    rows = Participant.objects.filter(session=session)
    rows = rows.filter(person_id=person_id) if person_id is not None else rows.filter(person=None, party=party.strip(), name=called)
    found = rows.first()
    if found is None:
        found = Participant(session=session, party=party.strip(), name=called, part=part, person_id=person_id)
        try:
            found.save(force_insert=True)
        except IntegrityError as beside:
            raise WrongState(_("刚刚已经记下这一位，请刷新看看。")) from beside
    if session.state == SessionState.HELD:
        _came(found, at=at)
    noticed = session.state == SessionState.NOTICED
    after = {"session": session.pk, "party": found.party, "part": found.part, "state": found.state, "noticed": noticed}
    audit.record("attend", "participant", found.pk, by=by, at=at, community_id=session.community_id, after=after)
    return found


def _known_name(person_id: int, community_id: int) -> str:
    found = people.name_in(person_id, community_id) if 0 < person_id <= ID_MOST else ""
    if not found:
        raise Invalid.on("person_id", _("名单里没有这位居民。"))
    return found


@in_action
def _came(participant: Participant, *, at: datetime) -> None:
    if Presence.objects.filter(participant=participant, left_at=None).exists():
        raise WrongState(_("这一位已经在场了。"))
    Presence.objects.create(participant=participant, came_at=at)
    Participant.objects.filter(pk=participant.pk).update(state=Attendance.ATTENDED)
    participant.state = Attendance.ATTENDED


@action
def leave(participant_id: int, *, by: Actor, at: datetime) -> Participant:
    """Somebody leaves the room before the end; before it has begun, they say that they can't come."""
    rows = Participant.objects.select_related("session").filter(session__community_id=by.community_id)
    found = rows.filter(pk=participant_id).first() if 0 < participant_id <= ID_MOST else None
    rules.check_attend(by, found.session.facts() if found else None)
    assert found is not None
    if found.session.state == SessionState.HELD:
        if not Presence.objects.filter(participant=found, left_at=None).update(left_at=at):
            raise WrongState(_("这一位不在场。"))
    else:
        Participant.objects.filter(pk=found.pk).update(state=Attendance.ABSENT)
    found.refresh_from_db()
    after = {"session": found.session_id, "state": found.state}
    audit.record("leave", "participant", found.pk, by=by, at=at, community_id=found.session.community_id, after=after)
    return found


def present(session: Session) -> int:
    """How many are in the room now who may raise a hand."""
    here = Presence.objects.filter(participant__session=session, left_at=None, participant__part__in=rules.VOTING)
    return here.count()
