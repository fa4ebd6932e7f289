"""Every way to points: accounts, statements, roll-calls and corrections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.bank import appraisal_cases, duty_cases, proposal_cases
from tests.bank.deed_cases import DEED_FORMS, DEED_VISITS, FILED, deed_forms, deed_page_cases, lay_deeds, lies_filing
from tests.bank.quarter_cases import QUARTER_FORMS, QUARTERS_ALONE, Quarters, lay_quarters, quarter_cases, quarter_forms
from tests.bank.roll import changed_rule
from tests.cast import AT
from tests.trust.cases import (
    LOGINS,
    READ,
    SENT,
    WRONG_METHOD,
    Case,
    lies,
    visits,
)
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.bank import actions as bank
from zengyi.bank.models import Posting
from zengyi.people.rules import Actor, Role


@dataclass(frozen=True)
class Laid:
    """Roll-calls, corrections and changed rules that wait for a decision, and postings of confirmations, by where they are."""

    roll_calls: dict[str, int]
    postings: dict[str, list[int]]
    corrections: dict[str, int]
    versions: dict[str, int]
    quarters: dict[str, Quarters]
    filings: dict[str, dict[str, Any]]
    duties: dict[str, duty_cases.Duties]
    appraisals: dict[str, appraisal_cases.Appraised]
    tiers: dict[str, int]


def lay(ground: Ground) -> Laid:
    """A roll-call, a posting and a correction in each of two communities."""
    roll_calls, postings, corrections, versions = {}, {}, {}, {}
    branches = {HERE: ("worker", ground.branch.pk), AWAY: ("far_worker", ground.far_branch.pk)}
    for where, (who, branch) in branches.items():
        by = ground.actor(who)
        present = {m.pk: "PRESENT" for m in ground.members.values() if m.branch_id == branch}
        roll_calls[where] = bank.propose_roll_call(branch, "B02", (AT - timedelta(days=1)).date(), present, by=by, at=AT).pk
        found = Posting.objects.filter(community=ground.communities[where], kind="CONFIRM").order_by("pk")
        postings[where] = list(found.values_list("pk", flat=True))
        corrections[where] = bank.propose_correction(postings[where][0], "记错了", by=by, at=AT).pk
        versions[where] = changed_rule(by, "V05", points=2, valid_from=date(2027, 1, 1)).pk
    filings = lay_deeds(ground)
    quarters = {where: lay_quarters(ground, where) for where in branches}
    duties = {where: duty_cases.lay_duties(ground, where) for where in branches}
    appraisals = {where: appraisal_cases.lay_appraisals(ground, where) for where in branches}
    tiers = {where: proposal_cases.lay_tiers(ground, where) for where in branches}
    return Laid(roll_calls, postings, corrections, versions, quarters, filings, duties, appraisals, tiers)


CHANGE = {"points": "2", "cap_activity": "", "cap_quarter": "12", "cap_year": "", "valid_from": "2027-01-01", "why": "大家商量过"}


#: Which filing stands for each move, and what is sent with it.
FILING_MOVES: dict[str, tuple[str, Any]] = {
    "attest": ("submitted", None),
    "approve": ("attested", None),
    "reject": ("submitted", {"reason": "那天没有去"}),
    "withdraw": ("own", None),
    "deny": ("entered", None),
    "acknowledge": ("entered", None),
}


def filing_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Filing a deed, and every move of one."""
    yield Case("api:list_filings", "GET", "/api/v1/bank/filings")
    for where, who in ((HERE, "member"), (HERE, "member2"), (AWAY, "far_member")):
        body = {"rule": "V02", "occurred_on": "2026-11-19", "member_id": ground.member_id(who)}
        yield Case("api:file_deed", "POST", "/api/v1/bank/filings", body, frozenset({201}), relations=lies_filing(role, where, who))
    for verb, (which, body) in FILING_MOVES.items():
        whose = "member" if which in ("own", "entered") else "member2"
        objection = 403 if verb in ("withdraw", "acknowledge") and role != "member" else 0
        for where in (HERE, AWAY):
            path = f"/api/v1/bank/filings/{ground.of['bank'].filings[where][which]}/{verb}"
            lie = lies_filing(role, where, whose)
            yield Case(f"api:{verb}_deed", "POST", path, body, relations=lie, objection=objection)


