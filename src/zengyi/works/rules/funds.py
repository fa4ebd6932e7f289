"""Money of projects, in fen: whole hundredths of a yuan, never anything else.

The maintenance fund (公共维修资金) may be spent after an adopted vote of the owners on that subject, or in an emergency: of a known kind,
with the signatures of two persons, posted for everybody to see before anything is paid. What is known of cities' own rules stands in
:data:`PACKS`, each with where it comes from; :data:`STRICT` is the strictest of them, and not the law of any one city.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import Actor, FirstPerson, Role, Target, check, check_role, check_second
from zengyi.works.rules.projects import (
    NAME_MOST,
    OPEN_TO_MONEY,
    REASON_LEAST,
    REASON_MOST,
    TITLE_MOST,
    ProjectFacts,
    ProjectState,
    check_words,
    not_there,
)

#: Nobody asks for more than this at once: a thousand million yuan.
FEN_MOST = 10**11
LINES_MOST, MEMBERS_MOST, GIVES_MOST = 40, 60, 120
#: The votes that the maintenance fund may be spent by.
SUBJECT = "USE_FUND"


class Source(TextChoices):
    """Where money comes from."""

    ALLIANCE = "ALLIANCE", gettext_lazy("联盟自己出")
    MAINTENANCE = "MAINTENANCE", gettext_lazy("公共维修资金")
    BUDGET = "BUDGET", gettext_lazy("街道经费")
    DONATION = "DONATION", gettext_lazy("捐助")


class LineState(TextChoices):
    """States of a fund line."""

    PROPOSED = "PROPOSED", gettext_lazy("等批")
    APPROVED = "APPROVED", gettext_lazy("批了")
    REJECTED = "REJECTED", gettext_lazy("没批")


class Basis(TextChoices):
    """What a line was approved by."""

    DECISION = "DECISION", gettext_lazy("会上定的")
    BALLOT = "BALLOT", gettext_lazy("业主表决")
    EMERGENCY = "EMERGENCY", gettext_lazy("应急")


class Emergency(TextChoices):
    """Kinds of emergency in which the maintenance fund may be used without a vote: the union of the cities' lists."""

    LIFT = "LIFT", gettext_lazy("电梯")
    FIRE = "FIRE", gettext_lazy("消防设施")
    LEAK = "LEAK", gettext_lazy("屋面、外墙渗漏")
    FACADE = "FACADE", gettext_lazy("外立面脱落")
    PUMP = "PUMP", gettext_lazy("水泵、水管")
    DRAIN = "DRAIN", gettext_lazy("排水堵塞")
    COLLAPSE = "COLLAPSE", gettext_lazy("围墙、道路塌陷")
    FLOOD = "FLOOD", gettext_lazy("车库进水")


@dataclass(frozen=True, slots=True)
class Pack:
    """A city's own rules, frozen into a line by its key. ``overrun``: from how many per cent over the approved sum it is asked anew,
    nothing where none is known; ``posted``: for how many days an emergency must have been posted before it is paid.
    """

    name: object
    source: str
    overrun: int | None
    posted: int


STRICT = "STRICT"
PACKS = {
    STRICT: Pack(gettext_lazy("从严"), "the strictest of those below", 10, 5),
    "HANGZHOU": Pack(gettext_lazy("杭州"), "the property rules of Hangzhou, articles 72 and 73", 10, 0),
    "ZIBO": Pack(gettext_lazy("淄博"), "the property rules of Zibo, article 67", None, 5),
}
PACK_CHOICES = [(key, pack.name) for key, pack in PACKS.items()]


