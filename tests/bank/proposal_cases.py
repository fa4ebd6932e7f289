"""Every way to changed rules and tiers, corrections and links over the API. Part of ``cases``."""

from collections.abc import Iterator
from typing import Any

from tests.bank import tiers
from tests.trust.cases import READ, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground

CHANGE = {"excellent": "96", "qualified": "75", "basic": "60", "from_year": "2028", "why": "大家商量过"}
RULE = {"code": "V07", "points": 3, "valid_from": "2027-01-01", "why": "大家商量过"}


def lay_tiers(ground: Ground, where: str) -> int:
    """Tiers that wait for a second person."""
    return tiers.proposed(ground.actor("far_worker" if where == AWAY else "worker2")).pk


def proposal_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages of tiers, and what pages of rules, corrections and links do over the API."""
    laid = ground.of["bank"]
    yield from visits("tiers", "/bank/tiers/", READ, CHANGE)
    yield Case("api:propose_tiers", "POST", "/api/v1/bank/tiers/proposals", {**CHANGE, **_numbers()}, frozenset({201}))
    yield Case("api:list_rule_proposals", "GET", "/api/v1/bank/rules/proposals")
    yield Case("api:propose_rule", "POST", "/api/v1/bank/rules/proposals", RULE, frozenset({201}))
    yield Case("api:list_corrections", "GET", "/api/v1/bank/corrections")
    for where in (HERE, AWAY):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        path = f"/bank/tiers/{laid.tiers[where]}/"
        yield from visits("tier-version", path, READ, **lie)
        yield from visits("tier-decide", f"{path}decide", READ, {"approve": "1"}, **lie)
        yield Case("api:decide_tiers", "POST", f"/api/v1/bank/tiers/proposals/{laid.tiers[where]}/decide", {"approve": True}, **lie)
        yield Case("api:decide_rule", "POST", f"/api/v1/bank/rules/proposals/{laid.versions[where]}/decide", {"approve": True}, **lie)
        yield Case("api:decide_correction", "POST", f"/api/v1/bank/corrections/{laid.corrections[where]}/decide", {"approve": True}, **lie)
        body = {"posting_id": laid.postings[where][1 if where == HERE else 0], "reason": "记错了人"}
        yield Case("api:propose_correction", "POST", "/api/v1/bank/corrections", body, frozenset({201}), **lie)
        link = f"/api/v1/bank/filings/{laid.filings[where]['submitted']}/link"
        yield Case("api:issue_link", "POST", link, {"name": "3 幢陈阿姨"}, frozenset({201}), **lie)
    for where, community in ground.communities.items():
        yield Case("api:get_tiers", "GET", f"/api/v1/bank/tiers/{community.pk}/2027", relations=lies(role, where))


def _numbers() -> dict[str, int]:
    return {name: int(CHANGE[name]) for name in ("excellent", "qualified", "basic", "from_year")}


FORMS = ("tiers", "tier-decide")


def proposal_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about tiers."""
    path = f"/bank/tiers/{ground.of['bank'].tiers[HERE]}/decide"
    yield Filled("tiers", "worker", "/bank/tiers/", CHANGE)
    yield Filled("tier-decide", "secretary", path, {"approve": "0", "reason": "先不改"}, again=False)


VISITS = {
    "tiers": lambda town, by: ["/bank/tiers/"],
    "tier-version": lambda town, by: [f"/bank/tiers/{pk}/" for pk in town.tiers],
    "tier-decide": lambda town, by: [f"/bank/tiers/{pk}/decide" for pk in town.tiers],
}
