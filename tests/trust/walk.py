"""Walking: send a case as a role, and tell what is wrong with the answer as the table of permissions has it."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pypdfium2
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.orders.cases import see_requester
from tests.trust.cases import LOGINS, WRONG_METHOD, Case, lies_order
from tests.trust.ground import AWAY, HERE, NOW, Ground, child_of, undone
from tests.trust.table import Table, action_of
from zengyi.people.models import Token

#: Sessions and counters of tries change with every visit and hold nothing about the community.
UNWATCHED = frozenset({"people_session", "core_throttle", "django_content_type", "django_migrations"})
_WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.I)
DENIED = frozenset({401, 403, 404})
SIGN_IN = "/sign-in?"
OPEN_API = frozenset({"api:issue_token", "api:check_record", "api:openapi-json", "api:api-root"})


@dataclass
class Walker:
    """Somebody of a role, with a browser and a token."""

    ground: Ground
    role: str
    sent: int = 0
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.login = LOGINS.get(self.role, "")
        self.token = ""
        if self.login:
            self.client.force_login(self.ground.users[self.login])
            self.token = token(self.ground, self.login)
            self.client.get("/help/")
        self.cookies = self.client.cookies.output(header="", sep=";")

    def walk(self, table: Table, cases: Iterable[Case]) -> list[str]:
        """Send every case; returns what was wrong."""
        known = canaries(self.ground)
        for case in cases:
            self.wrong.extend(f"{self.role}: {case}: {line}" for line in self._judge(table, case, known))
        return self.wrong

    def ask(self, case: Case) -> Any:
        """The answer to one case."""
        self.client.cookies = SimpleCookie(self.cookies)
        if not case.api:
            return getattr(self.client, case.method.lower())(case.path, case.data)
        headers: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"} if self.token else {}
        body = json.dumps(case.data) if case.data is not None else ""
        return self.client.generic(case.method, case.path, body, content_type="application/json", **headers)

    def _judge(self, table: Table, case: Case, known: "Canaries") -> Iterator[str]:
        self.sent += 1
        with undone(), watched() as written:
            answer = self.ask(case)
        wanted, got = expected(table, self.role, case), answer.status_code
        redirected = got in (302, 303) and answer["Location"].startswith(SIGN_IN)
        if redirected and case.method == "GET" and wanted == {401}:
            got = 401
        if got not in wanted:
            yield f"answered {answer.status_code}, not {sorted(wanted)}"
        if wanted & DENIED and wanted != case.good and written:
            yield f"was refused, yet wrote to {sorted(written)}"
        if case.method == "GET" and written:
            yield f"was only looked at, yet wrote to {sorted(written)}"
        text = body_of(answer)
        told = known.found(text)
        allowed = told_to(table, self.role, case, self.ground) if got in case.good else permitted_anyway(self.role)
        reader = "anonymous" if case.way == "board" else self.role
        if stray := told - allowed - readable(table, reader, self.ground):
            yield f"told {sorted(stray)}"
        if case.way == "api:get_order" and got == 200 and case.fact is not None:
            bare = json.loads(text)["requester"] is not None
            if bare != see_requester(table, self.role, case.fact):
                yield f"{'told' if bare else 'kept'} who asked"
        if case.way == "api:list_orders" and got == 200:
            listed = set(self._listed(case, json.loads(text)))
            seen = {fact.id for fact in self.ground.orders if visible(table, self.role, fact)}
            if listed != seen:
                yield f"listed {sorted(listed - seen)} too many and {sorted(seen - listed)} too few"

    def _listed(self, case: Case, page: dict[str, Any]) -> Iterator[int]:
        """The ids of a list, page after page."""
        yield from (row["id"] for row in page["items"])
        while page["next"]:
            page = json.loads(body_of(self.ask(replace(case, path=f"{case.path}&after={page['next']}"))))
            yield from (row["id"] for row in page["items"])


def expected(table: Table, role: str, case: Case) -> frozenset[int]:
    """The statuses that are right, from the table alone."""
    if case.api and role == "anonymous" and case.way not in OPEN_API:
        return frozenset({401})
    turned_away = frozenset({401 if role == "anonymous" else 403})
    way = action_of(table, case.way)
    if role not in table[way].scopes:
        return turned_away
    if case.good == WRONG_METHOD:
        return WRONG_METHOD
    sees = case.fact is not None and visible(table, role, case.fact)
    action = case.action or way
    scopes = table[action].scopes.get(role)
    if scopes is None:
        return turned_away
    if case.fact is not None and not case.api and not case.blind and not sees:
        return frozenset({404})
    if not scopes & case.relations:
        return frozenset({403 if sees or case.sees else 404})
    return frozenset({case.objection}) if case.objection else case.good


def visible(table: Table, role: str, fact: Any) -> bool:
    """Whether a role may look at an order."""
    return bool(table["order.list"].scopes.get(role, frozenset()) & lies_order(role, fact))


def token(ground: Ground, login: str, acting_as: str = "") -> str:
    """A bearer token, put into the database as if it had been issued."""
    raw = f"token-of-{login}-{acting_as}"
    Token.objects.create(
        user=ground.users[login],
        digest=hashlib.sha256(raw.encode()).digest(),
        acting_as=acting_as or ground.actor(login).acting_as,
        epoch=0,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    return raw


@contextmanager
def watched() -> Iterator[set[str]]:
    """The tables written to inside."""
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (match := _WRITES.match(sql)) and match[1] not in UNWATCHED:
            written.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def digest() -> dict[str, tuple[int, str]]:
    """How many rows every table has, and a digest of them."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table not in UNWATCHED:
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                rows = [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor.fetchall()]
                found[table] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


