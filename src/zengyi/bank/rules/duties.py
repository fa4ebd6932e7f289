"""四大岗: posts and needs that are published and claimed, and the turns of duty on them. One guard for each verb.

See :mod:`zengyi.core.guards`. A member holds one post at a time and may lend a hand with needs of a single day beside it. A turn is
planned or put down by the member or at the desk; somebody else of the community attests it, which makes it a deed under ``V02``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.rules.caps import DEED_TEXT_LEAST, check_day
from zengyi.bank.rules.filings import Subject, against_vouching
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.rules import Actor, Duty, FirstPerson, Target, check, check_role

#: The rules under which a claimed post and an attested turn bring points.
CLAIM_RULE, TURN_RULE = "V01", "V02"
#: What the bank calls the source of such deeds.
CLAIM_SOURCE, TURN_SOURCE = "DUTY", "TURN"
TITLE_LEAST, TITLE_MOST, TEXT_MOST, TIMING_MOST = 2, 40, 300, 60
PLACES_MOST = 50
AHEAD = timedelta(days=92)
#: As many turns one claim may have ahead.
PLANNED_MOST = 12


class VacancyState(TextChoices):
    """Whether a post or a need may still be claimed."""

    OPEN = "OPEN", gettext_lazy("招人")
    CLOSED = "CLOSED", gettext_lazy("不再招人")


class DutyState(TextChoices):
    """Whether somebody is still on a post."""

    HELD = "HELD", gettext_lazy("在岗")
    ENDED = "ENDED", gettext_lazy("已放下")


class TurnState(TextChoices):
    """States of a turn of duty."""

    PLANNED = "PLANNED", gettext_lazy("排好了")
    DONE = "DONE", gettext_lazy("等社区证明")
    RETURNED = "RETURNED", gettext_lazy("请改一改")
    ATTESTED = "ATTESTED", gettext_lazy("已证明")
    CANCELLED = "CANCELLED", gettext_lazy("不做了")


#: States in which a turn still waits for whoever does it.
AHEAD_STATES = (TurnState.PLANNED, TurnState.RETURNED)
#: States that show that somebody has helped.
HELPED_STATES = (TurnState.DONE, TurnState.ATTESTED)


@dataclass(frozen=True, slots=True)
class VacancyFacts:
    """A post or a need as its guards look at it. ``on_day``: nothing for a standing post. ``branch_id``: nothing for every branch."""

    community_id: int
    branch_id: int | None
    state: VacancyState
    left: int
    on_day: date | None

    @property
    def target(self) -> Target:
        """What permission needs to know of the post itself."""
        return Target(community_id=self.community_id)

    def is_open(self, today: date) -> bool:
        """Whether anybody may still claim it."""
        return self.state == VacancyState.OPEN and (self.on_day is None or self.on_day >= today)


def check_publish(
    by: Actor, *, duty: str, title: str, text: str, timing: str, places: int, on_day: date | None, branch_known: bool, today: date
) -> None:
    """Raise unless the actor may publish such a post or need; :class:`Invalid` names the field."""
    check_role(by, "duty.publish")
    if not branch_known:
        raise Invalid.on("branch_id", _("没有找到这个支部。"))
    if duty not in Duty.values:
        raise Invalid.on("duty", _("请从四大岗里选一个。"))
    if not TITLE_LEAST <= len(title) <= TITLE_MOST:
        raise Invalid.on("title", _("请写做什么，2 到 40 字。"))
    if len(text) > TEXT_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": TEXT_MOST})
    if len(timing) > TIMING_MOST:
        raise Invalid.on("timing", _("最多 %(most)d 字，请写短一点。") % {"most": TIMING_MOST})
    if not 1 <= places <= PLACES_MOST:
        raise Invalid.on("places", _("人数要在 1 到 %(most)d 之间。") % {"most": PLACES_MOST})
    if on_day is not None and not today <= on_day <= today + AHEAD:
        raise Invalid.on("on_day", _("请写今天以后、三个月以内的一天；长期的岗位就空着。"))


def check_close(by: Actor, vacancy: VacancyFacts | None) -> None:
    """Raise unless the actor may stop taking people; whoever is on it stays."""
    check_role(by, "duty.publish")
    if vacancy is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "duty.publish", vacancy.target, sees=False)
    if vacancy.state != VacancyState.OPEN:
        raise WrongState(_("这个岗已经不招人了。"))


def check_claim(
    by: Actor, vacancy: VacancyFacts | None, subject: Subject | None, *, in_branch: bool, holds_this: bool, holds_post: bool, today: date
) -> None:
    """Raise unless that member may take the post or the need: claimed by themselves, or written down for them at the desk.

    ``in_branch``: they are of the branch it is for. ``holds_this``: they have it already. ``holds_post``: they are on some standing post.
    """
    check_role(by, "duty.claim")
    if vacancy is None or vacancy.community_id != by.community_id:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    if subject is None:
        raise NotThere(_("没有找到这位党员。"))
    target = Target(community_id=vacancy.community_id, person_ids=frozenset({subject.person_id}))
    check(by, "duty.claim", target, sees=True)
    if holds_this:
        raise WrongState(_("已经认领过这一个了。"))
    if not vacancy.is_open(today):
        raise WrongState(_("这一个已经不招人了，看看别的。"))
    if not in_branch:
        raise WrongState(_("这一个只请那个支部的同志，看看别的。"))
    if vacancy.on_day is None and holds_post:
        raise WrongState(_("一人一岗：先放下现在的岗，再认领这一个。一天的事可以随时搭把手。"))
    if vacancy.left < 1:
        raise WrongState(full())


def full() -> str:
    """What somebody hears who comes when all places are taken."""
    return _("人已经够了，看看别的。")


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """Somebody's place on a post or a need. ``turned``: a turn of it was done, so that a single day's need is kept."""

    community_id: int
    state: DutyState
    subject: Subject
    standing: bool
    turned: bool

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, person_ids=frozenset({self.subject.person_id}))


def check_give_up(by: Actor, claim: ClaimFacts | None) -> None:
    """Raise unless the actor may give the place up: who holds it, or the desk for them."""
    check_role(by, "duty.give-up")
    if claim is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "duty.give-up", claim.target, sees=False)
    if claim.state != DutyState.HELD:
        raise WrongState(_("这个岗已经放下了。"))
    if not claim.standing and claim.turned:
        raise WrongState(_("这件事已经做过了，不用放下。"))


def check_enter_turn(by: Actor, claim: ClaimFacts | None, *, on_day: date, text: str, planned: int, today: date) -> TurnState:
    """The state in which a turn of that claim begins: planned, or done. Raise unless the actor may put it down.

    A day to come is planned; a day gone by was done and says what. Today is done once it says what. ``planned``: turns ahead already.
    """
    check_role(by, "turn.enter")
    if claim is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "turn.enter", claim.target, sees=False)
    if claim.state != DutyState.HELD:
        raise WrongState(_("这个岗已经放下了。"))
    if on_day > today or (on_day == today and not text):
        if on_day > today + AHEAD:
            raise Invalid.on("on_day", _("先排三个月以内的。"))
        if planned >= PLANNED_MOST:
            raise WrongState(_("已经排了 %(most)d 班，做完几班再排。") % {"most": PLANNED_MOST})
        return TurnState.PLANNED
    _check_done(on_day, text, today)
    return TurnState.DONE


def _check_done(on_day: date, text: str, today: date) -> None:
    check_day_of_turn(on_day, today)
    if len(text) < DEED_TEXT_LEAST:
        raise Invalid.on("text", _("请写一句做了什么：在哪里、帮了谁。"))
    if len(text) > TEXT_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": TEXT_MOST})


def check_day_of_turn(on_day: date, today: date) -> None:
    """Raise :class:`Invalid` on the field ``on_day`` for a day of which no deed may be filed."""
    try:
        check_day(on_day, today)
    except Invalid as wrong:
        raise Invalid.on("on_day", wrong.sentence) from wrong


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """A turn of duty as its guards look at it. ``recorder``: who put down that it was done, nobody while it lies ahead."""

    community_id: int
    state: TurnState
    subject: Subject
    on_day: date
    recorder: FirstPerson

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, person_ids=frozenset({self.subject.person_id}))


def check_record_turn(by: Actor, turn: TurnFacts | None, *, today: date, text: str | None = None) -> None:
    """Raise unless the actor may say that a planned turn was done. Without ``text``: whether they could, whatever they say."""
    t = _may(by, "turn.enter", turn)
    _in(t, AHEAD_STATES)
    if t.on_day > today:
        raise WrongState(_("这一天还没到。做了再来记。"))
    if text is not None:
        _check_done(t.on_day, text, today)


def check_cancel_turn(by: Actor, turn: TurnFacts | None) -> None:
    """Raise unless the actor may call off a turn that lies ahead or came back."""
    _in(_may(by, "turn.enter", turn), AHEAD_STATES)


def check_attest_turn(by: Actor, turn: TurnFacts | None) -> None:
    """Raise unless the actor may say that the turn was done: staff, and neither its member, their household or unit, nor its recorder."""
    t = _may(by, "turn.attest", turn)
    if reason := against_vouching(by, t.subject, t.recorder):
        raise NotAllowed(reason)
    _in(t, (TurnState.DONE,))


def check_return_turn(by: Actor, turn: TurnFacts | None) -> None:
    """Raise unless the actor may send the turn back to be put right: whoever could attest it."""
    check_attest_turn(by, turn)


def _may(by: Actor, action: str, turn: TurnFacts | None) -> TurnFacts:
    check_role(by, action)
    if turn is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, action, turn.target, sees=False)
    return turn


def _in(turn: TurnFacts, states: Iterable[TurnState]) -> None:
    if turn.state not in states:
        raise WrongState(_("这一班现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": turn.state.label})


def moved_on() -> str:
    """What somebody hears who was not the first."""
    return _("这一班刚刚有人动过，请刷新看看。")


@dataclass(frozen=True, slots=True)
class Offer:
    """A post or a need with places left, as far as it matters for whom it fits."""

    id: int
    duty: str
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class Willing:
    """A member with room this quarter: nothing of theirs stands in it yet."""

    member_id: int
    duty: str


def fitting(offers: Iterable[Offer], duty: str, branch_id: int | None) -> list[int]:
    """The ids of the offers that fit a member of that duty and branch, best first: their own duty before others, then the first published.

    >>> fitting([Offer(1, "GIVING", None), Offer(2, "MONITORING", 7), Offer(3, "GIVING", 8)], "MONITORING", 7)
    [2, 1]
    """
    open_to_them = [one for one in offers if one.branch_id in (None, branch_id)]
    return [one.id for one in sorted(open_to_them, key=lambda one: (one.duty != duty, one.id))]


def spread(offers: list[Offer], willing: Iterable[Willing], branch_id: int) -> dict[int, list[int]]:
    """Whom to ask for which offer: each member once, with what fits them best, so that the list is one of tasks and not of people.

    Among offers that fit equally well the one with the fewest asked so far comes first.

    >>> offers = [Offer(1, "GIVING", None), Offer(2, "GOVERNANCE", None)]
    >>> spread(offers, [Willing(10, "GOVERNANCE"), Willing(11, ""), Willing(12, "")], 7)
    {1: [11, 12], 2: [10]}
    """
    asked: dict[int, list[int]] = {one.id: [] for one in offers if one.branch_id in (None, branch_id)}
    if not asked:
        return {}
    duty_of = {one.id: one.duty for one in offers}
    for member in willing:
        best = min(asked, key=lambda pk: (duty_of[pk] != member.duty, len(asked[pk]), pk))
        asked[best].append(member.member_id)
    return asked
