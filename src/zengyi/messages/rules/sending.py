"""Pure rules of what goes out beside the inbox: by which way, when, and what it says there.

A robot's text has at most 2,048 bytes, an SMS at most 70 characters (else it is paid for twice), a field of a WeChat template of the kind
``thing`` at most 20 characters, see :mod:`zengyi.core.carriers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core import clock
from zengyi.core.carriers.robot import TEXT_MOST
from zengyi.messages.rules.quiet import HOURS, Quiet
from zengyi.news.rules.outlets import cut, excerpt, unmentioned

#: A worker that dies keeps a letter for so long.
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT, ATTEMPTS_MOST = timedelta(minutes=1), timedelta(hours=2), 8
#: Letters hold who was told what: they are kept for questions, and no longer.
LETTERS_KEPT = timedelta(days=30)
#: A signature is good for minutes; so long it is remembered.
PUSHES_KEPT = timedelta(days=1)
#: So many things stand in a letter; the rest is counted.
TOLD_MOST = 50
#: Digests come at that hour, weekly ones on Mondays.
DIGEST_AT = time(8)
SMS_MOST, SMS_TITLE_MOST = 70, 30
WECHAT_MOST = 20


class Way(TextChoices):
    """By which way somebody is told besides in the inbox."""

    HERE = "HERE", gettext_lazy("只在这里看")
    MAIL = "MAIL", gettext_lazy("也发到邮箱")
    SMS = "SMS", gettext_lazy("也发短信")
    WECHAT = "WX", gettext_lazy("也发到微信")


class Pace(TextChoices):
    """How often."""

    NOW = "NOW", gettext_lazy("有事就发")
    DAILY = "DAILY", gettext_lazy("每天早上一次")
    WEEKLY = "WEEKLY", gettext_lazy("每周一早上一次")


class Language(TextChoices):
    """In which language letters are written. Each is shown by its own name."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class Channel(TextChoices):
    """What carries a letter."""

    MAIL = "MAIL", gettext_lazy("邮件")
    SMS = "SMS", gettext_lazy("短信")
    WECHAT = "WX", gettext_lazy("微信")
    ROBOT = "ROBOT", gettext_lazy("企业微信群")
    SLIP = "SLIP", gettext_lazy("纸条")


class Carried(TextChoices):
    """What became of one thing that was to be told: it waits, is in a letter, or there was no use in telling it any more."""

    WAITING = "WAITING", "waiting"
    TOLD = "TOLD", "told"
    SETTLED = "SETTLED", "read in the inbox or settled meanwhile"
    MERGED = "MERGED", "told by a later one of the same thing"
    STOPPED = "STOPPED", "not wanted any more"


class LetterState(TextChoices):
    """Where a letter is. ``TO_HAND``: on paper, waits to be handed over. ``MAYBE``: nobody knows whether it went out, and sending it again
    might send it twice.
    """

    WAITING = "WAITING", gettext_lazy("等着发")
    SENDING = "SENDING", gettext_lazy("正在发")
    TO_HAND = "TO_HAND", gettext_lazy("等楼长送到")
    SENT = "SENT", gettext_lazy("发了")
    MAYBE = "MAYBE", gettext_lazy("也许已发")
    GIVEN_UP = "GIVEN_UP", gettext_lazy("没发出去")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing told: its title, what is said about it, and where it stands."""

    title: str
    text: str
    url: str


def quiet_until(choice: Quiet, at: datetime) -> datetime | None:
    """When the quiet hours end in which ``at`` lies; nothing outside them.

    >>> from zengyi.core.clock import SHANGHAI
    >>> [str(quiet_until(Quiet.NOON, datetime(2026, 11, 26, hour, tzinfo=SHANGHAI)))[:16] for hour in (6, 8, 13, 22)]
    ['2026-11-26 07:00', 'None', '2026-11-26 14:00', '2026-11-27 07:00']
    """
    now = at.astimezone(clock.SHANGHAI)
    for begin, end in HOURS[choice]:
        if begin > end and now.time() >= begin:
            return datetime.combine(now.date() + timedelta(days=1), end, clock.SHANGHAI)
        if now.time() < end and (begin > end or now.time() >= begin):
            return datetime.combine(now.date(), end, clock.SHANGHAI)
    return None


def due_at(choice: Quiet, pace: Pace, at: datetime, *, urgent: bool) -> datetime:
    """When something is told that happened at ``at``: what is urgent at once, all else not in the quiet hours and at the chosen pace.

    >>> from zengyi.core.clock import SHANGHAI
    >>> thursday = datetime(2026, 11, 26, 9, tzinfo=SHANGHAI)
    >>> [str(due_at(Quiet.NIGHT, pace, thursday, urgent=False))[:16] for pace in Pace]
    ['2026-11-26 09:00', '2026-11-27 08:00', '2026-11-30 08:00']
    >>> str(due_at(Quiet.NIGHT, Pace.WEEKLY, thursday, urgent=True))[:16]
    '2026-11-26 09:00'
    """
    if urgent:
        return at
    now = at.astimezone(clock.SHANGHAI)
    if pace == Pace.NOW:
        return quiet_until(choice, at) or at
    day = now.date() if now.time() < DIGEST_AT else now.date() + timedelta(days=1)
    if pace == Pace.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, DIGEST_AT, clock.SHANGHAI)


def period_of(pace: Pace, at: datetime) -> date | None:
    """The day whose digest is made at ``at``: there is one a person and day. Nothing for who wants things at once."""
    return None if pace == Pace.NOW else clock.local_date(at)


def wait_after(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made.

    >>> [str(wait_after(attempts)) for attempts in (1, 2, 7, 8)]
    ['0:01:00', '0:02:00', '1:04:00', '2:00:00']
    """
    return min(FIRST_WAIT * (1 << attempts - 1), LONGEST_WAIT)


