"""What goes out beside the inbox: told with the messages, gathered into letters when it is due."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery

from zengyi.core import clock
from zengyi.core.carriers import mail, sms
from zengyi.core.models import Event
from zengyi.core.steps import durable
from zengyi.messages.models import TO_GATHER, Delivery, Letter, Message, Preference, Push, Robot
from zengyi.messages.queries.topics import templates
from zengyi.messages.rules import Carried, Channel, LetterState, Pace, Quiet, Way
from zengyi.messages.rules.sending import LETTERS_KEPT, PUSHES_KEPT, due_at, period_of, quiet_until
from zengyi.people.actions import hold_persons
from zengyi.people.queries import wechat_sends
from zengyi.people.rules import known

#: So many recipients at most are gathered by one transaction.
RECIPIENTS = 200


def is_on() -> bool:
    """Whether anything is sent at all: an instance with demo data sends nothing."""
    return not settings.DEMO


def ways() -> tuple[Way, ...]:
    """The ways that are set up on this machine, beside the inbox. One statement."""
    if not is_on():
        return ()
    there = ((Way.MAIL, mail.is_set()), (Way.SMS, sms.is_set()), (Way.WECHAT, wechat_sends()))
    return tuple(way for way, is_set in there if is_set)


def robots_of(community_ids: Collection[int | None]) -> dict[int, list[int]]:
    """The robots of these communities. One statement, none where nothing goes out."""
    found: dict[int, list[int]] = defaultdict(list)
    if is_on() and community_ids:
        for pk, community in Robot.objects.filter(community_id__in=community_ids, ended_at=None).values_list("pk", "community_id"):
            found[community].append(pk)
    return found


def gather_due(at: datetime) -> int:
    """Put what is due into letters, one for each recipient and channel; returns how many letters were made."""
    made = 0
    while (number := _gather_some(at)) is not None:
        made += number
    return made


def due_deliveries(at: datetime) -> QuerySet[Delivery]:
    """What is to be told now, in no order. Off an index, however much waits."""
    return Delivery.objects.filter(TO_GATHER, due_at__lte=at).order_by()


@durable
def _gather_some(at: datetime) -> int | None:
    """Some recipients' letters; nothing when nobody is left. Whom another worker gathers for is left to it."""
    due = due_deliveries(at)
    first = list(due.order_by("due_at", "id").values_list("user_id", "robot_id", "person_id")[:RECIPIENTS])
    users, robots, persons = (known(*(row[n] for row in first)) for n in range(3))
    wants = {one.user_id: one for one in Preference.objects.select_for_update(skip_locked=True).filter(user_id__in=users)}
    groups = {one.pk: one for one in Robot.objects.select_for_update(skip_locked=True).filter(pk__in=robots)}
    homes = hold_persons(persons) if persons else []
    rows = list(due.filter(Q(user_id__in=wants) | Q(robot_id__in=groups) | Q(person_id__in=homes)).order_by("event_id", "id"))
    if not rows:
        return None
    gathered = _Gathered(at, _settled(rows), _had(wants.values(), at))
    for own in _by_recipient(rows):
        want, robot = wants.get(own[0].user_id or 0), groups.get(own[0].robot_id or 0)
        if (want is not None and want.way != own[0].channel) or (robot is not None and robot.ended_at is not None):
            gathered.drop(own, Carried.STOPPED)
        else:
            gathered.take(own, want)
    return gathered.write()


