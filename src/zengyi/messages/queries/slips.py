"""Slips: what is told on paper, by building, for whoever carries it round."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.messages.models import Delivery, Letter
from zengyi.messages.queries.topics import templates
from zengyi.messages.rules import LETTERS_KEPT, LetterState, Line
from zengyi.news.rules.outlets import excerpt
from zengyi.people.queries.concerned import homes_of
from zengyi.people.rules import Actor, Target, check, check_role

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: So many slips are on one page; the rest come when these were handed over.
SLIPS_MOST = 200
LINES_MOST, TEXT_MOST = 4, 160
SALT = "zengyi.messages.slips"


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is told: their name, the things, and how many more."""

    id: int
    name: str
    made_at: datetime
    lines: list[Line]
    more: int


@dataclass(frozen=True, slots=True)
class House:
    """A building with the slips for it; without a name for those whose building nobody knows.

    ``token``: stands on the block leader's list; whoever has the list ticks off what is on it, and nothing else.
    """

    name: str
    token: str
    slips: list[Slip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """A slip as the block leader's list names it: whose it is, and whether it was ticked off. Not what it says: it is folded."""

    id: int
    name: str
    done: bool


def slips(*, by: Actor) -> list[House]:
    """The slips to hand over in the actor's community, building by building. Three statements."""
    check(by, "slips.hand", Target(community_id=by.community_id), sees=True)
    letters = list(waiting_in(by.community_id or 0).order_by("pk")[:SLIPS_MOST])
    lines, homes = _lines(letters), homes_of([letter.person_id or 0 for letter in letters])
    found: dict[tuple[str, int, str], list[Slip]] = defaultdict(list)
    for letter in letters:
        home, told = homes[letter.person_id or 0], lines[letter.pk]
        slip = Slip(letter.pk, home.name, letter.made_at, told[:LINES_MOST], max(len(told) - LINES_MOST, 0))
        found[home.order, home.building_id, home.building].append(slip)
    return [
        House(name, _token(by.community_id or 0, building, here), sorted(here, key=lambda one: (one.name, one.id)))
        for (_order, building, name), here in sorted(found.items())
    ]


def waiting_in(community_id: int) -> "QuerySet[Letter]":
    """The slips that wait in a community."""
    return Letter.objects.filter(person__community_id=community_id, state=LetterState.TO_HAND)


def listed(token: str, *, by: Actor) -> tuple[str, list[Named]]:
    """The building of a block leader's list, and whose slips are on it. Two statements.

    Raises :class:`NotThere` for a token that is none, or so old that its slips are forgotten.
    """
    check_role(by, "slips.carry")
    letters = list(on_list(token))
    homes = homes_of([letter.person_id or 0 for letter in letters])
    named = [Named(one.pk, homes[one.person_id or 0].name, one.state != LetterState.TO_HAND) for one in letters]
    building = next((homes[one.person_id or 0].building for one in letters), "")
    return building, sorted(named, key=lambda one: (one.done, one.name, one.id))


def on_list(token: str) -> "QuerySet[Letter]":
    """The slips that are on a list: those of a building between the first and the last one. Raises :class:`NotThere`.

    Not each by itself: a code for scanning is short.
    """
    try:
        community, building, first, last = signing.loads(token, salt=SALT, max_age=LETTERS_KEPT)
    except (signing.BadSignature, ValueError) as forged:
        raise NotThere(_("这张单子的码不对，或者过期了。请问社区。")) from forged
    rows = Letter.objects.filter(pk__gte=first, pk__lte=last, person__community_id=community, person__home_id=building or None)
    return rows.order_by("pk")


def _token(community_id: int, building_id: int, here: Collection[Slip]) -> str:
    ids = [slip.id for slip in here]
    return signing.dumps([community_id, building_id, min(ids), max(ids)], salt=SALT)


def _lines(letters: Collection[Letter]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    rows = Delivery.objects.filter(letter__in=[one.pk for one in letters]).order_by("-event_id", "-id")
    for row in rows:
        if row.template in templates() and row.letter_id is not None:
            template = templates()[row.template][1]
            title = str(template.words) % row.values
            text = row.values.get("paper") or str(template.paper or template.more or "") % row.values
            found[row.letter_id].append(Line(title, excerpt(text, TEXT_MOST), ""))
    return found
