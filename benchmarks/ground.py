"""A database to measure on: one community with thousands of members and published orders, copied from one of each.

Run as ``python -m benchmarks.ground``, with ``ZENGYI_DATABASE`` and ``ZENGYI_VAR`` set; prints what was made as JSON. Ids are
given, not drawn: a member's number tells the login, the person and the token, so that pgbench can work them out as well.
"""

import argparse
import hashlib
import json
import os
from datetime import timedelta

from benchmarks.migrated import migrate

PERSONS, USERS, MEMBERS, ORDERS, ACCOUNTS = (n * 10_000_000 for n in (1, 2, 3, 4, 5))
#: How many orders a member claims at most in a run: what one may hold at a time.
CLAIMS_A_MEMBER = 5
TOKEN = "bench-token-"


def claimant(order: int) -> int:
    """The member who claims the order with that number, from 1 on; member 0 has an order already."""
    return 1 + (order - 1) // CLAIMS_A_MEMBER


def token(member: int) -> str:
    """The bearer token of the member with that number."""
    return f"{TOKEN}{member}"


def main() -> None:
    """Make the ground and print where things are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=0, help="published, one place each")
    parser.add_argument("--delivered", type=int, default=0, help="delivered, waiting for their requester")
    parser.add_argument("--members", type=int, required=True)
    arguments = parser.parse_args()
    print(json.dumps(make(arguments.orders, arguments.delivered, arguments.members)))


def make(orders: int, delivered: int, members: int) -> dict[str, int]:
    """Migrate the database of the settings and fill it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    from django.db import connection

    migrate()
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function("sha256", 1, _sha256, deterministic=True)
    return _fill(orders, delivered, members)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _fill(orders: int, delivered: int, members: int) -> dict[str, int]:
    from django.db import connection

    from zengyi.bank.models import Posting
    from zengyi.core import clock
    from zengyi.orders import actions
    from zengyi.orders.models import Claim
    from zengyi.people.models import Branch, Grant, Member, Person, Place, Token, User
    from zengyi.people.queries import actor_for_user

    at = clock.now()
    community = Place.objects.create(kind="COMMUNITY", name="社区", path="/1/")
    branch = Branch.objects.create(community=community, name="第一支部")
    users = {}
    for name in ("worker", "secretary", "resident"):
        users[name] = User.objects.create(username=name, person=Person.objects.create(community=community, name=name), password="!")
        if name != "resident":
            Grant.objects.create(user=users[name], role=name, place=community, starts_at=at)
    person = Person.objects.create(id=PERSONS, community=community, name="党员")
    user = User.objects.create(id=USERS, username="member0", person=person, password="!")
    Member.objects.create(id=MEMBERS, person=person, community=community, branch=branch, number="0")
    kept = at + timedelta(days=1)
    Token.objects.create(user=user, digest=_sha256(token(0)), acting_as="member", epoch=0, created_at=at, expires_at=kept)
    digest = f"sha256('{TOKEN}' || n.i)" if connection.vendor == "sqlite" else f"sha256(convert_to('{TOKEN}' || n.i, 'UTF8'))"
    more = members - 1
    _copy("people_person", PERSONS, more, id=f"{PERSONS} + n.i", name="'党员' || n.i")
    _copy("people_user", USERS, more, id=f"{USERS} + n.i", person_id=f"{PERSONS} + n.i", username="'member' || n.i")
    _copy("people_member", MEMBERS, more, id=f"{MEMBERS} + n.i", person_id=f"{PERSONS} + n.i", number="'' || n.i")
    _copy("people_token", Token.objects.get().pk, more, user_id=f"{USERS} + n.i", digest=digest)

    with connection.cursor() as cursor:
        for kind in ("BASE", "GAIN"):
            cursor.execute(
                "INSERT INTO bank_account (kind, community_id, member_id, label, balance, opened_at) "
                "SELECT %s, community_id, id, '', 0, %s FROM people_member WHERE true ON CONFLICT DO NOTHING",
                [kind, connection.ops.adapt_datetimefield_value(at)],
            )

    by = {name: actor_for_user(user.pk, at=at) for name, user in users.items()}
    order = actions.place(kind="DEMAND", category="ROAD", title="桥面破损", text="西段桥面有两处大坑。", by=by["resident"], at=at)
    number = {"sequence": f"{order.sequence} + n.i"}
    actions.triage(order.pk, difficulty=8, by=by["worker"], at=at)
    actions.publish(order.pk, by=by["worker"], at=at)
    _copy("orders_order", order.pk, orders, id=f"{ORDERS} + n.i", difficulty="NULL", account_id="NULL", **number)

    member = actor_for_user(USERS, at=at)
    order = actions.claim(order.pk, by=member, at=at)
    order = actions.deliver(order.pk, text="修好了。", by=member, at=at)
    first = ORDERS + orders
    account = order.account_id or 0
    _copy("bank_account", account, delivered, id=f"{ACCOUNTS} + n.i", label="'B' || n.i")
    opened = Posting.objects.get(credit_id=account).pk
    _copy("bank_posting", opened, delivered, credit_id=f"{ACCOUNTS} + n.i", key="'bench:' || n.i")
    number = {"sequence": f"{order.sequence} + {orders} + n.i"}
    _copy("orders_order", order.pk, delivered, id=f"{first} + n.i", account_id=f"{ACCOUNTS} + n.i", **number)
    claim = Claim.objects.get(order_id=order.pk).pk
    _copy("orders_claim", claim, delivered, order_id=f"{first} + n.i", member_id=f"{MEMBERS} + n.i % {members}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"community": community.pk, "branch": branch.pk, **{name: user.pk for name, user in users.items()}}


def _copy(table: str, template: int, count: int, **changed: str) -> None:
    """Copy the row of ``table`` with the id ``template`` ``count`` times, with some columns as SQL over ``n.i`` = 1 … count."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        names = [name for name in names if name != "id" or "id" in changed]
        values = [changed.get(name, f't."{name}"') for name in names]
        columns = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {table} t, n WHERE t.id = {template} AND n.i <= {count}"
        )


if __name__ == "__main__":
    main()
