"""What people of a district look at and do, timed inside one process: from the request to the answer, without network or server.

Run as ``python -m benchmarks.looks PEOPLE``, PEOPLE being what :mod:`benchmarks.district` printed, with ``ZENGYI_DATABASE`` set to
it. Then each line ``NAME TIMES`` read from standard input is answered by one line of JSON: for each time how long it took, how long
a processor worked on it, here and in PostgreSQL, both in milliseconds, and how many bytes were answered. Only the first depends on how
busy the machine is; the last tells whether the page of a larger district costs more because it shows more.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.district import COMMON, NEVER, ONE, RARE, TOKEN

#: Pages, by who looks at them; what stands in braces is looked up once, see :func:`_known`. What a form asks stands behind POST.
PAGES = {
    "home, anonymous": ("", "/"),
    "board": ("", "/board/"),
    "list, anonymous": ("", "/orders/"),
    "search, anonymous: frequent word": ("", f"/orders/?q={COMMON}"),
    "search, anonymous: rare word": ("", f"/orders/?q={RARE}"),
    "search, anonymous: no hit": ("", f"/orders/?q={NEVER}"),
    "search, anonymous: one character": ("", f"/orders/?q={ONE}"),
    "search, anonymous: rare character": ("", f"/orders/?q={RARE[0]}"),
    "search, anonymous: by number": ("", "/orders/?q=2001-4321"),
    "order, anonymous": ("", "/orders/{public}/"),
    "my orders, resident": ("resident", "/mine/"),
    "list, resident": ("resident", "/orders/"),
    "order, resident": ("resident", "/orders/{public}/"),
    "new order": ("resident", "/orders/new"),
    "similar orders": ("resident", f"POST /orders/similar?title={COMMON}不亮&text=晚上看不见&category=LIGHT"),
    "home, member": ("member", "/bank/"),
    "my orders, member": ("member", "/mine/"),
    "list, member": ("member", "/orders/"),
    "list, member: no hit by filters": ("member", "/orders/?state=ASSIGNED&kind=WISH&category=LIFT"),
    "search, member: frequent word": ("member", f"/orders/?q={COMMON}"),
    "search, member: rare word": ("member", f"/orders/?q={RARE}"),
    "search, member: one character": ("member", f"/orders/?q={ONE}"),
    "entries": ("member", "/bank/accounts/{base}/"),
    "entries, deep": ("member", "/bank/accounts/{base}/?after={posting}"),
    "entries, picked": ("member", "/bank/accounts/{base}/?kind=BASE&quarter=2026Q4"),
    "statement, sheet": ("member", "/bank/accounts/{base}/2026Q4.xlsx"),
    "me": ("member", "/me/"),
    "home, unit": ("contact", "/bank/"),
    "my orders, unit": ("contact", "/mine/"),
    "desk": ("worker", "/desk/"),
    "desk, one filter": ("worker", "/desk/?kind=WISH"),
    "list, worker": ("worker", "/orders/"),
    "list, worker: filtered": ("worker", "/orders/?state=CLOSED&category=LIFT"),
    "list, worker: late": ("worker", "/orders/?light=late"),
    "my orders, worker": ("worker", "/mine/"),
    "search, worker: rare word": ("worker", f"/orders/?q={RARE}"),
    "party finder": ("worker", "/orders/{published}/assign"),
    "party finder, by name": ("worker", "/orders/{published}/assign?q=建国"),
    "order, worker": ("worker", "/orders/{published}/"),
    "history": ("worker", "/orders/{public}/history"),
    "members": ("worker", "/people/members/"),
    "members, by name": ("worker", "/people/members/?q=建国"),
    "residents": ("worker", "/people/residents/"),
    "units": ("worker", "/people/organisations/"),
    "person": ("worker", "/people/persons/{person}/"),
    "roll-calls": ("worker", "/bank/roll-calls/"),
    "roll-call": ("worker", "/bank/roll-calls/{roll_call}/"),
    "corrections": ("worker", "/bank/corrections/"),
    "grants": ("secretary", "/people/grants/"),
    "district": ("district", "/district/"),
    "list, district": ("district", "/orders/"),
    "search, district: rare word": ("district", f"/orders/?q={RARE}"),
    "API list": ("member", "/api/v1/orders?size=100"),
    "API list, mine": ("member", "/api/v1/orders?mine=true"),
    "API search": ("member", f"/api/v1/orders?q={COMMON}"),
    "API order": ("member", "/api/v1/orders/{public}"),
    "API account": ("member", "/api/v1/bank/accounts/me"),
    "API postings": ("member", "/api/v1/bank/accounts/{base}/postings"),
    "API statement": ("worker", "/api/v1/bank/statements/101/{quarter}"),
}
LIVES = "lives"
#: The steps of an order's life, one after the other, each by whom and with what.
LIFE: dict[str, tuple[str, dict[str, Any]]] = {
    "place": ("resident", {"kind": "DEMAND", "title": "路灯不亮", "text": "二单元门口的路灯不亮。", "category": "LIGHT"}),
    "triage": ("worker", {"difficulty": 3}),
    "publish": ("worker", {}),
    "claim": ("member", {}),
    "deliver": ("member", {"text": "换好了，请看一看。"}),
    "confirm": ("resident", {}),
}


def main() -> None:
    """Answer lines until there are no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    looks = _looks(json.loads(sys.argv[1]))
    print(json.dumps({"names": list(looks)}), flush=True)
    for line in sys.stdin:
        name, _, times = line.rstrip("\n").rpartition(" ")
        print(json.dumps([looks[name]() for _ in range(int(times))]), flush=True)