def lies_account(role: str, holder: str) -> frozenset[str]:
    """The scopes in which somebody's account lies for that role: the member and member2 are of one branch."""
    found = set(lies(role, AWAY if holder.startswith("far_") else HERE)) - {"public", "neighbour"}
    if LOGINS.get(role) == holder:
        found.add("own" if role == "member" else "unit")
    if role == "member" and holder in ("member", "member2"):
        found.add("branch")
    return frozenset(found)


def roll_call_cases(ground: Ground, role: str) -> Iterator[Case]:
    """A roll-call on paper, from a sheet and over the API."""
    branch = f"?branch={ground.second_branch.pk}"
    sheet = SimpleUploadedFile("a.csv", "姓名,记号\n党员丙,到\n".encode())
    yield Case("roll-call-sheet", "GET", f"/bank/roll-calls/sheet{branch}")
    yield Case("roll-call-sheet", "POST", f"/bank/roll-calls/sheet{branch}", {"file": sheet}, frozenset({422}))
    yield Case("roll-call-sheet", "DELETE", f"/bank/roll-calls/sheet{branch}", good=WRONG_METHOD)
    yield from visits("roll-call-template", f"/bank/roll-calls/template.xlsx{branch}", READ)
    yield from visits("roll-call-print", f"/bank/roll-calls/print{branch}", READ)
    yield from visits("roll-call-paper", f"/bank/roll-calls/print.pdf{branch}", READ)
    for where, placed in ((HERE, ground.branch), (AWAY, ground.far_branch)):
        marks = [{"member_id": m.pk, "mark": "PRESENT"} for m in ground.members.values() if m.branch_id == placed.pk]
        body = {"rule": "B05", "branch_id": placed.pk, "held_on": "2026-11-19", "marks": marks}
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        yield Case("api:propose_roll_call", "POST", "/api/v1/bank/roll-calls", body, frozenset({201}), **lie)
        path = f"/api/v1/bank/roll-calls/{ground.of['bank'].roll_calls[where]}"
        yield Case("api:get_roll_call", "GET", path, **lie)
        yield Case("api:decide_roll_call", "POST", f"{path}/decide", {"approve": True}, **lie)
        yield Case("api:post_held_marks", "POST", f"{path}/post-held", objection=404, **lie)  # nothing is held there
    yield Case("api:list_roll_calls", "GET", f"/api/v1/bank/roll-calls?branch_id={ground.branch.pk}")


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages of the bank."""
    for holder in ("member", "member2", "member3", "unit", "unit2", "far_member", "far_unit"):
        if holder != "far_member":
            here: dict[str, Any] = {"relations": lies_account(role, holder), "whose": frozenset({holder})}
            yield from visits("entries", f"/bank/accounts/{ground.account(holder)}/", READ, **here)
            yield Case("api:list_postings", "GET", f"/api/v1/bank/accounts/{ground.account(holder)}/postings", **here)
            for way, ending in (("account-paper", "pdf"), ("account-table", "xlsx")):
                yield from visits(way, f"/bank/accounts/{ground.account(holder)}/2026Q4.{ending}", READ, **here)
    for where in (HERE, AWAY):
        posting = Posting.objects.get(pk=ground.of["bank"].postings[where][0])
        holder = "member" if where == HERE else "far_unit"
        assert posting.credit_id == ground.account(holder), posting
        here = {"relations": lies_account(role, holder), "whose": frozenset({holder})}
        yield from visits("entry", f"/bank/accounts/{posting.credit_id}/entries/{posting.pk}/", READ, **here)
    yield from visits("roll-calls", "/bank/roll-calls/", READ)
    marks = {f"mark-{ground.member_id('member3')}": "PRESENT", "rule": "B02", "held_on": "2026-11-20", "note": ""}
    yield from visits("roll-call-new", f"/bank/roll-calls/new?branch={ground.second_branch.pk}", READ, marks)
    yield from roll_call_cases(ground, role)
    yield from visits("corrections", "/bank/corrections/", READ)
    yield from visits("rules", "/bank/rules/", READ)
    yield from visits("rule-proposals", "/bank/rules/proposals/", READ)
    yield from visits("rule-change", "/bank/rules/V06/change", READ, CHANGE)
    for where in (HERE, AWAY):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        path = f"/bank/roll-calls/{ground.of['bank'].roll_calls[where]}/"
        yield Case("roll-call", "GET", path, **lie)
        yield Case("roll-call", "POST", path, {"approve": "1"}, SENT, "points.decide", **lie)
        yield from visits(
            "correction-new",
            f"/bank/postings/{ground.of['bank'].postings[where][1 if where == HERE else 0]}/correct",
            READ,
            {"reason": "记错了人"},
            **lie,
        )
        path = f"/bank/rules/proposals/{ground.of['bank'].versions[where]}/"
        yield from visits("rule-proposal", path, READ, **lie)
        yield from visits("rule-decide", f"{path}decide", READ, {"approve": "1"}, **lie)
        yield from visits(
            "correction-decide", f"/bank/corrections/{ground.of['bank'].corrections[where]}/decide", post={"approve": "1"}, **lie
        )
    yield Case("api:my_account", "GET", "/api/v1/bank/accounts/me", good=READ if role in ("member", "organisation") else frozenset({404}))
    yield from quarter_cases(ground, role)
    for where, community in ground.communities.items():
        path = f"/api/v1/bank/statements/{community.pk}/2026Q4"
        yield Case("api:quarter_statement", "GET", path, relations=lies(role, where))
        yield Case("api:list_rules", "GET", f"/api/v1/bank/rules?community={community.pk}", relations=lies(role, where))
        yield Case("rules", "GET", f"/bank/rules/?community={community.pk}", relations=lies(role, where))
    yield from filing_cases(ground, role)
    yield from duty_cases.duty_cases(ground, role)
    yield from deed_page_cases(ground, role)
    yield from appraisal_cases.appraisal_cases(ground, role)
    yield from proposal_cases.proposal_cases(ground, role)


#: The names of the forms, in this order.
FORMS = (
    "roll-call-new",
    "roll-call",
    "rule-change",
    "rule-decide",
    "correction-new",
    "correction-decide",
    *QUARTER_FORMS,
    *duty_cases.FORMS,
    *DEED_FORMS,
    *appraisal_cases.FORMS,
    *proposal_cases.FORMS,
)


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms about points."""
    marks = {f"mark-{ground.member_id('member3')}": "PRESENT", "rule": "B02", "held_on": "2026-11-20", "note": "例会"}
    yield Filled("roll-call-new", "worker", f"/bank/roll-calls/new?branch={ground.second_branch.pk}", marks)
    yield Filled(
        "roll-call",
        "secretary",
        f"/bank/roll-calls/{ground.of['bank'].roll_calls['here']}/",
        {"approve": "0", "reason": "名字不对"},
        again=False,
    )
    yield Filled("rule-change", "worker", "/bank/rules/V06/change", CHANGE)
    path = f"/bank/rules/proposals/{ground.of['bank'].versions['here']}/decide"
    yield Filled("rule-decide", "secretary", path, {"approve": "0", "reason": "先不改"}, again=False)
    yield Filled("correction-new", "worker", f"/bank/postings/{ground.of['bank'].postings['here'][1]}/correct", {"reason": "记错了人"})
    yield Filled(
        "correction-decide", "secretary", f"/bank/corrections/{ground.of['bank'].corrections['here']}/decide", {"approve": "1"}, again=False
    )
    yield from quarter_forms(ground)
    yield from duty_cases.duty_forms(ground)
    yield from deed_forms(ground)
    yield from appraisal_cases.appraisal_forms(ground)
    yield from proposal_cases.proposal_forms(ground)


