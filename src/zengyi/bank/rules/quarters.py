"""Closing a quarter: its states, the table of moves, one guard for each verb, and the days on which things are due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.core.worktime import is_working_day
from zengyi.people.rules import Actor, FirstPerson, Target, check, check_role, check_second

#: Working days: for objections after the day of publication, for the answer after the day of the objection, for the second review.
OBJECTION_DAYS, ANSWER_DAYS, REVIEW_DAYS = 5, 5, 10
#: How many savers a publication may name; none at all, too.
SAVERS_CHOICES = (0, 5, 10, 20)
SAVERS_USUAL = 10
OBJECTIONS_OPEN_MOST = 3
OBJECTION_MOST = 500
#: Characters of who it was that objected by phone or on paper.
WHO_MOST = 40


class QuarterState(TextChoices):
    """States of a community's quarter. OPEN is also every quarter that nobody has begun to close."""

    OPEN = "OPEN", gettext_lazy("未收")
    TALLIED = "TALLIED", gettext_lazy("已核对")
    PREPARED = "PREPARED", gettext_lazy("等审核")
    PUBLISHED = "PUBLISHED", gettext_lazy("公示中")
    SEALED = "SEALED", gettext_lazy("已封存")


class QuarterVerb(TextChoices):
    """What is done to a quarter."""

    TALLY = "tally", gettext_lazy("核对")
    PREPARE = "prepare", gettext_lazy("准备")
    PUBLISH = "publish", gettext_lazy("审核公示")
    SEAL = "seal", gettext_lazy("封存")


#: From which states each verb leads where. A ledger that changed meanwhile leads back to TALLIED instead.
MOVES: dict[QuarterVerb, tuple[frozenset[QuarterState], QuarterState]] = {
    QuarterVerb.TALLY: (frozenset({QuarterState.OPEN, QuarterState.TALLIED, QuarterState.PREPARED}), QuarterState.TALLIED),
    QuarterVerb.PREPARE: (frozenset({QuarterState.TALLIED}), QuarterState.PREPARED),
    QuarterVerb.PUBLISH: (frozenset({QuarterState.PREPARED}), QuarterState.PUBLISHED),
    QuarterVerb.SEAL: (frozenset({QuarterState.PUBLISHED}), QuarterState.SEALED),
}
#: From publication on, no posting may be dated into the quarter: the database itself refuses it.
CLOSED_STATES = (QuarterState.PUBLISHED, QuarterState.SEALED)


class ObjectionState(TextChoices):
    """States of an objection."""

    OPEN = "OPEN", gettext_lazy("等答复")
    ANSWERED = "ANSWERED", gettext_lazy("已答复")
    CONTESTED = "CONTESTED", gettext_lazy("等复核")
    REVIEWED = "REVIEWED", gettext_lazy("已复核")


#: Objections that still wait for somebody.
UNANSWERED = (ObjectionState.OPEN, ObjectionState.CONTESTED)


class ObjectionChannel(TextChoices):
    """How an objection reached the community."""

    SELF = "SELF", gettext_lazy("本人在网上")
    PHONE = "PHONE", gettext_lazy("电话")
    PAPER = "PAPER", gettext_lazy("书面")
    DESK = "DESK", gettext_lazy("当面")


#: While nobody has put the quarter forward.
NOT_PREPARED = FirstPerson(None)


@dataclass(frozen=True, slots=True)
class QuarterFacts:
    """A quarter as its guards look at it. ``following``: the first day of the next one; ``today`` when it is asked.

    ``unanswered``: objections that wait for an answer or a second review.
    """

    community_id: int
    path: str
    state: QuarterState
    following: date
    today: date
    preparer: FirstPerson = NOT_PREPARED
    objections_until: date | None = None
    unanswered: int = 0

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, path=self.path)


def check_tally(by: Actor, quarter: QuarterFacts) -> None:
    """Raise unless the actor may add the quarter up: it is over and not yet published."""
    _check_may(by, "quarter.prepare", quarter.target)
    if quarter.today < quarter.following:
        raise WrongState(_("这一季还没过完，%(day)s起才能核对。") % {"day": spoken_day(quarter.following)})
    _check_state(quarter, QuarterVerb.TALLY)


def check_prepare(by: Actor, quarter: QuarterFacts) -> None:
    """Raise unless the actor may put the tallied quarter forward for publication."""
    _check_may(by, "quarter.prepare", quarter.target)
    _check_state(quarter, QuarterVerb.PREPARE)


def check_publish(by: Actor, quarter: QuarterFacts) -> None:
    """Raise unless the actor may publish what somebody else has prepared."""
    _check_may(by, "quarter.publish", quarter.target)
    _check_state(quarter, QuarterVerb.PUBLISH)
    _check_second(by, quarter)


def check_seal(by: Actor, quarter: QuarterFacts) -> None:
    """Raise unless the actor may seal the quarter: not who prepared it, the days for objections over, every objection answered."""
    _check_may(by, "quarter.seal", quarter.target)
    _check_state(quarter, QuarterVerb.SEAL)
    _check_second(by, quarter)
    if missing := seal_needs(quarter):
        raise WrongState(_("还不能封存：%(missing)s") % {"missing": " ".join(missing)})


#: The guard of each verb.
QUARTER_CHECKS: dict[QuarterVerb, Callable[[Actor, QuarterFacts], None]] = {
    QuarterVerb.TALLY: check_tally,
    QuarterVerb.PREPARE: check_prepare,
    QuarterVerb.PUBLISH: check_publish,
    QuarterVerb.SEAL: check_seal,
}