def mail_of(lines: Sequence[Line], *, more: int, stop: str) -> tuple[str, str]:
    """Subject and text of an e-mail. ``more``: so many things besides; ``stop``: where it is ended with one tap."""
    count = len(lines) + more
    subject = excerpt(lines[0].title, 60) if count == 1 else _("社区有 %(count)d 条消息给您") % {"count": count}
    parts = ["\n".join(part for part in (line.title, line.text, line.url) if part) for line in lines]
    if more:
        parts.append(_("还有 %(more)d 条，打开“消息”看。") % {"more": more})
    parts.append(_("不想再收邮件，点一下：%(stop)s") % {"stop": stop})
    return subject, "\n\n".join(parts) + "\n"


def sms_of(lines: Sequence[Line], *, more: int) -> tuple[str, dict[str, str]]:
    """Text and values of an SMS: the first thing, and how many there are. No address: providers don't take any in values.

    >>> sms_of([Line("办好了，请您看一眼：楼道灯不亮", "", "")], more=2)[0]
    '办好了，请您看一眼：楼道灯不亮，共 3 条，打开“增一”看。'
    """
    count = len(lines) + more
    title = excerpt(lines[0].title, SMS_TITLE_MOST)
    words = _("%(title)s，打开“增一”看。") if count == 1 else _("%(title)s，共 %(count)d 条，打开“增一”看。")
    return words % {"title": title, "count": count}, {"title": title, "count": str(count)}


def wechat_of(lines: Sequence[Line], *, more: int) -> str:
    """What a template message says has happened, on one line: the first thing, or how many there are. The rest is behind its link.

    >>> wechat_of([Line("办好了，请您看一眼：楼道灯不亮，三楼到五楼都不亮", "", "")], more=0)
    '办好了，请您看一眼：楼道灯不亮，三楼到…'
    >>> wechat_of([Line("办好了", "", "")], more=2)
    '3 条消息给您'
    """
    count = len(lines) + more
    words = " ".join(lines[0].title.split())
    return excerpt(words, WECHAT_MOST - 1) if count == 1 else _("%(count)d 条消息给您") % {"count": count}


def robot_of(lines: Sequence[Line], *, more: int) -> str:
    """Text for a work group, within what a robot takes; each thing keeps its address, and nobody is called by it."""
    tail = "\n" + _("还有 %(more)d 条。") % {"more": more} if more else ""
    kept, left = [], TEXT_MOST - len(tail.encode())
    for line in lines:
        room = left - len(line.url.encode()) - 2
        words = cut(unmentioned(f"{line.title}\n{line.text}".strip()), room)
        if room <= 0 or not words:
            break
        kept.append(f"{words}\n{line.url}")
        left -= len(kept[-1].encode()) + 1
    return "\n".join(kept) + tail
