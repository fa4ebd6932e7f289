"""Minutes are put right, signed, which freezes them, and published."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max
from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.bank import queries as bank_queries
from zengyi.core import audit, clock, search
from zengyi.core.audit import plain
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.councils.actions.finding import keep_open, session_of
from zengyi.councils.models import AgendaItem, Decision, Minutes, Opinion, Session, Signature
from zengyi.councils.queries import minutes as queries
from zengyi.councils.rules import decisions as decision_rules
from zengyi.councils.rules import sessions as rules
from zengyi.councils.rules.sessions import SessionState
from zengyi.people.rules import Actor

PARTY_MOST, NAME_MOST, REFUSAL_MOST = 20, 40, 200


@action
def note_minutes(session_id: int, note: str, *, by: Actor, at: datetime) -> Session:
    """Write what the minutes say besides what they compose themselves, until they are signed."""
    session = session_of(session_id, by=by)
    rules.check_minute(by, session.facts() if session else None)
    assert session is not None
    if len(note.strip()) > rules.NOTE_MOST:
        raise Invalid.on("note", _("最多 %(most)d 字，请写短一点。") % {"most": rules.NOTE_MOST})
    keep_open(session)
    Session.objects.filter(pk=session.pk).update(note=note.strip())
    session.note = note.strip()
    audit.record("note", "session", session.pk, by=by, at=at, community_id=session.community_id, after={"length": len(session.note)})
    return session


@action
def sign_session(session_id: int, *, party: str = "", name: str = "", refusal: str = "", by: Actor, at: datetime) -> Signature:
    """Write down that somebody signed for their party, or why they did not. By default whoever writes signs for the community.

    The first signature freezes the words: what is signed is never changed, only added to.
    """
    session = session_of(session_id, by=by)
    rules.check_sign(by, session.facts() if session else None)
    assert session is not None
    given = {"party": party.strip() or str(_("社区")), "name": name.strip() or by.name, "refusal": refusal.strip()}
    return _sign(session, given, None, by=by, at=at)


@action
def sign_own(session_id: int, *, refusal: str = "", by: Actor, at: datetime) -> Signature:
    """Sign the minutes of a session as somebody who sat in it, for the party they sat there for; or say why they do not sign."""
    session = session_of(session_id, by=by)
    seat = queries.seat_of(session.pk, by=by) if session else None
    rules.check_sign_own(by, session.facts(own=[by.person_id or 0] if seat else ()) if session else None)
    assert session is not None
    assert seat is not None
    if refusal.strip() and Signature.objects.filter(session=session, person=seat.person, refusal="").exists():
        raise WrongState(_("您已经签过了，签了就不改。"))
    return _sign(session, {"party": seat.party, "name": seat.name, "refusal": refusal.strip()}, by.person_id, by=by, at=at)


@in_action
def _sign(session: Session, given: dict[str, str], person_id: int | None, *, by: Actor, at: datetime) -> Signature:
    _check_signature(**given)
    if not given["refusal"] and session.state == SessionState.MINUTED:
        # Locked first, so that nobody writes any more; only then is read what was written.
        if not Session.objects.filter(pk=session.pk, state=SessionState.MINUTED).update(state=SessionState.SIGNED, signed_at=at):
            raise WrongState(_("这个会刚刚有人动过，请刷新看看。"))
        session.refresh_from_db(fields=["note"])
        _freeze(session, queries.compose(session), 1, by=by, at=at)
    try:
        made = Signature.objects.create(session=session, **given, person_id=person_id, recorded_by_id=by.login_id, at=at)
    except IntegrityError as twice:
        raise WrongState(_("这一位已经签过了。")) from twice
    after = {"session": session.pk, "party": made.party, "refused": bool(made.refusal), "own": person_id is not None}
    audit.record("sign", "session", session.pk, by=by, at=at, community_id=session.community_id, after=after)
    return made


def _check_signature(party: str, name: str, refusal: str) -> None:
    wrong: dict[str, object] = {}
    if not 0 < len(party) <= PARTY_MOST:
        wrong["party"] = _("请写是哪一方的，最多 20 字。")
    if not 0 < len(name) <= NAME_MOST:
        wrong["name"] = _("请写怎么称呼，最多 40 字。")
    if len(refusal) > REFUSAL_MOST:
        wrong["refusal"] = _("最多 %(most)d 字，请写短一点。") % {"most": REFUSAL_MOST}
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


@in_action
def _freeze(session: Session, content: Mapping[str, Any], position: int, *, by: Actor, at: datetime) -> Minutes:
    text = plain(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        return Minutes.objects.create(session=session, position=position, text=text, sha256=digest, frozen_by_id=by.login_id, frozen_at=at)
    except IntegrityError as beside:
        raise WrongState(_("这个会刚刚有人动过，请刷新看看。")) from beside


@in_action
def freeze_addendum(session: Session, content: Mapping[str, Any], *, by: Actor, at: datetime) -> Minutes:
    """Add to signed minutes; the addition names the words it adds to by their hash."""
    rows = Minutes.objects.filter(session=session)
    last = rows.aggregate(n=Max("position"))["n"] or 0
    before = rows.values_list("sha256", flat=True).get(position=last)
    return _freeze(session, {"adds_to": before, **content}, last + 1, by=by, at=at)


@action
def publish_session(session_id: int, *, by: Actor, at: datetime) -> Session:
    """Publish the minutes, masked as they were frozen. Every adopted decision has an action, or says why none."""
    session = session_of(session_id, by=by)
    rules.check_publish(by, session.facts() if session else None, loose=_loose(session) if session else ())
    assert session is not None
    given = {"state": SessionState.PUBLISHED, "published_at": at, "published_by_id": by.login_id, "search": _found_by(session)}
    if not Session.objects.filter(pk=session.pk, state=SessionState.SIGNED).update(**given):
        raise WrongState(_("这个会刚刚有人动过，请刷新看看。"))
    session.refresh_from_db()
    filings = _bank_adopted(session, by=by, at=at)
    after = {"state": session.state, "filings": filings}
    audit.record("publish", "session", session.pk, by=by, at=at, community_id=session.community_id, after=after)
    return session


def _found_by(session: Session) -> str:
    """The words by which everybody finds it: what was on its agenda, and what was decided. Two statements."""
    items = AgendaItem.objects.filter(session=session).order_by("pk").values_list("topic__title", "point")
    decided = Decision.objects.filter(session=session).order_by("pk").values_list("text", flat=True)
    written = [session.title, session.place, session.note, *(title or point for title, point in items), *decided]
    return search.public_words(*written)


def _loose(session: Session) -> list[str]:
    rows = Decision.objects.filter(session=session, outcome=decision_rules.Outcome.ADOPTED, no_action_reason="", actions=None)
    return list(rows.order_by("position").values_list("text", flat=True))


#: The bank's rule for a member whose proposal became something that is carried out.
ADOPTED_RULE = "V04"
SOURCE = "PROPOSAL"


@in_action
def _bank_adopted(session: Session, *, by: Actor, at: datetime) -> int:
    """Members who proposed for themselves what a decision took up. Returns how many filings were made."""
    day = clock.local_date(session.closed_at or at)
    if bank_queries.rulebook(session.community_id).in_force(ADOPTED_RULE, day) is None:
        return 0
    said = Opinion.objects.filter(adopted_in__session=session, said_by__member__community_id=session.community_id).order_by("pk")
    of_topic: dict[int, dict[int, int]] = {}
    titles: dict[int, str] = {}
    for topic_id, title, member_id in said.values_list("topic_id", "topic__title", "said_by__member"):
        of_topic.setdefault(topic_id, {})[member_id] = 1
        titles[topic_id] = title
    made = 0
    for topic_id, members in of_topic.items():
        given: dict[str, Any] = {"text": titles[topic_id], "community_id": session.community_id, "by": by, "at": at}
        made += len(bank.record_deeds(ADOPTED_RULE, members, day, SOURCE, f"{session.pk}:{topic_id}", **given))
    return made
