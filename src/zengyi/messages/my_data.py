"""What messages hold about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.messages.models import Delivery, Letter, Message, Preference
from zengyi.people.queries.my_data import Held

TABLES = (
    Held(
        Message,
        _("给您的消息"),
        _("您的单、您的账有了动静，让您知道。一年后删除。"),
        by=("user",),
        columns={"at": _("什么时候"), "template": _("哪一种"), "values": _("里面的话"), "read_at": _("什么时候看的")},
        texts=frozenset({"values"}),
    ),
    Held(
        Preference,
        _("什么时候别打扰"),
        _("您选的静音时间。"),
        by=("user",),
        columns={
            "quiet": _("选的哪一种"),
            "way": _("还发到哪"),
            "pace": _("多久一次"),
            "language": _("发的时候用"),
            "calendar_on": _("手机日历开没开"),
        },
    ),
    Held(
        Delivery,
        _("要发到您邮箱或手机的"),
        _("您选了也发到外面。一个月后删除。"),
        by=("user", "person"),
        columns={
            "channel": _("怎么发"),
            "template": _("哪一种"),
            "values": _("里面的话"),
            "due_at": _("什么时候发"),
            "state": _("发了没有"),
        },
        texts=frozenset({"values"}),
    ),
    Held(
        Letter,
        _("发到您邮箱或手机的信"),
        _("让您和社区知道发出去没有。一个月后删除。"),
        by=("user", "person"),
        columns={"channel": _("怎么发"), "made_at": _("什么时候"), "state": _("发了没有")},
    ),
)

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT: dict[str, str] = {"messages.Robot.added_by": "a work group's robot is the community's; who added it is told by the event"}