def _own_roll_call(ground: Ground) -> None:
    present = {ground.member_id("member3"): "PRESENT"}
    by = ground.actor("secretary")
    made = bank.propose_roll_call(ground.second_branch.pk, "B02", (AT - timedelta(days=3)).date(), present, by=by, at=AT)
    bank.decide_roll_call(made.pk, True, by=by, at=AT)


def _own_rule(ground: Ground) -> None:
    by = ground.actor("secretary")
    bank.decide_rule(changed_rule(by, "V06", points=2, valid_from=date(2027, 1, 1)).pk, True, by=by, at=AT)


def _own_attestation(ground: Ground) -> None:
    by = ground.actor("worker")
    made = bank.file_deed("V02", FILED, member_id=ground.member_id("member3"), by=by, at=AT)
    bank.attest_deed(made.pk, by=by, at=AT)


def _own_approval(ground: Ground) -> None:
    by = ground.actor("secretary")
    made = bank.file_deed("V02", FILED, by=ground.actor("member3"), at=AT)
    bank.approve_deed(bank.attest_deed(made.pk, by=by, at=AT).pk, by=by, at=AT)


def _own_refusal(ground: Ground) -> None:
    by = ground.actor("worker")
    made = bank.file_deed("V02", FILED, member_id=ground.member_id("member3"), by=by, at=AT)
    bank.reject_deed(made.pk, "不算", by=by, at=AT)


