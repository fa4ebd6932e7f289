"""What somebody with the database's keys could write into it by hand, each with the row that must be named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction

from tests import trail
from tests.bank import roll
from tests.cast import AT, PASSWORD, Cast
from zengyi.bank import actions as bank
from zengyi.bank.models import Account, Posting, RollCallEntry
from zengyi.core import sealing
from zengyi.core.models import Event
from zengyi.orders import actions as orders
from zengyi.orders.models import Claim
from zengyi.people import actions as people
from zengyi.people.models import Tie, Token

LATER = AT + timedelta(days=1)


class World:
    """A community in which all of this happened by steps, on ground that was there before; rows by a name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.ids: dict[str, int] = {}
        self.nobody = cast.person("居民0405", cast.community)
        trail.begin(AT)
        self._orders()
        self._points()
        self._people()
        sealing.seal(LATER)

    def _orders(self) -> None:
        cast, ids = self.cast, self.ids
        done = cast.delivered("unit", "member")
        orders.confirm(done.pk, by=cast.actor("member"), at=LATER)
        ids["order"], ids["account"] = done.pk, done.account_id or 0
        ids["claim"] = Claim.objects.get(order_id=done.pk).pk
        ids["posting"] = Posting.objects.get(debit_id=done.account_id).pk
        ids["placed"] = cast.place("resident").pk
        ids["event of placed"] = Event.objects.get(object_type="order", object_id=ids["placed"]).pk
        ids["first event"], ids["second event"] = (
            Event.objects.filter(object_type="order", object_id=ids["order"]).order_by("pk").values_list("pk", flat=True)[1:3]
        )
        ids["claimed"] = cast.claimed("member2", "resident").pk

    def _points(self) -> None:
        cast, ids = self.cast, self.ids
        ids["roll_call"] = roll.posted(cast, {"member": "PRESENT", "member2": "ABSENT"}).pk
        ids["base account"] = Account.objects.get(kind="BASE", member_id=cast.member_id("member")).pk
        ids["mark"] = RollCallEntry.objects.get(roll_call_id=ids["roll_call"], mark="ABSENT").pk
        made = bank.propose_correction(ids["posting"], "登记错了", by=cast.actor("worker"), at=LATER)
        ids["correction"] = bank.decide_correction(made.pk, False, by=cast.actor("secretary"), at=LATER).pk

    def _people(self) -> None:
        cast, ids = self.cast, self.ids
        ids |= {name: cast.users[name].pk for name in ("resident", "resident2", "worker", "secretary")}
        ids |= {f"{name}'s person": cast.users[name].person_id or 0 for name in ("resident", "member")}
        ids |= {"member": cast.member_id("member"), "member2": cast.member_id("member2"), "member3": cast.member_id("member3")}
        ids |= {"branch": cast.second_branch.pk, "unit": cast.unit.pk, "building": cast.buildings[3].pk}
        ids["opened"] = people.open_login(self.nobody.pk, "opened", by=cast.actor("worker"), at=AT).user_id
        ids["tie"] = Tie.objects.get(login_id=ids["opened"]).pk
        ids["grant"] = people.grant(ids["opened"], "worker", cast.community.pk, by=cast.actor("secretary"), at=AT)
        people.end_grant(ids["grant"], by=cast.actor("secretary"), at=LATER)
        raw, _until = people.issue_token("worker2", PASSWORD, at=AT)
        people.revoke_token(raw, at=LATER)
        ids["token"] = Token.objects.get().pk
        ids["registration"] = people.register_member(cast.member_id("member3"), by=cast.actor("member3"), at=AT)


#: An edit's name, its statements with ``{name}`` for the world's ids, and the rows the check must name.
Edit = tuple[list[str], list[str]]


def _set(table: str, name: str, what: str) -> Edit:
    return [f"UPDATE {table} SET {what} WHERE id = {{{name}}}"], [f"{table} {{{name}}}"]


