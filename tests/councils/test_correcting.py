"""Words are put right until minutes are signed; a decision's orders and dissent stay, and a later decision takes an earlier one's place."""

import json
from datetime import datetime
from typing import Any

from django.test import Client

from tests.cast import Cast
from tests.councils.talks import closed, decided, opened, repair, screened
from tests.trail import refused
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.councils import actions
from zengyi.councils.models import Decision, DecisionOrder, Dissent, Minutes, Opinion
from zengyi.councils.rules.decisions import Dissent as Against


def test_words_are_put_right_until_somebody_signs_and_orders_stay(cast: Cast, at: datetime) -> None:
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": at}
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    said = actions.opine(topic.pk, "物业", "FACT", "没有补线图", session_id=session.pk, **worker)
    decision = decided(cast, at, session, topic, repair(cast, at), repair(cast, at), dissents=[Against("居民", "修一半又坏")])
    orders = list(DecisionOrder.objects.values_list("order_id", flat=True))
    closed(cast, at, session)
    for who, error in (("resident", NotAllowed), ("far_worker", NotThere)):
        with refused(error):
            actions.correct_opinion(said.pk, "没有布线图", party="物业", kind="FACT", by=cast.actor(who), at=at)
    with refused(Invalid, fields={"party", "kind", "text"}):
        actions.correct_opinion(said.pk, "没", party="", kind="?", **worker)
    actions.correct_opinion(said.pk, " 没有布线图 ", party="维修公司", kind="CONCERN", **worker)
    with refused(Invalid):
        actions.correct_decision(decision.pk, "修", **worker)
    actions.correct_decision(decision.pk, "先修主干道和学校门口", **worker)
    assert list(DecisionOrder.objects.values_list("order_id", flat=True)) == orders and len(orders) == 2
    assert Dissent.objects.get().text == "修一半又坏"
    actions.sign_session(session.pk, **worker)
    frozen = json.loads(Minutes.objects.get().text)["topics"][0]
    assert [(one["party"], one["text"]) for one in frozen["said"]] == [("维修公司", "没有布线图")]
    assert [one["text"] for one in frozen["decisions"]] == ["先修主干道和学校门口"]
    with refused(WrongState):
        actions.correct_opinion(said.pk, "有布线图", party="物业", kind="FACT", **worker)
    with refused(WrongState):
        actions.correct_decision(decision.pk, "不修了", **worker)
    assert (Opinion.objects.get().text, Decision.objects.get().text) == ("没有布线图", "先修主干道和学校门口")


def test_what_somebody_says_outside_a_session_is_theirs(cast: Cast, at: datetime) -> None:
    own = actions.opine(screened(cast, at).pk, "居民", "PROPOSAL", "先修主干道", by=cast.actor("resident2"), at=at)
    with refused(NotThere):
        actions.correct_opinion(own.pk, "都不修", party="居民", kind="PROPOSAL", by=cast.actor("worker"), at=at)


def test_no_order_arises_for_a_topic_that_is_judged_or_put_away(cast: Cast, at: datetime) -> None:
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": at}
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    decision = decided(cast, at, session, topic, no_action_reason="只是说明情况")
    actions.evaluate_topic(topic.pk, "GOOD", **worker)
    with refused(WrongState):
        actions.add_order(decision.pk, repair(cast, at), **worker)
    actions.archive_topic(topic.pk, **worker)
    with refused(WrongState):
        actions.add_order(decision.pk, repair(cast, at), **worker)
    assert not DecisionOrder.objects.exists()


def test_pages_put_right_and_replace(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": at}
    said = actions.opine(topic.pk, "物业", "FACT", "没有补线图", session_id=session.pk, **worker)
    first, second = (decided(cast, at, session, topic, repair(cast, at)) for _n in range(2))
    client, path = Client(), f"/councils/sessions/{session.pk}/"
    client.force_login(cast.users["worker"])
    page = client.get(path).content.decode()
    assert f"correct?opinion={said.pk}" in page and f"reword?decision={first.pk}" in page
    form = client.get(f"{path}correct?opinion={said.pk}").content.decode()
    assert "没有补线图" in form and 'value="物业"' in form
    assert f'<p class="muted">{session.title}</p>' in form, "the page says what it is about"
    sent = {"opinion": said.pk, "party": "物业", "kind": "FACT", "text": "没有布线图"}
    assert client.post(f"{path}correct", sent).status_code == 303
    assert client.post(f"{path}reword", {"decision": first.pk, "text": "先修学校门口"}).status_code == 303
    assert "另定了" in client.get(f"/councils/topics/{topic.pk}/").content.decode()
    replace = f"/councils/topics/{topic.pk}/supersede"
    assert client.post(replace, {"decision": second.pk, "newer": first.pk}).status_code == 422, "the later one replaces the earlier"
    assert client.post(replace, {"decision": first.pk, "newer": second.pk}).status_code == 303
    first.refresh_from_db()
    assert (first.state, first.replaced_by_id, first.text) == ("SUPERSEDED", second.pk, "先修学校门口")
    assert Opinion.objects.get().text == "没有布线图"
