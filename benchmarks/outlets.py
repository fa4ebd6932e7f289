"""``python -m benchmarks.outlets``: how fast the desk sees a piece on its outlets, and how fast each is made, warm.

It runs on the database of ``ZENGYI_DATABASE``, which must hold the demo (``zengyi migrate && zengyi demo``); two pieces are written there.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

import django

TIMES = 9
SENTENCE = "社区组织党员和居民，分四次清除，清一株数一株，住12幢2单元802室的一位居民借出工具。"


def main() -> None:
    """Print the middle and the slowest of nine, for a piece as most are, and for the longest there can be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    django.setup()
    from django.test import Client

    from zengyi.core import clock, paper
    from zengyi.news import actions, queries
    from zengyi.news.web import outlets
    from zengyi.people import queries as people
    from zengyi.people.models import User

    user = User.objects.get(username="worker")
    by, at = people.actor_for_user(user.pk, "", at=clock.now()), clock.now()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds, the middle and the slowest of {TIMES}")
    for length in (300, 4000):
        words: Any = {"kind": "BRIEF", "title": "一条河，950 株清完了", "text": (SENTENCE * 200)[:length], "place": "新幸西界河"}
        piece = actions.propose(**words, figures=(("清除", "950 株"),), by=by, at=at)
        shown = outlets.of_piece(queries.piece(piece.pk, by=by, at=at), f"http://127.0.0.1/news/{piece.pk}/")
        page = f"/news/{piece.pk}"

        def asked(path: str, sent: dict[str, str] | None = None) -> Callable[[], int]:
            return lambda: len((client.post(path, sent) if sent else client.get(path)).content)

        def drawn(sheet: str, data: Callable[[outlets.Printed], dict[str, object]], colours: int = 0) -> Callable[[], int]:
            return lambda: len(paper.picture(sheet, data(shown), scale=outlets.POSTER_SCALE, colours=colours))  # noqa: B023

        def typed(left: Iterator[int]) -> int:
            return asked("/news/look", {**words, "text": words["text"][: -next(left)]})()  # noqa: B023

        steps: dict[str, Callable[[], int]] = {
            "marks and limits while typing": partial(typed, count(1)),
            "the desk's page with its previews": asked(f"{page}/edit"),
            "preview of the A4 sheet": asked(f"{page}/trial/a4.png"),
            "preview of the poster": asked(f"{page}/trial/poster.png"),
            "A4 as PDF": lambda: len(paper.pdf(outlets.SHEET, outlets.sheet(shown), at=at)),  # noqa: B023
            "poster, 1080 × 1440": drawn(outlets.POSTER, outlets.poster),
            "long picture": drawn(outlets.LONG, outlets.long, outlets.LONG_COLOURS),
        }
        print(f"\n{length} characters")
        for name, step in steps.items():
            print(_line(name, step), flush=True)


def _line(name: str, step: Callable[[], int]) -> str:
    step()  # the first one of a process reads the fonts
    took, worked, size = [], [], 0
    for _n in range(TIMES):
        begun, used = time.perf_counter(), time.process_time()
        size = step()
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - used) * 1000)
    return f"{name}: {statistics.median(took):.0f}, {max(took):.0f} (processor {statistics.median(worked):.0f}); {size / 1000:.0f} kB"


if __name__ == "__main__":
    main()