def seal_needs(quarter: QuarterFacts) -> list[str]:
    """What a published quarter still needs before it can be sealed, in sentences; nothing once it can."""
    needs = []
    if quarter.unanswered:
        said = ngettext("还有 %(n)d 件异议没有答复。", "还有 %(n)d 件异议没有答复。", quarter.unanswered)
        needs.append(said % {"n": quarter.unanswered})
    if quarter.objections_until is not None and quarter.today <= quarter.objections_until:
        left = sum(1 for day in days_after(quarter.today) if day <= quarter.objections_until and is_working_day(day))
        said = ngettext("公示到%(day)s 24:00，还差 %(n)d 个工作日。", "公示到%(day)s 24:00，还差 %(n)d 个工作日。", left)
        needs.append(said % {"day": spoken_day(quarter.objections_until), "n": left})
    return needs


def _check_may(by: Actor, action: str, target: Target, *, sees: bool = False) -> None:
    check_role(by, action)
    check(by, action, target, sees=sees)


def _check_state(quarter: QuarterFacts, verb: QuarterVerb) -> None:
    if quarter.state not in MOVES[verb][0]:
        raise WrongState(
            _("这一季现在是“%(state)s”，不能做“%(verb)s”。") % {"state": QuarterState(quarter.state).label, "verb": verb.label}
        )


def _check_second(by: Actor, quarter: QuarterFacts) -> None:
    check_second(by, quarter.preparer, own=_("您准备的，要请另一位来审核和封存。"))


def moved_on() -> str:
    """What somebody hears who was not the first."""
    return _("这一季刚刚有人动过，请再看一眼。")


def closed_for(quarter: str) -> str:
    """What somebody hears who would post into a quarter that is published or sealed."""
    return _("%(quarter)s 已经公示或封存，账不能再动；要更正，请记在当季，写明原来那一笔。") % {"quarter": quarter}


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    """An objection as its guards look at it."""

    community_id: int
    path: str
    state: ObjectionState
    quarter_state: QuarterState
    person_id: int | None
    recorded_by: int
    answerer: FirstPerson
    told: bool = False

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        persons = frozenset() if self.person_id is None else frozenset({self.person_id})
        return Target(community_id=self.community_id, path=self.path, person_ids=persons)


def check_object(by: Actor, quarter: QuarterFacts | None, *, own_open: int) -> None:
    """Raise unless the actor may object to the published quarter. ``own_open``: their objections that wait."""
    if quarter is None or quarter.state not in CLOSED_STATES:
        raise NotThere(_("这一季还没有公示。"))
    _check_may(by, "quarter.object", quarter.target, sees=True)
    if quarter.state != QuarterState.PUBLISHED or quarter.objections_until is None or quarter.today > quarter.objections_until:
        raise WrongState(_("提异议的日子已经过了。请到社区当面说，查实了记在当季更正。"))
    if own_open >= OBJECTIONS_OPEN_MOST:
        raise WrongState(_("您有 %(n)d 件异议还在等答复，请等答复了再提。") % {"n": own_open})


def check_answer(by: Actor, objection: ObjectionFacts) -> None:
    """Raise unless the actor may answer: staff of the community, not about their own objection."""
    _check_may(by, "quarter.answer", objection.target)
    if objection.state != ObjectionState.OPEN:
        raise WrongState(_("这件异议已经答复过了。"))
    _check_not_own(by, objection)


def check_contest(by: Actor, objection: ObjectionFacts) -> None:
    """Raise unless the actor may ask for a second review: who objected, or who wrote it down for them."""
    _check_may(by, "quarter.contest", objection.target)
    if objection.state != ObjectionState.ANSWERED or objection.quarter_state != QuarterState.PUBLISHED:
        raise WrongState(_("答复以后、封存以前，才能要求复核，每件一次。"))


def check_tell(by: Actor, objection: ObjectionFacts) -> None:
    """Raise unless it can be noted that whoever objected knows the answer: they say so, or staff who told them by phone or in person."""
    _check_may(by, "quarter.contest", objection.target)
    if objection.state not in (ObjectionState.ANSWERED, ObjectionState.REVIEWED) or objection.told:
        raise WrongState(_("没有等着告诉的答复。"))
    if objection.person_id is not None and by.person_id != objection.person_id:
        raise NotAllowed(_("本人能在网上看到答复，由本人按“知道了”。"))


def check_review(by: Actor, objection: ObjectionFacts) -> None:
    """Raise unless the actor may review the answer: a second person to who gave it, and not the objector."""
    _check_may(by, "quarter.review", objection.target)
    if objection.state != ObjectionState.CONTESTED:
        raise WrongState(_("这件异议没有在等复核。"))
    check_second(by, objection.answerer, own=_("您答复的，要请另一位来复核。"))
    _check_not_own(by, objection)


def _check_not_own(by: Actor, objection: ObjectionFacts) -> None:
    if by.person_id is not None and by.person_id == objection.person_id:
        raise NotAllowed(_("您自己提的异议，要请另一位来答复。"))


def working_days_after(day: date, count: int) -> date:
    """The last of ``count`` working days after ``day``, which itself does not count; make-up days do.

    >>> working_days_after(date(2026, 10, 8), 5)
    datetime.date(2026, 10, 14)
    """
    for later in days_after(day):
        count -= is_working_day(later)
        if count <= 0:
            return later
    raise AssertionError("days never end")


def days_after(day: date) -> Iterator[date]:
    """Every day after ``day``, for two months at most: nothing here is due later."""
    return (day + timedelta(days=n) for n in range(1, 62))


def spoken_day(day: date) -> str:
    """A day of this year as people say it."""
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}
