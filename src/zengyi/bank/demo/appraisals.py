"""评议: what two branch meetings decided about last year; one of them waits for a second person."""

from datetime import date, datetime, time, timedelta
from random import Random

from zengyi.bank.actions import appraisals as actions
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.rules.appraisals import Tier, Verdict
from zengyi.core import worktime
from zengyi.core.clock import SHANGHAI, local_date
from zengyi.people import queries as people
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

#: The day of January on which branches meet about the year before.
MEETS_ON = 16
MINUTES = (
    "书记主持。先念积分表，再一个一个议，最后举手表决。\n积分刚开始记，分还不全：够不上“合格”的同志，大会按平时表现表决，理由记在表里。"
)
LATE = "年初没有开成，这次补上。"
UNFINISHED = "积分刚开始记，大会按平时表现表决"
HIGH = (Tier.EXCELLENT, Tier.QUALIFIED)
AWAY_EVERY = 6


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The second branch's year, which is that of ``member``, was decided in January; the fourth branch met late, some days ago."""
    held = date(local_date(at).year, 1, MEETS_ON)
    if town.key != "hx" or local_date(at) < held + timedelta(days=14):
        return
    branches = people.branches_of(town.laid.community_id)
    evening = datetime.combine(held, time(19, 30), SHANGHAI)
    year, late = held.year - 1, local_date(at) - timedelta(days=4)
    timeline.add(_decided(town, branches[1][0], year, held, worktime.add_working_hours(evening, rng.uniform(2, 6)), confirmed=True))
    timeline.add(_decided(town, branches[3][0], year, late, office_back(at, 5), confirmed=False))


def _decided(town: Town, branch: int, year: int, held: date, at: datetime, *, confirmed: bool) -> Script:
    yield at
    worker = town.actor(town.workers[0], at)
    sheet = queries.year_sheet(branch, year, by=worker, at=at)
    verdicts = {
        row.member_id: Verdict(row.proposed, "", there) if row.proposed in HIGH else Verdict(Tier.QUALIFIED.value, UNFINISHED, there)
        for place, row in enumerate(sheet.rows)
        for there in [place % AWAY_EVERY != 0]
    }
    minutes = MINUTES if confirmed else LATE + MINUTES
    made = actions.propose_appraisal(branch, year, held, minutes, verdicts, by=worker, at=at)
    if not confirmed:
        return
    yield (at := worktime.add_working_hours(at, 3))
    for name in ("书记乙", "书记甲"):
        by = town.actor(town.named(name), at)
        if queries.appraisal(made.pk, by=by, at=at).may_decide:
            actions.decide_appraisal(made.pk, True, by=by, at=at)
            return
