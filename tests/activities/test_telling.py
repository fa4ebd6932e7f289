"""What of sign-ups, occasions, records and reports is told to whom, and what waits for whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.activities.plans import AGREED, CHILD, SATURDAY, caller, child_of, planned
from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Drill, Occasion
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.core import sealing
from zengyi.messages import actions as messages
from zengyi.messages import queries as inbox
from zengyi.messages.models import Message
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

HOUR = timedelta(hours=1)


def told(cast: Cast, name: str, at: datetime = AT) -> list[tuple[str, str, str]]:
    """What somebody reads, the newest first: the words, what is below them, and where they lead."""
    sealing.seal(at)
    messages.tell_due(at)
    with override("zh-hans"):
        return [(one.title, one.text, one.url) for one in inbox.page(by=cast.actor(name)).rows]


def waits(cast: Cast, name: str, at: datetime) -> dict[str, str]:
    """What of this package waits for somebody: by kind, the title and what is wanted."""
    found = waiting(sources(), by=cast.actor(name), at=at, most=9)
    return {one.kind: f"{one.title}｜{one.detail}" for one in found.items}


def test_a_cancelled_occasion_is_told_to_everybody_on_it_and_to_nobody_else(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=2)
    for who in ("resident", "member", "member2", "resident2"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    actions.cancel_sign_up(occasion.sign_ups.get(number=1).pk, by=cast.actor("resident"), at=AT)
    actions.cancel_occasion(occasion.pk, "老师病了，打13900001206问", by=cast.actor("worker"), at=AT + HOUR)
    for who in ("member", "member2", "resident2"):
        words, more, url = told(cast, who, AT + HOUR)[0]
        assert (words, url) == ("取消了：干花书签，和孩子一起做", f"/activities/occasions/{occasion.pk}/"), who
        assert "老师病了" in more and "13900001206" not in more
    # Who had left before need not know, and who called it off knows.
    assert told(cast, "resident", AT + HOUR) == told(cast, "worker", AT + HOUR) == []
    assert Message.objects.filter(template="occasion.cancel.coming", urgent=True).count() == 3


def test_a_moved_occasion_is_told_to_who_comes_and_who_waits(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1)
    for who in ("resident", "member"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    new = SATURDAY + timedelta(days=1)
    actions.move_occasion(occasion.pk, new, new + HOUR, reason="场地要用", by=cast.actor("worker"), at=AT)
    assert [told(cast, who)[0][:2] for who in ("resident", "member")] == [("改到 11月29日 9:00：干花书签，和孩子一起做", "场地要用")] * 2


def test_who_moves_up_is_told_until_when_and_led_to_the_occasion(cast: Cast) -> None:
    occasion = planned(cast.actor("worker"), capacity=1)
    first = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    second = actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    third = actions.sign_up(occasion.pk, by=cast.actor("member2"), at=AT)
    actions.cancel_sign_up(first.pk, by=cast.actor("resident"), at=AT + HOUR)
    second.refresh_from_db()
    assert second.until is not None
    until = f"{second.until.month}月{second.until.day}日"
    (found,) = told(cast, "member", AT + HOUR)
    assert found[0] == "有位了：干花书签，和孩子一起做" and f"替您留到 {until}" in found[1]
    assert found[2] == f"/activities/occasions/{occasion.pk}/"
    assert told(cast, "member2", AT + HOUR) == []
    actions.run_due(second.until)
    assert told(cast, "member", second.until)[0][0] == "没等到您回话，位子给了后面的人：干花书签，和孩子一起做"
    assert told(cast, "member2", second.until)[0][0] == "有位了：干花书签，和孩子一起做"
    assert third.pk


def test_whoever_gets_the_seat_of_a_child_that_stays_at_home_is_told(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker"), capacity=2), cast.actor("resident")
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=by, at=AT)
    actions.sign_up(occasion.pk, by=cast.actor("member"), at=AT)
    actions.answer_consent(made.pk, child_of(made).pk, "TAKE_PART", False, by=by, at=AT + HOUR)
    assert [line[0] for line in told(cast, "member", AT + HOUR)] == ["有位了：干花书签，和孩子一起做"]
    assert "seat-offered" in waits(cast, "member", AT + HOUR)
    assert told(cast, "member2", AT + HOUR) == []


def test_what_staff_do_for_somebody_they_are_told(cast: Cast) -> None:
    occasion, worker = planned(cast.actor("worker")), cast.actor("worker")
    who = Who("PHONE", person_id=cast.actor("resident").person_id)
    made = actions.sign_up(occasion.pk, seats=2, children=[CHILD], who=who, by=worker, at=AT)
    actions.answer_consent(made.pk, child_of(made).pk, "PHOTOGRAPH", True, channel="PHONE", by=worker, at=AT)
    actions.cancel_sign_up(made.pk, reason="孩子发烧", by=worker, at=AT)
    words = [one[0].split("：")[0] for one in told(cast, "resident")]
    assert words == ["社区替您退了", "社区照您的话改了孩子的同意", "社区替您报了名"]
    assert "小花" not in str(list(Message.objects.values_list("values", flat=True)))


@pytest.fixture
def closed(cast: Cast) -> Occasion:
    """The resident came, the member did not."""
    made = planned(cast.actor("worker"))
    for who in ("resident", "member"):
        actions.sign_up(made.pk, by=cast.actor(who), at=AT)
    one = Attendee.objects.get(occasion=made, sign_up__number=1)
    actions.record_attendance(made.pk, [Marked(one.pk, "IN")], by=cast.actor("worker"), at=SATURDAY)
    return actions.close_occasion(made.pk, by=cast.actor("worker"), at=made.ends_at)


def test_what_the_roll_came_to_stands_on_the_sign_up(cast: Cast, closed: Occasion, client: Client) -> None:
    for who, number, words in (("resident", 1, "90 分钟"), ("member", 2, "没来")):
        client.force_login(cast.users[who])
        occasion = client.get(f"/activities/occasions/{closed.pk}/").content.decode()
        own = f"/activities/sign-ups/{closed.sign_ups.get(number=number).pk}/"
        assert "散场了，时长出来了。" in occasion and own in occasion
        assert words in client.get(own).content.decode()


def test_minutes_corrections_and_records_are_told_to_whose_they_are(cast: Cast, closed: Occasion) -> None:
    end, worker = closed.ends_at, cast.actor("worker")
    absent = Attendee.objects.get(occasion=closed, sign_up__number=2)
    assert [told(cast, who, end)[0][0].split("：")[0] for who in ("resident", "member")] == ["时长出来了"] * 2
    actions.correct_attendance(absent.pk, 60, "同事说他在", by=worker, at=end)
    assert told(cast, "member", end)[0][1] == "现在记 60 分钟：同事说他在"
    record = actions.issue_record(absent.sign_up_id, AT.date(), end.date(), by=worker, at=end)
    words, more, url = told(cast, "member", end)[0]
    assert (words, more, url) == ("您的服务记录单出好了", f"编号 {record.number}", "/activities/records/")
    actions.revoke_record(record.pk, "记错了人", by=worker, at=end)
    assert told(cast, "member", end)[0][:2] == (f"一张服务记录单撤销了：{record.number}", "记错了人")
    assert len(told(cast, "resident", end)) == 1


@pytest.mark.parametrize(
    ("true", "words"), [(True, "您报的查实了：虹西路西段 桥头"), (False, "您报的，社区去看过，不属实：虹西路西段 桥头")]
)
def test_who_reported_is_told_what_was_found(cast: Cast, true: bool, words: str) -> None:
    made = actions.report_finding("RUBBISH", place_id=cast.bridge.pk, spot="桥头", basis="PRESENT", by=cast.actor("member"), at=AT)
    actions.verify_finding(made.pk, true, reason="" if true else "没有看到", by=cast.actor("worker"), at=AT)
    assert told(cast, "member")[0][0] == words


def test_a_roll_to_be_closed_and_an_absence_that_is_contested_wait_for_the_staff_who_lead(cast: Cast, closed: Occasion) -> None:
    over = planned(cast.actor("worker"), title="没点完的")
    actions.sign_up(over.pk, by=cast.actor("resident2"), at=AT)
    planned(cast.actor("worker"), title="没人报的")
    end = closed.ends_at
    assert "roll-to-close" not in waits(cast, "worker", end - HOUR)
    assert waits(cast, "worker", end)["roll-to-close"] == "没点完的｜散场了，点完名，时长才出得来"
    absent = Attendee.objects.get(occasion=closed, sign_up__number=2)
    assert "absence-contested" not in waits(cast, "worker", end)
    actions.contest(absent.sign_up_id, absent.pk, "我坐在后排", by=cast.actor("member"), at=end + HOUR)
    assert "我坐在后排" in waits(cast, "worker", end + HOUR)["absence-contested"]
    assert not {"roll-to-close", "absence-contested"} & set(waits(cast, "far_worker", end + HOUR))
    # Looking and saying that it stays as it is answers it, too.
    actions.correct_attendance(absent.pk, 0, "问过了，没来", by=cast.actor("worker"), at=end + 2 * HOUR)
    assert "absence-contested" not in waits(cast, "worker", end + 2 * HOUR)


def test_staff_ring_up_who_is_to_answer_and_has_no_login(cast: Cast) -> None:
    occasion, worker = planned(cast.actor("worker"), capacity=1), cast.actor("worker")
    first = actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    actions.sign_up(occasion.pk, who=caller("来电居民", "13900007777"), by=worker, at=AT)
    assert "seat-to-ring" not in waits(cast, "worker", AT)
    actions.cancel_sign_up(first.pk, by=cast.actor("resident"), at=AT)
    assert "来电居民没有账号" in waits(cast, "worker", AT)["seat-to-ring"]
    assert "seat-to-ring" not in waits(cast, "resident", AT)


def test_a_report_waits_for_another_and_a_ledger_for_its_day(cast: Cast) -> None:
    own = actions.report_finding("SEWAGE", spot="桥下", basis="PRESENT", by=cast.actor("worker"), at=AT)
    assert "finding-to-verify" not in waits(cast, "worker", AT)
    assert "桥下" in waits(cast, "secretary", AT)["finding-to-verify"]
    actions.verify_finding(own.pk, True, by=cast.actor("secretary"), at=AT)
    assert "finding-to-verify" not in waits(cast, "secretary", AT)
    actions.report_finding("GOLDENROD", spot="河边", basis="COUNTED", count=9, by=cast.actor("member"), at=AT)
    assert "ledger-to-look" not in waits(cast, "worker", AT + timedelta(days=13))
    assert waits(cast, "worker", AT + timedelta(days=14))["ledger-to-look"] == "清除账：河边｜到日子了，去回看一次"


def test_the_next_drill_waits_a_month_ahead_until_one_is_planned(cast: Cast) -> None:
    place = cast.buildings[0].pk
    times: dict[str, Any] = {"starts_at": AT - HOUR, "ends_at": AT, "place_id": place}
    held = planned(cast.actor("worker"), kind="DRILL", at=AT - 2 * HOUR, **times)
    actions.record_drill(held.pk, content="报警、疏散", departments="消防站", people_count=40, by=cast.actor("worker"), at=AT)
    due = Drill.objects.get().next_on
    month = datetime.combine(due, AT.timetz()) - timedelta(days=30)
    assert "drill-due" not in waits(cast, "worker", month - timedelta(days=1))
    assert due.isoformat() in waits(cast, "worker", month)["drill-due"]
    planned(cast.actor("worker"), kind="DRILL", at=month, starts_at=month + HOUR, ends_at=month + 2 * HOUR, place_id=place)
    assert "drill-due" not in waits(cast, "worker", month)


def test_each_host_reads_its_own_people_and_nobody_elses(cast: Cast, client: Client) -> None:
    joint = planned(cast.actor("worker"), kind="DRILL", hosts=[cast.elsewhere.pk], title="联合消防演练")
    actions.sign_up(joint.pk, seats=2, children=[Child("FROM_8", AGREED, "小花")], by=cast.actor("resident"), at=AT)
    actions.sign_up(joint.pk, who=caller("外社区来电", "13900008888"), by=cast.actor("far_worker"), at=AT)
    seen = {}
    for who in ("worker", "far_worker"):
        client.force_login(cast.users[who])
        seen[who] = client.get(f"/activities/occasions/{joint.pk}/sign-ups").content.decode()
    assert "居民1206" in seen["worker"] and "外社区来电" not in seen["worker"]
    assert "外社区来电" in seen["far_worker"] and "居民1206" not in seen["far_worker"]
    assert "打电话" in seen["far_worker"]
    for page in seen.values():
        assert "13900008888" not in page and "13900001206" not in page and "小花" not in page
    for who in ("resident", "member", "district", "property"):
        client.force_login(cast.users[who])
        assert client.get(f"/activities/occasions/{joint.pk}/sign-ups").status_code in (403, 404), who


def test_who_is_offered_one_of_more_places_is_told_and_nobody_else(cast: Cast) -> None:
    occasion, by = planned(cast.actor("worker"), capacity=1), cast.actor("worker")
    for who in ("resident", "member", "member2"):
        actions.sign_up(occasion.pk, by=cast.actor(who), at=AT)
    actions.move_occasion(occasion.pk, occasion.starts_at, occasion.ends_at, capacity=2, reason="换了大教室", by=by, at=AT + HOUR)
    ((words, more, url),) = told(cast, "member", AT + HOUR)
    assert words == "有位了：干花书签，和孩子一起做" and "替您留到 11月25日" in more and url == f"/activities/occasions/{occasion.pk}/"
    assert told(cast, "resident", AT + HOUR) == told(cast, "member2", AT + HOUR) == []
