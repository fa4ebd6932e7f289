"""What stands before Django in ``zengyi serve``: bodies are received here, and only a complete one takes a thread.

The server's loop holds thousands of slow clients; a thread, of which there are few, would be held by one. Pages that read, pages
that write, ``/health`` and ``/ready`` have threads of their own: writers queueing for SQLite keep nobody from reading.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from zengyi.core.errors import is_full
from zengyi.project.bodies import ASKING, LATE, LENGTH, MOST, NO_ROOM, SMALL, STANDING, TOO_LARGE, WELCOME, WHOSE, WORDS, way
from zengyi.project.parent import READING, THREADS
from zengyi.project.words import TooLarge, Words, boundary_of
from zengyi.project.wsgi import application as django

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]

#: At most so many requests wait for a thread of one kind; further ones are refused at once instead of after a minute.
WAITING_MOST = 512
#: A body's next part comes within this many seconds, and the whole of it within these and what a slow phone needs.
PAUSE_MOST = 20.0
WHOLE_WITHIN = 30.0
SLOWEST = 16 * 1024  # bytes a second
#: How many large bodies may arrive at the same time: from one login, and in this process altogether.
LARGE_OF_ONE, LARGE_OF_ALL = 3, 32
#: And of which only the words are kept, because their senders have been signed out.
WORDS_OF_ALL = 8
IN_MEMORY_MOST = 256 * 1024
#: Whoever is refused while they still send is listened to for so long, so that they read the answer instead of a line that broke.
LINGER_SECONDS = 5.0
LINGERING_MOST = 32

_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OF_ITS_OWN = ("/health", "/ready")


class Gone(Exception):
    """Whoever asked has hung up."""


class Late(Exception):
    """The body did not come in time."""


class Busy(Exception):
    """Too many wait already."""


class Threads:
    """Some threads, and a queue of limited length before them."""

    def __init__(self, name: str, number: int) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._waiting = 0

    async def run(self, environ: Environ) -> Answer:
        """Django's answer. Raises :class:`Busy` when the queue is full."""
        if self._waiting >= WAITING_MOST:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _answer, environ)
        finally:
            self._waiting -= 1


class Coming:
    """What a request's sender still sends; knows whether all of it has come."""

    def __init__(self, receive: Receive, begun: bool) -> None:
        self._receive, self.unread = receive, begun

    async def __call__(self) -> MutableMapping[str, Any]:
        """The next part."""
        part = await self._receive()
        self.unread = part["type"] == "http.request" and bool(part.get("more_body"))
        return part


class Front:
    """The ASGI application."""

    def __init__(self, writing: int) -> None:
        self._reading, self._writing = Threads("reading", READING), Threads("writing", writing)
        self._apart = {path: Threads(path.strip("/"), 1) for path in _OF_ITS_OWN}
        self._large: Counter[object] = Counter()
        self._lingering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        environ = environ_of(scope)
        coming = Coming(receive, "chunked" in environ or environ.get("CONTENT_LENGTH", "") not in ("", "0"))
        try:
            status, headers, content = await self._answer(environ, coming)
        except Gone:
            return
        except Busy:
            status, content = 503, _busy()
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"5"), (b"cache-control", b"no-store")]
        if coming.unread and self._lingering < LINGERING_MOST:
            # Without a length the answer isn't over before we say so; the server hangs up when it is.
            headers = [header for header in headers if header[0] != b"content-length"]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content, "more_body": True})
            await self._linger(coming)
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _linger(self, coming: Coming) -> None:
        """Drop what still comes, for a while. Cut off, a browser or a proxy tells of a broken line instead."""
        self._lingering += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while coming.unread:
                        await coming()
        finally:
            self._lingering -= 1

    async def _answer(self, environ: Environ, receive: Coming) -> Answer:
        threads = self._apart.get(environ["PATH_INFO"]) or (self._reading if environ["REQUEST_METHOD"] in _READING else self._writing)
        told = environ.get("CONTENT_LENGTH", "")
        if not environ.pop("chunked", False) and told in ("", "0"):
            return await threads.run(environ)
        unread = {**environ, "CONTENT_LENGTH": "0", LENGTH: told}
        where = way(environ["REQUEST_METHOD"], _text(environ["PATH_INFO"]))
        if where is None:
            return await threads.run(unread)
        most, whose = SMALL, None
        if int(told or where.most) > SMALL or not (where.to_anybody or _says_who(environ)):
            answer = await self._reading.run(asking := {**unread, STANDING: ASKING})
            if asking[STANDING] not in (WELCOME, WORDS):
                return answer
            most, whose = asking[MOST], asking[WHOSE]
        try:
            with self._arriving(most, whose) as body:
                if whose == WORDS:
                    words = Words(boundary_of(environ.get("CONTENT_TYPE", "")))
                    await receive_body(receive, words, most)
                    body.write(words.close())
                else:
                    await receive_body(receive, body, most)
                environ["CONTENT_LENGTH"] = str(body.tell())
                body.seek(0)
                environ["wsgi.input"] = body
                return await threads.run(environ)
        except Late:
            receive.unread = False  # nothing came for long: nothing is waited for
            return await self._reading.run({**unread, STANDING: LATE})
        except TooLarge:
            return await self._reading.run({**unread, STANDING: TOO_LARGE})
        except OSError as error:
            if not is_full(error):
                raise
            return await self._reading.run({**unread, STANDING: NO_ROOM})

    @contextmanager
    def _arriving(self, most: int, whose: object) -> Iterator[IO[bytes]]:
        """Where the body goes. Raises :class:`Busy` when this login, or all together, send too many large ones already."""
        if most <= SMALL:
            yield BytesIO()
            return
        if self._large[whose] >= (WORDS_OF_ALL if whose == WORDS else LARGE_OF_ONE) or self._large.total() >= LARGE_OF_ALL:
            raise Busy
        self._large[whose] += 1
        try:
            with SpooledTemporaryFile(IN_MEMORY_MOST) as body:
                yield body
        finally:
            self._large[whose] -= 1
            self._large += Counter()  # adding an empty counter drops the logins that send nothing any more


