"""Deeds that are filed: their states, the table of moves, and one guard for each verb. See :mod:`zengyi.core.guards`.

A deed that brings points needs three people: whoever files it, whoever attests that it happened, and whoever approves it. What takes
points away, and a veto, need two: whoever files it says that it happened. What is still being written is no filing yet: it stays on the
phone it is written on.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.rules.rulebook import Entry, Rule, RuleKind
from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.guards import refusal_of
from zengyi.people.rules import COMMUNITY_ROLES, Actor, FirstPerson, Target, against_second, allows, check, check_role

#: The source of a deed that somebody writes down themselves; other packages name their own.
SELF = "SELF"
#: Three working days: so soon somebody attests, and so soon somebody decides.
ANSWERED_WORKING_HOURS = 21
#: Kinds of rules that take something away: two people stand behind them.
PENALTIES = (RuleKind.DEDUCT, RuleKind.VETO)


class FilingState(TextChoices):
    """States of a filing."""

    SUBMITTED = "SUBMITTED", gettext_lazy("等人证明")
    ATTESTED = "ATTESTED", gettext_lazy("等核准")
    POSTED = "POSTED", gettext_lazy("已核准")
    REJECTED = "REJECTED", gettext_lazy("已退回")
    WITHDRAWN = "WITHDRAWN", gettext_lazy("已撤回")
    DENIED = "DENIED", gettext_lazy("本人说不是")
    REVERSED = "REVERSED", gettext_lazy("已冲销")


#: States in which a filing has ended: the same deed may be filed again.
ENDED = (FilingState.REJECTED, FilingState.WITHDRAWN, FilingState.REVERSED)
#: States in which points may stand on the books.
STANDING = (FilingState.POSTED, FilingState.DENIED)


class FilingVerb(StrEnum):
    """Moves of a filing. A move's permission is ``filing.<verb>`` in the table of roles."""

    ATTEST = "attest"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class FilingMove:
    """One row of the table of moves: from which states, to which, and what it is called."""

    verb: FilingVerb
    sources: tuple[FilingState, ...]
    target: FilingState
    name: str | Promise


_S = FilingState
FILING_MOVES: dict[FilingVerb, FilingMove] = {
    move.verb: move
    for move in (
        FilingMove(FilingVerb.ATTEST, (_S.SUBMITTED,), _S.ATTESTED, gettext_lazy("证明")),
        FilingMove(FilingVerb.APPROVE, (_S.ATTESTED, _S.DENIED), _S.POSTED, gettext_lazy("核准")),
        FilingMove(FilingVerb.REJECT, (_S.SUBMITTED, _S.ATTESTED, _S.DENIED, _S.POSTED), _S.REJECTED, gettext_lazy("退回")),
        FilingMove(FilingVerb.WITHDRAW, (_S.SUBMITTED, _S.ATTESTED), _S.WITHDRAWN, gettext_lazy("撤回")),
        FilingMove(FilingVerb.DENY, (_S.SUBMITTED, _S.ATTESTED, _S.POSTED), _S.DENIED, gettext_lazy("不是我")),
    )
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The member a deed is about, their household and the organisations they belong to."""

    member_id: int
    person_id: int
    household: bytes | None
    units: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingFacts:
    """A filing as the guards need to know it. ``points``: those that stand on the books now. ``filer``: nobody, if recorded."""

    community_id: int
    state: FilingState
    kind: RuleKind
    points: int
    subject: Subject
    filer: FirstPerson
    attester: FirstPerson
    attester_household: bytes | None

    @property
    def target(self) -> Target:
        """What the table of roles needs to know."""
        return Target(community_id=self.community_id, person_ids=frozenset({self.subject.person_id}))

    def is_of(self, by: Actor) -> bool:
        """Whether the deed is the actor's own."""
        return by.person_id is not None and by.person_id == self.subject.person_id


def check_file(by: Actor, subject: Subject | None, *, community_id: int | None) -> None:
    """Raise unless the actor may file a deed of that member: their own, or as staff of the community anybody's there."""
    check_role(by, "filing.file")
    if subject is None or community_id is None:
        raise NotThere(_("没有找到这位党员。"))
    check(by, "filing.file", Target(community_id=community_id, person_ids=frozenset({subject.person_id})), sees=False)


def check_rule(by: Actor, rule: Rule | None) -> Rule:
    """The rule, if the actor may file a deed under it. Only staff file what takes points away."""
    if rule is None or rule.entry != Entry.FILING or (rule.kind in PENALTIES and by.role not in COMMUNITY_ROLES):
        raise Invalid.on("rule", _("没有这条规则，或者它不用申报。"))
    return rule


def against_vouching(by: Actor, subject: Subject, filer: FirstPerson) -> str:
    """Why ``by`` may not attest or decide on a deed of the member; empty when they may.

    Not the member, their household, or somebody of the same organisation; and not whoever filed it, nor a login that made theirs or that
    theirs made.
    """
    if by.person_id is not None and by.person_id == subject.person_id:
        return _("自己的事，要请别人来证明和核准。")
    if reason := against_second(by, filer, own=_("您申报的，要请别人来证明和核准。")):
        return reason
    if subject.household is not None and subject.household == by.household:
        return _("一家人的事，要请别人来证明和核准。")
    if subject.units & by.units:
        return _("同单位的人，要请别人来证明和核准。")
    return ""


def against_approving(by: Actor, f: FilingFacts) -> str:
    """Why ``by`` may not approve; empty when they may. As :func:`against_vouching`, and nobody of the attester's household or making."""
    if reason := against_vouching(by, f.subject, f.filer):
        return reason
    if reason := against_second(by, f.attester, own=_("您证明的，要请另一位来核准。")):
        return reason
    if by.household is not None and by.household == f.attester_household:
        return _("证明的人和核准的人不能是一家人。")
    return ""


def _may_move(by: Actor, verb: FilingVerb, f: FilingFacts | None) -> FilingFacts:
    check_role(by, f"filing.{verb}")
    if f is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, f"filing.{verb}", f.target, sees=allows(by, "filing.list", f.target))
    return f


