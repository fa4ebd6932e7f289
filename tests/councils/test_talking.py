"""What is brought to a topic, how support is told, and how a topic comes to its end."""

from datetime import datetime

import pytest
from django.test import Client

from tests.cast import Cast
from tests.councils.talks import DAY, FIGURES, closed, decided, opened, published, raised, repair, screened
from tests.trail import refused
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import Opinion, StageLabel, Topic
from zengyi.councils.rules import surveys
from zengyi.councils.rules.decisions import Dissent
from zengyi.orders import actions as orders
from zengyi.orders.models import Order


def test_a_survey_is_told_as_figures(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    actions.survey_topic(topic.pk, FIGURES, who="居民 6 人、物业", text="没有布线图。", by=cast.actor("worker"), at=at)
    card = queries.parts_of(topic.pk, topic.community_id, bare=False).surveys[0]
    assert (card.whole, card.part) == (FIGURES[0], FIGURES[1])
    topic.refresh_from_db()
    assert topic.state == "SURVEYED"


@pytest.mark.parametrize("text", ["摄像头", "其中坏的 312 个", "摄像头 3 个\n其中坏的 4 个"])
def test_figures_that_say_nothing_are_refused(cast: Cast, at: datetime, text: str) -> None:
    topic = screened(cast, at)
    with refused(Invalid, fields={"figures"}):
        actions.survey_topic(topic.pk, surveys.figures_of(text), by=cast.actor("worker"), at=at)


def test_who_has_not_spoken_is_pointed_out(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    for party in ("物业", "维修公司"):
        actions.invite_party(topic.pk, party, by=cast.actor("worker"), at=at)
    with refused(WrongState):
        actions.invite_party(topic.pk, "物业", by=cast.actor("worker"), at=at)
    actions.opine(topic.pk, "物业", "FACT", "没有布线图", by=cast.actor("property"), at=at)
    assert queries.parts_of(topic.pk, topic.community_id, bare=False).missing == ["维修公司", "居民"]


def test_small_counts_are_kept_from_those_who_need_not_know(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    option = actions.add_option(topic.pk, "先修主干道", cost=3200000, fund="公共维修资金", by=cast.actor("worker"), at=at)
    for n, support in enumerate(("FOR", "FOR", "FOR", "AGAINST")):
        words = ("居民", "PROPOSAL", f"我第{n}个说")
        actions.opine(topic.pk, *words, support=support, option_id=option.pk, channel="PAPER", by=cast.actor("worker"), at=at)
    outside, inside = (queries.parts_of(topic.pk, topic.community_id, bare=bare).options[0] for bare in (False, True))
    assert (outside.support[0].counts, outside.support[0].spoke) == ({"FOR": 3, "RESERVED": 0, "AGAINST": None}, None)
    assert (inside.support[0].counts, inside.support[0].spoke) == ({"FOR": 3, "RESERVED": 0, "AGAINST": 1}, 4)
    rows = [queries.opinions(topic.pk, bare=bare).rows for bare in (False, True)]
    assert [{row.support for row in found} for found in rows] == [{""}, {"FOR", "AGAINST"}]  # nor can they be counted off the words
    assert (outside.price, outside.fund) == ("32,000", "公共维修资金")


def test_a_later_word_takes_the_earlier_ones_place_in_the_counts(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    for support in ("FOR", "AGAINST", ""):
        actions.opine(topic.pk, "居民", "CONCERN", "修一半又坏", support=support, by=cast.actor("resident2"), at=at)
    assert Opinion.objects.count() == 3
    counted = queries.parts_of(topic.pk, topic.community_id, bare=True).options[0].support[0]
    assert counted.counts == {"FOR": 0, "RESERVED": 0, "AGAINST": 1}


@pytest.mark.parametrize(("who", "party"), [("resident", "物业"), ("member", "街道"), ("property", "居民"), ("unit", "党员")])
def test_nobody_speaks_for_another_side(cast: Cast, at: datetime, who: str, party: str) -> None:
    topic = screened(cast, at)
    with refused(Invalid, fields={"party"}):
        actions.opine(topic.pk, party, "FACT", "都好着呢", by=cast.actor(who), at=at)


def test_words_stay_within_the_community_and_away_from_what_is_archived(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    with refused(NotThere):
        actions.opine(topic.pk, "居民", "FACT", "我也说一句", by=cast.actor("far_resident"), at=at)
    actions.evaluate_topic(topic.pk, "GOOD", by=cast.actor("resident"), at=at)
    actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at)
    with refused(WrongState):
        actions.opine(topic.pk, "居民", "FACT", "我也说一句", by=cast.actor("resident"), at=at)


def test_what_is_new_takes_no_words_yet(cast: Cast, at: datetime) -> None:
    topic = raised(cast, at)
    with refused(WrongState):
        actions.opine(topic.pk, "居民", "FACT", "我也说一句", by=cast.actor("worker"), at=at)


def test_it_is_archived_only_when_all_is_answered_and_its_raiser_was_asked(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    dissent = decided(cast, at, session, topic, repair(cast, at), dissents=[Dissent("居民", "修一半又坏")]).dissents.get()
    closed(cast, at, session)
    published(cast, at, session)
    with refused(WrongState):
        actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at)
    with refused(WrongState):  # whoever disagreed is asked first
        actions.evaluate_topic(topic.pk, "GOOD", by=cast.actor("resident"), at=at)
    actions.follow_up(dissent.pk, came_true=False, said="没有再坏", by=cast.actor("worker"), at=at)
    with refused(NotThere):
        actions.evaluate_topic(topic.pk, "GOOD", by=cast.actor("resident2"), at=at)
    actions.evaluate_topic(topic.pk, "HALF", text="还差两个", by=cast.actor("resident"), at=at)
    with refused(WrongState):  # the order is not done
        actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at)
    order = Order.objects.get()
    orders.accept(order.pk, by=cast.actor("unit"), at=at)
    orders.deliver(order.pk, text="都亮了。", by=cast.actor("unit"), at=at)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at + DAY)
    assert queries.parts_of(topic.pk, topic.community_id, bare=False).decisions[0].state == "FULFILLED"
    # Its points were taken back, and it is opened again: nothing stays put away that waits for an answer.
    cast.taken_back(order, at + 2 * DAY)
    orders.reopen(order.pk, reason="没有修", by=cast.actor("worker"), at=at + 3 * DAY)
    topic.refresh_from_db()
    assert (topic.state, topic.verdict, topic.archived_at) == ("EXECUTING", "", None)
    assert queries.parts_of(topic.pk, topic.community_id, bare=False).decisions[0].state == "ADOPTED"
    with refused(WrongState):
        actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at + 3 * DAY)
    actions.evaluate_topic(topic.pk, "BAD", by=cast.actor("resident"), at=at + 3 * DAY)


def test_an_order_it_came_from_keeps_it_open_too(cast: Cast, at: datetime) -> None:
    order = cast.place("resident", at=at)
    given = {"order_ids": [order.pk], "by": cast.actor("resident"), "at": at}
    topic = actions.raise_topic("桥面坏了没人管", "报了一个月。", **given)  # type: ignore[arg-type]
    actions.screen_topic(topic.pk, urgency=2, by=cast.actor("worker"), at=at)
    actions.evaluate_topic(topic.pk, "BAD", by=cast.actor("worker"), at=at)
    with refused(WrongState):
        actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at)
    orders.decline(order.pk, reason="归市政管，已经转去", by=cast.actor("worker"), at=at)
    actions.archive_topic(topic.pk, by=cast.actor("worker"), at=at)