async def receive_body(receive: Receive, body: IO[bytes] | Words, most: int) -> int:
    """Write the request's body into ``body``; returns its length. Raises :class:`Late`, :class:`TooLarge` and :class:`Gone`."""
    length, more = 0, True
    try:
        async with asyncio.timeout(WHOLE_WITHIN + most / SLOWEST):
            while more:
                async with asyncio.timeout(PAUSE_MOST):
                    part = await receive()
                if part["type"] == "http.disconnect":
                    raise Gone
                length += len(part.get("body", b""))
                if length > most:
                    raise TooLarge
                body.write(part.get("body", b""))
                more = part.get("more_body", False)
    except TimeoutError as error:
        raise Late from error
    return length


def environ_of(scope: Scope) -> Environ:
    """The request as WSGI writes it (PEP 3333), without its body."""
    host, port = (scope.get("server") or ("localhost", 80))[:2]
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper(), raw_value.decode("latin-1")
        if name == "TRANSFER-ENCODING":
            environ["chunked"] = True
        elif name in ("CONTENT-LENGTH", "CONTENT-TYPE"):
            environ[name.replace("-", "_")] = value
        elif "_" not in name:  # WSGI would not tell X_Y from X-Y
            key = f"HTTP_{name.replace('-', '_')}"
            environ[key] = f"{environ[key]}{'; ' if name == 'COOKIE' else ','}{value}" if key in environ else value
    return environ


def _says_who(environ: Environ) -> bool:
    """Whether the request brings a session or a token at all; whether it is a good one is looked at later."""
    return "HTTP_AUTHORIZATION" in environ or "sessionid=" in environ.get("HTTP_COOKIE", "")


def _text(path: str) -> str:
    return path.encode("latin-1").decode("utf-8", "replace")


def _answer(environ: Environ) -> Answer:
    """Runs in a thread: Django's answer, whole, so that nobody who reads it slowly holds the thread."""
    head: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None, /) -> Callable[[bytes], object]:
        head[:] = [int(status[:3]), [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]]
        return _no_writer

    parts: Iterable[bytes] = django(environ, start)
    try:
        content = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return head[0], head[1], content


def _busy() -> bytes:
    """The answer when there is no thread to find out who asks and in which language: in both."""
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.append(_("现在人太多，系统一时忙不过来。您写的还没有交上，请过一会儿再试。"))
    return "\n".join(said).encode()


def _no_writer(_content: bytes) -> None:
    raise RuntimeError("an answer is its parts; nobody writes beside them")


application = Front(int(os.environ.get(THREADS, "4")))
