# Chinese in this file is data: words of the files for the housing office, which are read by machines, too.
"""A closed ballot counted: which answer of each elector counts, what all of them come to, and the list that proves it. Pure.

Who answered on paper and otherwise in two different ways has contradicted themselves: both answers are kept and listed, and neither
counts. What is counted is written into a list without names, whose SHA-256 is the ballot's digest.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zengyi.councils.rules.methods import Choice, Method, Share, VoteOutcome, outcome
from zengyi.councils.rules.owner_sheets import VOTES_COLUMNS, WORDS
from zengyi.councils.rules.owners import DEVELOPER, OWNER, RETURNED, Count, Opinion, Subject, Vote, count, metres, recounts
from zengyi.councils.rules.packs import RulePack

VOTES_HEAD = ("票号", "面积", "份数", "意见", "怎么来的", "计入")
SPOKEN = {opinion: word for word, opinion in WORDS.items() if word}
#: How an answer came, in the words of the list.
CAME = {"ONLINE": "网上", "PAPER": "纸票", "DESK": "当面", "PHONE": "电话"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that counts on its side."""

    answer: str
    channel: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Returned:
    """An elector with what they said on each side; ``position`` is their number in the list. ``area`` in hundredths of a square metre."""

    position: int
    area: int
    weight: int
    delivered: bool
    said: tuple[Said, ...]

    @property
    def contradicts(self) -> bool:
        """Whether paper says one thing and the rest another."""
        return len({said.answer for said in self.said}) > 1

    @property
    def answer(self) -> str:
        """What counts; nothing for who did not answer, or in two ways."""
        return self.said[0].answer if self.said and not self.contradicts else ""

    @property
    def opinion(self) -> Opinion | None:
        """The same for owners' votes; nothing where there is a contradiction."""
        if self.contradicts:
            return None
        if self.said:
            return Opinion(self.said[0].answer)
        return Opinion.SILENT if self.delivered else Opinion.UNDELIVERED


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ballot is counted by."""

    method: Method
    subject: str
    pack: RulePack | None
    options: tuple[str, ...]
    passes: Share
    quorum: Share


@dataclass(frozen=True, slots=True)
class Counted:
    """What a ballot came to, as it is kept: plain values, areas as decimal strings."""

    result: dict[str, Any]
    adopted: bool | None
    digest: str


def counted(terms: Terms, electors: Iterable[Returned]) -> Counted:
    """Count a closed ballot."""
    everybody = list(electors)
    result = _owners(terms, everybody) if terms.pack else _people(terms, everybody)
    result["conflicts"] = [one.position for one in everybody if one.contradicts]
    digest = hashlib.sha256(votes_list(everybody)).hexdigest()
    return Counted(result, result["adopted"], digest)


def _owners(terms: Terms, electors: Sequence[Returned]) -> dict[str, Any]:
    assert terms.pack is not None
    subject = Subject(terms.subject)
    votes = [Vote(str(one.position), one.area, one.opinion) for one in electors]
    ruled = count(votes, subject, terms.pack.silence)
    said = {opinion: [vote for vote in votes if vote.opinion == opinion] for opinion in Opinion}
    choices = {str(opinion): {"heads": len(said[opinion]), "area": metres(sum(v.area for v in said[opinion]))} for opinion in Opinion}
    others = {str(silence): figures(other) for silence, other in recounts(votes, subject)}
    return {**figures(ruled), "silence": terms.pack.silence.value, "choices": choices, "recounts": others}


def figures(counted: Count) -> dict[str, Any]:
    """A count as it is kept and shown; names of owners are not in it."""
    return {
        "heads": counted.heads,
        "area": metres(counted.area),
        "heads_voted": counted.heads_voted,
        "area_voted": metres(counted.area_voted),
        "heads_for": counted.heads_for,
        "area_for": metres(counted.area_for),
        "quorum": counted.quorum,
        "adopted": counted.adopted,
        "also_165": counted.also_165,
    }


def _people(terms: Terms, electors: Sequence[Returned]) -> dict[str, Any]:
    answers = [(one.answer, one.weight) for one in electors if one.answer]
    entitled = sum(one.weight for one in electors)
    found: VoteOutcome = outcome(
        terms.method, answers, entitled=entitled, options=len(terms.options), passes=terms.passes, quorum=terms.quorum
    )
    return {
        "entitled": found.entitled,
        "voted": found.voted,
        "quorum": found.quorum,
        "choices": found.choices,
        "options": list(found.options),
        "leading": list(found.leading),
        "adopted": found.adopted,
    }


def votes_list(electors: Iterable[Returned]) -> bytes:
    """Every answer by its receipt, as csv without names or doors: whoever kept a receipt finds their line in it."""
    rows = []
    for one in electors:
        for said in one.said:
            counts = "否，两张票不一样" if one.contradicts else "是"
            rows.append(
                (said.receipt, metres(one.area), str(one.weight), spoken(said.answer), CAME.get(said.channel, said.channel), counts)
            )
    return _csv(VOTES_HEAD, sorted(rows))


def recount_list(electors: Iterable[tuple[Returned, bool, Sequence[tuple[str, int]]]]) -> bytes:
    """Every flat with what its owner said, as a sheet that ``zengyi ballot count`` reads; owners are numbers.

    Each elector comes with whether it is the developer, and the flats with their areas. Who contradicted themselves counts as not voted.
    """
    rows = []
    for one, developer, flats in electors:
        word = SPOKEN[one.opinion or Opinion.UNDELIVERED]
        remark = "两张票不一样，不计" if one.contradicts else ""
        for unit, area in flats:
            rows.append((f"第{one.position}号", unit, metres(area), DEVELOPER if developer else OWNER, word, remark))
    return _csv((*VOTES_COLUMNS, "备注"), rows)


def spoken(answer: str) -> str:
    """An answer in words; numbers stay numbers."""
    return SPOKEN[Opinion(answer)] if answer in RETURNED else "有保留，不拦" if answer == Choice.ASIDE else answer


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
