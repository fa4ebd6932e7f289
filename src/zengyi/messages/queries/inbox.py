"""Somebody's messages, in words: the newest first, by day, and what came in the quiet hours in one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from zengyi.core import clock
from zengyi.core.keyset import Page, cut
from zengyi.messages.models import Message, Preference
from zengyi.messages.queries.topics import templates
from zengyi.messages.rules import PAGE_SIZE, Language, Pace, Quiet, Way, is_quiet, last_quiet
from zengyi.people.rules import Actor, check_role


@dataclass(frozen=True, slots=True)
class MessageCard:
    """A message as it is read. ``url``: where what it is about stands; empty for what an installed package no longer tells."""

    id: int
    title: str
    text: str
    url: str
    urgent: bool
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day; of today, of yesterday, or of a date."""

    on: date
    ago: int
    messages: list[MessageCard] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of messages. ``night``: those that came while nobody was to be disturbed, of each thing only the last."""

    days: list[Day]
    night: list[MessageCard]
    merged: int
    unread: int
    newest: int
    page: Page[MessageCard]
    quiet: Quiet
    way: Way
    pace: Pace
    language: Language


def page(*, by: Actor, after: int | None = None) -> Page[MessageCard]:
    """The actor's messages, newest first. One statement."""
    check_role(by, "inbox.read")
    rows = Message.objects.filter(user_id=by.login_id)
    return cut(rows, after, PAGE_SIZE, newest_first=True).map(_card)


def unread(*, by: Actor) -> int:
    """How many messages the actor has not read. One statement."""
    return Message.objects.filter(user_id=by.login_id, read_at=None).count()


def quiet_of(*, by: Actor) -> Quiet:
    """When the actor does not want to be disturbed. One statement."""
    return _chosen(by)[0]


def _chosen(by: Actor) -> tuple[Quiet, Way, Pace, Language]:
    chosen = Preference.objects.filter(user_id=by.login_id).values_list("quiet", "way", "pace", "language").first()
    if chosen is None:
        return Quiet.NIGHT, Way.HERE, Pace.NOW, Language.CHINESE
    return Quiet(chosen[0]), Way(chosen[1]), Pace(chosen[2]), Language(chosen[3])


def inbox(*, by: Actor, at: datetime, after: int | None = None) -> Inbox:
    """The page of the actor's messages. Three statements."""
    read = page(by=by, after=after)
    quiet, way, pace, language = _chosen(by)
    night, days = _parted(read.rows, quiet, at)
    newest = read.rows[0].id if read.rows else 0
    last = {card.url: card for card in reversed(night)}  # of each thing the newest, as they come newest first
    kept = sorted(last.values(), key=lambda card: -card.id)
    return Inbox(_by_day(days, at), kept, len(night), unread(by=by), newest, read, quiet, way, pace, language)


def _parted(cards: Iterable[MessageCard], quiet: Quiet, at: datetime) -> tuple[list[MessageCard], list[MessageCard]]:
    """What came in the last quiet hours and was not urgent, and everything else."""
    span = last_quiet(quiet, at)
    night: list[MessageCard] = []
    others: list[MessageCard] = []
    for card in cards:
        merged = span is not None and not card.urgent and span[0] <= card.at < span[1] and is_quiet(quiet, card.at)
        (night if merged else others).append(card)
    return (night, others) if len(night) > 1 else ([], sorted([*night, *others], key=lambda card: -card.id))


def _by_day(cards: Iterable[MessageCard], at: datetime) -> list[Day]:
    today = clock.local_date(at)
    days: dict[date, Day] = {}
    for card in cards:
        on = clock.local_date(card.at)
        days.setdefault(on, Day(on, (today - on) // timedelta(days=1))).messages.append(card)
    return list(days.values())


def _card(message: Message) -> MessageCard:
    known = templates().get(message.template)
    is_new = message.read_at is None
    if known is None:
        return MessageCard(message.pk, "", "", "", message.urgent, message.at, is_new)
    topic, template = known
    title, text = (str(words) % message.values if words else "" for words in (template.words, template.more))
    return MessageCard(message.pk, title, text, topic.url(message.object_id), message.urgent, message.at, is_new)
