"""SMS through Aliyun and Tencent Cloud: their request formats and signatures, as their documents have them.

Sources: Aliyun "RPC 机制签名" and Dysmsapi 2017-05-25 ``SendSms``; Tencent Cloud "签名方法 v3" (TC3-HMAC-SHA256) and SMS 2021-01-11
``SendSms``. The examples of both are worked in the tests. Neither sends the same request only
once, so an unknown outcome is not tried again.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from zengyi.core.carriers import SENT, Outcome, Report
from zengyi.core.carriers.http import post

ALIYUN, TENCENT = "https://dysmsapi.aliyuncs.com/", "https://sms.tencentcloudapi.com/"
#: What they answer when it may go through later: too many for now.
_BUSY = (
    "isv.BUSINESS_LIMIT_CONTROL",
    "Throttling",
    "Throttling.User",
    "ServiceUnavailable",
    "RequestLimitExceeded",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "LimitExceeded.PhoneNumberOneHourLimit",
    "LimitExceeded.PhoneNumberDailyLimit",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An institution's account with a provider: key, filed signature, ids of its templates by kind; Tencent's app id too."""

    key_id: str
    secret: str
    sign_name: str
    templates: Mapping[str, str]
    app_id: str = ""


def aliyun(url: str, phone: str, kind: str, values: Mapping[str, str], account: Account, *, key: str, at: datetime) -> Report:
    """Send one through Aliyun; ``url`` is where, empty for Aliyun's own."""
    given = {
        "AccessKeyId": account.key_id,
        "Action": "SendSms",
        "Format": "JSON",
        "OutId": key,
        "PhoneNumbers": phone,
        "RegionId": "cn-hangzhou",
        "SignName": account.sign_name,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": f"{key}-{int(at.timestamp() * 1000)}",
        "SignatureVersion": "1.0",
        "TemplateCode": account.templates.get(kind, ""),
        "TemplateParam": json.dumps(dict(values), ensure_ascii=False),
        "Timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Version": "2017-05-25",
    }
    body = urlencode({**given, "Signature": aliyun_signature("POST", given, account.secret)}).encode()
    answer = post(url or ALIYUN, body, {"Content-Type": "application/x-www-form-urlencoded"})
    if isinstance(answer, Report):
        return answer
    return _judged(str(answer.body.get("Code", "")), "OK", answer.status)


def aliyun_signature(method: str, given: Mapping[str, str], secret: str) -> str:
    """The RPC signature of a request's parameters: HMAC-SHA1 over the method and the sorted, twice encoded query."""
    query = "&".join(f"{_encoded(name)}={_encoded(given[name])}" for name in sorted(given))
    signed = f"{method}&{_encoded('/')}&{_encoded(query)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), signed.encode(), hashlib.sha1)).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def tencent(url: str, phone: str, kind: str, values: Mapping[str, str], account: Account, *, key: str, at: datetime) -> Report:
    """Send one through Tencent Cloud; ``url`` is where, empty for Tencent's own."""
    told = {
        "PhoneNumberSet": [f"+86{phone}"],
        "SmsSdkAppId": account.app_id,
        "SignName": account.sign_name,
        "TemplateId": account.templates.get(kind, ""),
        "TemplateParamSet": list(values.values()),
        "SessionContext": key,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    host = "sms.tencentcloudapi.com"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Host": host,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": "ap-guangzhou",
        "X-TC-Timestamp": str(int(at.timestamp())),
    }
    headers["Authorization"] = tencent_authorization("sms", host, body, headers, account, at)
    answer = post(url or TENCENT, body, headers)
    if isinstance(answer, Report):
        return answer
    response = answer.body.get("Response")
    told_back = response if isinstance(response, dict) else {}
    error = told_back.get("Error")
    statuses = told_back.get("SendStatusSet")
    first = statuses[0] if isinstance(statuses, list) and statuses and isinstance(statuses[0], dict) else {}
    code = error.get("Code") if isinstance(error, dict) else first.get("Code")
    return _judged(str(code or ""), "Ok", answer.status)


def tencent_authorization(service: str, host: str, body: bytes, headers: Mapping[str, str], account: Account, at: datetime) -> str:
    """TC3-HMAC-SHA256 over the content type and the host, as in the provider's example."""
    signed = "content-type;host"
    canonical = f"POST\n/\n\ncontent-type:{headers['Content-Type']}\nhost:{host}\n\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{account.secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, text.encode(), hashlib.sha256).hex()
    return f"TC3-HMAC-SHA256 Credential={account.key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"


def _judged(code: str, good: str, status: int) -> Report:
    if code == good:
        return SENT
    if not code:
        return Report(Outcome.UNKNOWN, f"HTTP {status}")
    return Report(Outcome.LATER if code in _BUSY else Outcome.REFUSED, code[:60])
