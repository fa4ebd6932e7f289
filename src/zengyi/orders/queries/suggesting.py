"""Whom one could propose an order to: everybody of its community weighed in one statement, the best with their reasons."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core.prepared import Statement
from zengyi.orders.models import Order
from zengyi.orders.queries.reading import read
from zengyi.orders.rules import OPEN_CLAIMS_OF_MEMBER, Category, stake
from zengyi.people.queries import Party
from zengyi.people.rules import Actor, Duty, check_role

SUGGESTIONS_MOST = 5
LOOK_BACK = timedelta(days=180)
#: This many of the best are read, more than are shown, because some may have a stake in the order. If too few are left, everybody is read.
LOOKED_AT, EVERYBODY = 60, 10**9
DUTIES = {Category.HELP: Duty.GIVING, Category.OTHER: Duty.DELIBERATION}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody one could propose an order to, with the reasons. ``value`` is ``member:3`` or ``organisation:7``."""

    value: str
    name: str
    member_id: int | None
    organisation_id: int | None
    reasons: list[str]
    load: int
    on_time: int | None


# A skill weighs 4, the fitting duty 2, living in the same building 2 or in the same estate 1, having been on time lately up to 2,
# a unit where several are needed 1; each order in hand takes 0.8 away, full hands 10.
_BEST = Statement(
    "orders_suggest",
    """
    WITH known AS (
      SELECT member_id, organisation_id, 1 AS load, 0 AS finished, 0 AS on_time, 0 AS here
      FROM orders_claim WHERE community_id = %(community)s AND state IN ('PROPOSED', 'ACTIVE')
      UNION ALL
      SELECT member_id, organisation_id, 0, 1, CASE WHEN on_time THEN 1 ELSE 0 END, 0
      FROM orders_claim WHERE community_id = %(community)s AND state = 'DONE' AND claimed_at > %(since)s
      UNION ALL
      SELECT member_id, organisation_id, 0, 0, 0, 1 FROM orders_claim WHERE order_id = %(order)s
    ), record AS (
      SELECT member_id, organisation_id, SUM(load) AS load, SUM(finished) AS finished, SUM(on_time) AS on_time, MAX(here) AS here
      FROM known GROUP BY member_id, organisation_id
    ), near AS MATERIALIZED (
      SELECT id, home_id FROM people_person
      WHERE home_id IN (SELECT id FROM people_place WHERE id = %(home)s OR parent_id = %(estate)s)
    ), party AS (
      SELECT m.id AS member_id, NULL AS organisation_id, m.person_id, m.unit_id, m.duty, m.skills, near.home_id,
        r.load, r.finished, r.on_time, r.here
      FROM people_member m LEFT JOIN near ON near.id = m.person_id LEFT JOIN record r ON r.member_id = m.id
      WHERE m.community_id = %(community)s
      UNION ALL
      SELECT NULL, o.id, NULL, NULL, '', o.skills, NULL, r.load, r.finished, r.on_time, r.here
      FROM people_registration g JOIN people_organisation o ON o.id = g.organisation_id
      LEFT JOIN record r ON r.organisation_id = o.id
      WHERE g.community_id = %(community)s AND g.state = 'ACTIVE'
    ), weighed AS (
      SELECT member_id, organisation_id, person_id, unit_id, duty, CAST(skills AS text) AS skills,
        COALESCE(load, 0) AS load, COALESCE(finished, 0) AS finished, COALESCE(on_time, 0) AS on_time,
        CASE WHEN CAST(skills AS text) LIKE %(skill)s THEN 4 ELSE 0 END + CASE WHEN duty = %(duty)s THEN 2 ELSE 0 END
        + CASE WHEN home_id = %(home)s THEN 2 WHEN home_id IS NOT NULL THEN 1 ELSE 0 END AS fits,
        CASE WHEN organisation_id IS NOT NULL AND %(places)s > 1 THEN 1 ELSE 0 END AS sends
      FROM party WHERE COALESCE(here, 0) = 0
    ), ranked AS (
      SELECT *, fits + CASE WHEN finished > 0 THEN 2 * (CAST(on_time AS double precision) / finished) ELSE 0 END + sends
          - load * CAST(0.8 AS double precision) - CASE WHEN load >= %(full)s THEN 10 ELSE 0 END AS score,
        CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END AS is_unit, CAST(COALESCE(member_id, organisation_id) AS text) AS number
      FROM weighed WHERE fits > 0 OR sends > 0 OR finished > 0
    ), best AS (
      SELECT * FROM ranked ORDER BY score DESC, load, is_unit, number LIMIT CAST(%(most)s AS bigint)
    )
    -- Who they are is read of the best alone.
    SELECT member_id, organisation_id, COALESCE(p.name, o.short_name), best.person_id, p.household_index, best.unit_id, best.duty,
      best.skills, p.home_id, b.parent_id, load, finished, on_time, u.is_active
    FROM best LEFT JOIN people_person p ON p.id = best.person_id LEFT JOIN people_user u ON u.person_id = best.person_id
    LEFT JOIN people_organisation o ON o.id = best.organisation_id
    LEFT JOIN people_place b ON b.id = p.home_id
    ORDER BY score DESC, load, is_unit, number
    """,
)


