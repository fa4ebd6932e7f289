"""A member's digest after a busy day: chosen on the page, one letter the next morning, without what was settled meanwhile."""

from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import override_settings
from playwright.sync_api import expect

from tests.browser.windows import PHONE
from zengyi.core import clock, sealing
from zengyi.messages import actions
from zengyi.messages.models import Preference
from zengyi.orders import actions as orders
from zengyi.people.models import Person

MAIL = {"SMTP": "smtp://mail.example.org", "MAIL_FROM": "zengyi@example.org", "ADDRESS": "https://zengyi.example.org"}


def work(at: Any) -> int:
    """What the worker does again and again; returns how many letters were sent."""
    sealing.seal(at)
    actions.tell_due(at)
    actions.gather_due(at)
    return actions.send_due(at)


@override_settings(**MAIL)
def test_a_busy_day_is_one_letter_in_the_morning_and_one_tap_ends_it(cast: Any, window: Any) -> None:
    member, now = cast.actor("member"), clock.now()
    Person.objects.filter(pk=member.person_id).update(email="member@example.org")
    actions.choose("NEVER", way="MAIL", pace="DAILY", by=member, at=now)
    kept = [cast.published("resident", at=now, title=title) for title in ("楼道灯不亮", "井盖响")]
    for order in kept:
        orders.claim(order.pk, by=member, at=now)
    for n, reason in enumerate(("还在闪", "还是响")):
        orders.deliver(kept[n].pk, text="好了", by=member, at=now)
        orders.send_back(kept[n].pk, reason=reason, by=cast.actor("resident"), at=now)
    orders.deliver(kept[1].pk, text="真的好了", by=member, at=now)
    orders.confirm(kept[1].pk, by=cast.actor("resident"), at=now)
    assert work(now) == 0 and not mail.outbox
    phone = window(PHONE)
    phone.be(cast.users["member"])
    phone.open("/inbox/")
    expect(phone.page.get_by_text("3 条没看过")).to_be_visible()
    assert work(now + timedelta(days=1)) == 1
    (letter,) = mail.outbox
    body = str(letter.body)
    assert letter.subject == "社区有 2 条消息给您"
    assert "居民确认办好了：井盖响" in body and "还不行：楼道灯不亮" in body and "还是响" not in body
    phone.open("/inbox/")
    expect(phone.page.get_by_text("邮件")).to_be_visible()
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(MAIL["ADDRESS"])
    somebody = window(PHONE)
    somebody.open(stop)
    somebody.page.get_by_role("button", name="不要再发了").click()
    expect(somebody.page.get_by_text("好了，不再发邮件、短信和微信给您。")).to_be_visible()
    assert Preference.objects.get(user=cast.users["member"]).way == "HERE"