ALONE = {
    "points.decide": _own_roll_call,
    "rules.decide": _own_rule,
    **QUARTERS_ALONE,
    "filing.attest": _own_attestation,
    "filing.approve": _own_approval,
    "filing.reject": _own_refusal,
    "turn.attest": duty_cases.own_attestation,
    "appraisal.decide": appraisal_cases.own_appraisal,
}


def entry_paths(town: Any, by: Actor) -> list[str]:
    """Entries of the account that is the reader's, or of anybody's of their community: of a meeting, of an order, a reversal."""
    rows = Posting.objects.filter(community_id=by.community_id).order_by("pk")
    if by.role == Role.MEMBER and by.member_id is not None:
        rows = rows.filter(credit__member_id=by.member_id) | rows.filter(debit__member_id=by.member_id)
    elif by.role == Role.ORGANISATION and by.organisation_id is not None:
        rows = rows.filter(credit__organisation_id=by.organisation_id)
    found: dict[str, str] = {}
    for one in rows.filter(kind__in=("BASE", "CONFIRM", "REVERSAL")).select_related("debit"):
        account = one.debit_id if one.kind == "REVERSAL" else one.credit_id
        found.setdefault(one.kind, f"/bank/accounts/{account}/entries/{one.pk}/")
    return list(found.values())


#: What a browser looks at.
VISITS = {
    "entry": entry_paths,
    "roll-call-sheet": lambda town, by: ["/bank/roll-calls/sheet"],
    "roll-call-print": lambda town, by: ["/bank/roll-calls/print", "/bank/roll-calls/print?rule=B02&held_on=2026-11-20"],
    **duty_cases.VISITS,
    **DEED_VISITS,
    **appraisal_cases.VISITS,
    **proposal_cases.VISITS,
    "quarter": lambda town, by: [f"/bank/quarters/{town.cast.community.pk}/{town.quarter}/"],
    "quarter-members": lambda town, by: [f"/bank/quarters/{town.cast.community.pk}/{town.quarter}/members"],
    "closing": lambda town, by: ["/bank/closing/", *(f"/bank/closing/{quarter}/" for quarter in town.closing)],
    "objection-new": lambda town, by: [f"/bank/quarters/{town.cast.community.pk}/{town.quarter}/objections/new"],
    "objection": lambda town, by: town.objections_for(by),
    "rules": lambda town, by: ["/bank/rules/"],
    "rule-proposals": lambda town, by: ["/bank/rules/proposals/"],
    "rule-proposal": lambda town, by: [f"/bank/rules/proposals/{pk}/" for pk in town.versions],
    "rule-decide": lambda town, by: [f"/bank/rules/proposals/{pk}/decide" for pk in town.versions],
    "rule-change": lambda town, by: ["/bank/rules/V20/change"],
}
