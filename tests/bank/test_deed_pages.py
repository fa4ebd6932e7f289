"""The pages of deeds: what is suggested, what a deed would bring, what is asked, and who does what with it."""

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.bank.deeds import DAY, SAID, approved, attested, filed
from tests.cast import AT, Cast
from tests.trail import refused
from tests.trust.ground import jpeg
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing, FilingPhoto
from zengyi.bank.queries import suggested
from zengyi.bank.queries.suggested import Suggestion
from zengyi.bank.rules import Had, shipped
from zengyi.bank.waiting import ITEMS
from zengyi.core.errors import NotAllowed
from zengyi.orders import actions as orders
from zengyi.people.queries.waiting import waiting
from zengyi.people.rules import Actor

pytestmark = pytest.mark.databases("sqlite")

NEW, LIST = "/bank/deeds/new", "/bank/deeds/"
RULES = {rule.code: rule for rule in shipped()}


@pytest.fixture(autouse=True)
def _now(stopped: datetime) -> datetime:
    return stopped


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    """What a page says, without its marks."""
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:500]
    return words(answer.content.decode())


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_three_steps_from_a_suggestion(cast: Cast, at: datetime) -> None:
    """A report that the community took on: one tap on it, a look, one tap to hand it in."""
    order = cast.triaged("member", at=at - timedelta(days=2))
    client = browser(cast, "member")
    listed = client.get(NEW).content.decode()
    assert "虹西路西段桥面破损" in listed and f"单号 {order.number}" in words(listed)
    way = unescape(re.findall(r'href="(\?rule=[^"]+from[^"]+)"', listed)[0])
    assert way == f"?rule=V06&from=report%3A{order.pk}"
    shown = client.get(NEW + way).content.decode()
    assert 'value="2026-11-21"' in shown and f"单号 {order.number}：虹西路西段桥面破损" in shown
    sent = {"occurred_on": "2026-11-21", "quantity": "1", "text": f"单号 {order.number}"}
    assert client.post(NEW + way, sent).status_code == 303
    made = Filing.objects.get()
    assert (made.rule, made.occurred_on, made.state) == ("V06", date(2026, 11, 21), "SUBMITTED")
    assert "虹西路西段桥面破损" not in page(client, NEW)  # what is filed is suggested no more
    again = client.post(NEW + way, sent)
    assert again.status_code == 409 and "已经申报过" in again.content.decode()


def test_which_orders_are_suggested(cast: Cast, at: datetime) -> None:
    def suggested_to(name: str) -> list[tuple[str, date, str]]:
        by = cast.actor(name)
        found = queries.suggestions(by=by, at=at, book=queries.rulebook(by.community_id or 0))
        return [(one.rule, one.day, one.key) for one in found]

    worker = cast.actor("worker")
    reported = cast.triaged("member", at=at - timedelta(days=3))
    cast.place("member", at=at)  # nobody has looked at it
    orders.decline(cast.place("member", at=at).pk, reason="这件事归物业管。", by=worker, at=at)
    cast.triaged("member", at=at - timedelta(days=40))  # long ago
    silent = cast.delivered("member2", "resident", at=at - timedelta(days=20))
    for days in (15, 12):
        orders.remind(silent.pk, by=worker, at=at - timedelta(days=days))
    orders.close(silent.pk, by=worker, at=at - timedelta(days=9))
    paid = cast.delivered("member2", "resident", at=at - timedelta(days=5))
    orders.confirm(paid.pk, by=cast.actor("resident"), at=at)
    assert suggested_to("member") == [("V06", (at - timedelta(days=3)).date(), f"report:{reported.pk}")]
    assert suggested_to("member2") == [("V11", (at - timedelta(days=20)).date(), f"order:{silent.pk}")]
    assert suggested_to("member3") == []


