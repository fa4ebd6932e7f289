"""巡查: what is found, how much of it and how one knows, whether it is fixed on the spot; and the ledger of what is eradicated.

No time, no length and no track is asked for: "nothing found" is as good as a finding. The basis comes before the number, and "only seen"
has none, so that nobody is made to write a one that means "some".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.rules.programme import not_here
from zengyi.core.errors import Invalid, WrongState
from zengyi.orders import rules as orders
from zengyi.people.rules import Actor, FirstPerson, Target, check, check_role, check_second

PHOTOS_MOST, NOTE_MOST, SPOT_MOST, WHO_MOST = 3, 300, 60, 60
COUNT_MOST = 1_000_000
#: A walk is over after so long: the next finding asks anew where it is.
WALK_LASTS = timedelta(hours=12)
FOUND_LATELY = timedelta(days=90)
#: What the bank knows the fact by, and the rule under which a report that was true counts.
SOURCE, RULE = "FINDING", "V06"
#: The rule under which the hours of a patrol count: filed by whoever walked, attested by the community.
WALK_RULE = "V05"


class What(TextChoices):
    """What was found."""

    GOLDENROD = "GOLDENROD", gettext_lazy("一枝黄花")
    SEWAGE = "SEWAGE", gettext_lazy("排污")
    RUBBISH = "RUBBISH", gettext_lazy("垃圾")
    OTHER = "OTHER", gettext_lazy("别的")
    NOTHING = "NOTHING", gettext_lazy("没发现")


#: What can be seen: everything but that there was nothing.
SEEN = tuple((one.value, one.label) for one in What if one != What.NOTHING)


class Basis(TextChoices):
    """How one knows how much of it there is."""

    COUNTED = "COUNTED", gettext_lazy("数过")
    ESTIMATED = "ESTIMATED", gettext_lazy("估的")
    AREA = "AREA", gettext_lazy("按面积")
    PRESENT = "PRESENT", gettext_lazy("只见有")


class Verdict(TextChoices):
    """What came of looking at a report."""

    TRUE = "TRUE", gettext_lazy("查实了")
    FALSE = "FALSE", gettext_lazy("不属实")


class LedgerState(TextChoices):
    """A ledger's state. What comes up again is written into the same one."""

    OPEN = "OPEN", gettext_lazy("还在清")
    GONE = "GONE", gettext_lazy("没有了")


class EntryKind(TextChoices):
    """An entry of a ledger."""

    FOUND = "FOUND", gettext_lazy("发现")
    REMOVED = "REMOVED", gettext_lazy("清除")
    EMPTY = "EMPTY", gettext_lazy("去了，没有")


#: What spreads and comes back: it has a ledger.
ERADICATED = frozenset({What.GOLDENROD})
ORDER_OF = {
    What.GOLDENROD: orders.Category.CLEAN,
    What.SEWAGE: orders.Category.WATER,
    What.RUBBISH: orders.Category.CLEAN,
    What.OTHER: orders.Category.OTHER,
}
#: When somebody looks again: two weeks after each removal; after a first and a second empty visit. A third one ends it.
LOOK_AGAIN = timedelta(days=14)
AFTER_EMPTY = (timedelta(days=30), timedelta(days=180))
EMPTY_MOST = 3


def unit(what: str, basis: str) -> str:
    """What is counted: plants, places, or square metres."""
    if basis == Basis.AREA:
        return _("平方米")
    return _("株") if what == What.GOLDENROD else _("处")


def next_look(remaining: int, empty_visits: int, on_day: date) -> date | None:
    """When somebody looks again; nothing when it is gone.

    >>> day = date(2026, 11, 9)
    >>> [str(next_look(*given, day)) for given in ((70, 0), (0, 0), (0, 1), (0, 2), (0, 3))]
    ['2026-11-23', '2026-11-23', '2026-12-09', '2027-05-08', 'None']
    """
    if remaining or not empty_visits:
        return on_day + LOOK_AGAIN
    return on_day + AFTER_EMPTY[empty_visits - 1] if empty_visits < EMPTY_MOST else None


def check_count(basis: str, count: int | None) -> None:
    """Raise :class:`Invalid` unless the number fits how one knows it."""
    if basis not in Basis.values:
        raise Invalid.on("basis", _("请先说怎么知道的：数过、估的、按面积，还是只见有。"))
    if basis == Basis.PRESENT:
        if count is not None:
            raise Invalid.on("count", _("只见有，就不写数。"))
        return
    check_number("count", count)


def check_number(field: str, count: int | None) -> None:
    """Raise :class:`Invalid` on ``field`` unless it is a number of things."""
    if count is None or isinstance(count, bool) or not 1 <= count <= COUNT_MOST:
        raise Invalid.on(field, _("请写有多少，整数。"))


def check_report(by: Actor, *, what: str) -> None:
    """Who reports from a patrol: members, the property company and staff, in their community."""
    check_role(by, "finding.report")
    check(by, "finding.report", Target(community_id=by.community_id, path=by.place_path), sees=True)
    if what not in What.values:
        raise Invalid.on("category", _("请选看见了什么。"))
    if by.person_id is None:
        raise Invalid.on("category", _("这个账号没有登记是谁，请到社区登记。"))


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """What the guards need to know of a finding."""

    community_id: int
    what: str
    verdict: str
    reporter: FirstPerson
    person_id: int
    household: bytes | None


def check_looks(by: Actor, community_id: int | None) -> None:
    """Who goes to look whether a report is true: staff of the community."""
    check_role(by, "finding.verify")
    if community_id is None:
        raise not_here()
    check(by, "finding.verify", Target(community_id=community_id), sees=True)


def check_verify(by: Actor, facts: FindingFacts | None) -> None:
    """Who says that a report is true: staff, but nobody of their own report or of their household's."""
    check_looks(by, facts.community_id if facts else None)
    assert facts is not None
    if facts.what == What.NOTHING:
        raise WrongState(_("没发现的，不用查实。"))
    if facts.verdict:
        raise WrongState(_("这一件已经查过了。"))
    own = facts.person_id == by.person_id or (facts.household is not None and facts.household == by.household)
    check_second(by, facts.reporter, concerned=own, own=_("自己报的，要请另一位去看。"))


def check_visit(by: Actor, community_id: int | None) -> None:
    """Who writes into a ledger: members and staff of the community."""
    check_role(by, "eradication.enter")
    if community_id is None:
        raise not_here()
    check(by, "eradication.enter", Target(community_id=community_id), sees=True)
