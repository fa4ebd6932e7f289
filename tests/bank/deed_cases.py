"""Every way to the pages of deeds, and to the page of whoever vouches for one by a link."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.cast import AT
from tests.trust.cases import READ, SENT, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground, jpeg
from zengyi.bank import actions as bank
from zengyi.bank.models import FilingPhoto
from zengyi.bank.rules import token_of
from zengyi.people.rules import COMMUNITY_ROLES

FILED = date(2026, 11, 18)
#: Which laid filing stands for each move, and what is sent with its page.
PAGE_MOVES: dict[str, tuple[str, dict[str, str]]] = {
    "attest": ("submitted", {"witness": "电话问了陈阿姨"}),
    "approve": ("attested", {}),
    "reject": ("submitted", {"reason": "那天没有去"}),
    "withdraw": ("own", {"reason": "写错了"}),
    "deny": ("entered", {"reason": "那天我在外地"}),
}
NAMES = frozenset({"member", "member2", "worker", "worker2", "secretary"})


def lies_filing(role: str, where: str, whose: str) -> frozenset[str]:
    """The scopes in which somebody's filing lies for that role."""
    own = {"own"} if role == whose and where == HERE else set()
    return frozenset((lies(role, where) - {"public", "neighbour"}) | own)


def lay_deeds(ground: Ground) -> dict[str, dict[str, Any]]:
    """Deeds that wait, that were entered for somebody, that a photo shows, and a link to vouch by, by where they are."""
    filings = {HERE: _filings(ground, "member2", "worker2"), AWAY: _filings(ground, "far_member", "far_secretary")}
    by = ground.actor("worker2")
    filings[HERE] |= {
        "own": bank.file_deed("V02", FILED, by=ground.actor("member"), at=AT).pk,
        "entered": bank.file_deed("V03", FILED, member_id=ground.member_id("member"), by=by, at=AT).pk,
    }
    return filings


def _filings(ground: Ground, whose: str, attester: str) -> dict[str, Any]:
    by = ground.actor(whose)
    waits, attested = (bank.file_deed(rule, FILED, by=by, at=AT).pk for rule in ("V02", "V03"))
    bank.attest_deed(attested, by=ground.actor(attester), at=AT)
    shown = bank.file_deed("V13", FILED, text="墙面渗水，拍下来了", photos=[jpeg()], by=by, at=AT).pk
    linked = bank.file_deed("V12", FILED, by=by, at=AT).pk
    link = bank.issue_link(linked, "三幢陈阿姨", by=ground.actor(attester), at=AT)
    photo = str(FilingPhoto.objects.get(filing_id=shown).pk)
    found = {"submitted": waits, "attested": attested, "own": waits, "entered": waits, "photo": photo}
    return found | {"shown": shown, "token": token_of(link.pk)}


def deed_page_cases(ground: Ground, role: str) -> Iterator[Case]:
    """The lists, filing one, every move of one, its photos, and the link."""
    yield from visits("deeds", "/bank/deeds/", READ, whose=NAMES)
    words = {"occurred_on": "2026-11-19", "quantity": "1", "text": "帮社区搬了一次东西"}
    if role in COMMUNITY_ROLES:
        words["member_id"] = str(ground.member_id("member3"))
    yield from visits("deed-new", "/bank/deeds/new?rule=V02", READ, words)
    yield from visits("deed-worth", "/bank/deeds/worth", WRONG_METHOD, {**words, "rule": "V02"}, sent=READ)
    yield Case("vouched", "GET", "/vouch/thanks")
    yield Case("vouched", "POST", "/vouch/thanks", {}, WRONG_METHOD)
    for where in (HERE, AWAY):
        laid = ground.of["bank"].filings[where]
        for which in ("submitted", "own", "shown"):
            whose = "member" if which == "own" else "member2"
            lie: dict[str, Any] = {"relations": lies_filing(role, where, whose), "whose": NAMES}
            yield from visits("deed", f"/bank/deeds/{laid[which]}/", READ, **lie)
        lie = {"relations": lies_filing(role, where, "member2")}
        for way, more in (("deed-photo", ""), ("deed-preview", "/preview")):
            yield from visits(way, f"/bank/deeds/photos/{laid['photo']}{more}", READ, **lie)
        yield from visits("deed-link", f"/bank/deeds/{laid['submitted']}/link", WRONG_METHOD, {"name": "三幢陈阿姨"}, **lie)
        for verb, (which, sent) in PAGE_MOVES.items():
            whose = "member" if which in ("own", "entered") else "member2"
            objection = 403 if verb == "withdraw" and role != "member" else 0
            lie = {"relations": lies_filing(role, where, whose), "objection": objection, "whose": NAMES}
            path = f"/bank/deeds/{laid[which]}/{verb}"
            yield Case("deed-move", "GET", path, None, READ, f"filing.{verb}", **lie)
            yield Case("deed-move", "POST", path, sent, SENT, f"filing.{verb}", **lie)
        lie = {"relations": lies_filing(role, where, "member"), "objection": 0 if role == "member" else 403}
        yield from visits("deed-mine", f"/bank/deeds/{laid['entered']}/mine", WRONG_METHOD, {}, **lie)
        yield Case("vouch", "GET", f"/vouch/{laid['token']}/")
        yield Case("vouch", "POST", f"/vouch/{laid['token']}/", {"open": "1"}, SENT)
        yield Case("vouch", "DELETE", f"/vouch/{laid['token']}/", good=WRONG_METHOD)


