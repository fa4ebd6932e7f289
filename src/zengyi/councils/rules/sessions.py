"""Sessions: their states, who takes part, what stands on the agenda, and one guard for each verb.

The first items of an agenda are what the last session of the same series promised. They come by reference: the promise stays in the
minutes that hold it. What is carried for the third time asks for an answer: do it, pass it on, or drop it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.people.rules import Actor, Target, allows, check, check_role

TITLE_LEAST, TITLE_MOST, PLACE_MOST, NAME_MOST, REASON_MOST, NOTE_MOST = 2, 60, 60, 40, 300, 2000
POINT_MOST, TOPICS_MOST, PEOPLE_MOST = 120, 30, 500
AHEAD = timedelta(days=366)
#: The carry that asks for a word.
CARRIES_ASKED = 3


class SessionKind(TextChoices):
    """What kind of meeting it is."""

    DELIBERATION = "DELIBERATION", gettext_lazy("协商会")
    SUPERVISION = "SUPERVISION", gettext_lazy("三方会议")
    ALLIANCE = "ALLIANCE", gettext_lazy("联席会")
    BRANCH = "BRANCH", gettext_lazy("支部议事会")


class SessionState(TextChoices):
    """States of a session."""

    PLANNED = "PLANNED", gettext_lazy("筹备")
    NOTICED = "NOTICED", gettext_lazy("已通知")
    HELD = "HELD", gettext_lazy("正在开")
    MINUTED = "MINUTED", gettext_lazy("纪要写好了")
    SIGNED = "SIGNED", gettext_lazy("签字了")
    PUBLISHED = "PUBLISHED", gettext_lazy("公布了")
    CANCELLED = "CANCELLED", gettext_lazy("不开了")


class Part(TextChoices):
    """In what part somebody sits there."""

    CONVENOR = "CONVENOR", gettext_lazy("召集人")
    DELIBERATOR = "DELIBERATOR", gettext_lazy("议事的")
    EXPERT = "EXPERT", gettext_lazy("懂行的")
    OBSERVER = "OBSERVER", gettext_lazy("旁听")


class Attendance(TextChoices):
    """Whether somebody comes."""

    INVITED = "INVITED", gettext_lazy("请了")
    CONFIRMED = "CONFIRMED", gettext_lazy("说来")
    ATTENDED = "ATTENDED", gettext_lazy("到了")
    ABSENT = "ABSENT", gettext_lazy("没来")


class ItemAnswer(TextChoices):
    """What becomes of something carried over and over, or of a point of the agenda."""

    CARRY_ON = "DO", gettext_lazy("办")
    PASS_ON = "ESCALATE", gettext_lazy("上报")
    DROP = "WITHDRAW", gettext_lazy("撤")
    ANSWERED = "DONE", gettext_lazy("答复了")


#: Parts that take part in a vote by hands.
VOTING = (Part.CONVENOR, Part.DELIBERATOR)
#: States before anybody has sat down.
AHEAD_STATES = (SessionState.PLANNED, SessionState.NOTICED)
#: States in which minutes are signed.
SIGNED_IN = (SessionState.MINUTED, SessionState.SIGNED)
#: States in which what was talked over may still be put right.
OPEN_MINUTES = (SessionState.HELD, SessionState.MINUTED)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as its guards look at it. ``path``: its community's in the place tree.

    ``own``: the persons who sat there, as far as the reader is one of them.
    """

    community_id: int
    path: str
    state: SessionState
    own: frozenset[int] = frozenset()

    @property
    def target(self) -> Target:
        """What permission needs to know. Neighbours find it from its notice on, visitors read it once it is published."""
        shown = self.state not in (SessionState.PLANNED, SessionState.CANCELLED)
        return Target(community_id=self.community_id, path=self.path, person_ids=self.own, shown=shown)


