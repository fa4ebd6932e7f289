"""Ballots: their states, one guard for each verb (see :mod:`zengyi.core.guards`), and who may see what when.

Before closing nobody sees what was said, in whatever role: there is only turnout. An owners' vote also keeps the days of its rule pack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.councils.rules.methods import BY_NUMBERS, OPTION_MOST, OPTIONS_LEAST, OPTIONS_MOST, POINTS_MOST, Method
from zengyi.councils.rules.owners import Subject
from zengyi.councils.rules.packs import RulePack, shipped
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, check, check_role

TITLE_LEAST, TITLE_MOST, TEXT_MOST, REASON_MOST, REASON_LEAST = 2, 60, 2000, 300, 4
NAME_MOST, STAIR_MOST, WEIGHT_MOST, PAPER_MOST = 60, 40, 10_000, 80
#: Mandates that one person may hold where no rule pack says it.
PROXIES_USUAL = 3
#: Cents; a hundred million yuan.
AMOUNT_MOST = 10_000_000_000


class BallotState(TextChoices):
    """States of a ballot."""

    DRAFT = "DRAFT", gettext_lazy("在准备")
    OPEN = "OPEN", gettext_lazy("正在投")
    CLOSED = "CLOSED", gettext_lazy("已截止")


class VoteChannel(TextChoices):
    """How somebody's answer came. All but ONLINE is entered by somebody else."""

    ONLINE = "ONLINE", gettext_lazy("本人在网上")
    PAPER = "PAPER", gettext_lazy("纸票")
    DESK = "DESK", gettext_lazy("当面说，工作人员记")
    PHONE = "PHONE", gettext_lazy("电话里说，工作人员记")


#: Spoken answers that somebody enters: they are read back before they count.
READ_BACK = frozenset({VoteChannel.DESK, VoteChannel.PHONE})


class Side(TextChoices):
    """Paper stands beside what was said otherwise: neither replaces the other, and both are kept."""

    DIRECT = "DIRECT", gettext_lazy("网上、当面、电话")
    PAPER = "PAPER", gettext_lazy("纸票")


def side_of(channel: VoteChannel) -> Side:
    """On which side an answer of that channel stands."""
    return Side.PAPER if channel == VoteChannel.PAPER else Side.DIRECT


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """A ballot as its guards look at it. ``path``: its community's in the place tree; ``electors``: how many; ``returned``: who voted.

    ``own``: the persons of the electors that the reader is, so that somebody's own vote is theirs wherever they moved to.
    """

    community_id: int
    path: str
    state: BallotState
    method: Method
    electors: int
    returned: int
    closes_at: datetime | None
    pack: RulePack | None
    own: frozenset[int] = frozenset()

    @property
    def target(self) -> Target:
        """What permission needs to know. A draft is shown to nobody but the community's desk."""
        shown = self.state != BallotState.DRAFT
        return Target(community_id=self.community_id, path=self.path, person_ids=self.own if shown else frozenset(), shown=shown)


