"""What of this package is told to whom: to members what became of their deeds, to whoever objected that there is an answer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.bank.queries.concerned import who_objected, whose_deeds
from zengyi.bank.rules import FilingVerb
from zengyi.people.queries.inbox import Subject, Template, Topic

MEMBER, FILER, OBJECTOR = "member", "filer", "objector"


def _deeds(filing_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    found = whose_deeds(filing_ids)
    return {pk: Subject({MEMBER: member, FILER: filer - member}, {"name": name}) for pk, (name, member, filer) in found.items()}


def _objections(objection_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({OBJECTOR: logins}, {"quarter": quarter}) for pk, (quarter, logins) in who_objected(objection_ids).items()}


def _points(after: Mapping[str, Any]) -> dict[str, str]:
    return {"points": str(after.get("points") or 0)}


_REASON = _("%(reason)s")

TOPICS = (
    Topic(
        object_type="filing",
        subjects=_deeds,
        url=lambda filing_id: reverse("deed", args=[filing_id]),
        values=_points,
        templates=(
            Template(verb="file", to=MEMBER, words=_("社区替您记了一笔：%(name)s"), more=_("不是您做的，点开说一声“不是我”")),
            Template(verb=FilingVerb.APPROVE, to=MEMBER, words=_("记上了：%(name)s"), more=_("记 %(points)s 分")),
            Template(verb=FilingVerb.REJECT, to=MEMBER, words=_("退回来了：%(name)s"), more=_REASON),
            Template(verb=FilingVerb.REJECT, to=FILER, words=_("您替党员记的退回来了：%(name)s"), more=_REASON),
            Template(verb=FilingVerb.DENY, to=FILER, words=_("党员说不是他做的：%(name)s"), more=_REASON),
        ),
    ),
    Topic(
        object_type="objection",
        subjects=_objections,
        url=lambda objection_id: reverse("objection", args=[objection_id]),
        templates=(
            Template(verb="answer", to=OBJECTOR, words=_("您提的异议有答复了：%(quarter)s 公示")),
            Template(verb="review", to=OBJECTOR, words=_("您提的异议复核好了：%(quarter)s 公示")),
        ),
    ),
)
