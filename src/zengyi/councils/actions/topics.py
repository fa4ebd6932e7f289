"""A topic is raised, and the community screens it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit, clock, search, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action, in_action
from zengyi.councils.actions import photos as files_of
from zengyi.councils.actions.finding import moved_on, topic_of
from zengyi.councils.models import Topic, TopicOrder
from zengyi.councils.models.numbers import next_number
from zengyi.councils.queries.photos import ALBUM
from zengyi.councils.rules import Numbered
from zengyi.councils.rules import topics as rules
from zengyi.orders import queries as orders
from zengyi.orders.rules import Channel, OnBehalf, Urgency, on_view
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor

DAY = 24 * 3600
RAISED_A_DAY, RAISED_A_DAY_BY_STAFF = 10, 200


def raise_topic(
    title: str,
    text: str,
    *,
    spot: str = "",
    place_id: int | None = None,
    order_ids: Collection[int] = (),
    on_behalf: OnBehalf | None = None,
    photos: Sequence[bytes] = (),
    private: bool = False,
    by: Actor,
    at: datetime,
) -> Topic:
    """Put down what somebody wants talked over: oneself, or as staff on behalf of a resident. Returns it in state COLLECTED.

    ``order_ids``: the orders it comes from, of the community, and for others than staff their own or what is on public view.
    ``private``: the photos show people, children, names or a door number; neighbours don't see them.

    Raises :class:`Invalid` with the fields that can't be taken, :class:`TooMany` beyond a day's quota.
    """
    given = {"title": title.strip(), "text": text.strip(), "spot": spot.strip()}
    if on_behalf is not None:
        rules.check_behalf(by, on_behalf.channel)
    rules.check_raise(by, **given, behalf=on_behalf is not None)
    throttle.hit(f"topic:{by.user_id}", RAISED_A_DAY_BY_STAFF if by.role in COMMUNITY_ROLES else RAISED_A_DAY, DAY, at=at)
    files_of.check_number(photos)
    with ALBUM.kept(photos) as files:
        return _raise(given, place_id, order_ids, on_behalf, files, private, by=by, at=at)


@action
def _raise(
    given: dict[str, str],
    place_id: int | None,
    order_ids: Collection[int],
    on_behalf: OnBehalf | None,
    files: Sequence[KeptPhoto],
    private: bool,
    *,
    by: Actor,
    at: datetime,
) -> Topic:
    community_id = by.community_id or 0
    where = _place_name(place_id, community_id)
    channel, raiser_id = Channel.SELF, by.person_id or 0
    if on_behalf is not None:
        channel = on_behalf.channel
        raiser_id = people_actions.person_on_behalf(
            community_id, person_id=on_behalf.person_id, name=on_behalf.name, phone=on_behalf.phone, by=by, at=at
        )
    year = clock.year_of(at)
    made = Topic(community_id=community_id, year=year, sequence=next_number(community_id, year, Numbered.TOPIC), place_id=place_id, **given)
    made.raiser_id, made.raised_by_id, made.channel, made.raised_at = raiser_id, by.login_id, channel, at
    made.search = search.public_words(made.title, made.text, made.spot, where)
    made.save(force_insert=True)
    _link(made, order_ids, by=by)
    files_of.record(files, made, private=private, at=at)
    after = {"state": str(made.state), "channel": str(channel), "orders": sorted(set(order_ids)), "photos": len(files)}
    audit.record("raise", "topic", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made


@in_action
def _link(topic: Topic, order_ids: Collection[int], *, by: Actor) -> None:
    """Keep which orders the topic came from; raises :class:`Invalid` for orders that the actor can't point to."""
    wanted = set(order_ids)
    if not wanted:
        return
    staff = by.role in COMMUNITY_ROLES
    known = {
        order.id
        for order in orders.linked([pk for pk in wanted if 0 < pk <= ID_MOST][: rules.ORDERS_MOST])
        if order.community_id == topic.community_id
        and (staff or order.requester_id == by.person_id or on_view(order.state, private=order.private))
    }
    if known != wanted:
        raise Invalid.on("orders", _("有的单子没有找到，或者不是本社区的。最多 %(most)d 单。") % {"most": rules.ORDERS_MOST})
    TopicOrder.objects.bulk_create(TopicOrder(topic=topic, order_id=order_id) for order_id in sorted(known))


def _place_name(place_id: int | None, community_id: int) -> str:
    if place_id is None:
        return ""
    try:
        return people.place(place_id if 0 < place_id <= ID_MOST else 0, community_id=community_id).name
    except NotThere as missing:
        raise Invalid.on("place", _("请选本社区的楼栋或地点。")) from missing


@action
def screen_topic(
    topic_id: int, *, urgency: int = Urgency.WEEK, tier: str = rules.TopicTier.DEEP, answer: str = "", by: Actor, at: datetime
) -> Topic:
    """Take the topic on: how urgent it is, how it is talked over, and what whoever raised it is told."""
    topic = topic_of(topic_id, by=by)
    rules.check_screen(by, topic.facts() if topic else None, urgency=urgency, tier=tier, answer=answer.strip())
    assert topic is not None
    given = {"urgency": urgency, "tier": tier, "answer": answer.strip(), "screened_by_id": by.login_id, "screened_at": at}
    rows = Topic.objects.filter(pk=topic.pk, state=rules.TopicState.COLLECTED)
    if not rows.update(state=rules.TopicState.SCREENED, **given):
        raise WrongState(moved_on())
    topic.refresh_from_db()
    after = {"state": topic.state, "urgency": urgency, "tier": str(tier)}
    audit.record("screen", "topic", topic.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return topic