def check_prepare(by: Actor, given: "Proposal") -> None:
    """Raise unless the actor may prepare that ballot; :class:`Invalid` names the fields."""
    check(by, "ballot.prepare", Target(community_id=by.community_id, path=by.place_path), sees=True)
    if by.community_id is None:
        raise NotThere(_("您还没有登记在哪个社区。"))
    wrong = _wrong(given)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is put to the vote, and how. ``amount`` in cents; ``points``: most for one option (score), or dots in one hand (dot)."""

    title: str
    text: str
    method: str
    subject: str = ""
    pack: str = ""
    options: tuple[str, ...] = ()
    points: int = 0
    amount: int | None = None


def _wrong(given: Proposal) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if not TITLE_LEAST <= len(given.title) <= TITLE_MOST:
        wrong["title"] = _("请用一句话说表决什么，2 到 60 字。")
    if len(given.text) > TEXT_MOST:
        wrong["text"] = _("最多 2000 字，请写短一点。")
    if given.method not in Method.values:
        wrong["method"] = _("请选怎么表决。")
        return wrong
    if given.amount is not None and not 0 < given.amount <= AMOUNT_MOST:
        wrong["amount"] = _("金额要大于 0，不超过一亿元。")
    return wrong | (_wrong_owners(given) if given.method == Method.OWNER_DUAL else _wrong_people(given))


def _wrong_owners(given: Proposal) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if given.subject not in Subject.values:
        wrong["subject"] = _("请选表决的是哪一类事：它定要多少人同意。")
    if given.pack not in shipped():
        wrong["pack"] = _("请选按哪个城市的规则。")
    if given.options:
        wrong["options"] = _("业主表决一次只表决一件事，没有几项可选。")
    return wrong


def _wrong_people(given: Proposal) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if given.subject:
        wrong["subject"] = _("只有业主表决要选哪一类事。")
    if given.method not in BY_NUMBERS:
        if given.options:
            wrong["options"] = _("这种表决只有一个提议，没有几项可选。")
        return wrong
    names = given.options
    if not OPTIONS_LEAST <= len(names) <= OPTIONS_MOST or len(set(names)) < len(names):
        wrong["options"] = _("请写 2 到 10 项，每项不同。")
    elif not all(0 < len(name) <= OPTION_MOST for name in names):
        wrong["options"] = _("每项 1 到 80 字。")
    if given.method != Method.RANKED and not 0 < given.points <= POINTS_MOST:
        wrong["points"] = _("请写 1 到 20。")
    return wrong


def _found(by: Actor, action: str, ballot: BallotFacts | None) -> BallotFacts:
    check_role(by, action)
    if ballot is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, action, ballot.target, sees=False)
    return ballot


def _in_state(ballot: BallotFacts, state: BallotState) -> None:
    if ballot.state != state:
        raise WrongState(_("这次表决现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": ballot.state.label})


def check_read(by: Actor, ballot: BallotFacts | None) -> None:
    """Raise unless the actor may look at the ballot: what it is about, turnout and, once it is closed, what was decided."""
    _found(by, "ballot.read", ballot)


def check_names(by: Actor, ballot: BallotFacts | None) -> None:
    """Raise unless the actor may see who the electors are, and who voted: the community's desk, which knocks at the doors."""
    _found(by, "ballot.record", ballot)


def check_list(by: Actor, ballot: BallotFacts | None) -> None:
    """Raise unless the actor may say who votes: while the ballot is prepared."""
    _in_state(_found(by, "ballot.prepare", ballot), BallotState.DRAFT)


def check_open(
    by: Actor, ballot: BallotFacts | None, *, today: date | None = None, noticed_on: date | None = None, closes_at: datetime | None = None
) -> None:
    """Raise unless the actor may open the ballot: somebody can vote and, for owners, its notice hung long enough.

    Without ``today`` only whether it can be opened at all is asked.
    """
    found = _found(by, "ballot.open", ballot)
    _in_state(found, BallotState.DRAFT)
    if not found.electors:
        raise WrongState(_("还没有投票人名单，先导入名单再开投。"))
    if today is None:
        return
    wrong = _wrong_notice(found.pack, today, noticed_on) | _wrong_window(found.pack, today, closes_at)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _wrong_notice(pack: RulePack | None, today: date, noticed_on: date | None) -> dict[str, object]:
    if pack is None:
        return {}
    if noticed_on is None or noticed_on > today:
        return {"noticed_on": _("请写公告哪一天贴出来的。")}
    first = pack.earliest(noticed_on)
    if first <= today:
        return {}
    return {"noticed_on": _("公告要贴满 %(days)d 天，最早 %(day)s 开投。") % {"days": pack.notice_days, "day": first.isoformat()}}


def _wrong_window(pack: RulePack | None, today: date, closes_at: datetime | None) -> dict[str, object]:
    if closes_at is None:
        return {} if pack is None else {"closes_at": _("请写哪一天截止。")}
    days = (clock.local_date(closes_at) - today).days
    if days < 0:
        return {"closes_at": _("截止要在今天以后。")}
    try:
        if pack is not None:
            pack.check_window(days)
    except Invalid as refusal:
        return {"closes_at": refusal.sentence}
    return {}


def check_close(by: Actor, ballot: BallotFacts | None, *, at: datetime | None = None, reason: str = "") -> None:
    """Raise unless the actor may close the ballot. Owners' votes end on their day; who ends one before says why, which is published.

    Without ``at`` only whether it can be closed at all is asked.
    """
    found = _found(by, "ballot.close", ballot)
    _in_state(found, BallotState.OPEN)
    if at is None:
        return
    if len(reason) > REASON_MOST:
        raise Invalid.on("reason", _("最多 %(most)d 字，请写短一点。") % {"most": REASON_MOST})
    early = found.closes_at is not None and at < found.closes_at and found.returned < found.electors
    if found.method == Method.OWNER_DUAL and early and len(reason) < REASON_LEAST:
        raise Invalid.on("reason", _("还没到截止的时候，也没有都投完。提前截止请写明为什么，会一起公布。"))


