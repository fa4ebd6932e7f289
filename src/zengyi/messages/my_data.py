"""What messages hold about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.messages.models import Message, Preference
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
    Held(Preference, _("什么时候别打扰"), _("您选的静音时间。"), by=("user",), columns={"quiet": _("选的哪一种")}),
)

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT: dict[str, str] = {}
