"""The way of a piece: answering its marks, checking, sending back, approving, publishing, withdrawing. Each by a conditional UPDATE."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from zengyi.core import audit, idempotency, search
from zengyi.core.errors import Invalid
from zengyi.core.steps import action, in_action
from zengyi.news import queries, rules
from zengyi.news.models import Answer, Edition, Piece
from zengyi.news.rules import CHECKS, CONSENT_MOST, MOVES, REASON_MOST, Children, MarkKind, PieceState, Said, Stale, Undecided, Verb
from zengyi.people.rules import Actor

Answers = Mapping[str, tuple[str, str]]
_NONE_TOLD: Mapping[str, Children] = MappingProxyType({})
_NOT_APPROVED: dict[str, Any] = {"approved_by_id": None, "approved_at": None}
_NOT_CHECKED: dict[str, Any] = {"checked_by_id": None, "checked_at": None}


@action
def answer(
    piece_id: int, answers: Answers, *, children: Mapping[str, Children] = _NONE_TOLD, digest: str = "", by: Actor, at: datetime
) -> Piece:
    """Answer marks: by the key of a mark what becomes of it and, where somebody has consented, where that consent is kept. ``children``:
    by the key of a picture whether children are on it; they wait for their guardians as if the piece was made from that activity.

    An answer holds for the words as they are. An answer changes what will be printed, so a piece that was approved already has to be
    approved again.
    Raises :class:`Invalid` for an unknown mark, a consent without a note of where it is kept, and pictures of several activities.
    """
    row = _found(piece_id, "news.answer", by=by, digest=digest)
    rules.check_answer(by, row.facts(at))
    marks = {mark.key: mark for mark in queries.marks_of(row, queries.content_of(row))}
    known = {one.id for one in queries.taken_at(row.community_id, at=at)} if children else set()
    written = [
        _answer(row, marks[key], said, consent.strip(), children.get(key), known, by=by, at=at)
        for key, (said, consent) in answers.items()
        if key in marks
    ]
    if len(written) < len(answers) or not written:
        raise Invalid.on("marks", _("没有可回答的地方，或者稿子已经改了，请再看一眼。"))
    before = {"state": str(row.state)}
    back = {"state": PieceState.CHECKED, **_NOT_APPROVED} if row.state == PieceState.APPROVED else {"state": row.state}
    _move(row, back)
    Answer.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["piece", "digest", "mark"],
        update_fields=["said", "consent", "children", "occasion", "by", "at"],
    )
    if any(one.occasion_id for one in written):
        _check_one_activity(row)
    told = {str(said): sum(one.said == said for one in written) for said in Said.values}
    _tell("answer", row, before, by=by, at=at, answers={name: n for name, n in told.items() if n})
    return row


def _check_one_activity(row: Piece) -> None:
    """An edition is taken down when a guardian of its activity takes back a consent: so it shows people of one."""
    taken = Answer.objects.filter(piece_id=row.pk, digest=row.digest, occasion__isnull=False)
    if taken.values_list("occasion_id", flat=True).distinct().count() > 1:
        raise Invalid.on("marks", _("一篇里的照片只能来自一场活动。另一场的，另发一篇。"))


def _answer(
    row: Piece, mark: rules.Mark, said: str, consent: str, children: Children | None, known: set[int], *, by: Actor, at: datetime
) -> Answer:
    if said not in Said.values:
        raise Invalid.on("marks", _("请选遮住、已同意或不算隐私。"))
    if said == Said.CONSENTED and not 2 <= len(consent) <= CONSENT_MOST:
        raise Invalid.on("marks", _("“已同意”要写清楚：谁、哪天、怎么同意的，2 到 %(most)d 字。") % {"most": CONSENT_MOST})
    agreed = said == Said.CONSENTED
    about = children if agreed and mark.kind == MarkKind.PICTURE else None
    if about is not None and about.occasion_id is not None and about.occasion_id not in known:
        raise Invalid.on("marks", _("没有这场活动，或者没有孩子来过。请再选一下。"))
    made = Answer(piece_id=row.pk, digest=row.digest, mark=mark.key, said=said, consent=consent if agreed else "", by_id=by.login_id, at=at)
    if about is not None:
        made.children, made.occasion_id = about.there, about.occasion_id
    return made


@action
def check(piece_id: int, *, digest: str = "", by: Actor, at: datetime) -> Piece:
    """Say that the piece is checked: nobody's privacy, no secret, nothing wrong. By somebody who has not written at it."""
    row = _found(piece_id, "news.check", by=by, digest=digest)
    return _step(row, Verb.CHECK, {"checked_by_id": by.login_id, "checked_at": at}, by=by, at=at)


@action
def send_back(piece_id: int, reason: str, *, digest: str = "", by: Actor, at: datetime) -> Piece:
    """Return the piece to its writer, with what is to be mended."""
    row = _found(piece_id, "news.return", by=by, digest=digest)
    return _step(row, Verb.RETURN, {"remark": _reason(reason), **_NOT_CHECKED, **_NOT_APPROVED}, by=by, at=at)


def approve(piece_id: int, *, digest: str = "", by: Actor, at: datetime) -> Piece:
    """Approve what was checked, as a third person. Its bound figures are read again where they come from.

    When they have changed, the piece goes back to its writer with the sentence that :class:`~zengyi.news.rules.Stale` then says, too.
    """
    try:
        return _approve(piece_id, digest=digest, by=by, at=at)
    except Stale as refusal:
        with idempotency.aside():
            send_back(piece_id, refusal.sentence, digest=digest, by=by, at=at)
        raise