def _by_recipient(rows: Iterable[Delivery]) -> list[list[Delivery]]:
    found: dict[tuple[int | None, int | None, int | None, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        found[row.user_id, row.robot_id, row.person_id, row.channel].append(row)
    return list(found.values())


def _had(wants: Iterable[Preference], at: datetime) -> set[int]:
    """Who has had the digest of this period. One statement."""
    periods = {one.user_id: period_of(Pace(one.pace), at) for one in wants}
    rows = Letter.objects.filter(user_id__in=periods, period=clock.local_date(at)).values_list("user_id", flat=True)
    return {user_id for user_id in rows if user_id is not None and periods[user_id] is not None}


@dataclass
class _Gathered:
    """What becomes of the deliveries of some recipients, written at once in the end."""

    at: datetime
    settled: set[int]
    had: set[int]
    letters: list[tuple[Letter, list[Delivery]]] = field(default_factory=list)
    dropped: dict[Carried, list[int]] = field(default_factory=lambda: defaultdict(list))
    later: dict[datetime, list[int]] = field(default_factory=lambda: defaultdict(list))

    def drop(self, rows: Iterable[Delivery], why: Carried) -> None:
        """Note that these are not told any more, and why."""
        self.dropped[why] += [row.pk for row in rows]

    def take(self, rows: list[Delivery], want: Preference | None) -> None:
        """Gather one recipient's letter, with only the latest of each thing. It is put off while their quiet hours last, or when they had
        today's digest."""
        self.drop((row for row in rows if row.pk in self.settled or row.template not in templates()), Carried.SETTLED)
        rows = [row for row in rows if row.pk not in self.settled and row.template in templates()]
        calm = want is not None and not any(row.urgent for row in rows)
        if want is not None and calm and (until := self._wait(want)) is not None:
            self.later[until] += [row.pk for row in rows]
            return
        last = {(templates()[row.template][0].object_type, row.object_id): row for row in rows}
        self.drop((row for row in rows if row not in last.values()), Carried.MERGED)
        if not last:
            return
        first, period = rows[0], period_of(Pace(want.pace), self.at) if want is not None and calm else None
        letter = Letter(user_id=first.user_id, robot_id=first.robot_id, person_id=first.person_id, channel=first.channel, period=period)
        letter.key, letter.state = uuid.uuid4(), LetterState.TO_HAND if first.channel == Channel.SLIP else LetterState.WAITING
        letter.due_at = letter.made_at = self.at
        self.letters.append((letter, list(last.values())))

    def _wait(self, want: Preference) -> datetime | None:
        quiet, pace = Quiet(want.quiet), Pace(want.pace)
        return due_at(quiet, pace, self.at, urgent=False) if want.user_id in self.had else quiet_until(quiet, self.at)

    def write(self) -> int:
        """Write all of it down; returns how many letters were made."""
        Letter.objects.bulk_create([letter for letter, _told in self.letters])
        # One statement for each kind of recipient: with an OR between them PostgreSQL compares each delivery with every letter.
        for whose in ("user_id", "robot_id", "person_id") if self.letters else ():
            told = [row.pk for _letter, rows in self.letters for row in rows if getattr(row, whose)]
            mine = Letter.objects.filter(pk__gte=self.letters[0][0].pk, channel=OuterRef("channel"), **{whose: OuterRef(whose)})
            if told:
                Delivery.objects.filter(pk__in=told).update(state=Carried.TOLD, letter_id=Subquery(mine.values("pk")[:1]))
        for why, ids in self.dropped.items():
            Delivery.objects.filter(pk__in=ids).update(state=why)
        for until, ids in self.later.items():
            Delivery.objects.filter(pk__in=ids).update(due_at=until)
        return len(self.letters)


def _settled(rows: Sequence[Delivery]) -> set[int]:
    """Those that there is no use in telling any more: read in the inbox, or overtaken by a step that settles them. Three statements."""
    events = [row.event_id for row in rows]
    read = set(Message.objects.filter(event_id__in=events, read_at__isnull=False).values_list("event_id", "user_id", "template"))
    about = {pk: (kind, of) for pk, kind, of in Event.objects.filter(pk__in=events).values_list("pk", "object_type", "object_id")}
    ends = {row.pk: templates()[row.template][1].settled_by for row in rows if row.template in templates()}
    verbs = {verb for one in ends.values() for verb in one}
    later: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    if verbs:
        kinds, ids = {kind for kind, _of in about.values()}, {of for _kind, of in about.values()}
        found = Event.objects.filter(object_type__in=kinds, object_id__in=ids, verb__in=verbs, pk__gt=min(events))
        for pk, kind, of, verb in found.values_list("pk", "object_type", "object_id", "verb"):
            later[kind, of].append((pk, verb))
    return {
        row.pk
        for row in rows
        if (row.event_id, row.user_id, row.template) in read
        or any(pk > row.event_id and verb in ends.get(row.pk, ()) for pk, verb in later[about[row.event_id]])
    }


@durable
def forget_letters(at: datetime) -> int:
    """Delete letters from long ago, what waited in vain, and signatures that are good no more; returns how many."""
    old = at - LETTERS_KEPT
    Push.objects.filter(at__lt=at - PUSHES_KEPT).delete()
    letters = Letter.objects.filter(ended_at__lt=old).delete()[0]
    return letters + Delivery.objects.exclude(state__in=[Carried.WAITING, Carried.TOLD]).filter(due_at__lt=old).delete()[0]
