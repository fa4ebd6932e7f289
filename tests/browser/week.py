"""A community's first week, from an empty database, as its two secretaries, a member and residents play it; every press is counted."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pypdfium2
import xlsxwriter
from playwright.sync_api import Locator, Page, expect

OWN = "rain on the seventh bridge"
SLIP = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){2}")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "建国秀英志强桂兰德明玉珍"
RESIDENTS, MEMBERS = 300, 120


def names(count: int) -> list[str]:
    """So many different names."""
    return [SURNAMES[n % 16] + GIVEN[n // 16 % 12] + GIVEN[n // 192 % 12] for n in range(count)]


def residents() -> list[list[str]]:
    """A sheet as three block leaders typed it: every spelling of a phone, of a building, of a name."""
    rows = [["社区居民登记表"], ["姓名 ", "联系电话", "小区", "楼栋", "室号", "备注"]]
    for n, name in enumerate(names(RESIDENTS)):
        phone = f"139{n:08}"
        spelt = (
            phone,
            f"86{phone}",
            f"+86 {phone}",
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            phone.translate(_WIDE),
            f"{phone}（微信同号）",
        )
        house = n % 12 + 1
        called = name if n % 7 else f"{name[0]} {name[1:]}"
        rows.append(
            [
                called,
                spelt[n % 6],
                "",
                (f"{house}", f"{house}栋", f"{house} 幢", f"{house}".translate(_WIDE))[n % 4],
                f"{n // 12 + 101}室",
                "",
            ]
        )
    rows[20][1] = "139"  # a phone broken off
    rows[21][3] = "99"  # a building that nobody knows
    return rows


def members() -> list[list[str]]:
    """A hundred and twenty, half of them in the residents' sheet already, of two branches and a unit that nobody has registered."""
    rows = [["支部", "党员编号", "姓名", "手机", "身份", "工作单位"]]
    for n, name in enumerate(names(MEMBERS)):
        rows.append(["第一支部" if n % 2 else "第二支部", f"D{n:03}", name, f"139{n:08}", "在册", "新来的局" if n % 40 == 1 else ""])
    return rows


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def xlsx(rows: list[list[str]]) -> dict[str, Any]:
    """The sheet as a file for an ``<input type=file>``."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return {"name": "名单.xlsx", "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "buffer": file.getvalue()}


def gbk(rows: list[list[str]]) -> dict[str, Any]:
    """The sheet as WPS saves it as csv."""
    text = "\r\n".join(",".join(row) for row in rows)
    return {"name": "名单.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}


class Hands:
    """Somebody's hands in a window: what they press and type is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = self.fields = 0

    def press(self, name: "str | re.Pattern[str]", role: Any = "button", *, exact: bool = True, within: Locator | None = None) -> None:
        """Press the first button or link of that name."""
        self.presses += 1
        (within or self.page).get_by_role(role, name=name, exact=exact).first.click()

    def go(self, name: "str | re.Pattern[str]", *, exact: bool = True, within: Locator | None = None) -> None:
        """Press a link, and wait for where it leads."""
        with self.page.expect_navigation():
            self.press(name, "link", exact=exact, within=within)

    def take(self, label: str) -> None:
        """Choose a radio or tick a box."""
        self.presses += 1
        self.page.get_by_label(label, exact=True).first.check()

    def type(self, **fields: str) -> None:
        """Type into fields, by their names."""
        for name, text in fields.items():
            self.fields += 1
            self.page.locator(f"[name={name}]").first.fill(text)

    def give(self, file: Any, field: str = "file") -> None:
        """Choose a file."""
        self.presses += 1
        self.page.locator(f"[name={field}]").set_input_files(file)

    def choose(self, field: str, label: str) -> None:
        """Choose from a list."""
        self.presses += 1
        self.page.locator(f"select[name={field}]").first.select_option(label=label)

    def sign_in(self, login: str, password: str, *, own: str = "") -> None:
        """Sign in; with ``own`` the first time, and set a password of one's own."""
        self.page.goto("/sign-in")
        self.type(username=login, password=password)
        self.press("登录")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        if own:
            self.type(old=password, new=own)
            self.press("换密码")
            self.page.wait_for_url(lambda url: "/me/password" not in url)

    def sees(self, text: "str | re.Pattern[str]") -> None:
        """It stands on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()


def first_day(hands: Hands, code: str) -> list[str]:
    """The code from the command's window, the community, two slips of paper."""
    hands.page.goto("/")
    hands.type(code=code.upper().replace("-", " "))
    hands.press("开始")
    hands.type(district="某区", subdistrict="甲街道", name="虹西社区", phone="0513-85001234")
    hands.type(chief="钱 甲", chief_phone="139 9000 0001", chief2="孙乙", chief2_phone="+86 13990000002")
    hands.press("建好，给书记开账号")
    hands.sees("书记的账号")
    found = SLIP.findall(hands.page.inner_text("main"))
    assert len(found) == 2
    return found


