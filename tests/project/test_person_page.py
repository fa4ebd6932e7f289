"""The page of a person tells what every package knows of them, and leads there."""

from django.test import Client

from tests.cast import AT, Cast
from zengyi.bank.models import Account
from zengyi.councils import actions as councils


def test_every_package_tells_its_part(cast: Cast, stopped: object) -> None:
    order = cast.place("member")
    base = Account.objects.create(kind="BASE", community=cast.community, member=cast.members["member"], balance=7, opened_at=AT)
    topic = councils.raise_topic("单元门换锁", "门禁坏了很久。", by=cast.actor("member"), at=AT)
    client = Client()
    client.force_login(cast.users["worker"])
    shown = client.get(f"/people/persons/{cast.users['member'].person_id}/").content.decode()
    for said in (
        f"/orders/{order.pk}/",
        f"/bank/accounts/{base.pk}/",
        "7 分",
        f"/councils/topics/{topic.pk}/",
        "还没有报过名",
        "没有同意，只写姓",
    ):
        assert said in shown, said
    assert "第一支部" in shown and "用户名" in shown and "还没有人看过" in shown
    resident = client.get(f"/people/persons/{cast.users['resident'].person_id}/").content.decode()
    assert "储值" not in resident, "who is no member has no account"
