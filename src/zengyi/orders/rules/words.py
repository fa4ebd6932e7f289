"""Words of an order, its limits, and how many working hours each category gives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

DIFFICULTY_MOST = 20
PLACES_MOST = 200
PHOTOS_MOST = 6
REMINDERS_BEFORE_SILENCE = 2
#: How long a reminder is given before the next one, or before the order may be closed.
SILENCE = timedelta(days=2)
LEASE_WORKING_HOURS = 24  # about three working days to deliver once claimed, or until due, whichever is later
ACCEPT_WORKING_HOURS = 4
LOOKED_AT_WORKING_HOURS = 7  # a working day: so soon the community looks at what is new
OPEN_CLAIMS_OF_MEMBER = 5
OPEN_CLAIMS_OF_ORGANISATION = 20
#: Who gave an order back leaves it to others for so long; who gave back so many in that time takes no other one either.
COOL_OFF = timedelta(hours=24)
GIVEN_BACK_MOST = 3
#: How many organisations may be kept away from an order.
EXCLUDED_MOST = 10
#: What people say in their own words: whoever asks, and later the community and whoever helped.
WORDS = ("title", "text", "spot")
WORDS_LATER = ("needs", "provides", "delivery_text")


class Kind(TextChoices):
    """What an order is."""

    DEMAND = "DEMAND", _("诉求")
    WISH = "WISH", _("微心愿")
    REPORT = "REPORT", _("上报")


class Source(TextChoices):
    """Where an order came from."""

    RESIDENT = "RESIDENT", _("居民点单")
    MEMBER = "MEMBER", _("党员上报")
    WORKER = "WORKER", _("社区代点")
    DECISION = "DECISION", _("议事决定")
    MEETING = "MEETING", _("例会诉求")
    INSPECTION = "INSPECTION", _("巡检发现")
    PATROL = "PATROL", _("巡查发现")


class Channel(TextChoices):
    """How somebody who is not at the keyboard told us."""

    SELF = "SELF", _("本人")
    PHONE = "PHONE", _("电话")
    PAPER = "PAPER", _("纸条")
    VISIT = "VISIT", _("上门")


class Urgency(IntegerChoices):
    """轻重缓急."""

    TODAY = 1, _("今天")
    SOON = 2, _("这几天")
    WEEK = 3, _("一周内")
    CALM = 4, _("不急")


class Category(TextChoices):
    """What kind of matter it is."""

    LIGHT = "LIGHT", _("照明")
    WATER = "WATER", _("漏水积水")
    ROAD = "ROAD", _("路面桥面")
    CAMERA = "CAMERA", _("监控门禁")
    LIFT = "LIFT", _("电梯")
    CLEAN = "CLEAN", _("环境卫生")
    HELP = "HELP", _("帮一把手")
    OTHER = "OTHER", _("说不清")


#: Working hours until an order of the category is due, by urgency. Proposals for the demo, to be set by each community.
DUE_WORKING_HOURS: dict[Category, dict[Urgency, int]] = {
    Category.LIGHT: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.WATER: {Urgency.TODAY: 4, Urgency.SOON: 14, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.ROAD: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.CAMERA: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 105},
    Category.LIFT: {Urgency.TODAY: 4, Urgency.SOON: 14, Urgency.WEEK: 28, Urgency.CALM: 70},
    Category.CLEAN: {Urgency.TODAY: 7, Urgency.SOON: 14, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.HELP: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
    Category.OTHER: {Urgency.TODAY: 7, Urgency.SOON: 21, Urgency.WEEK: 35, Urgency.CALM: 70},
}


class ClaimState(TextChoices):
    """States of a claim."""

    PROPOSED = "PROPOSED", _("派单待回话")
    ACTIVE = "ACTIVE", _("在办")
    DONE = "DONE", _("已完成")
    RELEASED = "RELEASED", _("已退单")
    REFUSED = "REFUSED", _("已婉拒")
    LAPSED = "LAPSED", _("到期收回")
    LEFT_OUT = "LEFT_OUT", _("没有算上")
    UNDONE = "UNDONE", _("确认已冲销")
    RECALLED = "RECALLED", _("社区收回")


OPEN_CLAIMS = (ClaimState.PROPOSED, ClaimState.ACTIVE)


class CallOutcome(TextChoices):
    """What came of ringing up whoever had asked."""

    TRUE = "TRUE", _("属实")
    FALSE = "FALSE", _("不属实")
    UNREACHED = "UNREACHED", _("没打通")


#: After these nobody needs to ring up again.
CALLS_ENDED = (CallOutcome.TRUE, CallOutcome.FALSE)


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For whom a worker places an order: a known person's id, or a name with a phone; and how that person told us."""

    person_id: int | None = None
    name: str = ""
    phone: str = ""
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an order is about that nobody placed by hand: it arises from something of another package, such as a decision.

    ``origin_kind`` and ``origin_id`` name that thing, ``origin_title`` says it in a few words that everybody who sees the order may read.
    ``requester_id``: the person who is asked whether it is done. With a party, a member or an organisation, it is proposed to it at once;
    ``points`` is then its difficulty, and ``weighed_by_id`` the login that said so, nobody's where a rule did. ``due_at``: as promised.
    """

    source: Source
    community_id: int
    requester_id: int
    title: str
    text: str
    origin_kind: str
    origin_id: int
    origin_title: str
    kind: Kind = Kind.REPORT
    category: Category = Category.OTHER
    place_id: int | None = None
    spot: str = ""
    urgency: int = Urgency.WEEK
    due_at: datetime | None = None
    private: bool = False
    member_id: int | None = None
    organisation_id: int | None = None
    points: int | None = None
    weighed_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class SentMember:
    """A member whom a claiming organisation sent, with the points of its share that go to the member."""

    member_id: int
    points: int
