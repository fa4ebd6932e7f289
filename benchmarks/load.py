"""The load: many keep-alive connections from one process, each sending its next request when the last one is answered.

Run as ``python -m benchmarks.load PORT FILE --connections C --seconds S``: ``FILE`` has one ``path token`` a line, every line is
sent once. Ends when the lines or the seconds are over; prints answers by status and latencies as JSON. Plain sockets and one
selector: what the load costs is not measured, yet it shares the machine with what is.
"""

import argparse
import json
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BYTES_MOST = 65536
ANSWER_SECONDS = 30


@dataclass(slots=True)
class Line:
    """One connection and the answer that is coming in."""

    connection: socket.socket
    sent_at: float = 0.0
    answer: bytes = b""


@dataclass(slots=True)
class Result:
    """What came back."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)


def main() -> None:
    """Send the load and print what came back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    result = send(arguments.port, arguments.file.read_text().splitlines(), arguments.connections, arguments.seconds)
    print(json.dumps({"seconds": result.seconds, "statuses": result.statuses, "milliseconds": result.milliseconds}))


def send(port: int, lines: list[str], connections: int, seconds: float) -> Result:
    """Send one POST a line until the lines or the seconds are over; answers under way are waited for."""
    requests = iter([_request(port, *line.split()) for line in lines])
    result, open_lines = Result(), 0
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for _ in range(connections):
            line = Line(socket.create_connection(("127.0.0.1", port)))
            line.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.connection, selectors.EVENT_READ, line)
            open_lines += _next(line, requests)
        ends = started + seconds
        while open_lines:
            ready = selector.select(ANSWER_SECONDS)
            if not ready:
                raise TimeoutError(f"{open_lines} requests are not answered")
            for key, _ in ready:
                line = key.data
                line.answer += line.connection.recv(BYTES_MOST)
                if not _complete(line.answer):
                    continue
                now = time.perf_counter()
                result.milliseconds.append((now - line.sent_at) * 1000)
                result.statuses[int(line.answer[9:12])] += 1
                if now >= ends or not _next(line, requests):
                    open_lines -= 1
        result.seconds = time.perf_counter() - started
        for registered in list(selector.get_map().values()):
            registered.data.connection.close()
    return result


def _request(port: int, path: str, token: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n".encode()


def _next(line: Line, requests: Iterator[bytes]) -> bool:
    """Send the next request; false when there is none left."""
    request = next(requests, None)
    if request is None:
        return False
    line.answer, line.sent_at = b"", time.perf_counter()
    line.connection.sendall(request)
    return True


def _complete(answer: bytes) -> bool:
    if not answer:
        raise ConnectionError("the server hung up")
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    raise ValueError(f"an answer without its length: {head!r}")


if __name__ == "__main__":
    main()