def settings(hands: Hands) -> None:
    """Estate, buildings, branches: one thing after the other from the page that says what is missing."""
    hands.page.goto("/people/community/")
    hands.sees("还差 4 样")
    hands.go("小区和楼幢", exact=False)
    hands.type(name="新村", buildings="1-12栋、甲乙丙", per_row="5")
    hands.press("建小区")
    hands.sees("15 幢")
    hands.page.goto("/people/community/")
    hands.go("党支部", exact=False)
    hands.type(names="第一支部\n第二支部")
    hands.press("添支部")
    hands.sees("第二支部")


def lists(hands: Hands) -> None:
    """Both sheets; the first with two mistakes, mended in the sheet that comes back with remarks."""
    hands.page.goto("/people/community/")
    hands.go("居民名单", exact=False)
    hands.give(gbk(residents()))
    hands.press("先看一看")
    hands.sees("有 2 处要改，什么都还没有导入")
    with hands.page.expect_download() as back:
        hands.press("下载这张表，每行写着怎么改", "link")
    assert Path(back.value.path()).stat().st_size
    mended = residents()
    mended[20][1], mended[21][3] = "13900000999", "12"
    hands.give(xlsx(mended))
    hands.press("先看一看")
    hands.sees(f"表里 {RESIDENTS} 人，都读懂了")
    hands.press("就这样导入")
    hands.sees(f"新增 {RESIDENTS} 人")
    hands.page.goto("/people/community/")
    hands.go("党员名单", exact=False)
    hands.give(xlsx(members()))
    hands.press("先看一看")
    hands.sees("这些单位还没有登记过")
    hands.choose("kind", "机关单位")
    hands.press("一起登记，再看一看")
    hands.sees(f"表里 {MEMBERS} 人，都读懂了")
    hands.press("就这样导入")
    hands.sees("导好了")
    hands.page.goto("/people/community/")


def login(hands: Hands, name: str, *, kind: str = "居民") -> str:
    """Find somebody in the list, open a login for them, and read the password off the slip."""
    hands.go("名单")
    hands.go(kind)
    hands.type(q=name)
    hands.press("找")
    hands.go(name)
    hands.press("开账号")
    hands.sees("增一：登录用的纸条")
    (found,) = SLIP.findall(hands.page.inner_text("main"))
    hands.go("交给本人了")
    return str(found)


def ask(hands: Hands, title: str, category: str) -> None:
    """Place an order with the whole form, from the front page."""
    hands.page.goto("/orders/new")
    hands.take(category)
    hands.type(title=title, text=f"{title}，请来看一看。")
    if hands.page.locator("select[name=place], [name=place]").count():
        hands.page.get_by_text("选楼幢", exact=True).click()
        hands.presses += 2
        hands.page.get_by_role("radio", name="3栋").first.check()
    hands.take("这几天")
    hands.press("交给社区")
    expect(hands.page.get_by_role("heading", name=title)).to_be_visible()


def ask_shortly(hands: Hands, title: str) -> None:
    """In care mode: one sentence, send."""
    hands.page.goto("/orders/new")
    hands.type(title=title)
    hands.press("交给社区")
    expect(hands.page.get_by_role("heading", name=title)).to_be_visible()


def write_down(hands: Hands, title: str, channel: str, name: str, phone: str) -> None:
    """At the desk, for somebody who rang up, sent a note, or was visited."""
    hands.page.goto("/desk/")
    hands.go("代录一单")
    hands.type(name=name, phone=phone)
    hands.take(channel)
    hands.take("环境卫生")
    hands.type(title=title, text=f"{title}，来电话说的。", spot="楼下")
    hands.take("一周内")
    hands.press("记下这一单")
    expect(hands.page.get_by_role("heading", name=title)).to_be_visible()


def ask_at_the_door(visitor: Hands, address: str, title: str) -> None:
    """Scan the sign at a building's door, without an account, and be rung up."""
    visitor.page.goto(address)
    visitor.take("公共的地方坏了、不好")
    visitor.type(about=title, name="李阿姨", phone="13977779999")
    visitor.press("交给社区")
    visitor.sees("社区会打")


