"""Wrong JSON: every field of every operation, every id in an address, every body as a whole. Never a 500, never half a write."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from tests import api
from tests.orders.cases import FROM, bodies
from tests.trust.ground import AWAY, HERE, Ground, undone
from tests.trust.hostile import BODIES, EMPTY, IDS, VALUES
from tests.trust.walk import digest, token, watched
from zengyi.orders.models import Claim

DOCUMENT = api.document()
ORDERS, TOKENS = "/api/v1/orders", "/api/v1/tokens"
#: How many bytes a body of the API may have.
MOST = 65_536
WHO = {
    **dict.fromkeys(("accept", "refuse", "claim", "deliver"), "unit"),
    **dict.fromkeys(("confirm", "return", "cancel"), "resident"),
}
HELD = frozenset({"accept", "refuse", "deliver"})
FULL: dict[str, dict[str, Any]] = {
    "order": {
        "kind": "REPORT",
        "category": "ROAD",
        "title": "桥面破损",
        "text": "西段桥面有两处大坑。",
        "spot": "桥上",
        "urgency": 2,
        "contact": "",
        "anonymous": False,
        "private": False,
        "place": None,
        "on_behalf_of": {"person_id": None, "name": "王五", "phone": "", "channel": "PHONE"},
    },
    "triage": {"places": 1, "due_at": "2026-11-25T17:30:00+08:00", "category": "ROAD", "urgency": 2, "needs": "", "provides": ""},
    "assign": {"organisation_id": None, "points": None},
    "release": {"claim_id": None},
    "deliver": {"sent": []},
    "confirm": {"shares": None},
    "return": {"due_at": "2026-11-25T17:30:00+08:00"},
    "token": {"username": "resident", "password": "demo-zengyi", "acting_as": ""},
}


def sent(body: Any) -> bytes:
    """The body as a client sends it that doesn't escape Chinese; only what UTF-8 cannot hold, a lone surrogate, is escaped."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")


class Sender:
    """Sends JSON, each time from the same state, and looks at what may never happen."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.client, self.tokens = ground, Client(raise_request_exception=False), dict[str, str]()

    def send(self, who: str, path: str, body: Any, *, raw: bytes | None = None, method: str = "POST", key: str = "") -> Any:
        """The answer: never a 500, and a refusal has changed nothing."""
        if who not in self.tokens:
            self.tokens[who] = token(self.ground, who)
        data = raw if raw is not None else sent(body)
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | ({"Idempotency-Key": key} if key else {})
        with undone(), watched() as written:
            answer = self.client.generic(method, path, data, content_type="application/json", headers=headers)
        assert answer.status_code < 500, (path, data[:200], answer.content[:500])
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            told = answer.json()
            assert told["status"] == answer.status_code and told["title"]
            assert not written, (path, data[:200], written)
        return answer


def asked_of(ground: Ground, name: str) -> tuple[str, str, dict[str, Any]]:
    """Who sends an operation's body, where to, and a body that is right."""
    if name == "token":
        return "resident", TOKENS, FULL["token"]
    if name == "order":
        return "worker", ORDERS, {**FULL["order"], "place": ground.bridge.pk}
    helps = WHO.get(name) == "unit"
    fact = ground.order(FROM[name], owner="" if helps else WHO.get(name, ""), holder="unit" if name in HELD else "")
    body = bodies(name, ground.member_id("member3"), ground.order("PLACED").id, ground.unit.pk)
    return WHO.get(name, "worker"), f"{ORDERS}/{fact.id}/{name}", {**body, **FULL.get(name, {})}


NAMES = ("token", "order", *(verb for verb in FROM if bodies(verb, 1, 1, 1)))


def operation_of(name: str) -> Any:
    """What the document says of an operation."""
    path = {"token": TOKENS, "order": ORDERS}.get(name, f"{ORDERS}/{{order_id}}/{name}")
    return DOCUMENT["paths"][path]["post"]


def schema_of(name: str) -> dict[str, Any]:
    """The schema of an operation's body."""
    found = operation_of(name)["requestBody"]["content"]["application/json"]["schema"]
    return {**found, "components": DOCUMENT["components"]}


