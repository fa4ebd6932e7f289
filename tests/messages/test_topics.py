"""Everybody concerned is told what the stories promise: each row takes the real steps and says who reads what of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve
from django.utils.translation import override

from tests.cast import AT, Cast
from tests.councils import talks
from tests.councils.ballots import peoples_vote
from tests.news import pieces
from tests.trail import refused
from tests.works import sites
from zengyi.core import sealing
from zengyi.core.errors import NotAllowed
from zengyi.councils import actions as councils
from zengyi.facilities import actions as facilities
from zengyi.facilities.models import Defect, Facility
from zengyi.messages import actions, queries
from zengyi.messages.models import Message
from zengyi.messages.queries.topics import templates
from zengyi.messages.queries.wordings import said, wordings
from zengyi.messages.rules import Language
from zengyi.messages.rules.variables import VARIABLES, used_in
from zengyi.news import actions as news
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people import actions as people
from zengyi.people.models import Grant, Registration
from zengyi.works import actions as works
from zengyi.works.models import Demand

DAY = timedelta(days=1)
AFTER = AT + 2 * DAY


def told(cast: Cast, name: str) -> list[str]:
    """What somebody reads, newest first, in Chinese; every message leads to a page."""
    sealing.seal(AFTER)
    actions.tell_due(AFTER)
    with override("zh-hans"):
        cards = queries.page(by=cast.actor(name)).rows
    assert all(resolve(card.url) for card in cards)
    return [f"{card.title}｜{card.text}" if card.text else card.title for card in cards]


def test_who_raised_a_topic_hears_of_it_up_to_the_work_that_is_done(cast: Cast) -> None:
    topic = talks.screened(cast, AT)
    session = talks.planned(cast, AT, topic)
    early, late = (cast.actor(name).person_id for name in ("resident2", "member2"))
    councils.attend(session.pk, "业委会", person_id=early, by=cast.actor("worker"), at=AT)
    councils.notice_session(session.pk, by=cast.actor("worker"), at=AT)
    assert len(told(cast, "resident2")) == 1
    councils.attend(session.pk, "党员", person_id=late, by=cast.actor("worker"), at=AT)
    asked = ["请您来开会：监控协商会 1｜11月26日 10:00，居民活动室"]
    assert told(cast, "resident2") == told(cast, "member2") == asked
    councils.open_session(session.pk, by=cast.actor("worker"), at=AT)
    talks.decided(cast, AT, session, topic, talks.repair(cast, AT))
    talks.published(cast, AT, talks.closed(cast, AT, session))
    order = Order.objects.get(source="DECISION")
    orders.accept(order.pk, by=cast.actor("unit"), at=AT)
    orders.deliver(order.pk, text="换好了", by=cast.actor("unit"), at=AT)
    orders.confirm(order.pk, by=cast.actor("resident"), at=AT)
    assert told(cast, "resident")[-1] == "您提的事要商量了：摄像头坏了八成｜社区给您回了话，点开看看"
    mine = "\n".join(told(cast, "resident"))
    for words in ("您提的事在这个会上商量", "您提的事有决定了：摄像头坏了八成", "会议记录公开了"):
        assert words in mine
    theirs = told(cast, "resident2")
    assert theirs[0] == "会上定的事办好了：修好南区摄像头｜有人看过，确认办好"
    assert theirs[1:] == ["会议记录公开了：监控协商会 1｜看看写得对不对", *asked]
    assert told(cast, "neighbour") == []


def test_electors_hear_that_they_may_vote_and_how_it_ended_and_nobody_else_does(cast: Cast) -> None:
    vote = peoples_vote(cast)
    vote.bind(1, "resident")
    vote.open(closes_at=AT + DAY)
    assert told(cast, "resident") == ["开始表决了，您有一票：晚上九点以后不跳舞｜11月24日 10:00 前投，手机上就能投"]
    vote.close(AT + DAY)
    assert told(cast, "resident")[0].startswith("表决结果出来了")
    assert told(cast, "resident2") == []


def test_who_wanted_something_of_a_site_hears_that_it_is_done_and_neighbours_that_work_begins(cast: Cast) -> None:
    where = sites.site(cast, place_id=cast.buildings[1].pk)
    done = sites.done(cast, where)
    Demand.objects.filter(pk=done.pk).update(raiser_id=cast.actor("resident").person_id)
    works.pass_demand(done.pk, by=cast.actor("supervisor"), at=AT)
    mine = told(cast, "resident")
    assert mine == [
        "做好了，也看过了：S-1 井盖高出路面 3 厘米",
        "做好了，请您也去看一眼：S-1 井盖高出路面 3 厘米｜监理队会去看",
        "答应了：S-1 井盖高出路面 3 厘米｜2026-11-28 前做好",
        "替您记下了：S-1 井盖高出路面 3 厘米｜下次三方会上答复",
    ]
    assert told(cast, "unit") == ["看过，行：S-1 井盖高出路面 3 厘米", "开工了：虹桥新村改造｜居民提的，每周三方会上答复"]
    assert told(cast, "resident2") == ["您家附近开工了：虹桥新村改造｜几号做到哪、找谁说，写在里面"]
    assert told(cast, "neighbour") == told(cast, "far_resident") == []


@pytest.mark.parametrize(("answer", "words"), [("EXPLAIN", "作了解释"), ("REFUSE", "没有答应")])
def test_an_answer_is_told_as_what_it_is(cast: Cast, answer: str, words: str) -> None:
    asked = sites.raised(cast, sites.site(cast))
    Demand.objects.filter(pk=asked.pk).update(raiser_id=cast.actor("resident").person_id)
    works.answer_demand(asked.pk, answer, text="管线在下面，挪不动", by=cast.actor("unit"), at=AT)
    assert [line.split("：")[0] for line in told(cast, "resident")] == [words, "替您记下了"]


def test_who_found_it_on_the_round_hears_that_it_was_mended(cast: Cast) -> None:
    from tests.facilities.furnished import furnished

    _ids, _token, (_begun, handed), (defect, _cause) = furnished(cast, AT)
    found = Defect.objects.get(pk=defect)
    orders.confirm(found.order_id or 0, channel="VISIT", by=cast.actor("worker"), at=AT)
    facilities.review(handed, by=cast.actor("worker"), at=AT)
    assert {line.split("：")[0] for line in told(cast, "worker2")} >= {"您走的一趟有人看过了", "您查到的毛病修好了"}
    lift = Facility.objects.get(code="L1")
    facilities.retire(lift.pk, by=cast.actor("worker"), at=AT)
    assert told(cast, "resident") == ["您那幢楼的设施不再用了：1 号电梯"]
    assert told(cast, "resident2") == []


def test_a_notice_reaches_everybody_in_the_community_once_and_a_brief_nobody_but_its_writer(cast: Cast) -> None:
    piece = pieces.published(cast, kind="NOTICE", title="明天停水")
    brief = pieces.published(cast)
    for name in ("resident", "member", "unit", "supervisor"):
        assert told(cast, name) == ["社区通知：明天停水"], name
    assert told(cast, "far_resident") == []
    news.hang(piece.pk, "北门公告栏", by=cast.actor("worker2"), at=AT)
    news.withdraw(piece.pk, "停水取消", by=cast.actor("secretary"), at=AT)
    assert told(cast, "worker2")[0] == "请把贴出去的揭下来：明天停水｜还贴在哪，写在里面"
    news.withdraw(brief.pk, "数字不对", by=cast.actor("secretary"), at=AT)
    assert len(told(cast, "resident")) == 1


def test_a_title_is_told_as_it_is_printed(cast: Cast) -> None:
    pieces.published(cast, kind="NOTICE", title="漏水请打13900001206")
    assert told(cast, "resident2") == ["社区通知：漏水请打" + "█" * 11] or "13900001206" not in told(cast, "resident2")[0]
    assert "13900001206" not in str(list(Message.objects.values_list("values", flat=True)))


def test_who_registered_who_got_a_role_and_whose_password_was_reset_hear_of_it(cast: Cast) -> None:
    waiting = Registration.objects.create(
        community=cast.community, member_id=cast.member_id("far_member"), state="PENDING", registered_at=AT
    )
    people.confirm_registration(waiting.pk, by=cast.actor("worker"), at=AT)
    people.end_registration(waiting.pk, reason="搬走了", by=cast.actor("worker"), at=AT)
    assert told(cast, "far_member") == ["报到结束了：虹西社区｜搬走了", "报到确认了：虹西社区｜从今天起可以接单、记分"]
    people.open_login(cast.actor("resident2").person_id or 0, by=cast.actor("worker"), at=AT)
    assert told(cast, "resident2") == ["您的密码由社区重设过｜不是您要求的，请马上给社区打电话"]
    grant = Grant.objects.get(user=cast.users["supervisor"])
    people.end_grant(grant.pk, reason="到期", by=cast.actor("district"), at=AT)
    assert "一个身份收回了：虹西社区｜到期" in told_of(cast, "supervisor")


def told_of(cast: Cast, name: str) -> list[str]:
    """The same of somebody who has no role left."""
    told(cast, "admin")
    rows = Message.objects.filter(user=cast.users[name]).order_by("-pk")
    with override("zh-hans"):
        return [f"{templates()[row.template][1].words % row.values}｜{templates()[row.template][1].more % row.values}" for row in rows]


@pytest.mark.parametrize("more", [1, 10])
def test_telling_costs_as_many_statements_for_many_as_for_one(cast: Cast, sql: Callable[[], Any], more: int) -> None:
    where = sites.site(cast, place_id=cast.buildings[1].pk)
    for _n in range(more):
        sites.done(cast, where)
    sealing.seal(AFTER)
    actions.tell_due(AFTER)  # everything so far
    for _n in range(more):
        sites.raised(cast, where)
    sealing.seal(AFTER)
    with sql() as seen:
        actions.tell_due(AFTER)
    assert len(seen) <= 12, [one["sql"][:90] for one in seen]


def test_every_message_of_every_topic_can_be_read_in_both_languages(cast: Cast) -> None:
    values = dict.fromkeys(VARIABLES, "X")
    used = {name for _topic, one in templates().values() for name in used_in(one.words, one.more, one.paper)}
    assert used == set(VARIABLES)  # all are documented, and none that nobody uses
    for name, (topic, template) in templates().items():
        assert len(name) <= 60, name
        for language in ("zh-hans", "en"):
            with override(language):
                assert "%" not in f"{template.words % values}{template.more % values}".replace("X", ""), name
        assert resolve(topic.url(7)), name
        assert {verb for verb in template.settled_by if verb == template.verb} == set(), name


def test_every_text_fits_its_channels_in_both_languages_however_long_its_values(cast: Cast) -> None:
    for name, (topic, template) in templates().items():
        for language in Language:
            found = said(topic, template, language)
            assert found.title and all(length.fits for length in found.lengths), (name, language, found.lengths)


def test_the_texts_are_shown_with_what_their_variables_mean_to_those_who_look_after_them(cast: Cast) -> None:
    kinds, shown, _found = wordings("order", by=cast.actor("worker"))
    assert shown == "order" and {"order", "piece", "session"} <= {kind for kind, _word in kinds}
    assert all(word and word != kind for kind, word in kinds), kinds
    with override("zh-hans"):
        (triage,) = [one for one in wordings("order", by=cast.actor("worker"))[2] if one.name == "order.triage.asker"]
    assert [name for name, _means in triage.variables] == ["title", "number", "until"]
    assert [one.title for one in triage.said] == ["社区受理了：楼道灯不亮", "Taken on by the community: 楼道灯不亮"]
    with refused(NotAllowed):
        wordings("order", by=cast.actor("resident"))
