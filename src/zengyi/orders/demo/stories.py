"""How an order of the demo may go: one script for each way, each going on where a shorter one ends."""

from datetime import timedelta

from zengyi.core import worktime
from zengyi.orders import actions
from zengyi.orders.demo import doing, texts
from zengyi.orders.demo.story import Story
from zengyi.orders.rules import ACCEPT_WORKING_HOURS
from zengyi.people.demo.moments import awake
from zengyi.people.demo.timeline import Script
from zengyi.people.rules import SYSTEM

SILENCE = timedelta(days=2, minutes=1)


def placed(s: Story) -> Script:
    """Somebody asks."""
    yield s.when.placed
    doing.place(s, s.when.placed)


def triaged(s: Story) -> Script:
    """The community takes it on."""
    yield from placed(s)
    yield s.when.triaged
    doing.triage(s, s.when.triaged)


def published(s: Story) -> Script:
    """It is open for everybody."""
    yield from triaged(s)
    yield s.when.published
    actions.publish(s.order, by=doing.desk(s, s.when.published), at=s.when.published)


def claimed(s: Story) -> Script:
    """Members take it, or an organisation does."""
    yield from published(s)
    yield s.when.claimed
    doing.claim(s, s.when.claimed)


def assigned(s: Story) -> Script:
    """The dispatcher proposes it to somebody."""
    yield from triaged(s)
    yield s.when.published
    doing.assign(s, s.when.published)


def accepted(s: Story) -> Script:
    """Whoever was asked says yes, within the four working hours there are."""
    yield from assigned(s)
    yield (at := s.when.published + min(timedelta(hours=2), (s.when.claimed - s.when.published)))
    actions.accept(s.order, by=s.town.actor(s.takers[0], at), at=at)


def refused(s: Story) -> Script:
    """Whoever was asked says no, with a reason; others take it."""
    yield from assigned(s)
    asked = s.takers[0]
    yield (at := s.when.published + min(timedelta(hours=2), (s.when.claimed - s.when.published)) / 2)
    actions.refuse(s.order, reason=s.rng.choice(texts.REFUSALS), by=s.town.actor(asked, at), at=at)
    doing.put_down(s)
    s.takers = []
    yield s.when.claimed
    doing.claim(s, s.when.claimed, but=asked)


def released(s: Story) -> Script:
    """Taken, given back with a reason, taken by others."""
    yield from published(s)
    gap = s.when.claimed - s.when.published
    first = doing.pick_members(s, 1)[0]
    yield (at := awake(s.when.published + gap * 0.3))
    actions.claim(s.order, by=s.town.actor(first, at), at=at)
    yield (at := awake(s.when.published + gap * 0.8))
    actions.release(s.order, reason=s.rng.choice(texts.RELEASES), by=s.town.actor(first, at), at=at)
    yield s.when.claimed
    doing.claim(s, s.when.claimed, but=first)


def lapsed(s: Story) -> Script:
    """Proposed to somebody who did not answer: open for everybody again."""
    yield from assigned(s)
    yield (at := worktime.add_working_hours(s.when.published, ACCEPT_WORKING_HOURS) + timedelta(minutes=1))
    doing.lapse(s, at)


def recalled(s: Story) -> Script:
    """Proposed to somebody, and taken back before they answered: open for everybody again."""
    yield from assigned(s)
    yield (at := s.when.published + timedelta(minutes=40))
    actions.release(s.order, reason=s.rng.choice(texts.RECALLS), by=doing.desk(s, at), at=at)
    doing.put_down(s)
    s.takers = []


def delivered(s: Story) -> Script:
    """It is done, as far as those who did it can tell."""
    # A private order stands on no list, so the community asks somebody.
    way = accepted if s.private else claimed if s.takers else s.rng.choices((claimed, accepted, refused, released), (70, 22, 4, 4))[0]
    yield from way(s)
    if s.rng.random() < 0.1:
        yield (at := awake(s.when.claimed + (s.when.delivered - s.when.claimed) / 4))
        actions.note(s.order, text=s.rng.choice(texts.NOTES), by=doing.desk(s, at), at=at)
    yield s.when.delivered
    doing.deliver(s, s.when.delivered)


def confirmed(s: Story) -> Script:
    """The one who asked says that it is good: the points move."""
    yield from delivered(s)
    yield s.when.ended
    doing.confirm(s, s.when.ended)


def returned(s: Story) -> Script:
    """Not good yet: it goes back to those who did it."""
    yield from delivered(s)
    yield (at := awake(s.when.delivered + (s.when.ended - s.when.delivered) * 0.3))
    actions.send_back(s.order, reason=s.rng.choice(texts.RETURNS), by=doing.confirmer(s, at), at=at)


def confirmed_at_last(s: Story) -> Script:
    """Done once more after it went back, then confirmed."""
    yield from returned(s)
    yield (at := awake(s.when.delivered + (s.when.ended - s.when.delivered) * 0.8))
    doing.deliver(s, at, texts.AGAIN)
    yield s.when.ended
    doing.confirm(s, s.when.ended)


def reminded(s: Story) -> Script:
    """Done; the one who asked was reminded once to have a look."""
    yield from delivered(s)
    yield (at := s.when.delivered + SILENCE)
    actions.remind(s.order, by=SYSTEM, at=at)


def silent(s: Story) -> Script:
    """Nobody answers, through two reminders."""
    yield from reminded(s)
    yield (at := s.when.delivered + 2 * SILENCE)
    actions.remind(s.order, by=SYSTEM, at=at)
    yield (at := s.when.delivered + 3 * SILENCE)
    actions.close(s.order, by=SYSTEM, at=at)
    doing.put_down(s)


def declined(s: Story) -> Script:
    """The community cannot take it on, and says why."""
    yield from placed(s)
    yield s.when.triaged
    actions.decline(s.order, reason=s.text.done, by=doing.desk(s, s.when.triaged), at=s.when.triaged)


def cancelled(s: Story) -> Script:
    """Taken back before anybody was at it."""
    yield from s.rng.choice((placed, triaged, published))(s)
    yield s.when.claimed
    by = s.town.actor(s.raiser, s.when.claimed) if s.raiser.user_id else doing.desk(s, s.when.claimed)
    actions.cancel(s.order, reason=s.rng.choice(texts.CANCELS), by=by, at=s.when.claimed)


def merged(s: Story, into: Story) -> Script:
    """The same matter was told before: it goes into the other story's order."""
    yield from placed(s)
    yield s.when.triaged
    actions.merge(s.order, into_id=into.order, by=doing.desk(s, s.when.triaged), at=s.when.triaged)
