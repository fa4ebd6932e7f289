"""What members probably did and have not filed yet: packages say what they know, so that nobody has to remember it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zengyi.bank import rules
from zengyi.bank.models import Filing
from zengyi.bank.rules import Entry, Rulebook, RuleKind
from zengyi.core import clock
from zengyi.people.rules import Actor

#: So long ago somebody is reminded of what they did.
LOOKED_BACK = timedelta(days=30)
SUGGESTED_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something a member did, as a package knows it.

    ``key`` names the fact within the package, as ``order:185``. ``rule`` is the code it would be filed under, ``text`` the words the
    filing begins with, ``title`` and ``detail`` what the list says, ``witness`` who could say so.
    """

    key: str
    rule: str
    day: date
    title: str
    detail: str
    text: str
    icon: str = "edit"
    witness: str = ""


#: Tells what a member did from the first day to the last.
Suggester = Callable[[Actor, date, date], list[Suggestion]]
_SUGGESTERS: dict[str, Suggester] = {}


def suggested_by(name: str, suggester: Suggester) -> None:
    """Have ``suggester`` asked, too; a package says so when Django starts. The same name again replaces it."""
    _SUGGESTERS[name] = suggester


def suggestions(*, by: Actor, at: datetime, book: Rulebook) -> list[Suggestion]:
    """What the member did lately that no deed counts yet, newest first. One statement, and those of the packages."""
    today = clock.local_date(at)
    first = max(today - LOOKED_BACK, rules.earliest(today))
    found = [one for suggester in _SUGGESTERS.values() for one in suggester(by, first, today)]
    fileable = [one for one in found if _fileable(one, book)]
    if not fileable or by.member_id is None:
        return []
    filed = Filing.objects.filter(member_id=by.member_id, occurred_on__gte=first).exclude(state__in=rules.ENDED)
    known = set(filed.values_list("rule", "occurred_on"))
    fresh = [one for one in fileable if (one.rule, one.day) not in known]
    return sorted(fresh, key=lambda one: (one.day, one.key), reverse=True)[:SUGGESTED_MOST]


def _fileable(one: Suggestion, book: Rulebook) -> bool:
    rule = book.in_force(one.rule, one.day)
    return rule is not None and rule.entry == Entry.FILING and rule.kind == RuleKind.GAIN
