"""What each carrier makes of every answer there can be, and the providers' own examples of their signatures."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import override_settings

from tests.carriers import ID, SECRET, Fake, carrier
from zengyi.core.carriers import Outcome, clouds, http, mail, robot, sms

pytestmark = [pytest.mark.live, pytest.mark.databases("sqlite")]
AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
ACCOUNT = {"id": ID, "secret": SECRET, "sign_name": "虹西社区", "templates": {"notice": "SMS_1"}, "app_id": "1400"}
TEXT = sms.Text("notice", "办好了，请您看一眼", {"title": "办好了，请您看一眼", "count": "1"})
WAYS = ("own", "aliyun", "tencent", "robot")


def send(fake: Fake, way: str, secret: str = SECRET) -> Outcome:
    """Send one by that way."""
    if way == "robot":
        return robot.send(fake.url, TEXT.words).outcome
    where = fake.url if way == "own" else f"{way}:{fake.url}"
    with override_settings(SMS=where, SMS_ACCOUNT=ACCOUNT | {"secret": secret}):
        return sms.send("13900001206", TEXT, key="k1", at=AT).outcome


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("how", "outcome"),
    [("ok", "SENT"), ("busy", "LATER"), ("wrong", "REFUSED"), ("drop", "UNKNOWN"), ("mute", "UNKNOWN"), ("broken", "UNKNOWN")],
)
def test_an_answer_is_taken_for_what_it_is(way: str, how: str, outcome: str) -> None:
    with carrier(how) as fake:
        assert send(fake, way) == outcome
        assert [text for _key, text in fake.taken] == ([] if how in ("busy", "wrong", "drop") else [TEXT.words])


@pytest.mark.parametrize("way", WAYS)
def test_a_carrier_that_answers_too_late_leaves_it_open_and_one_that_is_away_does_not(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.2)
    with carrier("late") as fake:
        assert send(fake, way) == "UNKNOWN"
    assert send(fake, way) == "LATER"


@pytest.mark.parametrize("way", WAYS[:3])
def test_another_secret_is_refused(way: str) -> None:
    with carrier() as fake:
        assert send(fake, way, secret="other") == "REFUSED"
        assert (fake.forged, fake.taken) == (1, [])


def test_a_page_of_somebody_elses_says_nothing() -> None:
    with carrier("html") as fake:
        assert send(fake, "robot") == "UNKNOWN"


def test_aliyuns_own_example() -> None:
    """From its document "请求签名" of the SMS service."""
    given = {
        "AccessKeyId": "testId",
        "Action": "SendSms",
        "Format": "XML",
        "OutId": "123",
        "PhoneNumbers": "15300000001",
        "RegionId": "cn-hangzhou",
        "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0",
        "TemplateCode": "SMS_71390007",
        "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z",
        "Version": "2017-05-25",
    }
    assert clouds.aliyun_signature("GET", given, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_tencents_own_example() -> None:
    """From its document "签名方法 v3"."""
    account = clouds.Account("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "", {})
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {"Content-Type": "application/json; charset=utf-8"}
    moment = datetime.fromtimestamp(1551113065, UTC)
    made = clouds.tencent_authorization("cvm", "cvm.tencentcloudapi.com", body, headers, account, moment)
    assert made == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_the_console_hides_the_number_and_the_file_keeps_it(tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(SMS="console"):
        assert sms.send("13900001206", TEXT, key="k", at=AT).outcome == "SENT"
    assert "办好了" in caplog.text and "13900001206" not in caplog.text
    with override_settings(SMS=f"file:{tmp_path / 'sms'}"):
        assert sms.send("13900001206", TEXT, key="k", at=AT).outcome == "SENT"
    assert '"13900001206"' in (tmp_path / "sms").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "hook", ["http://127.0.0.1/x?key=aaaaaaaaaaaaaaaaaaaa", "https://qyapi.weixin.qq.com.evil/cgi-bin/webhook/send?key=a"]
)
def test_only_wecoms_own_addresses_are_hooks(hook: str) -> None:
    assert robot.HOOK.fullmatch(hook) is None
    assert robot.HOOK.fullmatch("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa")


def test_a_letter_by_mail_has_its_own_id_and_says_how_to_end_it() -> None:
    with override_settings(MAIL_FROM="zengyi@example.org"):
        assert mail.send("a@example.org", "题", "文", key="k1", headers={"List-Unsubscribe": "<https://x>"}).outcome == "SENT"
    message = outbox.outbox[0].message()
    assert (message["Message-ID"], message["List-Unsubscribe"]) == ("<k1@example.org>", "<https://x>")
