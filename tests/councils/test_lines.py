"""One line in a session: what is recognised, what is asked; and the page that takes it."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.councils.talks import closed, decided, opened, published, repair, screened
from tests.trail import refused
from zengyi.bank.models import Filing
from zengyi.core import clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.councils import actions
from zengyi.councils.models import Decision, Opinion, Participant
from zengyi.councils.rules.decisions import Hands
from zengyi.councils.rules.lines import Ordered, Settled, Spoken, read_line
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

TODAY = date(2026, 11, 26)  # a Thursday
PARTIES = ["居民", "物业", "维修公司"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("物业：没有布线图", Spoken("物业", "FACT", "没有布线图")),
        ("物业: 没有：真没有", Spoken("物业", "FACT", "没有：真没有")),
        ("居民 担心：修一半又坏", Spoken("居民", "CONCERN", "修一半又坏")),
        ("居民主张：先修主干道", Spoken("居民", "PROPOSAL", "先修主干道")),
        ("3 答复：下周来人", Spoken("维修公司", "REPLY", "下周来人")),
        ("2 没有布线图", Spoken("物业", "FACT", "没有布线图")),
        ("9 个摄像头：都坏了", Spoken("9 个摄像头", "FACT", "都坏了")),
        ("答复：下周来人", Spoken("答复", "FACT", "下周来人")),
        ("Decide: main roads first 11/1/2", Settled("main roads first", True, Hands(11, 1, 2))),
        ("reject: all new", Settled("all new", False, None)),
        ("Do: find the cause @repairer 12-20", Ordered("find the cause", "repairer", date(2026, 12, 20), False, False)),
        ("决：先修主干道", Settled("先修主干道", True, None)),
        ("决定 先修主干道 11/1/2", Settled("先修主干道", True, Hands(11, 1, 2))),
        ("否：全部换新 2／9／3", Settled("全部换新", False, Hands(2, 9, 3))),
        ("办：查清原因 @维修公司 12-20", Ordered("查清原因", "维修公司", date(2026, 12, 20), False, False)),
        ("派 @0001 12月1日 每天 看一遍", Ordered("看一遍", "0001", date(2026, 12, 1), True, False)),
        ("办：交方案 ＠物业 尽快 2027-1-5", Ordered("交方案", "物业", date(2027, 1, 5), False, True)),
        ("办：井盖放平 @施工方 1-3", Ordered("井盖放平", "施工方", date(2027, 1, 3), False, False)),
        ("办：井盖放平 @施工方 明天", Ordered("井盖放平", "施工方", date(2026, 11, 27), False, False)),
        ("办：井盖放平 @施工方 周三", Ordered("井盖放平", "施工方", date(2026, 12, 2), False, False)),
        ("办：井盖放平 @施工方 下周三", Ordered("井盖放平", "施工方", date(2026, 12, 2), False, False)),
        ("办：井盖放平 @施工方 周日", Ordered("井盖放平", "施工方", date(2026, 11, 29), False, False)),
    ],
)
def test_what_a_line_says(line: str, said: object) -> None:
    assert read_line(line, parties=PARTIES, today=TODAY) == said


@pytest.mark.parametrize(
    "line",
    [
        "",
        "  ",
        "长" * 401,
        "没有布线图",
        "0 没有",
        "4 没有",
        "办：查清原因 12-20",
        "办：查清原因 @维修公司",
        "办：查 @甲 13-45",
        "办：查 @甲 2-30",
    ],
)
def test_what_is_not_recognised_is_asked(line: str) -> None:
    with pytest.raises(Invalid) as asked:
        read_line(line, parties=PARTIES, today=TODAY)
    assert set(asked.value.fields) == {"line"}


@given(st.text(max_size=450), st.lists(st.sampled_from(PARTIES), max_size=9))
def test_no_line_breaks_the_reader(line: str, parties: list[str]) -> None:
    try:
        read = read_line(line, parties=parties, today=TODAY)
    except Invalid as asked:
        assert set(asked.fields) == {"line"}
    else:
        assert isinstance(read, Spoken | Settled | Ordered)


class Hall:
    """The page of a session, in the worker's hands."""

    def __init__(self, cast: Cast, session_id: int, item: int) -> None:
        self.client, self.path = Client(), f"/councils/sessions/{session_id}/hall?item={item}"
        self.client.force_login(cast.users["worker"])

    def say(self, line: str, status: int = 303) -> str:
        """Type a line; what the page then says."""
        answer = self.client.post(self.path, {"line": line, "shown": "|".join(PARTIES)})
        assert answer.status_code == status, answer.content.decode()
        if status == 303:
            answer = self.client.get(answer["Location"])
        return answer.content.decode()


