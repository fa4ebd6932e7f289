"""What is brought to a topic: the survey, who is asked, ways of solving it, and what people say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core import audit, clock, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action, in_action
from zengyi.councils.actions import agenda
from zengyi.councils.actions import photos as files_of
from zengyi.councils.actions.finding import keep_open, session_of, topic_of
from zengyi.councils.models import AgendaItem, Figure, Opinion, Option, Participant, Party, Session, StageLabel, Survey, Topic
from zengyi.councils.queries.photos import ALBUM
from zengyi.councils.rules import sessions as session_rules
from zengyi.councils.rules import surveys, talking
from zengyi.councils.rules import topics as rules
from zengyi.orders.rules import Channel
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role

DAY = 24 * 3600
SAID_A_DAY, SAID_A_DAY_BY_STAFF = 60, 2000


def survey_topic(
    topic_id: int,
    figures: Sequence[surveys.Figure] = (),
    *,
    text: str = "",
    who: str = "",
    held_on: date | None = None,
    photos: Sequence[bytes] = (),
    private: bool = False,
    by: Actor,
    at: datetime,
) -> Topic:
    """Put down what people found when they went to look. Raises :class:`Invalid` with the field.

    ``private``: the photos show people, children, names or a door number; neighbours don't see them.
    """
    files_of.check_number(photos)
    given = {"held_on": held_on or clock.local_date(at), "who": who.strip(), "text": text.strip()}
    with ALBUM.kept(photos) as files:
        return _survey(topic_id, list(figures), given, files, private, by=by, at=at)


@action
def _survey(
    topic_id: int,
    figures: list[surveys.Figure],
    given: dict[str, Any],
    files: Sequence[KeptPhoto],
    private: bool,
    *,
    by: Actor,
    at: datetime,
) -> Topic:
    topic = topic_of(topic_id, by=by)
    rules.check_survey(by, topic.facts() if topic else None)
    assert topic is not None
    surveys.check_survey(figures, **given, today=clock.local_date(at), photos=len(files))
    made = Survey.objects.create(topic=topic, **given, recorded_by_id=by.login_id, recorded_at=at)
    Figure.objects.bulk_create(
        Figure(survey=made, position=n, label=one.label, number=one.number, unit=one.unit, part=one.part) for n, one in enumerate(figures)
    )
    files_of.record(files, topic, private=private, survey=made, at=at)
    rows = Topic.objects.filter(pk=topic.pk, state=rules.TopicState.SCREENED)
    rows.update(state=rules.TopicState.SURVEYED)
    topic.refresh_from_db(fields=["state"])
    after = {"survey": made.pk, "state": topic.state, "figures": len(figures), "photos": len(files)}
    audit.record("survey", "topic", topic.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return topic


@action
def invite_party(topic_id: int, party: str, *, note: str = "", by: Actor, at: datetime) -> Party:
    """Ask a side to the talk, with a word on why, or on what was done to reach it."""
    topic = topic_of(topic_id, by=by)
    talking.check_prepare(by, topic.facts() if topic else None)
    assert topic is not None
    talking.check_party(party.strip(), note.strip(), invited=Party.objects.filter(topic=topic).count())
    try:
        made = Party.objects.create(topic=topic, name=party.strip(), note=note.strip())
    except IntegrityError as twice:
        raise WrongState(_("这一方已经请了。")) from twice
    after = {"party": made.name}
    audit.record("invite", "topic", topic.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return made


@action
def add_option(topic_id: int, title: str, *, text: str = "", cost: int | None = None, fund: str = "", by: Actor, at: datetime) -> Option:
    """Put down one way of solving it: ``cost`` in cents, ``fund`` where the money would come from."""
    topic = topic_of(topic_id, by=by)
    talking.check_prepare(by, topic.facts() if topic else None)
    assert topic is not None
    there = Option.objects.filter(topic=topic).count()
    talking.check_option(title.strip(), text.strip(), cost, fund.strip(), there=there)
    try:
        made = Option.objects.create(topic=topic, position=there + 1, title=title.strip(), text=text.strip(), cost=cost, fund=fund.strip())
    except IntegrityError as beside:
        raise WrongState(_("刚刚有人也加了一个，请刷新看看。")) from beside
    after = {"option": made.pk, "cost": cost}
    audit.record("add", "option", made.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return made


def opine(
    topic_id: int,
    party: str,
    kind: str,
    text: str,
    *,
    support: str = "",
    option_id: int | None = None,
    channel: str = Channel.SELF,
    session_id: int | None = None,
    speaker_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Opinion:
    """Say something about a topic for a party: oneself, or as staff what somebody said there, by phone or on paper.

    With ``support`` it says how they stand to the topic, or to one option; a person's later word takes the earlier one's place in the
    counts. ``speaker_id``: the participant of the session who said it, where staff write down the words of somebody known.

    Raises :class:`Invalid` with the fields, :class:`TooMany` beyond a day's quota.
    """
    throttle.hit(f"opine:{by.user_id}", SAID_A_DAY_BY_STAFF if by.role in COMMUNITY_ROLES else SAID_A_DAY, DAY, at=at)
    given = {"party": party.strip(), "kind": kind, "text": text.strip(), "support": support}
    return _opine(topic_id, given, option_id, channel, session_id, speaker_id, by=by, at=at)


@action
def _opine(
    topic_id: int,
    given: dict[str, str],
    option_id: int | None,
    channel: str,
    session_id: int | None,
    speaker_id: int | None,
    *,
    by: Actor,
    at: datetime,
) -> Opinion:
    topic = topic_of(topic_id, by=by)
    speaker = _speaker(session_id, speaker_id, by=by)
    if speaker is not None and not given["party"]:
        given = {**given, "party": speaker.party}
    talking.check_opine(by, topic.facts() if topic else None, **given)
    assert topic is not None
    person_id = speaker.person_id if speaker else None
    made = put_opinion(topic, given, option_id, channel, session_id, speaker_id=person_id, by=by, at=at)
    after = {"topic": topic.pk, "kind": made.kind, "party": made.party, "support": made.support, "channel": made.channel}
    audit.record("say", "opinion", made.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return made


def _speaker(session_id: int | None, speaker_id: int | None, *, by: Actor) -> Participant | None:
    """The person of the participant who said it, where staff name one of that session."""
    if speaker_id is None:
        return None
    there = Participant.objects.filter(session=session_id or 0, session__community_id=by.community_id)
    found = there.filter(pk=speaker_id).first() if 0 < speaker_id <= ID_MOST and by.role in COMMUNITY_ROLES else None
    if found is None:
        raise Invalid.on("speaker", _("这个会里没有这一位。"))
    return found


@in_action
def put_opinion(
    topic: Topic,
    given: dict[str, str],
    option_id: int | None,
    channel: str,
    session_id: int | None,
    *,
    speaker_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Opinion:
    """Write the opinion. The caller has checked that it may be said, and records the event."""
    staff = by.role in COMMUNITY_ROLES
    if session_id is not None:
        keep_open(_checked_session(topic, session_id, by=by))
        agenda.turn_to(session_id, topic.pk, at=at)
    if option_id is not None and not Option.objects.filter(pk=option_id, topic=topic).exists():
        raise Invalid.on("option_id", _("没有这个方案。"))
    if channel not in Channel.values or (channel != Channel.SELF and not staff):
        raise Invalid.on("channel", _("请选是怎么说来的。"))
    said_by = speaker_id if staff else by.person_id
    counts = bool(given["support"])
    if counts and said_by is not None:
        earlier = Opinion.objects.filter(topic=topic, said_by_id=said_by, counts=True)
        earlier = earlier.filter(option=None) if option_id is None else earlier.filter(option_id=option_id)
        earlier.update(counts=False)
    try:
        return Opinion.objects.create(
            topic=topic,
            session_id=session_id,
            option_id=option_id,
            counts=counts,
            said_by_id=said_by,
            channel=channel,
            recorded_by_id=by.login_id,
            at=at,
            **given,
        )
    except IntegrityError as beside:
        raise WrongState(_("刚刚已经记下您的一句，请刷新看看。")) from beside


def _checked_session(topic: Topic, session_id: int, *, by: Actor) -> Session:
    """Words are put down in a session that goes on, or whose minutes are not signed, about what stands on its agenda."""
    session = session_of(session_id, by=by)
    session_rules.check_minute(by, session.facts() if session else None)
    if not AgendaItem.objects.filter(session=session, topic=topic).exists():
        raise Invalid.on("session_id", _("这个会的议程上没有这个议题。"))
    assert session is not None
    return session


def label_stage(stage: str, label: str, *, by: Actor, at: datetime) -> None:
    """Call a stage by another name in one's community, or with an empty one by its usual name again."""
    label_stages({stage: label}, by=by, at=at)


@action
def label_stages(labels: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Call stages by other names in one's community, all of them together; an empty name is the usual one again.

    Raises :class:`Invalid` with the stages that can't be called so: names are short, and no two stages have the same.
    """
    check_role(by, "topic.label")
    if by.community_id is None:
        raise NotThere(_("您还没有登记在哪个社区。"))
    if not labels.keys() <= set(rules.Stage.values):
        raise Invalid.on("stage", _("请从里面选一个。"))
    rows = StageLabel.objects.filter(community_id=by.community_id)
    before = dict(rows.values_list("stage", "label"))
    given = {stage: label.strip() for stage, label in labels.items() if label.strip() != before.get(stage, "")}
    rules.check_labels({**before, **given}, list(given))
    rows.filter(stage__in=[stage for stage, label in given.items() if not label]).delete()
    for stage, label in given.items():
        if label and not rows.filter(stage=stage).update(label=label):
            StageLabel.objects.create(community_id=by.community_id, stage=stage, label=label)
    after = {name: label for name, label in sorted({**before, **given}.items()) if label}
    audit.record("label", "stage", by.community_id, by=by, at=at, community_id=by.community_id, before=before, after=after)