def body_of(answer: Any) -> str:
    """What an answer says, as text; JSON without escapes; of sheets and archives what is in them, of prints what can be read there."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if raw.startswith(b"%PDF"):
        return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(raw))
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    text = raw.decode("utf-8", "replace")
    if "json" in answer.get("Content-Type", ""):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return str(text)


@dataclass(frozen=True)
class Canaries:
    """What tells whose an answer speaks of."""

    whose: dict[str, str]
    pattern: re.Pattern[str]

    def found(self, text: str) -> set[str]:
        """Everybody, and every order, that the text names."""
        return {self.whose[word] for word in self.pattern.findall(text)}


def canaries(ground: Ground) -> Canaries:
    """The name, the phone and the door of everybody, what they call their child, and the title of every order."""
    whose: dict[str, str] = {}
    for login, user in ground.users.items():
        if user.person is not None:
            whose |= {user.person.name: f"name of {login}", user.person.phone: f"phone of {login}", user.person.door: f"door of {login}"}
            whose[child_of(login)] = f"child of {login}"
    whose |= {fact.title: fact.title for fact in ground.orders}
    return Canaries(whose, re.compile("|".join(map(re.escape, whose))))


def permitted_anyway(role: str) -> set[str]:
    """What may stand on any page: one's own."""
    login = LOGINS.get(role, "")
    return {f"{what} of {login}" for what in ("name", "phone", "door", "child")}


def readable(table: Table, role: str, ground: Ground) -> set[str]:
    """The titles of the orders a role may look at."""
    return {fact.title for fact in ground.orders if visible(table, role, fact)}


def told_to(table: Table, role: str, case: Case, ground: Ground) -> set[str]:
    """Whose name, phone and door an answer may tell, where it is given."""
    told = permitted_anyway(role) | {f"name of {login}" for login in case.whose}
    here = {login for login, user in ground.users.items() if user.person and user.person.community_id == ground.community.pk}
    away = {login for login, user in ground.users.items() if user.person and user.person.community_id == ground.elsewhere.pk}
    if table["people.list"].scopes.get(role, frozenset()) & {"community"}:
        told |= {f"name of {login}" for login in here}
    if action_of(table, case.way) == "people.grant":
        reach = table["people.grant"].scopes.get(role, frozenset())
        told |= {f"name of {login}" for login in (here | away if "subtree" in reach else here)}
    told |= {f"{what} of {login}" for login in case.bared for what in ("name", "phone", "door")}
    if case.way == "my-data-file":  # what somebody asked for is theirs, wherever it was
        told |= {fact.title for fact in ground.orders if fact.owner == LOGINS.get(role)}
    if case.fact is not None and "own" in case.relations:
        told.add(case.fact.title)
    if case.fact is not None and see_requester(table, role, case.fact):
        told |= {f"name of {login}" for login in (here if case.fact.where == HERE else away if case.fact.where == AWAY else set())}
        told |= {f"{what} of {case.fact.owner}" for what in ("phone", "door")}
    return told
