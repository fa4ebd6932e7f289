"""How much may be sent where: refused by what the request says of itself, before any of it is read."""

import asyncio
import errno
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart
from django.urls import resolve

from tests.trust.forms_of import forms
from tests.trust.ground import Ground, undone
from tests.trust.walk import token, watched
from zengyi.core import held
from zengyi.people.rules import action_of_url, largest_body, table
from zengyi.project import bodies, front
from zengyi.project.front import Front

pytestmark = pytest.mark.databases("sqlite")

MEGABYTE = 1024 * 1024
#: What may be sent where nothing else is declared.
SMALL = 65_536
ENVIRON: dict[str, Any] = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.errors": BytesIO(), "wsgi.url_scheme": "http"}


class Untouched:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        """Fails."""
        raise AssertionError("the body was read")

    readline = read


def browser(login: Any = None) -> Client:
    """A browser that is signed in, or a visitor's."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    if login is not None:
        client.force_login(login)
    return client


def send(client: Client, path: str, length: int, **more: Any) -> Any:
    """POST so much to ``path``, and look at what is answered without a byte of it."""
    said: Any = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(length), "wsgi.input": Untouched(), **more}
    return client.generic("POST", path, **said)


def test_no_form_takes_more_than_its_address_declares(ground: Ground) -> None:
    for form in forms(ground):
        client = browser(ground.users[form.who] if form.who else None)
        with watched() as seen, undone():
            assert send(client, form.path, 51 * MEGABYTE).status_code == 413, form.name
            if not largest_body(resolve(form.path.partition("?")[0]).view_name):
                assert send(client, form.path, SMALL + 1).status_code == 413, form.name
        assert not seen, form.name


@pytest.mark.parametrize(
    ("path", "who", "megabytes", "status"),
    [
        ("/orders/new", "", 40, 401),
        ("/orders/new", "district", 40, 403),
        ("/orders/new", "resident", 51, 413),
        ("/people/import/members/", "resident", 8, 403),
        ("/people/import/members/", "worker", 10, 413),
        ("/sign-in", "", 1, 413),
        ("/no/such/page", "", 1, 404),
        ("/static/zengyi/nothing", "", 1, 404),
        ("/api/v1/orders", "", 1, 401),
        ("/api/v1/tokens", "", 1, 413),
    ],
)
def test_who_may_send_how_much(ground: Ground, path: str, who: str, megabytes: int, status: int) -> None:
    answer = send(browser(ground.users[who] if who else None), path, megabytes * MEGABYTE)
    assert answer.status_code == status
    assert "Traceback" not in answer.content.decode()


def test_the_photos_of_work_done_are_let_in_for_those_who_do_it(ground: Ground) -> None:
    """Helpers, and the desk for those without a login. Nobody else sends 40 MB to a move of an order, though they reach its address."""
    path = f"/orders/{ground.order('CLAIMED').id}/deliver"
    for who, status in (("resident", 413), ("district", 413), ("worker", 204), ("member", 204), ("", 413)):
        asked = {bodies.STANDING: bodies.ASKING, bodies.LENGTH: str(40 * MEGABYTE)}
        assert send(browser(ground.users[who] if who else None), path, 0, **asked).status_code == status, who


def test_a_token_lets_nothing_larger_in(ground: Ground) -> None:
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token(ground, 'resident')}"}
    answer = send(browser(), "/api/v1/orders", SMALL + 1, **bearer)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert send(browser(), "/api/v1/orders", SMALL + 1, HTTP_AUTHORIZATION="Bearer x").status_code == 401


def test_every_declared_address_exists() -> None:
    declared = {url for row in table().values() for url in row.megabytes}
    assert declared
    assert declared <= action_of_url().keys()


# What the server does with a body, by the front of it alone.


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here sends on after an answer, but in the test about that."""
    monkeypatch.setattr(front, "LINGER_SECONDS", 0.05)


def scope(path: str = "/sign-in", method: str = "POST", **headers: str) -> dict[str, Any]:
    """A request as the server hands it over."""
    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {
        "method": method, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1", "scheme": "http",
        "server": ("localhost", 80), "client": ("127.0.0.1", 1), "headers": named,
    }  # fmt: skip


async def ask(ours: Front, asked: dict[str, Any], parts: Iterable[bytes | float]) -> tuple[int, bytes]:
    """Status and content; a number among the parts is a pause, and behind the last part nothing ever comes."""
    coming, said = iter(parts), []

    async def receive() -> dict[str, Any]:
        for part in coming:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                return {"type": "http.request", "body": part, "more_body": part != b""}
        await asyncio.sleep(3600)
        raise AssertionError

    async def say(message: Any) -> None:
        said.append(message)

    await ours(asked, receive, say)
    return said[0]["status"], said[1]["body"]


