# Chinese in this file is data: the documents show the Chinese words beside the English.
"""``orders.md``: the states and moves of an order, and its deadlines, from ``orders.rules``."""

from datetime import timedelta
from itertools import groupby

from zengyi.develop.reference.markdown import codes, table
from zengyi.orders import rules
from zengyi.people.rules.roles import table as permissions

MEANINGS = {
    rules.State.PLACED: "asked for; the community has not looked at it yet",
    rules.State.TRIAGED: "taken on: its difficulty stands on the books, its due date is set",
    rules.State.PUBLISHED: "open for members and units to take",
    rules.State.ASSIGNED: "proposed to somebody, who accepts or refuses",
    rules.State.CLAIMED: "somebody is at it",
    rules.State.DELIVERED: "done, says whoever did it; whoever asked has not said so yet",
    rules.State.CONFIRMED: "done, says whoever asked: the difficulty's points have moved to whoever helped",
    rules.State.CLOSED: "ended otherwise; nobody got points",
}
NOTES = {
    rules.Verb.TRIAGE: "again until it is published",
    rules.Verb.CLAIM: "until all places are taken; a unit takes all of them",
    rules.Verb.RELEASE: "stays CLAIMED while others are at it",
    rules.Verb.LAPSE: "by the machine, a day after a reminder; stays CLAIMED while others are at it",
    rules.Verb.CONFIRM: "not by whoever helped or weighed it; on behalf of somebody, not by whoever placed it either",
    rules.Verb.RETURN: "with a new due date",
    rules.Verb.CLOSE: f"after {rules.REMINDERS_BEFORE_SILENCE} reminders without an answer",
}
INTRODUCTION = """\
# The way of an order

Made from [`orders/rules`](../src/zengyi/orders/rules/) and [`orders/roles.toml`](../src/zengyi/orders/roles.toml), on which the
code runs. Every move is one transaction with one entry in the order's history; of two at once, one is told that somebody was faster.
"""


def document() -> str:
    """The page."""
    parts = [
        INTRODUCTION,
        _diagram(),
        "## States\n",
        _states(),
        "## Moves\n",
        _moves(),
        "## Deadlines\n",
        _deadlines(),
        "## Limits\n",
        _limits(),
    ]
    return "\n".join(parts)


def _diagram() -> str:
    arrows = sorted(
        (
            (str(source), str(move.target), f"{move.verb} {move.name}")
            for move in rules.MOVES.values()
            for source in move.sources or ("[*]",)
        ),
        key=lambda arrow: (_rank(arrow[0]), _rank(arrow[1])),
    )
    lines = ["```mermaid", "stateDiagram-v2"]
    for (source, target), same in groupby(arrows, key=lambda arrow: arrow[:2]):
        lines.append(f"    {source} --> {target}: {'<br>'.join(label for _source, _target, label in same)}")
    lines += [f"    {state} --> [*]" for state in rules.State if state not in rules.OPEN_STATES]
    return "\n".join([*lines, "```\n"])


def _rank(state: str) -> int:
    return rules.State.values.index(state) if state in rules.State.values else -1


def _states() -> str:
    public = {
        True: "by everybody of the community and visitors, unless it is private",
        False: "by whoever asked, whoever is asked to help, and the community",
    }
    return table(
        ("state", "中文", "meaning", "seen"),
        [(f"`{state}`", str(state.label), MEANINGS[state], public[state in rules.PUBLIC_STATES]) for state in rules.State],
    )


def _moves() -> str:
    rows = []
    for move in rules.MOVES.values():
        row = permissions()[f"order.{move.verb}"]
        who = ", ".join(f"{role} ({' or '.join(scopes)})" for role, scopes in row.scopes.items()) or "the machine"
        note = "; ".join(filter(None, ("with a reason" if move.needs_reason else "", NOTES.get(move.verb, ""))))
        rows.append((f"`{move.verb}`", str(move.name), codes(move.sources) or "–", f"`{move.target}`", who, note))
    return table(("move", "中文", "from", "to", "who", ""), rows)


def _deadlines() -> str:
    said = (
        "Working hours from triage until an order is due, by category and urgency: proposals, to be set by each community. Nights,\n"
        "weekends and public holidays do not count, make-up days do.\n\n"
    )
    head = ("category", "中文", *(f"{urgency} {urgency.label}" for urgency in rules.Urgency))
    rows = [
        (f"`{category}`", str(category.label), *(str(hours[urgency]) for urgency in rules.Urgency))
        for category, hours in rules.DUE_WORKING_HOURS.items()
    ]
    lights = f"\nThree lights: `ok`, `soon` within {_hours(rules.SOON)} hours of the due date, `late` after it.\n"
    return said + table(head, rows) + lights


def _limits() -> str:
    return table(
        ("what", "how much"),
        [
            ("difficulty of an order", f"1 to {rules.DIFFICULTY_MOST} points"),
            ("people an order can ask for", f"1 to {rules.PLACES_MOST}"),
            ("photos at a time", str(rules.PHOTOS_MOST)),
            ("time to accept what was proposed", f"{rules.ACCEPT_WORKING_HOURS} working hours"),
            ("time a claim holds", f"{rules.LEASE_WORKING_HOURS} working hours, or until the order is due, whichever is later"),
            ("orders at a time, a member", str(rules.OPEN_CLAIMS_OF_MEMBER)),
            ("orders at a time, a unit", str(rules.OPEN_CLAIMS_OF_ORGANISATION)),
            ("reminders before an order may be closed", str(rules.REMINDERS_BEFORE_SILENCE)),
        ],
    )


def _hours(span: timedelta) -> int:
    return int(span.total_seconds()) // 3600