_FIT = (
    "UPDATE bank_account SET balance = COALESCE((SELECT SUM(points) FROM bank_posting WHERE credit_id = bank_account.id), 0)"
    " - COALESCE((SELECT SUM(points) FROM bank_posting WHERE debit_id = bank_account.id), 0) WHERE kind <> 'ISSUE'"
)
_MORE = (
    "INSERT INTO bank_posting (id, community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at)"
    " SELECT 999999, community_id, 'BASE', debit_id, credit_id, 5, 'forged', 'B02', '', occurred_on, posted_at FROM bank_posting"
    " WHERE kind = 'BASE' LIMIT 1"
)
_EVENT = (
    "INSERT INTO core_event (id, at, user_id, role, via, community_id, verb, object_type, object_id, before, after, reason, rows, mark)"
    " SELECT {id}, {at}, user_id, role, via, community_id, {verb}, object_type, object_id, before, after, reason, {rows}, {mark}"
    " FROM core_event WHERE verb = 'confirm'"
)
_SWAP = [
    "UPDATE core_event SET id = -1 WHERE id = {first event}",
    "UPDATE core_event SET id = {first event} WHERE id = {second event}",
    "UPDATE core_event SET id = {second event} WHERE id = -1",
]
EDITS: dict[str, Edit] = {
    "a posting with fitted balances": ([_MORE, _FIT], ["bank_posting 999999: stands there, but no event made it"]),
    "a posting's points": (["UPDATE bank_posting SET points = 3 WHERE id = {posting}", _FIT], ["bank_posting {posting}"]),
    "a posting's day": _set("bank_posting", "posting", "occurred_on = '2026-09-30'"),
    "a posting's memo": _set("bank_posting", "posting", "memo = '别的'"),
    "a posting gone": (["DELETE FROM bank_correction", "DELETE FROM bank_posting WHERE id = {posting}", _FIT], ["bank_posting {posting}"]),
    "an account's holder": _set("bank_account", "base account", "member_id = {member3}"),
    "an account's label": _set("bank_account", "account", "label = 'x'"),
    "an order's text": _set("orders_order", "order", "text = '别的'"),
    "an order's state": _set("orders_order", "placed", "state = 'TRIAGED'"),
    "an order's asker": _set("orders_order", "order", "requester_id = {resident's person}"),
    "an order's placer": _set("orders_order", "order", "placed_by_id = {resident}"),
    "an order's weigher": _set("orders_order", "order", "triaged_by_id = {secretary}"),
    "an order deleted": (
        ["DELETE FROM orders_order WHERE id = {placed}"],
        ["orders_order {placed}: is gone, but no event after event {event of placed} (place) removed it"],
    ),
    "an order made": (
        ["UPDATE orders_order SET id = 999999 WHERE id = {placed}"],
        ["orders_order 999999: stands there, but no event made it", "orders_order {placed}: is gone"],
    ),
    "a claim's member": _set("orders_claim", "claim", "member_id = {member2}, organisation_id = NULL"),
    "a claim's points": _set("orders_claim", "claim", "points = 99"),
    "a roll-call's mark": _set("bank_rollcallentry", "mark", "mark = 'PRESENT'"),
    "a roll-call's decider": _set("bank_rollcall", "roll_call", "decided_by_id = {resident}"),
    "a correction's state": _set("bank_correction", "correction", "state = 'POSTED'"),
    "a person's household": _set("people_person", "resident's person", "household_index = NULL"),
    "a person's building": _set("people_person", "resident's person", "home_id = {building}"),
    "a person's name": _set("people_person", "resident's person", "name = '别人'"),
    "a person's unit": _set("people_member", "member", "unit_id = {unit}"),
    "a member's branch": _set("people_member", "member", "branch_id = {branch}"),
    "a unit's name": _set("people_organisation", "unit", "short_name = '别的'"),
    "a registration's state": _set("people_registration", "registration", "state = 'ACTIVE'"),
    "a grant put in": (
        [
            "INSERT INTO people_grant (id, user_id, role, place_id, starts_at)"
            " SELECT 999999, {resident}, 'secretary', place_id, starts_at FROM people_grant WHERE id = {grant}"
        ],
        ["people_grant 999999: stands there, but no event made it"],
    ),
    "a grant revived": _set("people_grant", "grant", "ends_at = NULL"),
    "a password hash": _set("people_user", "worker", "password = 'pbkdf2_sha256$1$x$x'"),
    "who opened a login": _set("people_tie", "tie", "maker_id = {secretary}"),
    "a login's epoch": _set("people_user", "opened", "epoch = 0"),
    "a token revived": _set("people_token", "token", "revoked_at = NULL"),
    "a place moved": _set("people_place", "building", "path = '/1/'"),
    "a forged back-dated event": (
        [_EVENT.format(id=-5, at="'2026-11-23 02:00:00+00:00'", verb="'note'", rows="''", mark="NULL")],
        ["event -5 was not written by this instance"],
    ),
    "a forged event with a stolen mark": (
        [_EVENT.format(id=999999, at="'2026-11-23 02:00:00+00:00'", verb="'note'", rows="''", mark="mark")],
        ["event 999999 was not written by this instance"],
    ),
    "an event copied": (
        [_EVENT.format(id=999999, at="at", verb="verb", rows="rows", mark="mark")],
        ["event 999999 is the copy of another event"],
    ),
    "an event removed": (
        ["DELETE FROM core_sealedevent WHERE event_id = {first event}", "DELETE FROM core_event WHERE id = {first event}"],
        ["its events do not give its root", "orders_order {order}"],
    ),
    "two events swapped": (_SWAP, ["event {first event} is not as it was sealed", "event {second event} is not as it was sealed"]),
    "an event's rows": (
        ["UPDATE core_event SET rows = '' WHERE id = {first event}"],
        ["event {first event} is not as it was sealed", "orders_order {order}"],
    ),
    "a seal's mark": (
        ["UPDATE core_seal SET mark = NULL WHERE id = (SELECT max(id) FROM core_seal)"],
        ["was not made by this instance"],
    ),
    "the columns kept": (
        ["UPDATE core_kept SET head = 'people_grant()' WHERE \"table\" = 'people_grant'"],
        ["people_grant: other columns are kept now"],
    ),
}


def edit(*statements: str) -> None:
    """Write behind all guards, which stand again afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'refuse_%'")
            removed = cursor.fetchall()
            for name, _sql in removed:
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, statement
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            for _name, text in removed:
                cursor.execute(text)


@contextmanager
def edited(*statements: str) -> Iterator[None]:
    """The database as somebody behind all guards leaves it; afterwards it is as it was. No step runs inside."""
    with transaction.atomic():
        edit(*statements)
        yield
        transaction.set_rollback(True)