#: The names of the forms, in this order. What stands behind a way's name tells its forms apart.
DEED_FORMS = (
    "deed-new",
    "deed-new-for",
    "deed-worth",
    "deed-move",
    "deed-move-attest",
    "deed-move-deny",
    "deed-mine",
    "deed-link",
    "vouch",
)


def deed_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about deeds."""
    laid = ground.of["bank"].filings[HERE]
    hours = {"occurred_on": "2026-11-19", "begins": "08:00", "ends": "10:00", "text": "河边巡查，拔掉一枝黄花", "witness": "带队的小李"}
    yield Filled("deed-new", "member", "/bank/deeds/new?rule=V05", hours)
    words = {"occurred_on": "2026-11-19", "quantity": "2", "text": "没有来，也没请假", "member_id": str(ground.member_id("member3"))}
    yield Filled("deed-new-for", "worker", "/bank/deeds/new?rule=D01", words)
    asked = {"rule": "V05", "occurred_on": "2026-11-19", "begins": "08:00", "ends": "10:00"}
    yield Filled("deed-worth", "member", "/bank/deeds/worth", asked, again=False, done=200)
    yield Filled("deed-move", "worker", f"/bank/deeds/{laid['submitted']}/reject", {"reason": "那天没有去"})
    yield Filled("deed-move-attest", "worker", f"/bank/deeds/{laid['submitted']}/attest", {"witness": "问了陈阿姨"})
    yield Filled("deed-move-deny", "member", f"/bank/deeds/{laid['entered']}/deny", {"reason": "那天我在外地"}, again=False)
    yield Filled("deed-mine", "member", f"/bank/deeds/{laid['entered']}/mine", {}, again=False)
    yield Filled("deed-link", "worker", f"/bank/deeds/{laid['submitted']}/link", {"name": "三幢陈阿姨"}, again=False)
    yield Filled("vouch", "", f"/vouch/{laid['token']}/", {"open": "1"}, again=False)


def _deeds_of(town: Any, by: Any) -> list[int]:
    own = by.member_id == town.cast.member_id("member")
    return list(town.deeds.values()) if by.role in COMMUNITY_ROLES else [town.deeds[name] for name in town.own_deeds] if own else []


def _moves(town: Any, by: Any) -> list[str]:
    from zengyi.bank import queries

    found = {verb: f"/bank/deeds/{pk}/{verb}" for pk in _deeds_of(town, by) for verb in queries.filing(pk, by=by, at=town.now)[0].verbs}
    return list(found.values())


def _new(town: Any, by: Any) -> list[str]:
    codes = ("V05", "D01", "V13") if by.role in COMMUNITY_ROLES else ("V05", "V13", "V20", "V01", "V19")
    return ["/bank/deeds/new", *(f"/bank/deeds/new?rule={code}" for code in codes)]


#: What a browser looks at.
DEED_VISITS = {
    "deeds": lambda town, by: ["/bank/deeds/", *(["/bank/deeds/?state=ATTESTED"] if by.role in COMMUNITY_ROLES else [])],
    "deed-new": _new,
    "deed": lambda town, by: [f"/bank/deeds/{pk}/" for pk in _deeds_of(town, by)],
    "deed-move": _moves,
    "vouch": lambda town, by: [] if by.signed_in else [f"/vouch/{town.token}/"],
    "vouched": lambda town, by: ["/vouch/thanks"],
}