@pytest.fixture
def hall(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(clock, "now", lambda: at)
    session = opened(cast, at, screened(cast, at))
    for name in ("居民1206", "居民1207", "居民1208"):
        actions.attend(session.pk, "居民", name=name, by=cast.actor("worker"), at=at)
    return Hall(cast, session.pk, session.items.get().pk)


def test_a_session_by_the_keyboard(cast: Cast, hall: Hall) -> None:
    assert "记下了：物业，没有布线图" in hall.say("2 没有布线图")
    assert Opinion.objects.get().party == "物业"
    for wrong in ("没有布线图", "办：查清原因 @机关事务中心 12-20", "决：先修主干道 2/2/2"):
        assert wrong in hall.say(wrong, 422), "what was typed stays"
    assert not Decision.objects.exists()
    hall.say("决：先修主干道 2/0/1")
    decision = Decision.objects.get()
    assert (decision.for_it, decision.against, decision.abstained, decision.present) == (2, 0, 1, 3)
    assert decision.topic.state == "AGREED"
    for wrong in ("办：查清原因 @没有这家 12-20", "办：查清原因 @机关事务中心 2020-12-20"):
        hall.say(wrong, 422)
    page = hall.say("办：查清原因 @机关 12-20")
    order, at_it = Order.objects.get(), decision.actions.get()
    assert (order.title, order.source, order.state, at_it.position) == ("查清原因", "DECISION", "ASSIGNED", 1)
    assert "派了：查清原因，机关事务中心，2026年12月20日" in page
    hall.say("办：每天查一遍 @0001 12-1 每天")
    assert list(decision.actions.values_list("position", "daily")) == [(1, False), (2, True)]
    decision.topic.refresh_from_db()
    assert decision.topic.state == "EXECUTING"


def test_an_order_is_only_of_a_decision_that_stands_and_of_open_minutes(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    no = decided(cast, at, session, topic, outcome="REJECTED")
    with refused(WrongState):
        actions.add_order(no.pk, repair(cast, at), by=cast.actor("worker"), at=at)
    yes = decided(cast, at, session, topic)
    with refused(Invalid, fields={"actions"}):
        actions.add_order(yes.pk, repair(cast, at, due_at=None), by=cast.actor("worker"), at=at)
    actions.add_order(yes.pk, repair(cast, at), by=cast.actor("worker"), at=at)
    published(cast, at, closed(cast, at, session))
    with refused(WrongState):
        actions.add_order(yes.pk, repair(cast, at), by=cast.actor("worker"), at=at)


def test_members_at_the_table_and_what_they_proposed_reach_the_bank(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the page alone: written down by number, their word as theirs, taken up by the decision; the host is the attester."""
    monkeypatch.setattr(clock, "now", lambda: at)
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    client, path = Client(), f"/councils/sessions/{session.pk}"
    client.force_login(cast.users["worker"])

    def post(verb: str, status: int = 303, **sent: Any) -> str:
        answer = client.post(f"{path}/{verb}", sent)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()

    assert "名单里没有找到" in post("attend", 422, party="党员", name="", known="没有这个人", role="DELIBERATOR")
    assert "请写怎么称呼" in post("attend", 422, party="党员", name="", known="", role="DELIBERATOR")
    post("attend", party="党员", name="", known="0002", role="DELIBERATOR")
    post("attend", party="居民", name="", known="13900001206", role="DELIBERATOR")
    seats = dict(Participant.objects.values_list("party", "name"))
    assert seats == {"党员": "党员乙", "居民": "居民1206"}
    member = Participant.objects.get(party="党员")
    post("say", topic=topic.pk, speaker=member.pk, party="", kind="PROPOSAL", text="先修主干道")
    assert "请写是哪一方说的" in post("say", 422, topic=topic.pk, speaker="", party="", kind="PROPOSAL", text="都修")
    said = Opinion.objects.get()
    assert (said.party, said.said_by_id) == ("党员", member.person_id)
    assert "采纳了哪些主张" in client.get(f"{path}/decide?topic={topic.pk}").content.decode()
    order: dict[str, Any] = {"title_1": "修好", "unit_1": cast.unit.pk, "due_1": "2026-12-20"}
    post("decide", topic=topic.pk, text="先修主干道", outcome="ADOPTED", adopts=[said.pk], **order)
    assert "采纳了哪些主张" not in client.get(f"{path}/decide?topic={topic.pk}").content.decode(), "taken up once"
    post("close")
    published(cast, at, session)
    filed = Filing.objects.filter(member=cast.member_id("member2")).order_by("pk").values_list("rule", "state", "attested_by")
    assert list(filed) == [("V03", "ATTESTED", cast.users["worker"].pk), ("V04", "ATTESTED", cast.users["secretary"].pk)]


def test_nobody_is_said_to_have_spoken_who_does_not_sit_there(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session, other = opened(cast, at, topic), opened(cast, at, title="另一个会")
    seat = actions.attend(other.pk, "居民", name="居民1206", by=cast.actor("worker"), at=at)
    words = (topic.pk, "", "FACT", "夜里看不清")
    with refused(Invalid, fields={"speaker"}):
        actions.opine(*words, session_id=session.pk, speaker_id=seat.pk, by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"speaker"}):
        actions.opine(*words, speaker_id=seat.pk, by=cast.actor("resident"), at=at)
