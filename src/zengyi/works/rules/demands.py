"""Demands of those who watch over the work (诉求): collected on the stair or by phone, answered, done, checked by somebody else, told.

Whose move it is (球在谁手里) follows from the state; a demand that is not answered carries itself over to the next meeting, because its
day is not moved. See :mod:`zengyi.core.guards`; lessons 15 to 18 of the study of others' systems: every row says whose move it is and
since when, numbers are never used again, a return asks for a new date and keeps the old one, and the fixer is neither checker nor
final approver.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.people.rules import Actor, FirstPerson, Role, Target, check, check_role, check_second
from zengyi.works.rules.projects import (
    HOUSEHOLDS_MOST,
    REASON_LEAST,
    REASON_MOST,
    TEXT_MOST,
    TITLE_MOST,
    ProjectFacts,
    ProjectState,
    check_words,
    not_there,
)

DEMAND_PHOTOS_MOST, SPOT_MOST = 6, 60
#: A pin stands in thousandths of its drawing's width and height.
PIN_MOST = 1000
#: Nobody promises a day further off than this.
PROMISE_MOST = timedelta(days=366)
WEEK = timedelta(days=7)
#: As many meetings may pass without an answer before the sheet asks for a decision.
CARRIES_MOST = 3


class DemandState(TextChoices):
    """States of a demand."""

    RAISED = "RAISED", gettext_lazy("等答复")
    ACCEPTED = "ACCEPTED", gettext_lazy("答应了")
    EXPLAINED = "EXPLAINED", gettext_lazy("作了解释")
    REFUSED = "REFUSED", gettext_lazy("没有答应")
    DONE = "DONE", gettext_lazy("做好了，等看")
    RETURNED = "RETURNED", gettext_lazy("退回了，等新日子")
    PASSED = "PASSED", gettext_lazy("看过，行")
    SETTLED = "SETTLED", gettext_lazy("说通了")


class Ball(TextChoices):
    """Whose move it is."""

    CONTRACTOR = "CONTRACTOR", gettext_lazy("施工方")
    COMMUNITY = "COMMUNITY", gettext_lazy("社区")
    SUPERVISORS = "SUPERVISORS", gettext_lazy("监理队")


class Side(TextChoices):
    """Who took a step."""

    CONTRACTOR = "CONTRACTOR", gettext_lazy("施工方")
    COMMUNITY = "COMMUNITY", gettext_lazy("社区")
    SUPERVISORS = "SUPERVISORS", gettext_lazy("监理队")
    RAISER = "RAISER", gettext_lazy("提的人")


def side_of(role: Role) -> Side:
    """The side on which somebody in that role stands."""
    sides = {Role.ORGANISATION: Side.CONTRACTOR, Role.SUPERVISOR: Side.SUPERVISORS, Role.RESIDENT: Side.RAISER, Role.MEMBER: Side.RAISER}
    return sides.get(role, Side.COMMUNITY)


class Way(TextChoices):
    """How a demand was collected."""

    STAIR = "STAIR", gettext_lazy("楼道里听到的")
    PHONE = "PHONE", gettext_lazy("打电话来的")
    SITE = "SITE", gettext_lazy("工地上看到的")


class Answer(TextChoices):
    """What may be answered."""

    ACCEPT = "ACCEPT", gettext_lazy("答应，定个日子")
    EXPLAIN = "EXPLAIN", gettext_lazy("解释一下")
    REFUSE = "REFUSE", gettext_lazy("不能答应，说原因")


class DemandVerb(TextChoices):
    """What is done to a demand."""

    RAISE = "raise", gettext_lazy("提出")
    ANSWER = "answer", gettext_lazy("答复")
    DO = "do", gettext_lazy("说做好了")
    PASS = "pass", gettext_lazy("看过，行")
    RETURN = "return", gettext_lazy("退回")
    SETTLE = "settle", gettext_lazy("说通了")
    INSIST = "insist", gettext_lazy("再议")
    TELL = "tell", gettext_lazy("告诉提的人")


S = DemandState
CLOSED = (S.PASSED, S.SETTLED)
#: States in which an answer is owed; they carry themselves over.
OWED = (S.RAISED, S.RETURNED)
#: From which states each verb leads on. A promised day may be named anew, with words; what is done needs a promise first.
MOVES: dict[DemandVerb, tuple[DemandState, ...]] = {
    DemandVerb.ANSWER: (S.RAISED, S.RETURNED, S.ACCEPTED),
    DemandVerb.DO: (S.ACCEPTED,),
    DemandVerb.PASS: (S.DONE,),
    DemandVerb.RETURN: (S.DONE,),
    DemandVerb.SETTLE: (S.EXPLAINED, S.REFUSED),
    DemandVerb.INSIST: (S.EXPLAINED, S.REFUSED),
    DemandVerb.TELL: CLOSED,
}
ANSWERED = {Answer.ACCEPT: S.ACCEPTED, Answer.EXPLAIN: S.EXPLAINED, Answer.REFUSE: S.REFUSED}


def ball_of(state: DemandState, addressee: Ball) -> str:
    """Whose move it is: whoever was asked, or those who watch; nobody's when it is over."""
    if state in CLOSED:
        return ""
    return addressee if state in (S.RAISED, S.ACCEPTED, S.RETURNED) else Ball.SUPERVISORS


