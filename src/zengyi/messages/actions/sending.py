"""Letters are sent: claimed, handed to their carrier outside any transaction, marked. Several workers do so at once.

A worker that dies between claiming and marking leaves a letter of which nobody knows whether it went out. Where the channel sends the
same key once, it is sent again (WeChat promises that for ten minutes); elsewhere it is left as 也许已发, because nobody should get the same
twice.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from zengyi.core import throttle
from zengyi.core.carriers import Outcome, Report, mail, robot, sms, wechat
from zengyi.core.errors import TooMany
from zengyi.core.steps import durable
from zengyi.messages.actions.by_wechat import to_wechat
from zengyi.messages.models import UNDER_WAY, Delivery, Letter, Preference
from zengyi.messages.queries.topics import templates
from zengyi.messages.rules import Channel, Language, LetterState, Line
from zengyi.messages.rules.sending import ATTEMPTS_MOST, LEASE, TOLD_MOST, mail_of, robot_of, sms_of, wait_after
from zengyi.people.queries.concerned import addresses_of

log = logging.getLogger("zengyi.messages")

#: So many letters are sent before the other jobs have their turn.
AT_ONCE = 200
#: So many are looked at by one claim.
CLAIMED = 5
#: A worker's clock and the time that an answer takes.
MARGIN = timedelta(minutes=1)
STOP_SALT = "zengyi.messages.stop"


def send_due(at: datetime) -> int:
    """Send letters that are due; returns how many were. A carrier that is away is not asked again before the next turn."""
    sent, away = 0, set[str]()
    for _turn in range(AT_ONCE):
        letter = _claim(at, away)
        if letter is None:
            break
        report = _carry(letter, at)
        _mark(letter, report, at)
        sent += report.outcome == Outcome.SENT
        # WeChat knows a key for minutes only: whoever waits for its answers in vain must not let the time run on.
        lost = report.outcome == Outcome.UNKNOWN and letter.channel == Channel.WECHAT
        if (report.outcome == Outcome.LATER and report.said != _FULL) or lost:
            away.add(letter.channel)
    return sent


def due_letters(at: datetime) -> QuerySet[Letter]:
    """What is to be sent, or to be taken over, the longest due first. Off an index, however many wait."""
    return Letter.objects.filter(UNDER_WAY, due_at__lte=at).order_by("due_at", "id")


@durable
def _claim(at: datetime, away: Collection[str]) -> Letter | None:
    """Take the next letter for this worker. One that a dead worker held, and that might arrive twice, is marked 也许已发 instead."""
    for letter in due_letters(at).exclude(channel__in=away).select_for_update(skip_locked=True)[:CLAIMED]:
        row = Letter.objects.filter(pk=letter.pk)
        if letter.state == LetterState.SENDING and letter.doubtful_at is None:
            letter.doubtful_at = letter.due_at - LEASE
        if letter.doubtful_at is not None and not _is_sent_once(letter.channel, letter.doubtful_at, at):
            row.update(state=LetterState.MAYBE, ended_at=at, said="lease")
            continue
        letter.attempts += 1
        row.update(state=LetterState.SENDING, due_at=at + LEASE, attempts=letter.attempts, doubtful_at=letter.doubtful_at)
        return letter
    return None


def _is_idempotent(channel: str) -> bool:
    return channel == Channel.SMS and sms.is_idempotent()


def _is_sent_once(channel: str, first: datetime, at: datetime) -> bool:
    """Whether what may have gone out at ``first`` can be sent again at ``at`` without arriving twice."""
    return _is_idempotent(channel) or (channel == Channel.WECHAT and at <= first + wechat.SAME_KEY_FOR - MARGIN)


@durable
def _mark(letter: Letter, report: Report, at: datetime) -> None:
    """Put down what became of it, unless our lease has run out and another has it now."""
    ours = Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, attempts=letter.attempts)
    first, then = letter.doubtful_at or (at if report.outcome == Outcome.UNKNOWN else None), at + wait_after(letter.attempts)
    again = report.outcome in (Outcome.LATER, Outcome.UNKNOWN) and (first is None or _is_sent_once(letter.channel, first, then))
    if report.said == _FULL:
        ours.update(state=LetterState.WAITING, due_at=at + timedelta(seconds=60 / robot.A_MINUTE), attempts=letter.attempts - 1)
    elif again and letter.attempts < ATTEMPTS_MOST:
        ours.update(state=LetterState.WAITING, due_at=then, said=report.said, doubtful_at=first)
    else:
        lost = report.outcome == Outcome.LATER and first is not None
        state = LetterState.MAYBE if lost else _ENDS[report.outcome]
        ours.update(state=state, ended_at=at, said=report.said, number=report.number)


_FULL = "a minute"
_ENDS = {
    Outcome.SENT: LetterState.SENT,
    Outcome.LATER: LetterState.GIVEN_UP,
    Outcome.REFUSED: LetterState.GIVEN_UP,
    Outcome.UNKNOWN: LetterState.MAYBE,
}


def _carry(letter: Letter, at: datetime) -> Report:
    """Hand the letter to its carrier."""
    told = Delivery.objects.filter(letter_id=letter.pk)
    rows = list(told.order_by("-event_id", "-id")[:TOLD_MOST])
    more = told.count() - TOLD_MOST if len(rows) == TOLD_MOST else 0
    with override(_language(letter)):
        lines = list(_lines(rows))
        if not lines:
            return Report(Outcome.REFUSED, "nothing to say")
        if letter.channel == Channel.ROBOT:
            return _to_group(letter, robot_of(lines, more=more), at)
        if letter.channel == Channel.WECHAT:
            return to_wechat(letter.user_id or 0, lines, more=more, key=str(letter.key), made_at=letter.made_at, at=at)
        email, phone = addresses_of([letter.user_id or 0]).get(letter.user_id or 0, ("", ""))
        if letter.channel == Channel.SMS:
            words, values = sms_of(lines, more=more)
            return sms.send(phone, sms.Text("notice", words, values), key=str(letter.key), at=at) if phone else _NOWHERE
        return _by_mail(letter, email, lines, more) if email else _NOWHERE


def _language(letter: Letter) -> str:
    """The language that the recipient chose for letters; a group's is Chinese."""
    chosen = Preference.objects.filter(user_id=letter.user_id or 0).values_list("language", flat=True).first()
    return str(chosen or Language.CHINESE)


_NOWHERE = Report(Outcome.REFUSED, "no address")


def _to_group(letter: Letter, text: str, at: datetime) -> Report:
    assert letter.robot is not None
    try:
        throttle.hit(f"robot:{letter.robot_id}", robot.A_MINUTE, 60, at=at)
    except TooMany:
        return Report(Outcome.LATER, _FULL)
    return robot.send(letter.robot.hook, text)


def _by_mail(letter: Letter, email: str, lines: list[Line], more: int) -> Report:
    stop = f"{settings.ADDRESS}{reverse('inbox-stop', args=[stop_token(letter.user_id or 0)])}"
    subject, text = mail_of(lines, more=more, stop=stop)
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated"}
    return mail.send(email, subject, text, key=str(letter.key), headers=headers)


def _lines(rows: Iterable[Delivery]) -> Iterable[Line]:
    for row in rows:
        if row.template in templates():
            topic, template = templates()[row.template]
            title, text = (str(words) % row.values if words else "" for words in (template.words, template.more))
            yield Line(title, text, f"{settings.ADDRESS}{topic.url(row.object_id)}")


def stop_token(user_id: int) -> str:
    """The token in the address by which somebody ends their messages with one tap; nobody can make the token of another person."""
    return signing.dumps(user_id, salt=STOP_SALT)
