"""What was typed in a session is put right until its minutes are signed. Orders stay as they were given, whatever becomes of the words."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.councils.actions.finding import keep_open
from zengyi.councils.models import Decision, Opinion
from zengyi.councils.rules import decisions, talking
from zengyi.councils.rules import sessions as rules
from zengyi.people.rules import Actor


@action
def correct_opinion(opinion_id: int, text: str, *, party: str, kind: str, by: Actor, at: datetime) -> Opinion:
    """Put right who said what in a session. Whoever is known to have said it, and how they stand, stays. Raises :class:`Invalid`."""
    rows = Opinion.objects.select_related("session").filter(session__community_id=by.community_id)
    said = rows.filter(pk=opinion_id).first() if 0 < opinion_id <= ID_MOST else None
    rules.check_minute(by, said.session.facts() if said and said.session else None)
    assert said is not None
    assert said.session is not None
    given = {"text": text.strip(), "party": party.strip(), "kind": kind}
    talking.check_words(**given)
    keep_open(said.session)
    Opinion.objects.filter(pk=said.pk).update(**given)
    said.refresh_from_db()
    after = {"session": said.session_id, "party": said.party, "kind": said.kind}
    audit.record("correct", "opinion", said.pk, by=by, at=at, community_id=by.community_id, after=after)
    return said


@action
def correct_decision(decision_id: int, text: str, *, by: Actor, at: datetime) -> Decision:
    """Put right the words of a decision. Its outcome, its hands, its dissent and its orders stay."""
    rows = Decision.objects.select_related("session").filter(session__community_id=by.community_id)
    decision = rows.filter(pk=decision_id).first() if 0 < decision_id <= ID_MOST else None
    rules.check_minute(by, decision.session.facts() if decision else None)
    assert decision is not None
    words = text.strip()
    if not decisions.TEXT_LEAST <= len(words) <= decisions.TEXT_MOST:
        raise Invalid.on("text", _("请写定了什么，2 到 300 字。"))
    keep_open(decision.session)
    Decision.objects.filter(pk=decision.pk).update(text=words)
    decision.text = words
    after = {"session": decision.session_id, "length": len(words)}
    audit.record("correct", "decision", decision.pk, by=by, at=at, community_id=by.community_id, after=after)
    return decision
