"""The whole first week in a browser, on an instance that nobody prepared: the command line starts it, keeps a copy and brings it back."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import week
from tests.browser.week import OWN, Hands
from tests.browser.windows import DESK, PHONE, Window
from tests.live import Live

pytestmark = pytest.mark.databases("sqlite")

#: Presses and fields of the first day, from the code to both lists and all doors' signs: more of them would be a burden.
PRESSES_MOST, FIELDS_MOST = 40, 30


class Fresh(Live):
    """An instance with a folder of its own, as ``zengyi serve`` makes it on a machine where nothing is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for name in ("ZENGYI_DATABASE", "ZENGYI_SECRETS", "ZENGYI_SMS"):
            self.environment.pop(name, None)

    def zengyi(self, *arguments: str) -> str:
        """A command of the instance's own."""
        command = [sys.executable, "-m", "zengyi", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.mark.django_db
def test_the_first_week(chromium: Browser, tmp_path: Path) -> None:
    fresh = Fresh(tmp_path)
    windows: list[Window] = []
    fresh.zengyi("migrate")

    def hands(size: tuple[int, int], *, scripts: bool = True) -> Hands:
        windows.append(Window(chromium, fresh, size, scripts=scripts))
        return Hands(windows[-1].page)

    with fresh:
        code = re.search(r"the code (\S+)", fresh.log.read_text())
        assert code
        chief, deputy = hands(DESK), hands(DESK)
        first, second = week.first_day(chief, code[1])
        chief.sign_in("13990000001", first, own=OWN)
        week.settings(chief)
        week.lists(chief)
        chief.sees("都齐了")
        door = week.hang_signs(chief)
        assert (chief.presses <= PRESSES_MOST, chief.fields <= FIELDS_MOST) == (True, True), (chief.presses, chief.fields)
        deputy.sign_in("shuji2", second, own=f"{OWN} 2")

        # Ten orders: by two residents and a member with phones, in large type, without scripts, through the desk, at a door, by a program.
        who = week.names(week.RESIDENTS)
        slips = [week.login(chief, who[200]), week.login(chief, who[201]), week.login(chief, who[1], kind="党员")]
        elder, neighbour, member = hands(PHONE), hands(PHONE, scripts=False), hands(PHONE)
        for one, n, slip in zip((elder, neighbour, member), (200, 201, 1), slips, strict=True):
            one.sign_in(f"139{n:08}", slip, own=f"{OWN} {n}")
        week.ask(elder, "路灯不亮", "照明")
        elder.press("关怀版", exact=False)
        week.ask_shortly(elder, "楼道的水管漏水了")
        week.ask(neighbour, "单元门关不上", "监控门禁")
        week.ask(neighbour, "墙上的瓷砖松了", "说不清")
        week.ask(member, "桥面有坑", "路面桥面")
        for title, channel in (("垃圾没有人收", "电话"), ("树枝挡了窗", "纸条"), ("楼道堆了杂物", "上门")):
            week.write_down(chief, title, channel, who[5], f"139{5:08}")
        week.ask_at_the_door(hands(PHONE), door, "楼门口的地砖碎了")
        week.ring_up(chief, "楼门口的地砖碎了")
        token = fresh.token(f"139{200:08}", f"{OWN} 200")
        asked = {"kind": "DEMAND", "category": "CLEAN", "title": "垃圾桶倒了", "text": "请来扶一下。", "urgency": 3}
        answer = fresh.post("/api/v1/orders", asked, token=token, key="tenth")
        assert answer.status == 201, answer

        # One goes its whole way for a neighbour and a member who have no login; the last word is another secretary's.
        week.hand_to(chief, "垃圾没有人收", who[7])
        week.say_for(chief, "垃圾没有人收", "替他接下", "接受派单")
        week.say_for(chief, "垃圾没有人收", "替他记办好了", "交给居民确认", text="收走了，也扫干净了")
        week.say_for(deputy, "垃圾没有人收", "确认", "确认办好了")

        week.call_the_roll(chief, deputy)
        week.correct(chief, deputy, who[1])
        sheet = week.print_the_list(chief)
        assert "签到" in sheet and who[3] in sheet and "派单" not in sheet
        assert sum(who[n] in line for line in week.take_the_list(chief) for n in range(week.MEMBERS)) == week.MEMBERS
        for window in windows:
            window.close()

    fresh.zengyi("backup", str(tmp_path / "kept"))
    (kept,) = (tmp_path / "kept").iterdir()
    fresh.zengyi("restore", "--replace", str(kept))
    assert "wrong:" not in fresh.zengyi("ledger", "check")
    with fresh:
        again = Window(chromium, fresh, DESK)
        Hands(again.page).sign_in("13990000001", OWN)
        week.at_the_desk(Hands(again.page), "垃圾桶倒了")
        again.close()
