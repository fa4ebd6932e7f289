"""Two orders that took a turn at their end: somebody who took one did not come, and one that was confirmed for the wrong member."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from zengyi.bank import actions as bank
from zengyi.bank import queries as books
from zengyi.bank.rules import PostingKind
from zengyi.core import clock, worktime
from zengyi.core.errors import NotAllowed
from zengyi.orders import actions, queries
from zengyi.orders.demo import doing, stories
from zengyi.orders.demo.story import Story
from zengyi.orders.demo.year import Author
from zengyi.orders.rules import CallOutcome
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

ONE_AWAY_BACK, OPENED_AGAIN_BACK = 33, 96
#: Working hours ago those that were drawn were rung up, but for what was confirmed in the days before; the last of them did not answer.
RUNG_BACK, LATELY, LONG_AGO = 9, timedelta(days=8), timedelta(days=20)
SAID = "说来了人，办好了。"
AWAY = "约好一起去的，那天没有来，也没有说一声。"
WRONG = "去的是另一位，接单的同志那天请了假。"
AGAIN = "分已经冲销，请去的那一位来接。"


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """In the community that is shown."""
    if town.key != "hx":
        return
    author = Author(town, rng)
    for script, back, takers in ((_one_away, ONE_AWAY_BACK, 2), (_opened_again, OPENED_AGAIN_BACK, 1)):
        end = at - timedelta(days=back)
        s = author.story(end, author.text(end, lambda text: text.points > 2))
        s.private, s.by_unit, s.places = False, False, takers
        s.takers = doing.pick_members(s, takers)
        timeline.add(script(s))
    timeline.add(_rung_up(town, office_back(at, RUNG_BACK)))


def _rung_up(town: Town, at: datetime) -> Script:
    """The orders that were drawn: whoever had no hand in one rings up whoever asked for it, and all but the last say that it is so."""
    yield at
    quarters = {clock.quarter_of(clock.local_date(moment)) for moment in (at, at - timedelta(days=90))}
    someone = town.actor(town.workers[0], at)
    drawn = [call for quarter in sorted(quarters) for call in queries.quarter_checks(quarter, by=someone, at=at).calls if call.waits]
    drawn = [call for call in drawn if call.ended_at < at - LATELY]
    for place, call in enumerate(drawn, 1):
        reached = place < len(drawn) or call.ended_at < at - LONG_AGO
        for one in town.staff:
            with suppress(NotAllowed):
                outcome = CallOutcome.TRUE if reached else CallOutcome.UNREACHED
                actions.call_back(call.id, outcome=outcome, text=SAID if reached else "", by=town.actor(one, at), at=at)
                break


def _one_away(s: Story) -> Script:
    """Two took it and one came: a second person of the community confirms without the other."""
    yield from stories.delivered(s)
    yield (at := s.when.ended)
    by = s.town.actor(doing.second(s), at)
    away = next(card.id for card in queries.detail(s.order, by=by, at=at).claims if card.member_id == s.takers[1].member_id)
    actions.confirm(s.order, channel="PHONE", left_out=[away], reason=AWAY, by=by, at=at)
    doing.put_down(s)


def _opened_again(s: Story) -> Script:
    """Confirmed for whoever had taken it; two people take the points back, and it is done once more by the one who had been there."""
    yield from stories.confirmed(s)
    yield (at := worktime.add_working_hours(s.when.ended, 6))
    first, worker = s.takers[0], s.town.workers[1]
    account = books.account_home(s.town.actor(first, at), at)
    rows = books.entries(account.id, by=s.town.actor(worker, at)).rows
    posting = next(row.id for row in rows if row.kind == PostingKind.CONFIRM)
    proposed = bank.propose_correction(posting, WRONG, by=s.town.actor(worker, at), at=at)
    yield (at := worktime.add_working_hours(at, 1))
    bank.decide_correction(proposed.pk, True, by=s.town.actor(s.town.named("书记甲"), at), at=at)
    yield (at := worktime.add_working_hours(at, 1))
    actions.reopen(s.order, reason=AGAIN, by=doing.desk(s, at), at=at)
    yield (at := worktime.add_working_hours(at, 1))
    actions.publish(s.order, by=doing.desk(s, at), at=at)
    s.takers = []
    yield (at := worktime.add_working_hours(at, 1))
    doing.claim(s, at, but=first)
    yield (at := worktime.add_working_hours(at, 2))
    doing.deliver(s, at)
    yield (at := worktime.add_working_hours(at, 2))
    doing.confirm(s, at)
