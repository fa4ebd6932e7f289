"""What of this package is told to whom: that an occasion was moved or called off, what became of a sign-up, a record, a report.

What waits for somebody stands among what waits, on every page; a seat that is kept for a day is told besides, since it goes on.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.activities.queries import concerned
from zengyi.activities.rules.patrols import Verdict
from zengyi.activities.rules.signing import SignUpState
from zengyi.people.queries.inbox import Subject, Template, Topic

OWNER, MOVED_UP, COMING, SURE, BELIEVED, DOUBTED = "owner", "moved-up", "coming", "sure", "believed", "doubted"


def _values(one: concerned.Told) -> dict[str, str]:
    return {"title": one.title, "begins": one.begins, "until": one.until}


def _sign_ups(sign_up_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    found = concerned.told_of_sign_ups(sign_up_ids)
    return {
        pk: Subject({OWNER: one.owners, MOVED_UP: one.moved_up}, _values(one), one.occasion_id, persons={OWNER: one.persons})
        for pk, one in found.items()
    }


def _occasions(occasion_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    found = concerned.told_of_occasions(occasion_ids)
    return {
        pk: Subject({COMING: one.owners, SURE: one.sure, MOVED_UP: one.moved_up}, _values(one), persons={COMING: one.persons})
        for pk, one in found.items()
    }


def _records(record_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({OWNER: logins}, {"number": number}) for pk, (number, logins) in concerned.whose_records(record_ids).items()}


def _findings(finding_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    found = concerned.whose_findings(finding_ids)
    part = {Verdict.TRUE: BELIEVED, Verdict.FALSE: DOUBTED}
    return {pk: Subject({part[Verdict(said)]: who}, {"where": where}) for pk, (where, said, who) in found.items() if said}


def _minutes(after: Mapping[str, Any]) -> dict[str, str]:
    return {"minutes": str(after.get("minutes") or 0)}


def _became(state: SignUpState) -> Callable[[Mapping[str, Any]], bool]:
    return lambda after: after.get("state") == state


_REASON, _WHEN, _UNTIL = _("%(reason)s"), _("%(begins)s 开始"), _("替您留到 %(until)s，来不来答一声")
_SEAT: dict[str, Any] = {"words": _("有位了：%(title)s"), "more": _UNTIL}

TOPICS = (
    Topic(
        object_type="sign-up",
        subjects=_sign_ups,
        # Whoever moves up may not see the sign-up that made room: all of them are led to the occasion, which shows each their own.
        url=lambda occasion_id: reverse("occasion", args=[occasion_id]),
        values=_minutes,
        templates=(
            Template(verb="sign-up", to=OWNER, words=_("社区替您报了名：%(title)s"), more=_WHEN, fits=_became(SignUpState.CONFIRMED)),
            Template(verb="accept", to=OWNER, words=_("社区替您答了“来”：%(title)s"), more=_WHEN),
            Template(verb="cancel", to=OWNER, words=_("社区替您退了：%(title)s"), more=_REASON),
            Template(verb="cancel", to=MOVED_UP, **_SEAT),
            Template(verb="expire", to=OWNER, words=_("没等到您回话，位子给了后面的人：%(title)s"), more=_("还想来，可以再报一次")),
            Template(verb="expire", to=MOVED_UP, **_SEAT),
            Template(
                verb="consent",
                to=OWNER,
                words=_("社区照您的话改了孩子的同意：%(title)s"),
                more=_("您没有这样说，点开改回来"),
                paper=_("您没有这样说，打电话告诉社区"),
            ),
            Template(verb="consent", to=MOVED_UP, **_SEAT),
            Template(verb="correct", to=OWNER, words=_("社区更正了您的时长：%(title)s"), more=_("现在记 %(minutes)s 分钟：%(reason)s")),
        ),
    ),
    Topic(
        object_type="occasion",
        subjects=_occasions,
        url=lambda occasion_id: reverse("occasion", args=[occasion_id]),
        templates=(
            Template(verb="cancel", to=COMING, words=_("取消了：%(title)s"), more=_REASON, urgent=True),
            Template(verb="move", to=COMING, words=_("改到 %(begins)s：%(title)s"), more=_REASON, urgent=True),
            Template(verb="resize", to=MOVED_UP, **_SEAT),
            Template(verb="close", to=SURE, words=_("时长出来了：%(title)s"), more=_("点开看；记得不对，说一声")),
        ),
    ),
    Topic(
        object_type="record",
        subjects=_records,
        url=lambda _record_id: reverse("records"),
        templates=(
            Template(verb="issue", to=OWNER, words=_("您的服务记录单出好了"), more=_("编号 %(number)s")),
            Template(verb="revoke", to=OWNER, words=_("一张服务记录单撤销了：%(number)s"), more=_REASON),
        ),
    ),
    Topic(
        object_type="finding",
        subjects=_findings,
        url=lambda finding_id: reverse("finding", args=[finding_id]),
        templates=(
            Template(verb="verify", to=BELIEVED, words=_("您报的查实了：%(where)s"), more=_("党员的分报上去了，等书记核准")),
            Template(verb="verify", to=DOUBTED, words=_("您报的，社区去看过，不属实：%(where)s"), more=_REASON),
        ),
    ),
)