def next_meeting(day: date, weekday: int) -> date:
    """The first day of meeting after ``day``; Monday is 0.

    >>> next_meeting(date(2026, 11, 18), 2), next_meeting(date(2026, 11, 24), 2)
    (datetime.date(2026, 11, 25), datetime.date(2026, 11, 25))
    """
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def last_meeting(day: date, weekday: int) -> date:
    """The last day of meeting up to ``day``, that day included."""
    return next_meeting(day, weekday) - WEEK


def carried(due: date, today: date) -> int:
    """How many meetings went by without the answer that was due at the first of them; the next one is asked again.

    >>> due = date(2026, 11, 25)
    >>> [carried(due, due + timedelta(days=n)) for n in (-3, 0, 1, 7, 8, 15)]
    [0, 0, 1, 1, 2, 3]
    """
    return max(0, -(-(today - due).days // 7))


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """A demand as its guards look at it. ``raiser_id``: the person who wanted it, if known; ``doer``: who said that it is done."""

    community_id: int
    path: str
    state: DemandState
    addressee: Ball
    contractor_id: int | None
    raiser_id: int | None
    doer: FirstPerson
    told: bool

    @property
    def target(self) -> Target:
        """What permission needs to know of it."""
        asked = frozenset({self.contractor_id}) if self.contractor_id and self.addressee == Ball.CONTRACTOR else frozenset()
        raiser = frozenset() if self.raiser_id is None else frozenset({self.raiser_id})
        return Target(community_id=self.community_id, path=self.path, organisation_ids=asked, person_ids=raiser)

    @property
    def ball(self) -> str:
        """Whose move it is."""
        return ball_of(self.state, self.addressee)


def check_raise(by: Actor, project: ProjectFacts | None, *, words: dict[str, Any] | None = None) -> None:
    """Raise unless the actor may put a demand down; without ``words``: whatever it says."""
    check_role(by, "demand.raise")
    if project is None:
        raise not_there()
    check(by, "demand.raise", project.target, sees=False)
    if project.state != ProjectState.EXECUTING:
        raise WrongState(_("这个项目现在是“%(state)s”，开工以后才收诉求。") % {"state": project.state.label})
    if words is None:
        return
    check_words("title", words["title"], TITLE_MOST)
    for name, most in (("text", TEXT_MOST), ("spot", SPOT_MOST)):
        if len(words[name]) > most:
            raise Invalid.on(name, _("最多 %(most)d 字，请写短一点。") % {"most": most})
    if words["way"] not in Way.values:
        raise Invalid.on("way", _("请选是怎么听来的。"))
    if words["addressee"] not in (Ball.CONTRACTOR, Ball.COMMUNITY):
        raise Invalid.on("addressee", _("请选要谁答复：施工方，还是社区。"))
    if not 0 <= words["households"] <= HOUSEHOLDS_MOST:
        raise Invalid.on("households", _("请写多少户，用整数。"))


def check_answer(
    by: Actor, demand: DemandFacts | None, *, answer: str = "", text: str = "", promised: date | None = None, today: date | None = None
) -> None:
    """Raise unless the actor may answer: who was asked, or the desk for them. Without ``answer``: whatever they say."""
    found = _may(by, DemandVerb.ANSWER, "demand.answer", demand)
    if not answer:
        return
    assert today is not None
    if answer not in Answer.values:
        raise Invalid.on("answer", _("请选怎么答复。"))
    if found.state == S.ACCEPTED and answer != Answer.ACCEPT:
        raise WrongState(_("已经答应了。日子要改，就写新的日子和原因。"))
    if answer == Answer.ACCEPT:
        if promised is None or not today <= promised <= today + PROMISE_MOST:
            raise Invalid.on("promised", _("请定个日子：今天以后，一年以内。"))
        if found.state in (S.ACCEPTED, S.RETURNED):
            check_words("text", text, REASON_MOST, REASON_LEAST)
    else:
        check_words("text", text, REASON_MOST, REASON_LEAST)
    if len(text) > REASON_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": REASON_MOST})


def check_do(by: Actor, demand: DemandFacts | None, *, text: str | None = None) -> None:
    """Raise unless the actor may say that it is done: who promised it, or the desk for them."""
    _may(by, DemandVerb.DO, "demand.answer", demand)
    if text is not None:
        check_words("text", text, REASON_MOST, REASON_LEAST)


def check_pass(by: Actor, demand: DemandFacts | None) -> None:
    """Raise unless the actor may say that it is right: a supervisor or who wanted it, never the fixer or anybody of the fixer's unit."""
    found = _checks(by, DemandVerb.PASS, demand)
    check_second(by, found.doer, own=_("做的人不看自己做的。请监理队别的队员，或者提的人来看。"))


def check_return(by: Actor, demand: DemandFacts | None, *, text: str | None = None) -> None:
    """Raise unless the actor may send it back: whoever could pass it."""
    found = _checks(by, DemandVerb.RETURN, demand)
    check_second(by, found.doer, own=_("做的人不看自己做的。请监理队别的队员，或者提的人来看。"))
    if text is not None:
        check_words("text", text, REASON_MOST, REASON_LEAST)


def check_settle(by: Actor, demand: DemandFacts | None) -> None:
    """Raise unless the actor may take the explanation or the refusal for an answer: a supervisor, or who wanted it."""
    _checks(by, DemandVerb.SETTLE, demand)


def check_insist(by: Actor, demand: DemandFacts | None, *, text: str | None = None, addressee: str = "") -> None:
    """Raise unless the actor may ask again, of the same or of the other side."""
    _checks(by, DemandVerb.INSIST, demand)
    if text is None:
        return
    check_words("text", text, REASON_MOST, REASON_LEAST)
    if addressee not in (Ball.CONTRACTOR, Ball.COMMUNITY):
        raise Invalid.on("addressee", _("请选要谁答复：施工方，还是社区。"))


def check_tell(by: Actor, demand: DemandFacts | None, *, text: str | None = None) -> None:
    """Raise unless the actor may say that whoever wanted it has been told how it ended."""
    found = _may(by, DemandVerb.TELL, "demand.tell", demand)
    if found.told:
        raise WrongState(_("已经告诉过提的人了。"))
    if text is not None:
        check_words("text", text, REASON_MOST, REASON_LEAST)


def _checks(by: Actor, verb: DemandVerb, demand: DemandFacts | None) -> DemandFacts:
    found = _may(by, verb, "demand.check", demand)
    if found.contractor_id is not None and found.contractor_id in by.units:
        raise NotAllowed(_("您是施工方的人，这一步请监理队别的队员，或者提的人来。"))
    return found


def _may(by: Actor, verb: DemandVerb, action: str, demand: DemandFacts | None) -> DemandFacts:
    check_role(by, action)
    if demand is None:
        raise not_there()
    check(by, action, demand.target, sees=by.role != Role.DISTRICT and demand.community_id == by.community_id)
    if demand.state not in MOVES[verb]:
        raise WrongState(_("这件诉求现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": demand.state.label})
    return demand


#: The row of the table of permissions that each verb asks for.
ACTIONS: dict[DemandVerb, str] = {
    DemandVerb.ANSWER: "demand.answer",
    DemandVerb.DO: "demand.answer",
    DemandVerb.PASS: "demand.check",
    DemandVerb.RETURN: "demand.check",
    DemandVerb.SETTLE: "demand.check",
    DemandVerb.INSIST: "demand.check",
    DemandVerb.TELL: "demand.tell",
}
#: The guard of each verb, asked without words: whether a button is shown.
CHECKS: dict[DemandVerb, Callable[[Actor, DemandFacts | None], None]] = {
    DemandVerb.ANSWER: check_answer,
    DemandVerb.DO: check_do,
    DemandVerb.PASS: check_pass,
    DemandVerb.RETURN: check_return,
    DemandVerb.SETTLE: check_settle,
    DemandVerb.INSIST: check_insist,
    DemandVerb.TELL: check_tell,
}