def asks_anew(granted: int, total: int, pack: Pack) -> bool:
    """Whether so much more than was granted is asked for anew.

    >>> [asks_anew(10_000_000, total, PACKS["HANGZHOU"]) for total in (10_999_999, 11_000_000)]
    [False, True]
    """
    return pack.overrun is not None and 100 * (total - granted) >= pack.overrun * granted


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A fund line as its guards look at it. ``payer_id``: the organisation whose money it is, or that keeps it."""

    community_id: int
    path: str
    state: LineState
    source: Source
    pack: str
    project_state: ProjectState
    granted: int
    approved: int
    paid: int
    payer_id: int | None
    basis: str
    posted_on: date | None
    proposer: FirstPerson
    signer: FirstPerson | None

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        payer = frozenset() if self.payer_id is None else frozenset({self.payer_id})
        return Target(community_id=self.community_id, path=self.path, organisation_ids=payer)

    @property
    def payable_from(self) -> date | None:
        """From which day an emergency may be paid; nothing before it is posted."""
        return None if self.posted_on is None else self.posted_on + timedelta(days=PACKS[self.pack].posted)


def check_line(by: Actor, project: ProjectFacts | None, *, title: str, source: str, amount: int, payer_known: bool, there: int) -> None:
    """Raise unless the actor may ask for that money."""
    check_role(by, "fund.propose")
    if project is None:
        raise not_there()
    check(by, "fund.propose", project.target, sees=False)
    if project.state not in OPEN_TO_MONEY:
        raise WrongState(_("先排轻重缓急，再定钱。"))
    if there >= LINES_MOST:
        raise WrongState(_("已经有 %(most)d 笔了。") % {"most": LINES_MOST})
    check_words("title", title, TITLE_MOST)
    if source not in Source.values:
        raise Invalid.on("source", _("请选钱从哪里出。"))
    check_fen("amount", amount)
    if not payer_known:
        raise Invalid.on("payer_id", _("请从在社区登记的单位里选。"))


def check_follows(line: LineFacts | None, *, asked: bool) -> None:
    """Raise :class:`Invalid` unless the line that this goes beyond, where there is one, was approved."""
    if asked and (line is None or line.state != LineState.APPROVED):
        raise Invalid.on("follows_id", _("请选这个项目里批过的、同一个来源的一笔。"))


def check_anew(by: Actor, line: LineFacts | None) -> None:
    """Raise unless the actor may ask anew for what goes beyond the line: where its pack says so."""
    found = _may(by, "fund.propose", line)
    if found.state != LineState.APPROVED or found.source != Source.MAINTENANCE or PACKS[found.pack].overrun is None:
        raise WrongState(_("这一笔不用另报。"))
    if found.project_state not in OPEN_TO_MONEY:
        raise WrongState(_("先排轻重缓急，再定钱。"))


def check_fen(field: str, amount: int) -> None:
    """Raise :class:`Invalid` on that field unless the sum makes sense."""
    if not 0 < amount <= FEN_MOST:
        raise Invalid.on(field, _("请写多少元，例如 28800.00。"))


def check_approve(by: Actor, line: LineFacts | None, *, approve: bool = True, basis: str = "", adopted: bool = False) -> None:
    """Raise unless the actor may decide on the line: not who asked for it. ``basis``: where it was decided, empty when nobody says yet.

    ``adopted``: the owners' vote that is named was adopted, and is about using the fund.
    """
    found = _decides(by, line)
    if not approve or not basis:
        return
    check_words("basis", basis, REASON_MOST, REASON_LEAST)
    if found.source == Source.MAINTENANCE and not adopted:
        raise WrongState(_("动公共维修资金，要有通过了的业主表决；真急就走应急，两个人签字。"))


def _decides(by: Actor, line: LineFacts | None) -> LineFacts:
    found = _may(by, "fund.approve", line)
    check_second(by, found.proposer)
    if found.state != LineState.PROPOSED:
        raise WrongState(_("这一笔现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": found.state.label})
    return found


def check_sign(by: Actor, line: LineFacts | None, *, kind: str | None = None) -> None:
    """Raise unless the actor may sign that it is an emergency: for the maintenance fund, and two persons who are two."""
    found = _may(by, "fund.sign", line)
    if found.source != Source.MAINTENANCE:
        raise WrongState(_("只有公共维修资金才有应急这条路。"))
    if found.state != LineState.PROPOSED:
        raise WrongState(_("这一笔现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": found.state.label})
    if found.signer is not None:
        check_second(by, found.signer, own=_("您已经签过了，还要另一个人签。"))
    if kind is not None and kind not in Emergency.values:
        raise Invalid.on("kind", _("请选是哪一种应急。"))


def check_post(by: Actor, line: LineFacts | None, *, day: date | None = None, today: date | None = None) -> None:
    """Raise unless the actor may say that the emergency hangs on the board since that day."""
    found = _may(by, "fund.pay", line)
    if found.state != LineState.APPROVED or found.basis != Basis.EMERGENCY:
        raise WrongState(_("两个人签了字的应急，才要张贴。"))
    if found.posted_on is not None:
        raise WrongState(_("已经写过哪天贴的了。"))
    if day is not None and (today is None or not today - timedelta(days=30) <= day <= today):
        raise Invalid.on("posted_on", _("请写哪天贴出来的，不晚于今天。"))


def check_pay(
    by: Actor, line: LineFacts | None, *, amount: int | None = None, payee: str = "", day: date | None = None, today: date | None = None
) -> None:
    """Raise unless the actor may put a payment down: never more in all than was approved; an emergency only once it has been posted."""
    found = _may(by, "fund.pay", line)
    if found.state != LineState.APPROVED:
        raise WrongState(_("还没有批，不能付。"))
    if found.basis == Basis.EMERGENCY and found.posted_on is None:
        raise WrongState(_("应急的钱，先张贴，再付。"))
    if found.paid >= found.approved:
        raise WrongState(_("批了的都付完了。"))
    if amount is None:
        return
    check_fen("amount", amount)
    check_words("payee", payee, NAME_MOST)
    if day is None or today is None or not date(2000, 1, 1) <= day <= today:
        raise Invalid.on("paid_on", _("请写哪天付的，不晚于今天。"))
    if found.payable_from is not None and found.basis == Basis.EMERGENCY and day < found.payable_from:
        raise Invalid.on("paid_on", _("要贴满 %(days)d 天再付。") % {"days": PACKS[found.pack].posted})
    if found.paid + amount > found.approved:
        raise Invalid.on("amount", too_much())


def too_much() -> str:
    """What somebody hears who would pay more than was approved."""
    return _("付的不能超过批的。多出来的，先另批。")


def check_raise_line(by: Actor, line: LineFacts | None, *, total: int | None = None, reason: str = "") -> None:
    """Raise unless the actor may approve more for the same: not who asked for it, and less than what the pack asks anew."""
    found = _may(by, "fund.approve", line)
    check_second(by, found.proposer)
    if found.state != LineState.APPROVED:
        raise WrongState(_("还没有批，谈不上追加。"))
    if total is None:
        return
    check_fen("total", total)
    if total <= found.approved:
        raise Invalid.on("total", _("追加以后要比现在批的多。"))
    check_words("reason", reason, REASON_MOST, REASON_LEAST)
    if found.source == Source.MAINTENANCE and asks_anew(found.granted, total, PACKS[found.pack]):
        raise Invalid.on(
            "total", _("超出 %(percent)d%% 以上，要重新报批：点“超了，另报”，另提一笔。") % {"percent": PACKS[found.pack].overrun}
        )


#: The row of the table of permissions that each verb asks for.
ACTIONS = {"decide": "fund.approve", "more": "fund.approve", "sign": "fund.sign", "post": "fund.pay", "pay": "fund.pay"}


def check_share(by: Actor, line: LineFacts | None) -> None:
    """Raise unless the actor may see what of a sum falls on each flat."""
    found = _may(by, "fund.share", line)
    if found.state != LineState.APPROVED:
        raise WrongState(_("还没有批，谈不上分摊。"))


def check_alliance(by: Actor, community_id: int | None) -> None:
    """Raise unless the actor may keep the alliance of that community."""
    check_role(by, "alliance.keep")
    if community_id is None or community_id != by.community_id:
        raise not_there()


def _may(by: Actor, action: str, line: LineFacts | None) -> LineFacts:
    check_role(by, action)
    if line is None:
        raise not_there()
    check(by, action, line.target, sees=by.role != Role.DISTRICT and line.community_id == by.community_id)
    return line