def spoiled(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The body with each of its fields wrong in every way, each left out, and one too many."""
    for field, right in body.items():
        yield from ((field, {**body, field: value}) for value in VALUES)
        yield field, {name: value for name, value in body.items() if name != field}
        if isinstance(right, dict):
            yield from ((field, {**body, field: inner}) for _name, inner in spoiled(right))
    yield "surplus", {**body, "surplus": 1}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_body(ground: Ground, name: str) -> None:
    sender, validator = Sender(ground), jsonschema_rs.validator_for(schema_of(name), validate_formats=True)
    who, path, body = asked_of(ground, name)
    assert sender.send(who, path, body).status_code in (200, 201)
    before, refused = digest(), 0
    for field, wrong in spoiled(body):
        answer = sender.send(who, path, wrong)
        if not validator.is_valid(_decodable(wrong)):
            refused += 1
            assert answer.status_code == 422, (field, wrong, answer.content)
            assert any(told.startswith(field) for told in answer.json()["fields"]), (field, answer.json())
    assert refused > 10
    assert digest() == before


def _decodable(body: Any) -> Any:
    """What a validator of JSON can look at: lone surrogates are no text at all, so they stand as something that is no text."""
    if isinstance(body, dict):
        return {name: _decodable(value) for name, value in body.items()}
    return {} if body == "\ud800" else body


@pytest.mark.parametrize("name", ["sent", "shares"])
def test_every_field_of_a_list(ground: Ground, name: str) -> None:
    sender, delivered = Sender(ground), ground.order("DELIVERED")
    claim = Claim.objects.get(order_id=delivered.id, state="ACTIVE").pk
    if name == "sent":
        who, path, body = asked_of(ground, "deliver")
        item = {"member_id": ground.member_id("member3"), "points": 2}
    else:
        who, path, body = "secretary", f"{ORDERS}/{delivered.id}/confirm", {"channel": "PHONE"}
        item = {"claim_id": claim, "points": 4}
    assert sender.send(who, path, {**body, name: [item]}).status_code == 200
    for field in item:
        for value in VALUES:
            assert sender.send(who, path, {**body, name: [{**item, field: value}]}).status_code in (200, 422), (field, value)
        assert sender.send(who, path, {**body, name: [{field: item[field]}]}).status_code == 422
    assert sender.send(who, path, {**body, name: [item, item]}).status_code == 422
    assert sender.send(who, path, {**body, name: [{**item, "points": 20}]}).status_code == 422
    assert sender.send(who, path, {**body, name: [item] * 300}).status_code == 422


@pytest.mark.parametrize("name", NAMES)
def test_the_largest_body_is_looked_at_and_a_larger_one_is_not(ground: Ground, name: str) -> None:
    """64 KiB may be sent: what is wrong with that is said by field. One byte more is refused as it is, as the document tells."""
    sender = Sender(ground)
    who, path, body = asked_of(ground, name)
    fitting = sent({**body, "surplus": "x"})
    fitting = fitting.replace(b'"x"}', b'"' + b"x" * (MOST - len(fitting) + 1) + b'"}')
    assert len(fitting) == MOST
    answer = sender.send(who, path, None, raw=fitting)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["surplus"])
    assert sender.send(who, path, None, raw=fitting + b" ").status_code == 413
    assert "413" in operation_of(name)["responses"]


@pytest.mark.parametrize("name", NAMES)
def test_every_body_as_a_whole(ground: Ground, name: str) -> None:
    sender = Sender(ground)
    who, path, _body = asked_of(ground, name)
    for raw in BODIES:
        may_be_left_out = name == "confirm" and raw in EMPTY
        assert sender.send(who, path, None, raw=raw).status_code in ((200,) if may_be_left_out else (400, 422)), raw[:50]


def test_ids_of_other_communities(ground: Ground) -> None:
    sender, here, away = Sender(ground), ground.order("PUBLISHED").id, ground.order("PUBLISHED", where=AWAY)
    foreign_claim = Claim.objects.filter(order_id=ground.order("CLAIMED", where=AWAY).id).values_list("pk", flat=True)[0]
    claimed, words = ground.order("CLAIMED").id, {**FULL["order"], "on_behalf_of": None}
    organisation = ground.actor("far_unit").organisation_id
    told: list[tuple[str, str, dict[str, Any], int]] = [
        ("worker", ORDERS, {**words, "place": ground.far_building.pk}, 422),
        ("worker", ORDERS, {**words, "place": ground.elsewhere.pk}, 422),
        ("worker", ORDERS, {**words, "on_behalf_of": {"person_id": ground.who("far_resident").pk}}, 422),
        ("worker", f"{ORDERS}/{here}/assign", {"member_id": ground.member_id("far_member")}, 422),
        ("worker", f"{ORDERS}/{here}/assign", {"organisation_id": organisation}, 422),
        ("worker", f"{ORDERS}/{here}/assign", {"organisation_id": organisation, "member_id": ground.member_id("member3")}, 422),
        ("worker", f"{ORDERS}/{here}/merge", {"into_id": away.id}, 404),
        ("worker", f"{ORDERS}/{here}/merge", {"into_id": here}, 422),
        ("worker", f"{ORDERS}/{claimed}/release", {"reason": "换人", "claim_id": foreign_claim}, 422),
        ("unit2", f"{ORDERS}/{claimed}/release", {"reason": "换人", "claim_id": foreign_claim}, 403),
        (
            "unit2",
            f"{ORDERS}/{claimed}/deliver",
            {"text": "好了", "sent": [{"member_id": ground.member_id("far_member"), "points": 1}]},
            422,
        ),
    ]
    for who, path, body, status in told:
        assert sender.send(who, path, body).status_code == status, (path, body)


@pytest.mark.parametrize("value", IDS)
def test_ids_in_addresses(ground: Ground, value: str) -> None:
    sender = Sender(ground)
    for path in (f"{ORDERS}/{value}", f"/api/v1/bank/accounts/{value}/postings", f"/api/v1/bank/statements/{value}/2026Q4"):
        assert sender.send("worker", path, None, raw=b"", method="GET").status_code in (404, 422), path
    for verb in FROM:
        assert sender.send("worker", f"{ORDERS}/{value}/{verb}", {}).status_code in (403, 404, 422), verb
    for quarter in (value, f"2026Q{value}", "20261", "2026Q5", "９９９９Q1", "2026Q1%0a"):
        path = f"/api/v1/bank/statements/{ground.community.pk}/{quarter}"
        assert sender.send("worker", path, None, raw=b"", method="GET").status_code in (404, 422), path


ASKED = (
    "state=KING",
    "kind=1",
    "category=",
    "community=0",
    "community=x",
    "mine=perhaps",
    "after=-1",
    "after=x",
    "size=0",
    "size=101",
    "size=x",
    "size=",
)
HARMLESS = (
    "q=%00",
    "q=%ff%fe",
    "q=%ed%a0%80",
    "q=%25_%5c",
    "q=2026-0001",
    "q='",
    "q=" + "a" * 60,
    "unknown=1",
    "q=&q=b",
    "q=%22AND%20NEAR(",
)


def test_what_lists_are_asked_for(ground: Ground) -> None:
    sender = Sender(ground)
    for asked in ASKED:
        assert sender.send("worker", f"{ORDERS}?{asked}", None, raw=b"", method="GET").status_code == 422, asked
    for asked in HARMLESS:
        assert sender.send("worker", f"{ORDERS}?{asked}", None, raw=b"", method="GET").status_code in (200, 422), asked
    assert sender.send("worker", f"{ORDERS}?q={'a' * 61}", None, raw=b"", method="GET").status_code == 422


@pytest.mark.parametrize("key", ["x" * 65, "schlüssel", "two words", "\x7f", "a\tb", "😀"])
def test_a_key_that_is_none(ground: Ground, key: str) -> None:
    sender, (waits, *_others) = Sender(ground), ground.of["facilities"].rounds[HERE]
    for who, path, body in (asked_of(ground, "note"), ("worker2", f"/api/v1/rounds/{waits}/start", {})):  # the second stores no answer
        answer = sender.send(who, path, body, key=key)
        assert answer.status_code == 422 and list(answer.json()["fields"]) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "bearer x", "Basic YTpi", "Bearer " + "x" * 5000, "Bearer \xff", "Bearer a\tb", "Token x"]
)
def test_a_token_that_is_none(ground: Ground, given: str) -> None:
    client = Client(raise_request_exception=False)
    for method, path in (("GET", ORDERS), ("POST", ORDERS), ("DELETE", TOKENS)):
        answer = client.generic(method, path, b"{}", content_type="application/json", HTTP_AUTHORIZATION=given)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="zengyi"'), (method, path)