def _in_state(verb: FilingVerb, f: FilingFacts) -> None:
    if f.state not in FILING_MOVES[verb].sources:
        raise wrong_state(f.state)


def due_after(since: datetime) -> datetime:
    """Until when whoever is asked should attest or decide what has waited since then."""
    return worktime.add_working_hours(since, ANSWERED_WORKING_HOURS)


def wrong_state(state: str) -> WrongState:
    """The refusal that says in which state the filing is."""
    return WrongState(_("这一件现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": FilingState(state).label})


def _apart(reason: str) -> None:
    if reason:
        raise NotAllowed(reason)


def check_attest(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the actor may say that the deed happened."""
    f = _may_move(by, FilingVerb.ATTEST, filing)
    _apart(against_vouching(by, f.subject, f.filer))
    _in_state(FilingVerb.ATTEST, f)


def check_approve(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the actor may approve the deed, which posts its points.

    What the member has denied stays frozen. Only a penalty that moved no points yet may be upheld against them, by approving it.
    """
    f = _may_move(by, FilingVerb.APPROVE, filing)
    _apart(against_approving(by, f))
    _in_state(FilingVerb.APPROVE, f)
    if f.state == FilingState.DENIED and (f.kind not in PENALTIES or f.points):
        raise WrongState(_("本人说不是，不能核准。"))


def check_reject(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the actor may send the deed back: whoever could attest it before that was done, whoever could approve it afterwards.

    An approved one goes the way of corrections, unless a cap left it no points; a veto is lifted after the member has denied it.
    """
    f = _may_move(by, FilingVerb.REJECT, filing)
    if f.state == FilingState.SUBMITTED:
        _apart(against_vouching(by, f.subject, f.filer))
        return
    check(by, "filing.approve", f.target, sees=True)
    _apart(against_approving(by, f))
    _in_state(FilingVerb.REJECT, f)
    if f.points or (f.state == FilingState.POSTED and f.kind in PENALTIES):
        raise WrongState(_("已经入账，要在“冲销”里决定。"))


def check_withdraw(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the actor filed the deed and may take it back."""
    f = _may_move(by, FilingVerb.WITHDRAW, filing)
    if by.user_id is None or by.user_id != f.filer.login_id:
        raise NotAllowed(_("只能撤回自己申报的。"))
    _in_state(FilingVerb.WITHDRAW, f)


def check_deny(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the deed is the actor's and somebody else entered it: then they may say 不是我, which freezes it."""
    f = _may_move(by, FilingVerb.DENY, filing)
    if not f.is_of(by):
        raise NotAllowed(_("只有本人能说“不是我”。"))
    if by.user_id == f.filer.login_id:
        raise NotAllowed(_("这是您自己申报的；不要了就撤回。"))
    _in_state(FilingVerb.DENY, f)


def check_acknowledge(by: Actor, filing: FilingFacts | None) -> None:
    """Raise unless the deed is the actor's and somebody else entered it: then they may say that it was them.

    Of one that they filed, for themselves or as staff for somebody else, and that was sent back, whoever filed it may say that they know.
    """
    check_role(by, "filing.acknowledge")
    if filing is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "filing.acknowledge", filing.target, sees=allows(by, "filing.list", filing.target))
    if by.user_id == filing.filer.login_id:
        if filing.state == FilingState.REJECTED:
            return
        raise NotAllowed(_("这是您自己申报的。"))
    if not filing.is_of(by):
        raise NotAllowed(_("是不是做了，要本人说。"))
    _in_state(FilingVerb.DENY, filing)


FILING_CHECKS = {
    FilingVerb.ATTEST: check_attest,
    FilingVerb.APPROVE: check_approve,
    FilingVerb.REJECT: check_reject,
    FilingVerb.WITHDRAW: check_withdraw,
    FilingVerb.DENY: check_deny,
}


def filing_moves_for(by: Actor, filing: FilingFacts) -> tuple[FilingMove, ...]:
    """The moves the actor may make now."""
    return tuple(FILING_MOVES[verb] for verb, check in FILING_CHECKS.items() if refusal_of(check, by, filing) is None)
