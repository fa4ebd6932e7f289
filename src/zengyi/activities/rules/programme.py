"""活动: what kinds there are, when an occasion may be, and who may plan it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.people.rules import Actor, Target, check, check_role

TITLE_MOST, TEXT_MOST, WORDS_MOST, NAME_MOST, REASON_MOST = 40, 1000, 200, 30, 200
CAPACITY_MOST, SLOTS_MOST = 5000, 8
LONGEST = timedelta(days=2)
AHEAD_MOST = timedelta(days=366)
#: An occasion that took place may be put down afterwards, so long as people remember it.
BACK_MOST = timedelta(days=30)


class ActivityKind(TextChoices):
    """What sort of activity it is."""

    CRAFT = "CRAFT", gettext_lazy("手工")
    LAW = "LAW", gettext_lazy("普法")
    DRILL = "DRILL", gettext_lazy("演练")
    CLEANUP = "CLEANUP", gettext_lazy("整治")
    CARE = "CARE", gettext_lazy("关爱")
    OTHER = "OTHER", gettext_lazy("别的")


#: The bank's rule under which a helper's hours, or their having been there, count; by kind.
HELPER_RULES = {ActivityKind.LAW: "V08", ActivityKind.CLEANUP: "V05"}
HELPER_RULE = "V11"


def helper_rule(kind: str) -> str:
    """The bank's rule for who helps with an activity of that kind.

    >>> helper_rule("LAW"), helper_rule("CRAFT")
    ('V08', 'V11')
    """
    return HELPER_RULES.get(ActivityKind(kind), HELPER_RULE)


class OccasionState(TextChoices):
    """An occasion's state. CLOSED: the roll is called, the minutes count."""

    PLANNED = "PLANNED", gettext_lazy("要办")
    CANCELLED = "CANCELLED", gettext_lazy("取消了")
    CLOSED = "CLOSED", gettext_lazy("办完了")


class SlotRole(TextChoices):
    """What a place is for: to take part, or to help."""

    GUEST = "GUEST", gettext_lazy("来参加")
    HELPER = "HELPER", gettext_lazy("来帮忙")


@dataclass(frozen=True, slots=True)
class OccasionFacts:
    """What the guards need to know: the community that leads, those that host along with it, the state, the times."""

    community_id: int
    hosts: frozenset[int]
    state: str
    starts_at: datetime
    ends_at: datetime

    def target(self, by: Actor) -> Target:
        """An occasion lies in every community that hosts it."""
        here = by.community_id if by.community_id in self.hosts else self.community_id
        return Target(community_id=here)

    @property
    def led(self) -> Target:
        """Whoever leads decides: the others' staff only look after their own people."""
        return Target(community_id=self.community_id)


def not_here() -> NotThere:
    """What somebody hears who asks for what is not there for them."""
    return NotThere(_("没有找到，或者不在您的社区。"))


def check_announce(by: Actor) -> None:
    """Who may plan an activity: staff, for their community."""
    check_role(by, "activity.plan")
    check(by, "activity.plan", Target(community_id=by.community_id, path=by.place_path), sees=True)


def check_lead(by: Actor, community_id: int | None) -> None:
    """Who may add to an activity, move or cancel its occasions: the staff of the community that leads."""
    check_role(by, "activity.plan")
    if community_id is None:
        raise not_here()
    check(by, "activity.plan", Target(community_id=community_id), sees=True)


def check_open(facts: OccasionFacts) -> None:
    """An occasion that is over or was cancelled is not changed any more."""
    if facts.state != OccasionState.PLANNED:
        raise WrongState(_("这一场已经取消了。") if facts.state == OccasionState.CANCELLED else _("这一场已经办完了。"))


def check_times(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Raise :class:`Invalid` for times that cannot be."""
    if ends_at <= starts_at:
        raise Invalid.on("ends_at", _("结束要比开始晚。"))
    if ends_at - starts_at > LONGEST:
        raise Invalid.on("ends_at", _("一场最多两天，长的请分成几场。"))
    if starts_at > at + AHEAD_MOST:
        raise Invalid.on("starts_at", _("最多提前一年安排。"))
    if starts_at < at - BACK_MOST:
        raise Invalid.on("starts_at", _("过去三十天以前的，补不了了。"))


def check_capacity(capacity: int | None) -> None:
    """Raise :class:`Invalid` for a number of places that cannot be; none at all means that nobody need sign up."""
    if capacity is not None and not 1 <= capacity <= CAPACITY_MOST:
        raise Invalid.on("capacity", _("名额写 1 到 %(most)d；不用报名的空着。") % {"most": CAPACITY_MOST})


def check_slots(slots: "list[tuple[str, int]]") -> None:
    """Raise :class:`Invalid` for helpers' places that cannot be."""
    if len(slots) > SLOTS_MOST:
        raise Invalid.on("helpers", _("帮手的岗位最多 %(most)d 种。") % {"most": SLOTS_MOST})
    names = [name for name, _capacity in slots]
    if any(not 1 <= len(name) <= NAME_MOST for name in names) or len(set(names)) < len(names):
        raise Invalid.on("helpers", _("每种帮手写一个名称，不要重样，最多 %(most)d 字。") % {"most": NAME_MOST})
    if any(not 1 <= capacity <= CAPACITY_MOST for _name, capacity in slots):
        raise Invalid.on("helpers", _("每种帮手至少要 1 位。"))


def sentence(text: str, field: str, most: int, *, least: int = 0) -> str:
    """``text`` trimmed, without control characters; raises :class:`Invalid` on ``field`` when its length is wrong."""
    cleaned = "".join(c for c in text if c == "\n" or c.isprintable()).strip()
    if len(cleaned) < least:
        raise Invalid.on(field, _("请再写几个字。"))
    if len(cleaned) > most:
        raise Invalid.on(field, _("最多 %(most)d 字，请写短一点。") % {"most": most})
    return cleaned
