"""Requests no browser sends: odd cookies, charsets, paths, bodies and headers. None of them breaks anything."""

from typing import Any

import pytest
from django.test import Client

from tests.trust.ground import Ground, undone
from tests.trust.walk import token, watched

PATHS = (
    "/",
    "/sign-in",
    "/orders/",
    "/orders/new",
    "/desk/",
    "/people/members/",
    "/people/persons/1/",
    "/bank/roll-calls/",
    "/api/v1/orders",
)
#: A page and a list that anybody reads, two forms, and the API: where bodies and charsets matter.
FEW = ("/orders/", "/sign-in", "/orders/new", "/api/v1/orders")
COOKIES = (
    'sessionid="aaaaaaaaaa\\000"',
    'sessionid="aaaaaaaaaa\\377\\303"',
    "sessionid=" + "x" * 5000,
    "sessionid=' OR 1=1 --------",
    'csrftoken="\\000\\000"; sessionid=',
    'django_language="\\000"; zengyi_theme="\\000"; zengyi_care="\\377"',
    "django_language=../../../../etc/passwd",
    "; ; =; ===;",
    "sessionid",
    "\x01\x02\x03",
)
CHARSETS = ("hex", "utf-7", "unicode_escape", "raw_unicode_escape", "utf-16", "base64", "rot13", "idna", "nonsense", "utf-8'; --")
MULTIPART = (
    b"",
    b"--b",
    b"--b\r\n",
    b"--b--\r\n",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="title"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\xfe\xed\xa0\x80\r\n--b--\r\n',
    b"--b\r\nContent-Disposition: form-data; name*=utf-16''%00; filename*=x''y\r\n\r\nx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="photos"; filename="\x00.jpg"\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="photos"; filename="' + b"a" * 100_000 + b'"\r\n\r\nx\r\n--b--\r\n',
)
ADDRESSES = (
    "/%00",
    "/orders/%00/",
    "/orders/%ff/",
    "/orders/%c0%af/",
    "/orders/1%0d%0aSet-Cookie:x/",
    "/people/import/%00/",
    "/people/import/..%2f..%2f/",
    "/photos/00000000-0000-0000-0000-000000000000.jpg",
    "/photos/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../../etc/passwd",
    "/static/%2e%2e/%2e%2e/settings.py",
    "//evil.example/",
    "/orders/?q=%00&state=%ff&after=%ed%a0%80&light=x&place=-1",
    "/board/?community=%00&quarter=%00",
    "/board/?quarter=" + "9" * 5000,
    "/board/?quarter=0000Q1",
    "/board/?quarter=9999Q4",
    "/board/?quarter=2026Q",
    "/board/?community=" + "9" * 400,
    "/?community=9223372036854775808",
    "/district/?quarter=-1Q1",
    "/district/?quarter=1Q1",
    "/district/?quarter=1000Q1",
    "/desk/?order=9223372036854775808&place=99999999999999999999&light=%00",
    "/sign-in?next=//evil.example&next=%0d%0a",
    "/bank/roll-calls/new?branch=%00",
    "/people/grants/?after=%00&ended",
    "/people/grants/new?login=%00%ff",
    "/api/v1/orders?q=%00",
    "/api/v1/orders/1/triage/",
    "/api/v1//orders",
)
HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "x" * 5000},
    {"Accept-Language": "en;q=nan, *;q=-1, \xff"},
    {"Accept-Encoding": "gzip;q=x, \0"},
    {"HX-Request": "true", "HX-Current-URL": "http://[", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Trigger": "%ff"},
    {"HX-Request": "true", "HX-Boosted": "\0"},
    {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "\0"},
    {"If-None-Match": "\0" * 10, "If-Modified-Since": "yesterday", "Range": "bytes=-1,0-999999999999"},
    {"Content-Length": "-1"},
    {"Content-Length": "x"},
    {"Cookie": "a=" + "b" * 10_000},
    {"User-Agent": "\x1b[31m\r\n evil"},
    {"Host": "127.0.0.1:99999"},
    {"Host": "[::1"},
    {"Host": ""},
)


@pytest.fixture(params=["", "worker"])
def client(request: pytest.FixtureRequest, ground: Ground) -> Client:
    """A visitor's browser, and a worker's."""
    client = Client(raise_request_exception=False)
    if request.param:
        client.force_login(ground.users[request.param])
        client.get("/help/")
    return client


def fine(answer: Any, about: object) -> None:
    """Nothing broke."""
    assert answer.status_code < 500, (about, answer.status_code)


@pytest.mark.parametrize("cookie", COOKIES)
def test_cookies(ground: Ground, cookie: str) -> None:
    for path in PATHS:
        with undone():
            fine(Client(raise_request_exception=False).get(path, HTTP_COOKIE=cookie), (path, cookie))
            fine(Client(raise_request_exception=False).post(path, {"username": "x", "password": "y"}, HTTP_COOKIE=cookie), (path, cookie))


@pytest.mark.parametrize("charset", CHARSETS)
def test_charsets(client: Client, charset: str) -> None:
    words = b"username=%ff&password=+2AA-&title=+2AA-&text=\\ud800&kind=DEMAND&category=ROAD&urgency=2&reason=+2AA-"
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n+2AA-\\ud800\r\n--b\r\nContent-Disposition: form-data; name="kind"\r\n'
    )
    parts += b'\r\nDEMAND\r\n--b\r\nContent-Disposition: form-data; name="category"\r\n\r\nROAD\r\n--b\r\nContent-Disposition: form-data; '
    parts += b'name="urgency"\r\n\r\n2\r\n--b--\r\n'
    for path in FEW:
        for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain"):
            with undone():
                fine(client.generic("GET", f"{path}?q=%ff", b"", content_type=f"{kind}; charset={charset}"), (path, kind))
                fine(client.generic("POST", path, words, content_type=f"{kind}; charset={charset}"), (path, kind))
        with undone():
            fine(client.generic("POST", path, parts, content_type=f"multipart/form-data; boundary=b; charset={charset}"), path)


@pytest.mark.parametrize("body", MULTIPART, ids=range(len(MULTIPART)))
def test_broken_multipart(client: Client, body: bytes) -> None:
    for path in FEW:
        for boundary in ("; boundary=b", "", "; boundary=", "; boundary=" + "b" * 300, "; boundary=\xff"):
            with undone():
                fine(client.generic("POST", path, body, content_type=f"multipart/form-data{boundary}"), (path, boundary))


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses(client: Client, address: str) -> None:
    for method in ("GET", "POST"):
        with undone():
            answer = client.generic(method, address)
        fine(answer, address)
        assert "evil" not in answer.get("Location", "")
        assert "root:" not in b"".join(answer).decode("utf-8", "replace")


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_odd_headers(client: Client, headers: dict[str, str]) -> None:
    for path in PATHS:
        fine(client.get(path, headers=headers), (path, headers))
        with undone():
            fine(client.post(path, {"title": "x"}, headers=headers), (path, headers))


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "CONNECT", "PROPFIND", "get", "X" * 100, "HEAD"])
def test_odd_methods(client: Client, ground: Ground, method: str) -> None:
    headers, published = {"Authorization": f"Bearer {token(ground, 'member')}"}, ground.order("PUBLISHED").id
    with watched() as written:
        for path in (*PATHS, f"/orders/{published}/claim", f"/api/v1/orders/{published}/claim"):
            fine(client.generic(method, path, headers=headers), path)
    assert not written