Application = Callable[[dict[str, Any], Any], list[bytes]]


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """In Django's place: lets everything in, and says what came or where it stands."""
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(dict(environ))
        standing = environ.get(bodies.STANDING)
        start("200 OK", [("Content-Type", "text/plain")])
        if standing == bodies.ASKING:
            environ.update({bodies.STANDING: bodies.WELCOME, bodies.MOST: MEGABYTE, bodies.WHOSE: 7})
        return [str(standing).encode() if standing else environ["wsgi.input"].read()]

    monkeypatch.setattr(front, "django", application)
    return seen


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines short enough to wait for."""
    monkeypatch.setattr(front, "PAUSE_MOST", 0.2)
    monkeypatch.setattr(front, "WHOLE_WITHIN", 0.5)
    monkeypatch.setattr(front, "SLOWEST", 1024 * MEGABYTE)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        ([b"ab", b"c", b""], b"abc"),
        ([b"ab", 0.1, b"c", b""], b"abc"),
        ([b"ab"], b"late"),
        ([b"ab", 0.4, b"c", b""], b"late"),
        ([part for _n in range(99) for part in (b"a", 0.1)], b"late"),
        ([b"a" * SMALL, b"b", b""], b"too large"),
    ],
)
def test_a_body_comes_whole_and_in_time_or_not_at_all(echo: list[Any], parts: list[bytes | float], answer: bytes) -> None:
    assert asyncio.run(ask(Front(1), scope(transfer_encoding="chunked"), parts)) == (200, answer)


def test_what_is_refused_is_heard_out_for_a_while(echo: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer goes out first; whoever sends on meanwhile is not cut off, and whoever sends for ever is."""
    monkeypatch.setattr(front, "LINGER_SECONDS", 0.5)
    parts: list[bytes | float] = [b"a" * SMALL, b"b", b"c", 0.1, b"d", b""]
    coming = iter(parts)
    assert asyncio.run(ask(Front(1), scope(transfer_encoding="chunked"), coming)) == (200, b"too large")
    assert list(coming) == []
    endless: Iterator[bytes | float] = cycle([b"a" * SMALL, 0.01])
    assert asyncio.run(ask(Front(1), scope(transfer_encoding="chunked"), endless)) == (200, b"too large")
    monkeypatch.setattr(front, "LINGERING_MOST", 0)
    coming = iter(parts)
    assert asyncio.run(ask(Front(1), scope(transfer_encoding="chunked"), coming)) == (200, b"too large")
    assert list(coming) == [b"c", 0.1, b"d", b""], "not more than so many at a time"