@action
def _approve(piece_id: int, *, digest: str, by: Actor, at: datetime) -> Piece:
    row = _found(piece_id, "news.approve", by=by, digest=digest)
    CHECKS[Verb.APPROVE](by, row.facts(at))
    if why := _stale(row, by=by, at=at):
        raise Stale(why)
    return _step(row, Verb.APPROVE, {"approved_by_id": by.login_id, "approved_at": at}, by=by, at=at)


def _stale(row: Piece, *, by: Actor, at: datetime) -> str:
    """What has changed where the piece comes from since it was written, in a sentence; nothing when its figures stand."""
    now = queries.figures_now(row.source, row.source_ref, by=by, at=at)
    if now is None:
        return str(_("来处的事不再公开，或者不算办完了，带入的数字对不上。请再看一遍稿子，改好再存。"))
    stands = tuple((label, figure) for label, figure in row.figures[: row.bound])
    if stale := dict.fromkeys(label for label, _figure in {*now} ^ {*stands}):
        return _("来处的数字变了：%(labels)s。请把稿子再存一次，数字会自动更新。") % {"labels": _("、").join(sorted(stale))}
    return ""


@action
def publish(piece_id: int, *, digest: str = "", by: Actor, at: datetime) -> Piece:
    """Put on public view what was approved, masked as was answered. From now on every outlet renders this edition.

    Raises :class:`~zengyi.news.rules.Undecided` with the marks that nobody has answered, and :class:`WrongState` while nobody has said
    whether a picture shows children, or the consent of somebody's guardian is missing.
    """
    row = _found(piece_id, "news.publish", by=by, digest=digest)
    CHECKS[Verb.PUBLISH](by, row.facts(at))
    content = queries.content_of(row)
    if content.digest != row.digest:
        raise rules.moved_on()
    marks = queries.marks_of(row, content)
    answers = queries.answers_to(row)
    said = {key: one[0] for key, one in answers.items()}
    if left := rules.undecided(marks, said):
        raise Undecided(left)
    known = queries.pictured(row.source, row.source_ref, marks, answers) if rules.faces(marks, said) else rules.Pictured()
    rules.check_children(known, queries.consents_missing(known.occasion_id))
    before = {"state": str(row.state)}
    _move(row, {"state": PieceState.PUBLISHED, "hands": []})
    number = _edition(row, rules.settled(content, marks, said), known.occasion_id, by=by, at=at)
    _tell(Verb.PUBLISH, row, before, by=by, at=at, edition=number)
    return row


@in_action
def _edition(row: Piece, printed: rules.Content, occasion_id: int | None, *, by: Actor, at: datetime) -> int:
    _end(row, at)
    last = Edition.objects.filter(piece_id=row.pk).aggregate(n=Max("number"))["n"] or 0
    words = " ".join(text for _field, text in printed.fields())
    made = Edition(
        piece_id=row.pk,
        community_id=row.community_id,
        number=last + 1,
        kind=row.kind,
        digest=row.digest,
        content=printed.canonical(),
        occasion_id=occasion_id,
        published_by_id=by.login_id,
        published_at=at,
        search=search.tokens(words),
    )
    made.save(force_insert=True)
    return made.number


def _end(row: Piece, at: datetime) -> None:
    Edition.objects.filter(piece_id=row.pk, shown=True).update(shown=False, ended_at=at)


@action
def withdraw(piece_id: int, reason: str = "", *, by: Actor, at: datetime) -> Piece:
    """Take the piece off public view for good. Where paper of it still hangs, :func:`~zengyi.news.queries.hangs` tells."""
    row = _found(piece_id, "news.withdraw", by=by)
    CHECKS[Verb.WITHDRAW](by, row.facts(at))
    _end(row, at)
    changes = {"remark": _reason(reason) if reason else "", "withdrawn_by_id": by.login_id, "withdrawn_at": at}
    return _step(row, Verb.WITHDRAW, changes, by=by, at=at)


def _found(piece_id: int, action_name: str, *, by: Actor, digest: str = "") -> Piece:
    row = queries.row_of(piece_id, by=by, action=action_name)
    if digest and digest != row.digest:
        raise rules.moved_on()
    return row


def _step(row: Piece, verb: Verb, changes: dict[str, Any], *, by: Actor, at: datetime) -> Piece:
    CHECKS[verb](by, row.facts(at))
    before = {"state": str(row.state)}
    _move(row, {"state": MOVES[verb][1], **changes})
    _tell(verb, row, before, by=by, at=at, reason=str(changes.get("remark", "")))
    return row


def _move(row: Piece, changes: dict[str, Any]) -> None:
    """Write the move, unless somebody else was faster or has changed the words."""
    if not Piece.objects.filter(pk=row.pk, state=row.state, digest=row.digest, edited_at=row.edited_at).update(**changes):
        raise rules.moved_on()
    for name, value in changes.items():
        setattr(row, name, value)


def _tell(verb: str, row: Piece, before: dict[str, Any], *, by: Actor, at: datetime, reason: str = "", **more: object) -> None:
    after = {"state": str(row.state), "digest": row.digest, **more}
    audit.record(str(verb), "piece", row.pk, by=by, at=at, community_id=row.community_id, before=before, after=after, reason=reason)


def _reason(text: str) -> str:
    why = rules.plain(text)
    if not 2 <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写清楚原因，2 到 %(most)d 字。") % {"most": REASON_MOST})
    return why
