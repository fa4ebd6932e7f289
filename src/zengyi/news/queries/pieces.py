"""Pieces as the desk works on them: the list, one with its marks and answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from zengyi.core.guards import refusal_of
from zengyi.core.keyset import Page, cut
from zengyi.news import rules
from zengyi.news.models import Answer, Edition, Hung, Piece
from zengyi.news.queries.happenings import consents_missing, occasion_of
from zengyi.news.queries.objections import objected
from zengyi.news.rules import CHECKS, Children, Content, Mark, MarkKind, Pictured, PieceFacts, PieceKind, PieceState, Said, Verb
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        writer: str
        shown: bool
        objected: bool

    _OnDesk = WithAnnotations[Piece, _Columns]

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A piece in the desk's list."""

    id: int
    kind: str
    title: str
    state: str
    edited_at: datetime
    writer: str
    shown: bool
    returned: bool
    objected: bool

    @property
    def kind_label(self) -> str:
        """What it is, in words."""
        return str(PieceKind(self.kind).label)

    @property
    def label(self) -> str:
        """The state in words."""
        return str(PieceState(self.state).label)


@dataclass(frozen=True, slots=True)
class MarkCard:
    """A mark with its answer, if it has one."""

    number: int
    mark: Mark
    said: str
    consent: str
    children: Children | None
    instead: str
    times: int


#: What was said of a mark: the answer, where a consent is kept, and of a picture whether children are on it.
Told = tuple[Said, str, Children | None]


@dataclass(frozen=True, slots=True)
class StepCard:
    """A step of the way to publication: who took it, when."""

    verb: str
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HungCard:
    """Where a sheet of it hangs, or hung."""

    id: int
    spot: str
    hung_at: datetime
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class PieceCard:
    """A piece with all that its desk shows. ``settled``: its words as they would be printed with the answers so far."""

    id: int
    community_id: int
    community: str
    phone: str
    state: PieceState
    digest: str
    remark: str
    source: str
    source_ref: str
    content: Content
    settled: Content
    marks: tuple[MarkCard, ...]
    undecided: int
    steps: tuple[StepCard, ...]
    hung: tuple[HungCard, ...]
    shown: bool
    objected: bool
    facts: PieceFacts
    verbs: tuple[Verb, ...]
    why_not: Mapping[Verb, str]
    may_edit: bool
    may_answer: bool
    edited_at: datetime


def row_of(piece_id: int, *, by: Actor, action: str = "news.propose") -> Piece:
    """The piece of the actor's community, with what its guards need. Raises for anybody else's. One statement.

    The role is asked first: whoever may not take the step at all must not learn whether the piece is there.
    """
    check_role(by, action)
    row = Piece.objects.with_facts().filter(pk=piece_id, community_id=by.community_id).first() if 0 < piece_id < 2**63 else None
    if row is None:
        raise rules.not_there()
    return row


def content_of(row: Piece) -> Content:
    """The words of the piece and its pictures. One statement."""
    pictures = row.pictures.filter(left_out=False).order_by("rank", "pk").values_list("pk", flat=True)
    return content_with(row, tuple(str(pk) for pk in pictures))


def content_with(row: Piece, pictures: tuple[str, ...]) -> Content:
    """The words of the piece with these pictures."""
    figures = tuple((label, figure) for label, figure in row.figures)
    told = tuple((pk, name) for pk, name in row.told)
    return Content(row.kind, row.title, row.text, row.place, row.held_on, row.until, row.organisers, figures, pictures, told)


def marks_of(row: Piece, content: Content) -> list[Mark]:
    """What in it somebody has to look at; the names are those of the community's people now. One statement."""
    read: Any = row
    return rules.find(content, people.names_of(row.community_id), read.phone)


def answers_to(row: Piece) -> dict[str, Told]:
    """The answers for the words as they are now, by the mark's key. One statement."""
    rows = Answer.objects.filter(piece_id=row.pk, digest=row.digest)
    found = rows.values_list("mark", "said", "consent", "children", "occasion_id")
    return {
        mark: (Said(said), consent, None if there is None else Children(there, occasion_id))
        for mark, said, consent, there, occasion_id in found
    }


def pictured(source: str, ref: str, marks: Iterable[Mark], answers: Mapping[str, Told]) -> Pictured:
    """What is known of children on the pictures that stay in. Those of a piece from an activity were taken there."""
    if (own := occasion_of(source, ref)) is not None:
        return Pictured(occasion_id=own)
    said = [answers[mark.key] for mark in marks if mark.kind == MarkKind.PICTURE and mark.key in answers]
    children = [there for answer, _consent, there in said if answer == Said.CONSENTED]
    at = next((one.occasion_id for one in children if one is not None and one.occasion_id is not None), None)
    return Pictured(open=children.count(None), occasion_id=at)


