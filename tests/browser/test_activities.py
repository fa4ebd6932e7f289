"""Stories 7 and 8 through the pages: the bookmark afternoon with a child, a waiting list that moves, a joint drill, and 950 plants."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from tests.browser.windows import DESK, PHONE, Window, shot
from tests.cast import Cast
from zengyi.activities.models import Consent, Drill, Finding, Ledger, LedgerEntry, Occasion, Record, SignUp, Stay
from zengyi.core import clock
from zengyi.orders.models import Order
from zengyi.people.models import User

pytestmark = pytest.mark.databases("sqlite")
TITLE = "干花书签，和孩子一起做"


def typed(moment: datetime) -> str:
    """A moment as the field for it takes it."""
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%dT%H:%M}"


def plan(worker: Window, title: str, kind: str, begin: datetime, *, capacity: str = "", minors: bool = False, host: str = "") -> Occasion:
    """Plan an activity at the desk, for an hour."""
    worker.open("/activities/new")
    page = worker.page
    page.get_by_label("叫什么").fill(title)
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("几点开始").fill(typed(begin))
    page.get_by_label("几点结束").fill(typed(begin + timedelta(hours=1)))
    page.get_by_label("具体位置").fill("活动室，有电梯")
    page.get_by_label("多少个名额").fill(capacity)
    if minors:
        page.get_by_label("孩子可以来").check()
    if host:
        page.locator("summary", has_text="和哪些社区一起办").click()
        page.get_by_role("checkbox", name=host).check()
    page.get_by_role("button", name="发出去").click()
    expect(page.get_by_text("发出去了，居民现在就能报名。")).to_be_visible()
    return Occasion.objects.latest("pk")


def be(window: Window, name: str) -> Window:
    window.be(User.objects.get(username=name))
    return window


def with_child(window: Window, occasion: Occasion, *, picture: str) -> None:
    """A parent signs up with a child and answers for each purpose by itself."""
    window.open(f"/activities/occasions/{occasion.pk}/")
    page = window.page
    page.get_by_text("带孩子 1").click()
    page.get_by_role("radio", name="8 到 10 岁").first.check()
    page.get_by_label("您怎么叫他").first.fill("小花")
    for purpose, answer in (("来参加", "同意"), ("记下来过", "同意"), ("拍照", picture)):
        page.get_by_role("group", name=purpose).first.get_by_role("radio", name=answer, exact=True).check()
    page.get_by_role("button", name="报名").or_(page.get_by_role("button", name="满了，排候补")).click()
    page.wait_for_url("**/activities/sign-ups/**")


def past(occasion: Occasion, by: timedelta) -> None:
    """Let that much time go by."""
    Occasion.objects.filter(pk=occasion.pk).update(starts_at=F("starts_at") - by, ends_at=F("ends_at") - by)
    Stay.objects.filter(attendee__occasion=occasion).update(in_at=F("in_at") - by)


def test_the_bookmark_afternoon_with_a_child_from_the_plan_to_the_record(cast: Cast, window: Any) -> None:
    worker, parent = be(window(DESK), "worker"), be(window(PHONE), "resident")
    occasion = plan(worker, TITLE, "手工", clock.now() + timedelta(minutes=20), capacity="6", minors=True)
    parent.open(f"/activities/occasions/{occasion.pk}/")
    parent.page.get_by_text("带孩子 1").click()
    parent.page.get_by_role("radio", name="8 到 10 岁").first.check()
    parent.expect_status(422)
    parent.page.get_by_role("button", name="报名").click()
    expect(parent.page.get_by_text("这一件请您答一下。").first).to_be_visible()
    with_child(parent, occasion, picture="不同意")
    expect(parent.page.get_by_text("孩子 01：监护人怎么说")).to_be_visible()
    assert sorted(Consent.objects.filter(given=True).values_list("purpose", flat=True)) == ["RECORD", "TAKE_PART"]
    assert list(Consent.objects.filter(given=False).values_list("purpose", flat=True)) == ["PHOTOGRAPH"]

    roll, path = be(window(PHONE), "worker"), f"/activities/occasions/{occasion.pk}/roll"
    roll.open(path)
    page = roll.page
    expect(page.get_by_text("1 个孩子别拍。")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="孩子 01")
    expect(row.get_by_text("别拍")).to_be_visible()
    expect(page.get_by_text("小花")).to_have_count(0)
    for label in ("01", "01a"):
        page.get_by_role("button", name=re.compile(rf"^到了\s*{label}$")).click()
        expect(page.get_by_role("button", name=re.compile(rf"^走了\s*{label}$"))).to_be_visible()
    expect(page.locator("#roll-said")).to_contain_text("都交上了。")
    # The guardian thinks again: from now on a picture may be taken.
    parent.page.get_by_role("button", name=re.compile(r"改成同意\s*拍照")).click()
    expect(parent.page.get_by_text("记下了，照新的来。")).to_be_visible()
    roll.open(path)  # what was opened again by the address would lead here by itself
    expect(page.get_by_text("别拍")).to_have_count(0)

    past(occasion, timedelta(hours=2))
    roll.open(path)
    page.get_by_role("button", name="散场，出时长").click()
    expect(page.get_by_text("60 分钟").first).to_be_visible()
    sign_up = SignUp.objects.get()
    roll.open(f"/activities/sign-ups/{sign_up.pk}/record")
    page.get_by_role("button", name="出一张").click()
    expect(page.get_by_text("出好了。打印盖章，本人拿走。")).to_be_visible()
    record = Record.objects.get()
    anybody = window(PHONE)
    anybody.open(f"/activities/records/{record.number}/")
    for field in (record.number, "居民1206", TITLE, "60"):
        expect(anybody.page.get_by_text(field).first).to_be_visible()
    expect(anybody.page.get_by_text("小花")).to_have_count(0)


def test_a_waiting_list_moves(cast: Cast, window: Any) -> None:
    worker, first, second = be(window(DESK), "worker"), be(window(PHONE), "resident"), be(window(PHONE), "resident2")
    occasion = plan(worker, TITLE, "手工", clock.now() + timedelta(days=3), capacity="2", minors=True)
    with_child(first, occasion, picture="不同意")
    with_child(second, occasion, picture="同意")
    expect(second.page.get_by_text("候补第 1")).to_be_visible()
    first.page.get_by_label("怎么了").fill("孩子感冒了")
    first.page.get_by_role("button", name="不去了").click()
    expect(first.page.get_by_text("知道了，位子给后面的人。")).to_be_visible()
    second.open("/waiting/")
    second.page.get_by_role("link", name="去答").click()
    expect(second.page.get_by_text("有位了，替您留到")).to_be_visible()
    second.page.get_by_role("button", name="要，我来").click()
    expect(second.page.get_by_text("好，位子定了。")).to_be_visible()
    worker.open(f"/activities/occasions/{occasion.pk}/sign-ups")
    rows = worker.page.get_by_role("listitem").filter(has_text="来参加")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("不去了")
    expect(rows.nth(1)).to_contain_text("报上了")


def test_a_joint_drill_becomes_a_record_an_order_and_a_date(cast: Cast, window: Any) -> None:
    worker, theirs, far = be(window(DESK), "worker"), be(window(DESK), "far_worker"), be(window(PHONE), "far_resident")
    occasion = plan(worker, "联合消防演练", "演练", clock.now() + timedelta(hours=3), capacity="80", host=cast.elsewhere.name)
    far.open(f"/activities/occasions/{occasion.pk}/")
    far.page.get_by_role("button", name="报名").click()
    expect(far.page.get_by_text("报上了。到那天别忘了来。")).to_be_visible()
    name = SignUp.objects.get().person.name
    for desk, seen in ((worker, 0), (theirs, 1)):
        desk.open(f"/activities/occasions/{occasion.pk}/sign-ups")
        expect(desk.page.get_by_text(name, exact=True)).to_have_count(seen)
    past(occasion, timedelta(hours=5))
    worker.open(f"/activities/occasions/{occasion.pk}/")
    page: Page = worker.page
    page.get_by_role("link", name="记演练").click()
    page.get_by_label("哪幢楼演的").select_option(label=cast.buildings[0].name)
    page.get_by_label("演了什么").fill("报警、疏散、灭火器实操")
    page.get_by_label("哪些部门来了").fill("消防站、派出所")
    page.get_by_label("来了多少人").fill("186")
    page.get_by_label("疏散用了几分").fill("4")
    page.get_by_label("又几秒").fill("12")
    page.get_by_label("发现什么毛病").fill("三楼东侧安全出口堆了货")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("4 分 12 秒")).to_be_visible()
    drill = Drill.objects.get()
    expect(page.get_by_text(f"最晚 {drill.next_on}，一年一次")).to_be_visible()
    page.get_by_role("link", name=Order.objects.get().number).click()
    expect(page.get_by_role("heading", name="三楼东侧安全出口堆了货")).to_be_visible()
    worker.open("/activities/drills/")
    expect(page.get_by_role("listitem").filter(has_text=cast.buildings[0].name)).to_contain_text(f"最晚 {drill.next_on}")


#: What was found besides, removed, and by how many.
VISITS = ((None, 372, 26), (160, 268, 9), (128, 198, 14), (112, 112, 6))


def test_goldenrod_by_the_river_to_950_plants_removed(cast: Cast, window: Any) -> None:
    warden = be(window(PHONE), "member")
    page = warden.page
    for stretch, basis, count in (("3号桥到4号桥", "数过", "210"), ("2号桥到3号桥", "估的", "340")):
        warden.open("/patrols/new")
        page.get_by_role("radio", name="一枝黄花").check()
        page.get_by_label("在哪里").select_option(label=cast.bridge.name)
        page.get_by_label("哪一段").fill(stretch)
        page.get_by_label("拍张照").set_input_files([shot("green")])
        page.get_by_role("radio", name=basis).check()
        page.get_by_label("有多少").fill(count)
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("记下了，单子开出去了。")).to_be_visible()
    assert Order.objects.count() == 1 and set(Finding.objects.values_list("order", flat=True)) == {Order.objects.get().pk}
    ledger = Ledger.objects.get()
    for found, removed, people in VISITS:
        warden.open(f"/patrols/eradications/{ledger.pk}/visit")
        page.get_by_label("新发现多少").fill(str(found or ""))
        page.get_by_label("清除了多少").fill(str(removed))
        page.get_by_label("来了几个人").fill(str(people))
        page.get_by_label("谁去的").fill("党员和居民")
        page.get_by_role("button", name="记进账里").click()
        expect(page.get_by_text("记进账里了。")).to_be_visible()
    expect(page.get_by_text("−950")).to_be_visible()
    shown = [int(one.removeprefix("−")) for one in page.locator(".ledger b.minus").all_inner_texts()]
    assert sum(shown) == 950 == sum(one.count or 0 for one in LedgerEntry.objects.filter(kind="REMOVED"))
    warden.open(f"/patrols/eradications/{ledger.pk}/visit")
    page.get_by_role("button", name="记进账里").click()
    expect(page.get_by_text("空回看 1 次")).to_be_visible()