def suggestions(order_id: int, *, by: Actor, at: datetime) -> list[Suggestion]:
    """Whom one could propose the order to, the best first, with reasons: skills, duty, distance, load, past on-time share.

    Left out are those with a stake in it and those who refused it or gave it back. Two statements.
    """
    check_role(by, "order.assign")
    found = read(order_id, by=by, at=at)
    return suggested(found.order, at) if found is not None and found.order.community_id == by.community_id else []


def suggested(order: Order, at: datetime) -> list[Suggestion]:
    """As :func:`suggestions`, for an order that was read with its asker and its place. One statement."""
    best, everybody = _best(order, at, LOOKED_AT)
    if len(best) < SUGGESTIONS_MOST and not everybody:
        best, _all = _best(order, at, EVERYBODY)
    return best[:SUGGESTIONS_MOST]


def _best(order: Order, at: datetime, most: int) -> tuple[list[Suggestion], bool]:
    """The best of ``most`` parties, without those who have a stake in the order; and whether there were no more than that."""
    category = Category(order.category)
    given: dict[str, Any] = {
        "community": order.community_id,
        "order": order.pk,
        "since": at - LOOK_BACK,
        "skill": f'%"{category.value}"%',
        "duty": DUTIES.get(category, Duty.GOVERNANCE).value,
        "home": order.place_id,
        "estate": order.place.parent_id if order.place else None,
        "places": order.places,
        "full": OPEN_CLAIMS_OF_MEMBER,
    }
    with _BEST.run(**given, most=most) as cursor:
        rows = cursor.fetchall()
    asker, found = order.asker(at), []
    for (
        member_id,
        organisation_id,
        name,
        person_id,
        household,
        unit_id,
        duty,
        skills,
        home_id,
        estate_id,
        load,
        finished,
        on_time,
        signs,
    ) in rows:
        party = Party(
            name=name,
            member_id=member_id,
            organisation_id=organisation_id,
            person_id=person_id,
            household=None if household is None else bytes(household),
            unit_id=unit_id,
            duty=duty,
            skills=tuple(json.loads(skills)),
            home_id=home_id,
            estate_id=estate_id,
            lacks_login=member_id is not None and not signs,
        )
        if not stake(asker, party):
            found.append(_suggestion(order, party, load, finished, on_time))
    return found, len(rows) < most


def _suggestion(order: Order, party: Party, load: int, finished: int, on_time: int) -> Suggestion:
    reasons = list(_reasons(order, party, finished, on_time))
    value = f"member:{party.member_id}" if party.member_id is not None else f"organisation:{party.organisation_id}"
    share = round(on_time * 100 / finished) if finished else None
    return Suggestion(value, party.name, party.member_id, party.organisation_id, reasons, load, share)


def _reasons(order: Order, party: Party, finished: int, on_time: int) -> Iterator[str]:
    """The reasons for the party, in the order in which they are shown."""
    category = Category(order.category)
    if order.category in party.skills:
        yield _("会办%(what)s") % {"what": category.label}
    if party.duty and party.duty == DUTIES.get(category, Duty.GOVERNANCE):
        yield str(Duty(party.duty).label)
    if order.place_id is not None and party.home_id == order.place_id:
        yield _("住同一幢")
    elif order.place is not None and party.estate_id is not None and party.estate_id == order.place.parent_id:
        yield _("住同一个小区")
    if finished:
        yield _("半年办过 %(n)d 单，%(share)d%% 按时") % {"n": finished, "share": round(on_time / finished * 100)}
    if party.organisation_id is not None and order.places > 1:
        yield _("能派出几个人")
    if party.lacks_login:
        yield _("没有账号，要打电话问")