def test_any_package_may_suggest(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def session(by: Actor, first: date, last: date) -> list[Suggestion]:
        assert (first, last) == (date(2026, 10, 24), date(2026, 11, 23))
        known = {"detail": "第 11 次，已签到", "text": "第 11 次三方会议", "witness": "主持人"}
        days = (DAY, DAY - timedelta(days=1), DAY - timedelta(days=2))
        rules = ("V12", "D01", "B02")  # under the last two nobody files for themselves
        return [Suggestion(key=f"session:{n}", rule=rules[n], day=day, title=f"会议{n}", **known) for n, day in enumerate(days)]

    monkeypatch.setattr(suggested, "_SUGGESTERS", {})
    suggested.suggested_by("site", session)
    listed = page(browser(cast, "member"), NEW)
    assert "会议0" in listed and "会议1" not in listed and "会议2" not in listed
    shown = browser(cast, "member").get(f"{NEW}?rule=V12&from=session:0").content.decode()
    assert "第 11 次三方会议" in shown


def test_nothing_to_suggest(cast: Cast) -> None:
    assert "系统记得的都记上了" in page(browser(cast, "member"), NEW)


def test_what_is_left_is_told_before_it_is_handed_in(cast: Cast, at: datetime) -> None:
    """V03: two points each, six a quarter. Two stand, two wait, the next may bring two, and the one after that nothing."""
    approved(cast, rule="V03", day=DAY)
    filed(cast, rule="V03", day=DAY - timedelta(days=1))
    client = browser(cast, "member")
    assert "还能记 2 分" in page(client, NEW)
    assert "本季最多 6 已有 2 等核准 2 这次 +2 还剩 0" in page(client, f"{NEW}?rule=V03")
    asked = {"rule": "V03", "occurred_on": "2026-11-18", "quantity": "2"}
    told = client.post("/bank/deeds/worth", asked)
    assert told.status_code == 200 and "照规则是 4 分，这次记 2 分：超过本季上限" in words(told.content.decode())
    last_quarter = client.post("/bank/deeds/worth", {**asked, "occurred_on": "2026-09-30"})
    assert "已有 0 这次 +4 还剩 2" in words(last_quarter.content.decode())
    filed(cast, rule="V03", day=DAY - timedelta(days=2))
    assert "已经满了" in page(client, NEW)
    assert Filing.objects.count() == 3  # looking files nothing


def test_arithmetic_of_a_bar() -> None:
    room = queries.Room(Had(7, 7), Had(2, 2))
    worth = queries.worth_of(RULES["V05"], 2, room)
    (cap,) = worth.caps
    assert (cap.most, cap.had, cap.waits, cap.this, cap.left) == (12, 7, 2, 2, 1)
    assert cap.bars == [("was", 0.0, 58.3), ("waits", 58.3, 16.7), ("this", 75.0, 16.7)]
    full = queries.worth_of(RULES["V05"], 2, queries.Room(Had(12, 12), Had(0, 0)))
    assert (full.asked, full.points, full.short, full.caps[0].left) == (2, 0, "QUARTER", 0)
    assert sum(width for _name, _x, width in full.caps[0].bars) == 100
    taken = queries.worth_of(RULES["D05"], 1, queries.NO_ROOM_TAKEN)
    assert (taken.points, taken.takes, taken.caps) == (10, True, [])


def test_only_what_the_rule_asks_is_asked(cast: Cast) -> None:
    client = browser(cast, "member")
    fields = {
        code: set(re.findall(r'name="(\w+)"', client.get(f"{NEW}?rule={code}").content.decode()))
        for code in ("V01", "V05", "V13", "V20", "V15")
    }
    every = {"occurred_on", "text"}
    asked = {code: found & (every | {"quantity", "begins", "ends", "photos", "witness"}) for code, found in fields.items()}
    assert asked == {
        "V01": every,
        "V05": every | {"begins", "ends", "witness"},
        "V13": every | {"quantity", "photos"},
        "V20": every | {"quantity", "photos"},
        "V15": every | {"quantity", "witness"},
    }
    assert "一次活动最多 2 分" in page(client, NEW)


@pytest.mark.parametrize(
    ("code", "spoilt", "sentence"),
    [
        ("V05", {"text": ""}, "请写一句做了什么"),
        ("V05", {"begins": ""}, "请写几点"),
        ("V05", {"ends": "07:00"}, "结束要比开始晚"),
        ("V05", {"occurred_on": "2026-11-24"}, "这一天还没到"),
        ("V05", {"occurred_on": "2026-06-30"}, "最早 2026-07-01"),
        ("V05", {"witness": "长" * 41}, "最多 40 字"),
        ("V13", {"quantity": "0"}, "1 到 50"),
        ("V13", {}, "要一张照片"),
        ("V20", {"quantity": "4"}, "请从上面选一档"),
    ],
)
def test_errors_keep_what_was_typed(cast: Cast, code: str, spoilt: dict[str, str], sentence: str) -> None:
    good = {"occurred_on": "2026-11-20", "quantity": "1", "begins": "08:00", "ends": "10:00", "text": SAID, "witness": "带队的小李"}
    answer = browser(cast, "member").post(f"{NEW}?rule={code}", {**good, **spoilt})
    shown = answer.content.decode()
    assert answer.status_code == 422 and sentence in shown
    assert spoilt.get("text", SAID) in shown
    assert spoilt.get("occurred_on", "2026-11-20") in shown
    assert Filing.objects.count() == 0


def test_photos_of_a_refused_form_stay_with_it(cast: Cast) -> None:
    client = browser(cast, "member")
    sent = {"occurred_on": "2026-11-20", "quantity": "1", "text": ""}
    answer = client.post(f"{NEW}?rule=V13", {**sent, "photos": [SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")]})
    (kept,) = re.findall(r'name="photos_kept" value="([^"]+)"', answer.content.decode())
    done = client.post(f"{NEW}?rule=V13", {**sent, "text": SAID, "photos_kept": kept})
    assert done.status_code == 303 and FilingPhoto.objects.count() == 1


def test_the_same_form_sent_twice_is_one_deed(cast: Cast) -> None:
    client = browser(cast, "member")
    key = re.findall(r'name="_key" value="([^"]+)"', client.get(f"{NEW}?rule=V02").content.decode())[0]
    sent = {"_key": key, "occurred_on": "2026-11-20", "quantity": "1", "text": SAID}
    first, second = (client.post(f"{NEW}?rule=V02", sent) for _n in range(2))
    assert (first.status_code, second.status_code, first["Location"]) == (303, 303, second["Location"])
    assert Filing.objects.count() == 1


def test_no_rule_no_page(cast: Cast) -> None:
    client = browser(cast, "member")
    for code in ("V99", "B02", "V10", "D01", "N01", "x" * 300):
        assert client.get(f"{NEW}?rule={code}").status_code == 404
        assert client.post("/bank/deeds/worth", {"rule": code}).status_code == 404
    assert browser(cast, "worker").get(f"{NEW}?rule=D01").status_code == 200


def test_staff_find_the_member_and_write_it_down(cast: Cast) -> None:
    client, sent = browser(cast, "worker"), {"occurred_on": "2026-11-20", "quantity": "1", "text": "组织生活会没有来，也没请假"}
    found = client.post(f"{NEW}?rule=D01", {**sent, "find": "1", "who": "党员丙"})
    shown = found.content.decode()
    assert found.status_code == 200 and "党员丙 · 第一支部 0003" in shown and "党员甲" not in shown and sent["text"] in shown
    nobody = client.post(f"{NEW}?rule=D01", {**sent, "find": "1", "who": "没有这个人"})
    assert "没有找到这个名字" in nobody.content.decode()
    without = client.post(f"{NEW}?rule=D01", sent)
    assert without.status_code == 422 and "请先按名字找到" in without.content.decode()
    other = client.post(f"{NEW}?rule=D01", {**sent, "member_id": str(cast.member_id("far_member"))})
    assert other.status_code == 422 and Filing.objects.count() == 0
    assert client.post(f"{NEW}?rule=D01", {**sent, "member_id": str(cast.member_id("member3"))}).status_code == 303
    made = Filing.objects.get()
    assert (made.state, made.member_id, made.filed_by_id) == ("ATTESTED", cast.member_id("member3"), cast.users["worker"].pk)


def test_whoever_was_entered_is_told_and_answers(cast: Cast, at: datetime) -> None:
    made, other = filed(cast, "member2", by="worker"), filed(cast, "member2", rule="V03", by="worker")
    client = browser(cast, "member2")
    home = page(client, "/bank/")
    assert "等您办 2 件" in home and "别人替你记的，是你做的吗？" in home
    shown = client.get(f"{LIST}{made.pk}/").content.decode()
    assert "同志worker替你记的" in words(shown) and "是我做的" in shown and "不是我" in shown
    assert client.post(f"{LIST}{made.pk}/mine").status_code == 303
    assert client.post(f"{LIST}{made.pk}/mine").status_code == 409
    assert "等您办 1 件" in page(client, "/bank/")
    assert "是我做的" not in client.get(f"{LIST}{made.pk}/").content.decode()
    assert client.post(f"{LIST}{other.pk}/deny", {"reason": "那天我在外地"}).status_code == 303
    assert "今天没有等您的事" in page(client, "/bank/")
    assert "冻结着" in page(client, f"{LIST}{other.pk}/")
    own = filed(cast)
    assert browser(cast, "member").post(f"{LIST}{own.pk}/mine").status_code == 403
    assert client.post(f"{LIST}{own.pk}/mine").status_code == 404


def waits(cast: Cast, name: str, at: datetime) -> dict[str, int]:
    return waiting(ITEMS, by=cast.actor(name), at=at, most=9).counts


def test_who_is_waited_for(cast: Cast, at: datetime) -> None:
    made = filed(cast)
    filed(cast, "member2", by="worker2")
    assert waits(cast, "worker", at) == {"deed-attest": 2}
    assert waits(cast, "worker2", at) == {"deed-attest": 1}  # not what one has filed
    assert waits(cast, "secretary", at) == {}
    attested(cast, "member3")
    assert waits(cast, "secretary", at) == {"deed-approve": 1}
    assert waits(cast, "member2", at) == {"deed-entered": 1}
    assert waits(cast, "far_worker", at) == waits(cast, "far_secretary", at) == waits(cast, "member", at) == {}
    cast.second_role("worker", "0077")
    Filing.objects.filter(pk=made.pk).update(member_id=cast.member_id("worker"))
    assert waits(cast, "worker", at) == {"deed-attest": 1}  # nor one's own
    (item,) = waiting(ITEMS, by=cast.actor("secretary"), at=at, most=9).items
    assert item.due is not None and item.due.date() == date(2026, 11, 26)  # three working days


def test_whoever_entered_it_for_a_member_hears_of_it(cast: Cast, at: datetime, client: Client, stopped: datetime) -> None:
    """Sent back, until they know or enter it again; denied by the member, until that is cleared up. Nobody else hears of it."""
    made = filed(cast, by="worker")
    assert "deed-for-others" not in waits(cast, "worker", at)
    actions.reject_deed(made.pk, "那天没有活动", by=cast.actor("worker2"), at=at)
    assert [waits(cast, who, at).get("deed-for-others", 0) for who in ("worker", "worker2", "secretary", "member")] == [1, 0, 0, 0]
    (item,) = [one for one in waiting(ITEMS, by=cast.actor("worker"), at=at, most=9).items if one.url == f"{LIST}{made.pk}/"]
    assert (item.title, item.detail, item.back) == ("党员甲 在岗上帮社区做一次事", "您替他记的，退回：那天没有活动", True)
    client.force_login(cast.users["worker2"])
    assert "您替他记的，退回来了" not in client.get(item.url).content.decode()
    with refused(NotAllowed, "本人说"):
        actions.acknowledge_deed(made.pk, by=cast.actor("worker2"), at=at)
    client.force_login(cast.users["worker"])
    assert "您替他记的，退回来了" in client.get(item.url).content.decode()
    assert client.post(f"{item.url}mine").status_code == 303
    assert "deed-for-others" not in waits(cast, "worker", at)
    assert "您替他记的，退回来了" not in client.get(item.url).content.decode()
    again = filed(cast, by="worker")
    actions.acknowledge_deed(again.pk, by=cast.actor("member"), at=at)
    actions.reject_deed(again.pk, "还是没有活动", by=cast.actor("worker2"), at=at)
    assert waits(cast, "worker", at)["deed-for-others"] == 1, "the member's word for it ended with the entry"
    third = filed(cast, by="worker")
    assert "deed-for-others" not in waits(cast, "worker", at), "entered again"
    actions.deny_deed(third.pk, reason="我在外地", by=cast.actor("member"), at=at)
    (denied,) = [one for one in waiting(ITEMS, by=cast.actor("worker"), at=at, most=9).items if one.url == f"{LIST}{third.pk}/"]
    assert denied.detail == "您替他记的，本人说不是，已经冻结"
    actions.reject_deed(third.pk, "查过了，是记错了", by=cast.actor("secretary"), at=at)
    assert waits(cast, "worker", at)["deed-for-others"] == 1
    assert "deed-for-others" not in waits(cast, "worker", at + timedelta(days=31))


def test_what_was_sent_back_waits_until_it_is_known_or_filed_again(cast: Cast, at: datetime) -> None:
    back = [filed(cast, rule=rule).pk for rule in ("V02", "V03", "V08")]
    entered = filed(cast, rule="V05", by="worker2").pk
    for pk in (*back, entered):
        actions.reject_deed(pk, "那天没有去", by=cast.actor("worker"), at=at)
    assert waits(cast, "member", at) == {"deed-sent-back": 3}  # whoever entered another's hears of it at the desk
    assert waits(cast, "member2", at) == {}
    client = browser(cast, "member")
    assert "退回：那天没有去" in page(client, "/bank/")
    shown = client.get(f"{LIST}{back[0]}/").content.decode()
    assert "知道了" in shown and "改好再报" in shown and "/bank/deeds/new?rule=V02" in shown
    assert client.post(f"{LIST}{back[0]}/mine").status_code == 303
    assert client.post(f"{LIST}{back[0]}/mine").status_code == 409
    assert "知道了" not in client.get(f"{LIST}{back[0]}/").content.decode()
    filed(cast, rule="V03")
    assert waits(cast, "member", at) == {"deed-sent-back": 1}
    assert waits(cast, "member", at + timedelta(days=31)) == {}


def test_denied_before_it_is_posted_waits_for_a_secretary(cast: Cast, at: datetime) -> None:
    made = filed(cast, "member2", by="worker")
    browser(cast, "member2").post(f"{LIST}{made.pk}/deny", {})
    assert waits(cast, "secretary", at) == {"deed-denied": 1}
    assert waits(cast, "worker", at) == {"deed-for-others": 1}  # who entered it hears that it was not them
    client = browser(cast, "secretary")
    assert client.post(f"{LIST}{made.pk}/reject", {"reason": "查了，不是他"}).status_code == 303
    assert waits(cast, "secretary", at) == {}


def test_the_desk_attests_and_approves(cast: Cast, at: datetime) -> None:
    made = filed(cast, rule="V15", witness="3 幢陈阿姨")
    worker, secretary = browser(cast, "worker"), browser(cast, "secretary")
    shown = page(worker, f"{LIST}{made.pk}/")
    assert "我来证明" in shown and "能证明的人：3 幢陈阿姨" in shown
    answer = worker.post(f"{LIST}{made.pk}/attest", {"witness": "电话问了陈阿姨"})
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?state=SUBMITTED")
    assert worker.post(f"{LIST}{made.pk}/approve", {}).status_code == 403
    assert "听谁说的：电话问了陈阿姨" in page(secretary, f"{LIST}{made.pk}/")
    assert secretary.post(f"{LIST}{made.pk}/approve", {})["Location"] == f"{LIST}?state=ATTESTED"
    assert cast.balance(member="member") == 1
    assert secretary.post(f"{LIST}{made.pk}/approve", {}).status_code == 409
    own = page(browser(cast, "member"), f"{LIST}{made.pk}/")
    assert "同志secretary 核准，入账" in own
    assert "+1" in page(browser(cast, "member"), LIST)


def test_whoever_may_not_is_told_why_at_once(cast: Cast, at: datetime) -> None:
    made = attested(cast, attester="secretary")
    client = browser(cast, "secretary")
    shown = client.get(f"{LIST}{made.pk}/").content.decode()
    assert "您证明的，要请另一位来核准。" in shown and f"{LIST}{made.pk}/approve" not in shown
    assert client.get(f"{LIST}{made.pk}/reject").status_code == 403
    assert client.get(f"{LIST}{made.pk}/nothing").status_code == 404


def test_lists_page_by_page_and_by_step(cast: Cast, at: datetime) -> None:
    for days in range(23):
        filed(cast, day=DAY - timedelta(days=days))
    attested(cast, "member3")
    client = browser(cast, "worker")
    html = client.get(LIST).content.decode()
    assert html.count("去证明") == 19  # twenty a page, one of them attested by the reader
    following = re.findall(r'rel="next" href="([^"]+)"', html)[0]
    assert client.get(LIST + unescape(following)).content.decode().count("去证明") == 4
    assert client.get(f"{LIST}?state=ATTESTED").content.decode().count("<tr>") == 2
    assert "这一步没有等着的" in page(client, f"{LIST}?state=DENIED")
    assert client.get(f"{LIST}?state=no-such-state&after=x").status_code == 200


def test_late_filings_are_marked_for_whoever_decides(cast: Cast, at: datetime) -> None:
    """The attack: weeks later nobody remembers. It can be filed until the quarter after, but never unmarked."""
    filed(cast, day=AT.date() - timedelta(days=40))
    filed(cast, "member2", day=AT.date() - timedelta(days=14))
    shown = page(browser(cast, "secretary"), LIST)
    assert "40 天后补报" in shown and "14 天后补报" not in shown