def desk(*, by: Actor, state: str = "", after: int | None = None, size: int = PAGE_SIZE) -> Page[DeskRow]:
    """The pieces of the actor's community, the newest first. One statement."""
    check_role(by, "news.propose")
    rows = Piece.objects.filter(community_id=by.community_id)
    if state:
        rows = rows.filter(state=state)
    shown = Exists(Edition.objects.filter(piece=OuterRef("pk"), shown=True))
    read = rows.annotate(writer=_who("edited"), shown=shown, objected=_objected()).defer("text", "figures")
    return cut(cast("QuerySet[_OnDesk]", read), after, size, newest_first=True).map(_desk_row)


def _desk_row(row: "_OnDesk") -> DeskRow:
    returned = row.state == PieceState.PROPOSED and bool(row.remark)
    return DeskRow(row.pk, row.kind, row.title, row.state, row.edited_at, row.writer, row.shown, returned, row.objected)


def _objected() -> Exists:
    return Exists(Edition.objects.filter(objected(), piece=OuterRef("pk"), shown=True))


def _who(step: str) -> Coalesce:
    return Coalesce(f"{step}_by__person__name", f"{step}_by__username")


_SIGNED = ("edited", "checked", "approved")


def piece(piece_id: int, *, by: Actor, at: datetime) -> PieceCard:
    """A piece for the desk of its community. Six statements, however long it is."""
    check_role(by, "news.propose")
    rows = Piece.objects.with_facts().filter(pk=piece_id, community_id=by.community_id)
    row: Any = (
        rows.annotate(objected=_objected(), **{f"{step}_who": _who(step) for step in _SIGNED}).first() if 0 < piece_id < 2**63 else None
    )
    if row is None:
        raise rules.not_there()
    facts = row.facts(at)
    content = content_of(row)
    marks, answers = marks_of(row, content), answers_to(row)
    said = {key: one[0] for key, one in answers.items()}
    refused = {verb: refusal_of(check, by, facts) for verb, check in CHECKS.items()}
    left = rules.undecided(marks, said)
    hung = Hung.objects.filter(piece_id=row.pk).order_by("taken_at", "pk").values_list("pk", "spot", "hung_at", "taken_at")
    return PieceCard(
        id=row.pk,
        community_id=row.community_id,
        community=row.community_name,
        phone=row.phone,
        state=facts.state,
        digest=row.digest,
        remark=row.remark,
        source=row.source,
        source_ref=row.source_ref,
        content=content,
        settled=rules.settled(content, marks, said),
        marks=tuple(_cards(marks, answers)),
        undecided=len({mark.key for mark in left}),
        steps=tuple(StepCard(step, getattr(row, f"{step}_who") or "", getattr(row, f"{step}_at")) for step in _SIGNED),
        hung=tuple(HungCard(*one) for one in hung[:50]),
        shown=facts.shown,
        objected=row.objected,
        facts=facts,
        verbs=tuple(verb for verb, refusal in refused.items() if refusal is None),
        why_not={verb: refusal.sentence for verb, refusal in refused.items() if refusal is not None},
        may_edit=refusal_of(rules.check_edit, by, facts) is None,
        may_answer=refusal_of(rules.check_answer, by, facts) is None,
        edited_at=row.edited_at,
    )


def waits_for(card: PieceCard) -> str:
    """Why pictures of it could not be published yet, in a sentence; mostly nothing. At most two statements, for pieces with faces."""
    answers: dict[str, Told] = {one.mark.key: (Said(one.said), one.consent, one.children) for one in card.marks if one.said}
    marks = [one.mark for one in card.marks]
    if not rules.faces(marks, {key: one[0] for key, one in answers.items()}):
        return ""
    known = pictured(card.source, card.source_ref, marks, answers)
    return rules.missing_word(known) or rules.missing_consents(consents_missing(known.occasion_id))


def _cards(marks: list[Mark], answers: Mapping[str, Told]) -> list[MarkCard]:
    """One card for the same words, wherever they stand."""
    first: dict[str, Mark] = {}
    times: dict[str, int] = {}
    for mark in marks:
        first.setdefault(mark.key, mark)
        times[mark.key] = times.get(mark.key, 0) + 1
    cards = []
    for number, (key, mark) in enumerate(first.items(), 1):
        said, consent, children = answers.get(key, ("", "", None))
        cards.append(MarkCard(number, mark, said, consent, children, rules.instead(mark), times[key]))
    return cards


def marks(piece_id: int, *, by: Actor) -> list[tuple[Mark, str]]:
    """The marks of a piece, each with its answer or nothing, in reading order. Four statements."""
    row = row_of(piece_id, by=by)
    answers = answers_to(row)
    return [(mark, str(answers[mark.key][0]) if mark.key in answers else "") for mark in marks_of(row, content_of(row))]


def looked_at(content: Content, community_id: int, phone: str) -> list[Mark]:
    """The marks of words that are still being typed. One statement."""
    return rules.find(content, people.names_of(community_id), phone)