def check_post(
    by: Actor, ballot: BallotFacts | None, *, today: date | None = None, posted_on: date | None = None, closed_on: date | None = None
) -> None:
    """Raise unless it may be noted that the result of an owners' vote hangs, since a day after its end.

    Without ``today`` only whether it can be noted at all is asked.
    """
    found = _found(by, "ballot.close", ballot)
    _in_state(found, BallotState.CLOSED)
    if found.pack is None:
        raise WrongState(_("只有业主表决要记哪天贴出来的。"))
    if today is not None and (posted_on is None or closed_on is None or not closed_on <= posted_on <= today):
        raise Invalid.on("posted_on", _("请写结果哪一天贴出来的：截止那天以后，今天以前。"))


def check_sale(by: Actor, ballot: BallotFacts | None, *, flats: int = 1, returned: bool = False, known: bool = False) -> None:
    """Raise unless a flat that was sold during the vote passes to its buyer: whoever owned it has not voted, and owns nothing else here.

    A seller's earlier answer stands. ``flats``: how many the seller has; ``known``: the buyer stands in the list already.
    """
    found = _found(by, "ballot.record", ballot)
    _in_state(found, BallotState.OPEN)
    if found.method != Method.OWNER_DUAL:
        raise WrongState(_("只有业主表决才有房子换业主。"))
    if returned:
        raise WrongState(_("卖家已经投了：那一票算数，新业主不再投。"))
    if flats != 1:
        raise WrongState(_("这一位还有别的房：一位业主一张票，名单不改，截止以后在卷宗里说明。"))
    if known:
        raise Invalid.on("buyer", _("名单里已经有这一位：一位业主一张票，名单不改，截止以后在卷宗里说明。"))


def check_record(by: Actor, ballot: BallotFacts | None) -> None:
    """Raise unless the actor may enter what others said: on paper, at the desk, by phone."""
    _in_state(_found(by, "ballot.record", ballot), BallotState.OPEN)


def check_vote(by: Actor, ballot: BallotFacts | None, *, elector_person: int | None = None) -> None:
    """Raise unless the actor may vote as that elector. ``elector_person``: nothing for one who was found by the code on their paper."""
    check_role(by, "ballot.vote")
    if ballot is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "ballot.read", ballot.target, sees=False)
    if elector_person is not None and elector_person != by.person_id:
        raise NotAllowed(_("这张票是别人的。请用自己的账号投自己的票。"))
    if by.person_id is None:
        raise NotAllowed(_("要用居民自己的账号投票。"))
    _in_state(ballot, BallotState.OPEN)


def check_closed(state: BallotState) -> None:
    """Raise :class:`WrongState` unless it is closed: before, there are no lists of votes."""
    if state != BallotState.CLOSED:
        raise WrongState(_("还没截止。截止以后才有票单和卷宗。"))


def mandated() -> str:
    """What somebody hears about an elector who has given a mandate already."""
    return _("这一位已经委托过人了。先撤回那一份。")


def check_mandate(given: bool, held: int, most: int) -> None:
    """Raise :class:`WrongState` unless an elector may give a mandate to somebody who holds that many."""
    if given:
        raise WrongState(mandated())
    if held >= most:
        raise WrongState(_("一个人最多受 %(most)d 位委托。") % {"most": most})


def too_late() -> str:
    """What somebody hears who votes after the end."""
    return _("已截止，没有记上。")


def not_in_list() -> str:
    """What somebody hears who is no elector of the ballot."""
    return _("名单里没有您。业主请用纸票上的二维码打开，或请社区核对。")


def check_reason(method: Method, choice: str, reason: str) -> None:
    """Raise unless the reason can be taken: who objects to a consent says why."""
    if len(reason) > REASON_MOST:
        raise Invalid.on("reason", _("最多 %(most)d 字，请写短一点。") % {"most": REASON_MOST})
    if method == Method.CONSENT and choice == "AGAINST" and len(reason) < REASON_LEAST:
        raise Invalid.on("reason", _("有重大异议，请写一句为什么，大家才好改。"))


#: The guard of every move of the desk, by its verb.
MOVES: Mapping[str, Callable[[Actor, BallotFacts | None], None]] = {"open": check_open, "close": check_close, "post": check_post}


def is_staff(by: Actor, community_id: int) -> bool:
    """Whether the actor works at that community's desk."""
    return by.role in COMMUNITY_ROLES and by.community_id == community_id
