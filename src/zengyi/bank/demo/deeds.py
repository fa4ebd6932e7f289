"""Deeds through the year: filed, attested and approved by three people; a rule that was changed on the way, and what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from zengyi.bank import actions, queries
from zengyi.bank.demo import pictures
from zengyi.bank.demo.points import secretary_of
from zengyi.core import worktime
from zengyi.core.clock import SHANGHAI, local_date
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import MONITOR, Someone, Town

#: Rule, what was done, who could say so, and more of it. No rule that turns of duty are counted by.
DONE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("V15", "走访 203 幢独居的老人，药快吃完了，告诉了社区", "203 幢的老人", {}),
    ("V03", "", "主持商量会的小李", {}),
    ("V11", "在活动室教老人用手机挂号", "活动室的小周", {"begins": time(14), "ends": time(16), "quantity": 2}),
    ("V16", "楼上漏水，两家坐下来谈好了，各出一半", "218 幢两户", {}),
    ("V15", "走访 226 幢，记下三楼想装扶手", "226 幢的住户", {}),
    ("V08", "在小游园讲电瓶车充电的规矩", "社区法律明白人", {}),
    ("V09", "给孩子找到一套旧课本，完成微心愿", "孩子的妈妈", {}),
    ("V11", "陪老人做体检，排队、取单子", "带队的护士", {"begins": time(8), "ends": time(11), "quantity": 3}),
    ("V17", "台风夜在河边值守，帮着搬沙袋", "值守的带班", {}),
    ("V15", "走访 231 幢新搬来的一家，说了垃圾分类", "231 幢的住户", {}),
    ("V04", "提的晾衣架改到楼后，商量会采纳了", "主持商量会的小李", {}),
    ("V19", "给第二支部讲了一次微党课", "第二支部", {}),
)
#: What was done in the first two quarters, before the year that the others fill.
AT_FIRST = (("V08", "在小游园讲楼道不堆物"), ("V15", "走访 212 幢，帮着登记了旧家电"))
WANTED, FIRST_BACK, LAST_BACK = 24, 345, 12
#: The rule that was changed half a year ago, and how.
CHANGED, POINTS, CAP_QUARTER, CHANGED_BACK = "V15", 2, 10, 190
WHY = "走访要上门、要记、要回话，一户算一分少了，支部大会上大家同意改成两分。"
#: Deeds that did not go well: the reason of each is what a page shows.
NOT_DONE = "查了签到表，那天商量会他请了假，是同名的另一位去的。"
NOT_ME = "那天我在外地，不是我。"
SEEN, PUT_OFF = "楼道新抹的墙一敲是空的，拍下来报了社区，查实返工", "记错了，那天改期了，讲了再报。"
SENT_BACK = "哪一户没有写，请写上幢号再报。"


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed to be told: whose, under which rule, when it was done and filed, and what is said of it."""

    town: Town
    who: Someone
    rule: str
    day: date
    at: datetime
    given: dict[str, Any] = field(default_factory=dict)

    def file(self, by: Someone | None = None) -> int:
        """File it: themselves, or somebody of the staff for them."""
        whose: dict[str, Any] = {"member_id": self.who.member_id} if by else {}
        actor = self.town.actor(by or self.who, self.at)
        return actions.file_deed(self.rule, self.day, **self.given, **whose, by=actor, at=self.at).pk


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The deeds of a year in the community that is shown; the last ones wait for somebody."""
    if town.key != "hx":
        return
    timeline.add(_rule_changed(town, at - timedelta(days=CHANGED_BACK)))
    keen = [one for one in town.members if one.keen and one.user_id]
    chosen = rng.sample(keen, WANTED // 2)
    for number in range(WANTED):
        back = FIRST_BACK - (FIRST_BACK - LAST_BACK) * number // (WANTED - 1)
        rule, text, witness, more = DONE[number % len(DONE)]
        who = town.named(MONITOR) if number % 5 == 1 else chosen[number % len(chosen)]
        given = {"text": text, "witness": witness, **more}
        timeline.add(_approved(_deed(town, who, rule, at - timedelta(days=back), given), rng))
    for first, what, who in zip(queries.past_quarters(local_date(at))[3:], AT_FIRST, chosen, strict=False):
        timeline.add(_approved(_deed(town, who, what[0], at - (local_date(at) - first) + timedelta(days=50), {"text": what[1]}), rng))
    a, b, c, *_rest = [one for one in keen if one not in chosen]
    timeline.add(_reversed(_deed(town, a, "V03", at - timedelta(days=48), {"witness": "主持商量会的小李"}), rng))
    timeline.add(_approved(_deed(town, chosen[1], "V13", at - timedelta(days=27), {"text": SEEN, "photos": [pictures.wall()]}), rng))
    timeline.add(_withdrawn(_deed(town, chosen[2], "V19", at - timedelta(days=19), {"text": "给第一支部讲了一次微党课"})))
    for make, who, rule, hours, given in (
        (_frozen, b, "V08", 9, {"text": "在小游园讲反诈骗"}),
        (_sent_back, town.named(MONITOR), "V15", 8, {"text": "走访一户，问了身体", "witness": "住户"}),
        (_entered, town.named(MONITOR), "V03", 6, {"witness": "主持商量会的小李"}),
        (_attested, c, "V16", 5, {"text": "晾衣服滴水的事，两家讲和了", "witness": "209 幢两户"}),
        (_filed, town.named(MONITOR), "V08", 3, {"text": "在楼下讲了讲飞线充电", "witness": "社区法律明白人"}),
    ):
        timeline.add(_lately(make, town, who, rule, office_back(at, hours), given))


def _deed(town: Town, who: Someone, rule: str, at: datetime, given: dict[str, Any]) -> Deed:
    """A deed of that day, filed in its evening."""
    day = local_date(at)
    return Deed(town, who, rule, day, datetime.combine(day, time(20, 10), SHANGHAI), given)


def _lately(make: Callable[[Deed], Script], town: Town, who: Someone, rule: str, at: datetime, given: dict[str, Any]) -> Script:
    return make(Deed(town, who, rule, local_date(at) - timedelta(days=1), at, given))


def _rule_changed(town: Town, at: datetime) -> Script:
    """A worker proposes it, the secretary adopts it, and it holds from the first day of the month after next."""
    yield (at := worktime.add_working_hours(at, 2))
    days = (local_date(at).replace(day=1) + timedelta(days=62)).replace(day=1)
    caps: dict[str, int | None] = {"cap_activity": None, "cap_quarter": CAP_QUARTER, "cap_year": None}
    by = town.actor(town.workers[0], at)
    made = actions.propose_rule(CHANGED, points=POINTS, **caps, valid_from=days, why=WHY, by=by, at=at)
    yield (at := worktime.add_working_hours(at, 9))
    actions.decide_rule(made.pk, True, by=town.actor(secretary_of(town), at), at=at)


def _approved(deed: Deed, rng: Random) -> Script:
    """All the way to its points."""
    yield deed.at
    made = deed.file()
    yield (at := worktime.add_working_hours(deed.at, rng.uniform(1, 10)))
    actions.attest_deed(made, by=deed.town.actor(rng.choice(deed.town.workers), at), at=at)
    yield (at := worktime.add_working_hours(at, rng.uniform(1, 10)))
    actions.approve_deed(made, by=deed.town.actor(secretary_of(deed.town), at), at=at)


def _withdrawn(deed: Deed) -> Script:
    """Filed, and taken back by the same member before anybody looked at it."""
    yield deed.at
    made = deed.file()
    yield (at := deed.at + timedelta(minutes=35))
    actions.withdraw_deed(made, reason=PUT_OFF, by=deed.town.actor(deed.who, at), at=at)


def _reversed(deed: Deed, rng: Random) -> Script:
    """Approved, and taken back by two people two weeks later: somebody else had been there."""
    yield from _approved(deed, rng)
    town = deed.town
    yield (at := worktime.add_working_hours(deed.at + timedelta(days=14), 1))
    worker = town.actor(town.workers[1], at)
    account = queries.account_home(town.actor(deed.who, at), at)
    entries = queries.entries(account.id, by=worker).rows
    posting = next(entry.id for entry in entries if entry.rule == deed.rule)
    proposed = actions.propose_correction(posting, NOT_DONE, by=worker, at=at)
    yield (at := worktime.add_working_hours(at, 2))
    actions.decide_correction(proposed.pk, True, by=town.actor(secretary_of(town), at), at=at)


def _frozen(deed: Deed) -> Script:
    """Put down for a member by a worker; the member says that it was not them."""
    yield deed.at
    made = deed.file(by=deed.town.workers[1])
    yield (at := deed.at + timedelta(minutes=40))
    actions.deny_deed(made, reason=NOT_ME, by=deed.town.actor(deed.who, at), at=at)


def _sent_back(deed: Deed) -> Script:
    yield deed.at
    made = deed.file()
    yield (at := deed.at + timedelta(minutes=25))
    actions.reject_deed(made, SENT_BACK, by=deed.town.actor(deed.town.workers[1], at), at=at)


def _entered(deed: Deed) -> Script:
    """Put down by a worker, who asks the member whether it was them."""
    yield deed.at
    deed.file(by=deed.town.workers[1])


def _attested(deed: Deed) -> Script:
    yield deed.at
    made = deed.file()
    yield (at := deed.at + timedelta(minutes=30))
    actions.attest_deed(made, by=deed.town.actor(deed.town.workers[0], at), at=at)


def _filed(deed: Deed) -> Script:
    yield deed.at
    deed.file()