def test_others_orders_that_are_not_on_view_cannot_be_pointed_to(cast: Cast, at: datetime) -> None:
    order = cast.place("resident", at=at)
    with refused(Invalid, fields={"orders"}):
        actions.raise_topic("桥面坏了", "没人管。", order_ids=[order.pk], by=cast.actor("resident2"), at=at)
    assert not Topic.objects.exists()


def test_staff_say_how_they_asked(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    with refused(Invalid, fields={"channel"}):
        actions.evaluate_topic(topic.pk, "GOOD", channel="SELF", by=cast.actor("worker"), at=at)
    actions.evaluate_topic(topic.pk, "GOOD", channel="PHONE", by=cast.actor("worker"), at=at)


def test_what_is_put_off_or_passed_on_says_why(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    with refused(Invalid, fields={"reason"}):
        actions.defer_topic(topic.pk, "", by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"until"}):
        actions.defer_topic(topic.pk, "等等", until=at.date(), by=cast.actor("worker"), at=at)
    actions.defer_topic(topic.pk, "等三标段收尾", until=(at + DAY).date(), by=cast.actor("worker"), at=at)
    topic.refresh_from_db()
    assert (topic.state, topic.reason) == ("DEFERRED", "等三标段收尾")
    actions.escalate_topic(topic.pk, "报街道办", by=cast.actor("worker"), at=at)
    with refused(NotAllowed):
        actions.escalate_topic(topic.pk, "报街道办", by=cast.actor("member"), at=at)


def test_a_community_calls_the_stages_as_it_likes(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    actions.label_stage("RAISE", "说", by=cast.actor("secretary"), at=at)
    labels = queries.parts_of(topic.pk, topic.community_id, bare=False).labels
    assert list(labels.values()) == ["说", "议", "决", "办", "评"]
    actions.label_stage("RAISE", "", by=cast.actor("secretary"), at=at)
    assert queries.parts_of(topic.pk, topic.community_id, bare=False).labels["RAISE"] == "提"


def test_the_page_of_names_shows_them_before_they_are_changed(cast: Cast, at: datetime) -> None:
    def labels() -> dict[str, str]:
        return dict(StageLabel.objects.values_list("stage", "label"))

    client = Client()
    client.force_login(cast.users["secretary"])
    given = {"RAISE": "说", "TALK": "", "DECIDE": "", "DO": "做", "JUDGE": ""}
    looked = client.get("/councils/stages", given)
    assert (looked.status_code, labels()) == (200, {}), "nothing is changed yet"
    assert "以后所有议题都是这样" in looked.content.decode()
    twice = client.post("/councils/stages", {**given, "JUDGE": "做"})
    assert (twice.status_code, "两步不能叫一样的名字" in twice.content.decode(), labels()) == (422, True, {})
    assert client.get("/councils/stages", {**given, "JUDGE": "回头评一评吧"}).status_code == 200, "six characters fit"
    for ask in (client.get, client.post):
        assert ask("/councils/stages", {**given, "JUDGE": "回头再评一评吧"}).status_code == 422
    assert client.post("/councils/stages", given).status_code == 303
    assert labels() == {"RAISE": "说", "DO": "做"}
    assert client.post("/councils/stages", {**dict.fromkeys(given, ""), "RAISE": "说"}).status_code == 303
    assert labels() == {"RAISE": "说"}
    events = Event.objects.filter(object_type="stage").order_by("pk").values_list("before", "after")
    assert list(events) == [({}, {"DO": "做", "RAISE": "说"}), ({"DO": "做", "RAISE": "说"}, {"RAISE": "说"})]
    client.force_login(cast.users["worker"])
    assert client.get("/councils/stages").status_code == 403