def hang_signs(hands: Hands) -> str:
    """Signs for all doors; the address that one of them opens."""
    hands.page.goto("/people/community/")
    hands.go("楼幢扫码牌", exact=False)
    hands.press("给选中的做牌")
    hands.sees("有牌的 15 幢")
    return str(hands.page.get_by_role("link", name="看扫开的样子").first.get_attribute("href"))


def ring_up(hands: Hands, title: str) -> None:
    """What came from the door becomes an order when its caller answered."""
    hands.page.goto("/desk/")
    hands.go("扫码来的", exact=False)
    hands.sees(title)
    hands.press("打通了，记成单子")
    hands.page.goto("/desk/")
    hands.sees(title)


def at_the_desk(hands: Hands, title: str) -> Locator:
    """Find an order in the queue; its pane."""
    hands.page.goto("/desk/")
    hands.press(title, "link", exact=False, within=hands.page.get_by_role("region", name="待办队列"))
    pane = hands.page.locator("#pane")
    expect(pane.get_by_role("heading", name=title)).to_be_visible()
    return pane


def hand_to(worker: Hands, title: str, helper: str) -> None:
    """Take an order on, and propose it to a member by name."""
    pane = at_the_desk(worker, title)
    worker.fields += 1
    pane.locator("[name=difficulty]").fill("3")
    worker.press("受理", within=pane)
    worker.go(re.compile("^派(给别人|单)$"), within=pane)
    worker.type(who=helper)
    worker.press("找")
    worker.presses += 1
    worker.page.get_by_role("radio", name=re.compile(helper)).first.check()
    worker.press("派单")
    expect(worker.page.get_by_text("等接单的人答应").or_(worker.page.get_by_text("已派单")).first).to_be_visible()


def say_for(hands: Hands, title: str, said: str, button: str, text: str = "") -> None:
    """Write down what somebody without a login said on the phone: that they accept, that it is done, that it was done well."""
    pane = at_the_desk(hands, title)
    hands.go(said, exact=False, within=pane)
    hands.take("电话")
    if text:
        hands.type(text=text)
    hands.press(button)
    hands.page.wait_for_url(lambda url: not url.split("?")[0].rstrip("/").rsplit("/", 1)[-1].isalpha() or "/desk/" in url)


def call_the_roll(hands: Hands, deciding: Hands) -> None:
    """A branch meets; its secretary marks who came, the other one agrees."""
    hands.go("点名")
    hands.go("第一支部点名")
    for one in hands.page.get_by_label("到", exact=True).all():
        one.check()
    hands.presses += 2
    hands.press("交给另一位审核")
    hands.sees("待审核")
    deciding.page.goto("/waiting/")
    deciding.go("点名", exact=False, within=deciding.page.get_by_role("main"))
    deciding.take("同意，入账")
    deciding.press("交上意见")
    deciding.sees("已入账")


def correct(hands: Hands, deciding: Hands, name: str) -> None:
    """A point that was booked to somebody who was not there is reversed: one proposes, the other agrees."""
    hands.go("名单")
    hands.go("党员", within=hands.page.get_by_role("main"))
    hands.type(q=name)
    hands.press("找")
    hands.go(name)
    hands.go(re.compile("^基础"))
    hands.press("提出冲销", "link", exact=False)
    hands.type(reason="那天没有来，记错了")
    hands.press("提出冲销")
    hands.sees("那天没有来，记错了")
    deciding.page.goto("/waiting/")
    deciding.press(re.compile("冲销"), "link", within=deciding.page.get_by_role("main"))
    deciding.press("同意冲销")
    deciding.sees("已冲销")


def print_the_list(hands: Hands) -> str:
    """The sheet on which a branch signs, as it comes from the printer."""
    hands.go("点名")
    hands.go("打印签到表")
    with pypdfium2.PdfDocument(hands.page.pdf(format="A4", prefer_css_page_size=True)) as paper:
        return "\n".join(str(page.get_textpage().get_text_range()) for page in paper)


def take_the_list(hands: Hands) -> list[list[str]]:
    """The members as a file, with the reason why somebody takes it."""
    hands.go("名单")
    hands.go("党员", within=hands.page.get_by_role("main"))
    hands.go("导出", exact=False)
    hands.take("csv 文本")
    hands.type(reason="开支部大会，贴在门口")
    with hands.page.expect_download() as taken:
        hands.press("下载")
    return list(csv.reader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