def check_read(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor may look at the session."""
    check_role(by, "session.read")
    hidden = not by.signed_in and session is not None and session.state != SessionState.PUBLISHED
    if session is None or hidden or not allows(by, "session.read", session.target):
        raise NotThere(_("没有找到，或者不在您的社区。"))


def check_minutes(session: SessionFacts, *, staff: bool) -> None:
    """Raise unless there are minutes to read: for the community from the beginning on, for those who sat there once it has ended, as they
    are asked to sign, for others once they are published."""
    begun = session.state in (SessionState.HELD, SessionState.MINUTED, SessionState.SIGNED)
    asked = bool(session.own) and session.state in SIGNED_IN
    if session.state != SessionState.PUBLISHED and not (staff and begun) and not asked:
        raise NotThere(_("还没有公布纪要。"))


def check_plan(by: Actor, *, kind: str, title: str, place: str, starts_at: datetime, at: datetime) -> None:
    """Raise unless the actor may call that session; :class:`Invalid` names the fields."""
    check(by, "session.run", Target(community_id=by.community_id), sees=True)
    wrong: dict[str, object] = {}
    if kind not in SessionKind.values:
        wrong["kind"] = _("请选开什么会。")
    if not TITLE_LEAST <= len(title) <= TITLE_MOST:
        wrong["title"] = _("请写会的名字，2 到 60 字。")
    if not 0 < len(place) <= PLACE_MOST:
        wrong["place"] = _("请写在哪里开，最多 60 字。")
    if not at - AHEAD <= starts_at <= at + AHEAD:
        wrong["starts_at"] = _("请写一年以内的时间。")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _may(by: Actor, session: SessionFacts | None, states: Iterable[SessionState], action: str = "session.run") -> None:
    check_role(by, action)
    if session is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, action, session.target, sees=False)
    if session.state not in states:
        raise WrongState(_("这个会现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": session.state.label})


def check_notice(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor may tell people about the session."""
    _may(by, session, (SessionState.PLANNED,))


def check_cancel(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor may call the session off."""
    _may(by, session, AHEAD_STATES)


def check_schedule(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless something may still be put on the session's agenda."""
    _may(by, session, (*AHEAD_STATES, SessionState.HELD))


def check_open(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor may begin the session."""
    _may(by, session, AHEAD_STATES)


def check_attend(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor may write down who is asked, who came and who left."""
    _may(by, session, (*AHEAD_STATES, SessionState.HELD, SessionState.MINUTED))


def check_minute(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless what is said, decided and answered may be written down, or put right."""
    _may(by, session, OPEN_MINUTES)


def check_begin(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the session goes on and may turn to an item of its agenda."""
    _may(by, session, (SessionState.HELD,))


def check_close(by: Actor, session: SessionFacts | None, *, unanswered: int = 0) -> None:
    """Raise unless the actor may end the session. ``unanswered``: items carried for the third time without a word."""
    _may(by, session, (SessionState.HELD,))
    if unanswered:
        raise WrongState(_("有 %(n)d 件已经带到第三次会了：办、上报还是撤，先定下来再散会。") % {"n": unanswered})


def check_sign(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless signatures may be written down: the first one freezes the minutes."""
    _may(by, session, SIGNED_IN)


def check_sign_own(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless the actor sat in the session and may sign its minutes themselves, or say why they do not."""
    _may(by, session, SIGNED_IN, "session.sign")


def check_publish(by: Actor, session: SessionFacts | None, *, loose: Iterable[str] = ()) -> None:
    """Raise unless the minutes may be published. ``loose``: adopted decisions with neither an action nor a reason for none."""
    _may(by, session, (SessionState.HELD, SessionState.MINUTED, SessionState.SIGNED), "session.publish")
    if left := list(loose):
        words = _("定了却没有派人办，也没写为什么不用派：%(text)s") % {"text": " · ".join(left)}
        raise Invalid.on("decisions", words)
    assert session is not None
    if session.state != SessionState.SIGNED:
        raise WrongState(_("还没有人签字。签了字再公布。"))


def check_explain(by: Actor, session: SessionFacts | None) -> None:
    """Raise unless it may still be said why a decision has no action: until it is published."""
    _may(by, session, (SessionState.HELD, SessionState.MINUTED, SessionState.SIGNED))


def check_person(party: str, name: str, part: str, *, there: int) -> None:
    """Raise :class:`Invalid` for somebody who can't be written down."""
    wrong: dict[str, object] = {}
    if not 0 < len(party) <= 20:
        wrong["party"] = _("请写是哪一方的，最多 20 字。")
    if not 0 < len(name) <= NAME_MOST:
        wrong["name"] = _("请写怎么称呼，最多 40 字。")
    if part not in Part.values:
        wrong["role"] = _("请从里面选一个。")
    if there >= PEOPLE_MOST:
        wrong["name"] = _("最多记 %(most)d 人。") % {"most": PEOPLE_MOST}
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def next_day(weekday: int, first: date, is_working: Callable[[date], bool]) -> date:
    """The first such day of the week from ``first`` on, or where nobody works then, the next day on which people do.

    >>> next_day(2, date(2026, 11, 26), lambda day: day.weekday() < 5)
    datetime.date(2026, 12, 2)
    >>> next_day(2, date(2026, 12, 1), lambda day: day != date(2026, 12, 2))
    datetime.date(2026, 12, 3)
    """
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while not is_working(day):
        day += timedelta(days=1)
    return day


#: The guard of every move of a session that needs nothing else, by its verb.
MOVES = {
    "notice": check_notice,
    "open": check_open,
    "begin": check_begin,
    "close": check_close,
    "sign": check_sign,
    "publish": check_publish,
    "cancel": check_cancel,
    "attend": check_attend,
    "minute": check_minute,
    "schedule": check_schedule,
}
