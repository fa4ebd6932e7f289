"""Who may be picked in a form: whom to propose an order to, whose claim to give back, whom a unit sent, which order to merge into."""

from datetime import timedelta

from django.utils.translation import gettext as _

from zengyi.bank import rules as bank
from zengyi.core import clock
from zengyi.core.ids import id_of
from zengyi.orders import queries, rules
from zengyi.people import queries as people
from zengyi.people.queries import Party
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role

PARTIES_MOST = 60
#: Whoever takes an order so shortly before it is delivered can have done little; whoever confirms is told.
JUST_BEFORE = timedelta(hours=1)


def value_of(party: Party) -> str:
    """How a party is named in a form: ``member:7`` or ``organisation:7``."""
    return f"member:{party.member_id}" if party.member_id is not None else f"organisation:{party.organisation_id}"


def parties(order: queries.OrderDetail, by: Actor, name: str = "", picked: str = "") -> tuple[list[tuple[str, str]], int]:
    """Suggestions with their reasons first, then other units and members; and how many more there are.

    With a ``name`` only those whose name it is part of, and first whoever is ``picked`` already.
    """
    suggested = queries.suggestions(order.id, by=by, at=clock.now())
    known = {s.value for s in suggested}
    behind = order.situation.behind
    first = [
        (s.value, _("%(name)s · %(reasons)s") % {"name": s.name, "reasons": _("，").join(s.reasons)}) for s in suggested if name in s.name
    ]
    others, count = people.parties_named(order.community_id, name, most=PARTIES_MOST + len(known))
    found = first + [
        (value_of(party), _marked(party)) for party in others if value_of(party) not in known and not rules.is_excluded(behind, party)
    ]
    if picked and picked not in dict(found) and (chosen := _party(order.community_id, picked)):
        found.insert(0, (picked, chosen))
    return found[:PARTIES_MOST], max(0, count - PARTIES_MOST)


def _marked(party: Party) -> str:
    """The name, with a word on whoever cannot answer by themselves."""
    return _("%(name)s · 没有账号，要打电话问") % {"name": party.name} if party.lacks_login else party.name


def _party(community_id: int, value: str) -> str:
    """The name of the party that a form calls ``value``; empty when there is none."""
    kind, _colon, number = value.partition(":")
    party_id = id_of(number)
    if kind not in ("member", "organisation") or party_id is None:
        return ""
    found = people.party(community_id, **{f"{kind}_id": party_id})
    return found.name if found else ""


def units_to_exclude(order: queries.OrderDetail) -> list[tuple[str, str]]:
    """The registered organisations, to be kept away, and those that are, to be let in again: ``out:7`` or ``in:7`` and its name."""
    away = {unit.id for unit in order.excluded}
    units = people.units_of(order.community_id)
    out = [(f"out:{pk}", name) for pk, name in units if pk not in away]
    return out + [(f"in:{unit.id}", _("%(name)s（不用再回避）") % {"name": unit.name}) for unit in order.excluded]


def release_choices(order: queries.OrderDetail, by: Actor) -> list[tuple[int, str]]:
    """The claims among which staff choose the one to give back; empty for everybody else."""
    if by.role not in COMMUNITY_ROLES:
        return []
    return [(claim.id, claim.party) for claim in order.claims if claim.state in rules.OPEN_CLAIMS]


def sendable(order: queries.OrderDetail, by: Actor) -> tuple[list[tuple[int, str]], int]:
    """The members of the unit who may have been sent, and the points there are to give; nobody for a member's own claim."""
    if by.role != Role.ORGANISATION or by.organisation_id is None:
        return [], 0
    return people.colleagues(by.organisation_id, order.community_id), order.difficulty or 0


def share_rows(order: queries.OrderDetail) -> list[tuple[int, str, int]]:
    """The claims that will be paid, with the points each gets when nobody sets them."""
    claims = [claim for claim in order.claims if claim.state == rules.ClaimState.ACTIVE]
    points = rules.split(order.difficulty or 0, [claim.points for claim in claims]) if claims else []
    return [(claim.id, claim.party, share) for claim, share in zip(claims, points, strict=True)]


def leave_rows(order: queries.OrderDetail) -> list[tuple[int, str]]:
    """The claims that may be left out when it is confirmed, each with when it was taken and whether that was only just before the end."""
    found = []
    for claim in order.claims:
        if claim.state != rules.ClaimState.ACTIVE:
            continue
        said = _("%(name)s，%(when)s接的单") % {"name": claim.party, "when": queries.spoken(claim.claimed_at)}
        if order.delivered_at is not None and timedelta() <= order.delivered_at - claim.claimed_at < JUST_BEFORE:
            minutes = max(1, int((order.delivered_at - claim.claimed_at).total_seconds()) // 60)
            said = _("%(said)s，%(n)d 分钟后就交了活") % {"said": said, "n": minutes}
        found.append((claim.id, said))
    return found


def pair_notes(order: queries.OrderDetail) -> list[str]:
    """What whoever confirms is told of those who helped often this quarter: how often, and what this time counts."""
    today, names = clock.local_date(clock.now()), {claim.id: claim for claim in order.claims}
    notes = []
    for portion in order.portions:
        claim = names[portion.claim_id]
        said = bank.pair_note(claim.before or 0, today)
        if said:
            notes.append(_("%(name)s：%(said)s这次记 %(n)d 分。") % {"name": claim.party, "said": said, "n": portion.counts})
    return notes


def mergeable(order: queries.OrderDetail, by: Actor) -> list[tuple[int, str]]:
    """Open orders like this one."""
    rows = queries.similar(f"{order.title} {order.text}"[:200], order.place_id, order.category, by=by, at=clock.now())
    return [
        (row.id, _("%(number)s %(title)s（%(state)s）") % {"number": row.number, "title": row.title, "state": rules.State(row.state).label})
        for row in rows
        if row.id != order.id and row.state in rules.OPEN_STATES
    ]