def _looks(people: dict[str, int]) -> dict[str, Callable[[], Any]]:
    """By name: do it once, and say how long it took; :data:`LIVES` goes through all steps and says it of each."""
    known, clock = _known(people), Clock()
    pages = {name: _page(clock, people.get(who), path.format(**known)) for name, (who, path) in PAGES.items()}
    return {**pages, LIVES: _life(clock, people)}


class Clock:
    """Milliseconds that pass, and that a processor works, in this process and in the server's that its connection has."""

    def __init__(self) -> None:
        from django.db import connection

        self.backend: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def took(self, run: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
        """What it answered, and the two times it took."""
        passed, worked = time.perf_counter(), self._worked()
        answer = run()
        return answer, ((time.perf_counter() - passed) * 1000, (self._worked() - worked) * 1000)

    def _worked(self) -> float:
        served = int(self.backend.read_text().split()[0]) / 1e9 if self.backend else 0.0
        return time.process_time() + served


def _known(people: dict[str, int]) -> dict[str, Any]:
    from zengyi.bank.models import Account, Posting, RollCall
    from zengyi.core import clock
    from zengyi.orders.models import Order

    here = Order.objects.filter(community_id=people["community"], private=False).order_by("-pk")
    base = Account.objects.get(member_id=people["member"], kind="BASE").pk
    postings = Posting.objects.filter(credit_id=base).order_by("-pk").values_list("pk", flat=True)
    return {
        "public": here.filter(state="CONFIRMED").values_list("pk", flat=True)[0],
        "published": here.filter(state="PUBLISHED").values_list("pk", flat=True)[0],
        "base": base,
        "posting": postings[len(postings) // 2],
        "roll_call": RollCall.objects.filter(community_id=people["community"]).order_by("-pk").values_list("pk", flat=True)[0],
        "person": people["member"] + 1,
        "quarter": clock.quarter_of(clock.local_date(clock.now())),
    }


def _page(clock: Clock, login: int | None, path: str) -> Callable[[], tuple[float, float, int]]:
    from django.test import Client

    from zengyi.people.models import User

    api, asks = path.startswith("/api/"), path.startswith("POST ")
    path, _mark, fields = path.removeprefix("POST ").partition("?" if asks else "\0")
    client = Client(HTTP_HOST="127.0.0.1", headers={"authorization": f"Bearer {TOKEN}{login}"} if api else {})
    if login is not None and not api:
        client.force_login(User.objects.get(pk=login))

    form = dict(parse_qsl(fields))

    def look() -> tuple[float, float, int]:
        answer, took = clock.took(lambda: client.post(path, form) if asks else client.get(path))
        assert answer.status_code == 200, (path, answer.status_code, answer.content[:500])
        return *took, len(answer.content)

    return look


def _life(clock: Clock, people: dict[str, int]) -> Callable[[], dict[str, tuple[float, float, int]]]:
    """One order's whole life, step by step."""
    from django.test import Client

    from zengyi.core.models import Throttle

    client = Client(HTTP_HOST="127.0.0.1")

    def live() -> dict[str, tuple[float, float, int]]:
        Throttle.objects.all().delete()  # nobody places as many orders a day as we do
        found, order = {}, 0
        for verb, (who, body) in LIFE.items():
            path = f"/api/v1/orders/{order}/{verb}" if order else "/api/v1/orders"
            head = {"authorization": f"Bearer {TOKEN}{people[who]}"}
            answer, took = clock.took(lambda: client.post(path, body, content_type="application/json", headers=head))  # noqa: B023
            assert answer.status_code in (200, 201), (path, answer.status_code, answer.content[:500])
            found[verb], order = (*took, len(answer.content)), answer.json()["id"]
        return found

    return live


if __name__ == "__main__":
    main()
