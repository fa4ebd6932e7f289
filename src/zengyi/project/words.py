"""The words of a form with photos whose sender is signed out: kept while its photos are thrown away as they come.

Nobody is signed in who could be asked to answer for what lies on the disk. So nothing is laid there: of fifty megabytes of photos no more
than 64 kB of words are ever held, in memory, and the sign-in page can carry those on (``core.held``).
"""

import re

from django.utils.http import parse_header_parameters

from zengyi.project.bodies import SMALL

#: The head of one part of a form: far more than its name and a file's name need.
HEAD_MOST = 8 * 1024
_A_FILE = re.compile(rb'filename\*?="?[^";\r\n]', re.I)


class TooLarge(Exception):
    """More came than may be sent there."""


def boundary_of(content_type: str) -> str:
    """What parts the fields of a form with files (RFC 7578); empty for any other body."""
    kind, said = parse_header_parameters(content_type)
    boundary = said.get("boundary", "")
    return boundary if kind == "multipart/form-data" and boundary.isascii() else ""


class Words:
    """Takes the body of such a form in pieces; ``kept`` is the same form with every file empty, but still named.

    Raises :class:`TooLarge` when there is more than 64 kB of it.
    """

    def __init__(self, boundary: str) -> None:
        self.kept = b""
        self._mark = b"\r\n--" + boundary.encode("ascii")
        self._rest = b"\r\n"  # the first mark has no line before it
        self._in_head, self._keeps = False, False

    def write(self, part: bytes) -> int:
        """The next piece."""
        self._rest += part
        while self._head() if self._in_head else self._content():
            pass
        return len(part)

    def _head(self) -> bool:
        """What stands before a part's content; whether there is more to look at."""
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            if len(self._rest) > HEAD_MOST:
                raise TooLarge
            return False
        self._keep(self._rest[: end + 4])
        self._keeps = not _A_FILE.search(self._rest[:end])
        self._rest, self._in_head = self._rest[end + 4 :], False
        return True

    def _content(self) -> bool:
        """A part's content, up to the mark before the next one; whether there is more to look at."""
        end = self._rest.find(self._mark)
        if end < 0:
            over = max(0, len(self._rest) - len(self._mark) + 1)
            self._keep(self._rest[:over] if self._keeps else b"")
            self._rest = self._rest[over:]
            return False
        self._keep(self._rest[:end] if self._keeps else b"")
        self._keep(self._mark)
        self._rest, self._in_head, self._keeps = self._rest[end + len(self._mark) :], True, False
        return True

    def close(self) -> bytes:
        """All that was kept, and how the form ends."""
        self._keep(self._rest if self._in_head else b"")
        return self.kept.removeprefix(b"\r\n")

    def _keep(self, part: bytes) -> None:
        self.kept += part
        if len(self.kept) > SMALL:
            raise TooLarge