def test_a_large_body_is_asked_for_first_and_counted(echo: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ours, body = Front(1), b"x" * (MEGABYTE // 2)
    asked = scope("/orders/new", content_length=str(len(body)), cookie="sessionid=a")
    assert asyncio.run(ask(ours, asked, [body, b""])) == (200, body)
    assert [one.get(bodies.STANDING) for one in echo] == [bodies.ASKING, None]
    assert echo[0]["CONTENT_LENGTH"] == "0" and echo[0][bodies.LENGTH] == str(len(body))
    monkeypatch.setattr(front, "PAUSE_MOST", 1.0)

    async def four() -> list[tuple[int, bytes]]:
        return list(await asyncio.gather(*(ask(ours, asked, [body]) for _n in range(4))))

    assert sorted(answer[0] for answer in asyncio.run(four())) == [200, 200, 200, 503]
    assert asyncio.run(ask(ours, asked, [body, b""]))[0] == 200


def test_of_a_form_with_photos_from_somebody_signed_out_the_words_are_read(ground: Ground) -> None:
    """Asked for in vain, it is not turned away: its words go to the sign-in page, and its photos nowhere."""
    form = {"csrfmiddlewaretoken": "a" * 32, "_by": held.mark(7), "text": "三楼的灯坏了"}
    sent = encode_multipart("b", {**form, "photos": SimpleUploadedFile("a.jpg", b"x" * MEGABYTE)})
    parts: list[bytes | float] = [sent[start : start + 65536] for start in range(0, len(sent), 65536)]
    laid: list[BytesIO] = []

    class Watched(BytesIO):
        def __init__(self, _in_memory: int) -> None:
            super().__init__()
            laid.append(self)

        def close(self) -> None:
            """Stay open, to be looked at."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(front, "SpooledTemporaryFile", Watched)
        asked = with_photos(len(sent), host="localhost", cookie=f"csrftoken={'a' * 32}")
        status, content = asyncio.run(ask(Front(1), asked, [*parts, b""]))
    assert status == 401 and "您刚才写的都留着" in content.decode()
    assert [len(one.getvalue()) < 1000 for one in laid] == [True], "nothing of the photo was kept anywhere"
    assert asyncio.run(ask(Front(1), with_photos(MEGABYTE, x_zengyi_form="form"), []))[0] == 401, "the script is told before it sends"
    assert asyncio.run(ask(Front(1), with_photos(51 * MEGABYTE), []))[0] == 401


def with_photos(length: int, **headers: str) -> dict[str, Any]:
    """A new order of that many bytes, from nobody who is signed in."""
    return scope("/orders/new", content_type="multipart/form-data; boundary=b", content_length=str(length), **headers)


def test_of_many_words_only_some_are_read_at_a_time(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PAUSE_MOST", 1.0)
    asked = with_photos(MEGABYTE)

    async def all_at_once() -> list[tuple[int, bytes]]:
        ours = Front(1)
        return list(await asyncio.gather(*(ask(ours, asked, [b"--b"]) for _n in range(front.WORDS_OF_ALL + 2))))

    assert Counter(answer[0] for answer in asyncio.run(all_at_once())) == {408: front.WORDS_OF_ALL, 503: 2}


def test_a_disk_that_is_full_while_a_body_comes(echo: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(BytesIO):
        def write(self, _part: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(front, "SpooledTemporaryFile", lambda _most: Full())
    asked = scope("/orders/new", content_length=str(MEGABYTE), cookie="sessionid=a")
    assert asyncio.run(ask(Front(1), asked, [b"x", b""])) == (200, b"no room")


def test_where_a_body_stands_is_the_servers_word_alone(echo: list[Any]) -> None:
    asked = scope(content_length="1", zengyi_body="welcome", x_forwarded_for="1")
    asked["headers"] += [(b"x_forwarded_for", b"2"), (b"zengyi.body", b"welcome"), (b"cookie", b"a=1"), (b"cookie", b"b=2")]
    assert asyncio.run(ask(Front(1), asked, [b"x", b""])) == (200, b"x")
    assert bodies.STANDING not in echo[0]
    assert (echo[0]["HTTP_X_FORWARDED_FOR"], echo[0]["HTTP_COOKIE"]) == ("1", "a=1; b=2")


#: Seconds that writers are held at most: never in a sound run, where they are let go before.
HELD = 120


class Stuck:
    """In Django's place: whoever writes waits, as for SQLite's one writer."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """One request."""
        if environ["REQUEST_METHOD"] == "POST":
            self.free.wait(HELD)
        start("200 OK", [])
        return [b"done"]


def reads_while_writers_wait(ours: Front, stuck: Stuck, patience: float = HELD / 4) -> dict[str, bool]:
    """Which pages are answered while forty writers wait, within so many seconds: long, as a busy machine may be slow."""

    async def run() -> dict[str, bool]:
        writers = [asyncio.create_task(ask(ours, scope("/appearance"), [])) for _n in range(40)]
        await asyncio.sleep(0.05)
        answered = {}
        for path in ("/help/", "/health", "/ready"):
            page = asyncio.create_task(ask(ours, scope(path, "GET"), []))
            done, _ = await asyncio.wait({page}, timeout=patience)
            answered[path] = bool(done)
        stuck.free.set()
        await asyncio.gather(*writers)
        return answered

    return asyncio.run(run())


def test_who_reads_does_not_stand_behind_those_who_write(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = Stuck()
    monkeypatch.setattr(front, "django", stuck)
    assert reads_while_writers_wait(Front(3), stuck) == {"/help/": True, "/health": True, "/ready": True}


def test_a_twin_with_one_line_for_all_lets_readers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, twin = Stuck(), Front(3)
    monkeypatch.setattr(front, "django", stuck)
    twin._reading, twin._apart = twin._writing, {}
    assert reads_while_writers_wait(twin, stuck, 0.5) == {"/help/": False, "/health": False, "/ready": False}


def test_a_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, ours = Stuck(), Front(1)
    monkeypatch.setattr(front, "django", stuck)
    monkeypatch.setattr(front, "WAITING_MOST", 5)

    async def run() -> list[tuple[int, bytes]]:
        writers = [asyncio.create_task(ask(ours, scope("/appearance"), [])) for _n in range(8)]
        await asyncio.sleep(0.05)
        stuck.free.set()
        return list(await asyncio.gather(*writers))

    began = time.monotonic()
    answers = asyncio.run(run())
    assert sorted(status for status, _content in answers) == [200] * 5 + [503] * 3
    assert time.monotonic() - began < HELD / 2, "nobody was let go"


def test_the_settings_put_it_before_what_reads() -> None:
    order = settings.MIDDLEWARE.index
    assert order("zengyi.project.middleware.Bodies") < order("django.middleware.csrf.CsrfViewMiddleware")
    assert order("zengyi.project.middleware.Gate") < order("zengyi.project.middleware.Welcome")
