"""The steps of the demo's stories, done by the people of a community through the real actions."""

from datetime import datetime

from zengyi.orders import actions, queries
from zengyi.orders.demo import texts
from zengyi.orders.demo.story import Story
from zengyi.orders.rules import Channel, OnBehalf, SentMember
from zengyi.people.demo.towns import Someone
from zengyi.people.demo.units import UNITS
from zengyi.people.rules import SYSTEM, Actor

#: A member may hold five orders; the demo's members hold fewer, so that a visitor can still take some.
LOAD_MOST = 3
_SKILLS = {unit.short: unit.skills for unit in UNITS}


def place(s: Story, at: datetime) -> None:
    """Somebody asks; for whoever has no login a worker does, as told by phone, at the door or on a slip of paper."""
    s.desk = s.desk if s.desk.user_id else s.rng.choice(s.town.workers)
    behalf = None
    if not s.raiser.user_id:
        channel = s.rng.choice((Channel.PHONE, Channel.PHONE, Channel.VISIT, Channel.PAPER))
        behalf = OnBehalf(person_id=s.raiser.person_id, channel=channel)
    s.placer = s.desk if behalf else s.raiser
    made = actions.place(
        kind=s.text.kind,
        category=s.text.category,
        title=s.text.title,
        text=s.text.text + s.tail,
        place_id=s.town.laid.places[s.place],
        spot=s.spot,
        urgency=s.urgency,
        photos=s.photos,
        on_behalf=behalf,
        anonymous=s.anonymous,
        private=s.private,
        by=s.town.actor(s.placer, at),
        at=at,
    )
    s.order = made.pk


def triage(s: Story, at: datetime) -> None:
    """The community weighs it."""
    several = (s.places or s.text.places) > 1
    actions.triage(
        s.order,
        difficulty=s.text.points,
        due_at=s.due,
        places=s.places or s.text.places,
        needs=texts.NEEDS.get(s.text.category, "") if s.text.where != "h" else "",
        provides=texts.PROVIDED if several else "",
        by=desk(s, at),
        at=at,
    )


def claim(s: Story, at: datetime, *, but: Someone | None = None) -> None:
    """Members take it one after the other, or an organisation takes all of it; never those in ``but``."""
    if not s.takers:
        s.takers = pick_units(s, but) if s.by_unit else pick_members(s, s.rng.randint(1, s.places or s.text.places), but)
    for one in s.takers:
        actions.claim(s.order, by=s.town.actor(one, at), at=at)
        take_up(s, one)


def assign(s: Story, at: datetime) -> None:
    """The dispatcher proposes it to one party."""
    if not s.takers:
        s.takers = pick_units(s) if s.by_unit else pick_members(s, 1)
    one = s.takers[0]
    organisation = s.town.units[one.unit] if one.is_contact else None
    actions.assign(s.order, member_id=None if one.is_contact else one.member_id, organisation_id=organisation, by=desk(s, at), at=at)
    take_up(s, one)


def lapse(s: Story, at: datetime) -> None:
    """What was proposed and not answered is taken back."""
    for card in queries.detail(s.order, by=desk(s, at), at=at).claims:
        actions.lapse(s.order, card.id, by=SYSTEM, at=at)
    put_down(s)


def deliver(s: Story, at: datetime, text: str = "") -> None:
    """Whoever took it says what was done; an organisation may name members it sent."""
    one = s.takers[0]
    colleagues = [m for m in s.town.members if m.unit == one.unit and m is not s.raiser] if one.is_contact and s.text.points > 3 else []
    sent = [SentMember(m.member_id, 1) for m in s.rng.sample(colleagues, min(2, len(colleagues)))]
    actions.deliver(s.order, text=text or s.text.done, sent=sent, by=s.town.actor(one, at), at=at)


def confirm(s: Story, at: datetime) -> None:
    """The one who asked confirms, or tells somebody of the community who had no part in it."""
    if s.raiser.user_id:
        actions.confirm(s.order, by=s.town.actor(s.raiser, at), at=at)
    else:
        channel = s.rng.choice((Channel.PHONE, Channel.PHONE, Channel.VISIT))
        actions.confirm(s.order, channel=channel, by=s.town.actor(second(s), at), at=at)
    put_down(s)


def confirmer(s: Story, at: datetime) -> Actor:
    """Who may say whether it is good."""
    return s.town.actor(s.raiser if s.raiser.user_id else second(s), at)


def second(s: Story) -> Someone:
    """Somebody of the staff who neither placed nor weighed the order."""
    return next(one for one in s.town.staff if one not in (s.placer, s.desk))


def desk(s: Story, at: datetime) -> Actor:
    """The worker who has the order on the desk."""
    return s.town.actor(s.desk, at)


def pick_members(s: Story, wanted: int, but: Someone | None = None) -> list[Someone]:
    """Members without a stake in the order who can take more; the keen ones more often."""
    loads = s.town.loads
    free = [
        m
        for m in s.town.members
        if m not in (s.raiser, but) and loads.get(m.name, 0) < LOAD_MOST and (not m.unit or m.unit != s.raiser.unit) and m.keen
    ]
    chosen: list[Someone] = []
    while free and len(chosen) < wanted:
        one = s.rng.choices(free, [m.keen for m in free])[0]
        free.remove(one)
        chosen.append(one)
    return chosen


def pick_units(s: Story, but: Someone | None = None) -> list[Someone]:
    """The contact of an organisation that can do such work, or of any; a member where there is no other."""
    able = [one for one in s.town.contacts.values() if one is not but and (not s.raiser.unit or one.unit != s.raiser.unit)]
    skilled = [one for one in able if s.text.category in _SKILLS[one.unit]]
    return [s.rng.choice(skilled or able)] if able else pick_members(s, 1)


def take_up(s: Story, one: Someone) -> None:
    """Count that somebody holds one more."""
    s.town.loads[one.name] = s.town.loads.get(one.name, 0) + 1


def put_down(s: Story) -> None:
    """Nobody holds the order any more."""
    for one in s.takers:
        s.town.loads[one.name] -= 1
