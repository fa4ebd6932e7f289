"""The slips to hand over as a table, for whoever carries them round without the printed list."""

from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.messages import queries
from zengyi.people.rules import Actor
from zengyi.people.web.lists import Listing, Taken


def _slips(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    found = [(house.name or _now("不知道住哪一幢"), slip) for house in queries.slips(by=by) for slip in house.slips]
    return Taken([[house, slip.name, _now("；").join(line.title for line in slip.lines), slip.more, slip.made_at] for house, slip in found])


LISTS = (
    Listing(
        "slips",
        _("送上门的纸条"),
        "slips",
        (_("楼幢"), _("姓名"), _("说什么"), _("还有几条"), _("哪一天写的")),
        _slips,
        personal=True,
        widths=(14, 14, 60),
    ),
)
