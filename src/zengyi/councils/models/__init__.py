"""Tables of the councils: one module a subject."""

from zengyi.councils.models.ballots import Ballot, Elector, Mandate, Stance, count_in
from zengyi.councils.models.decisions import Decision, DecisionOrder, Dissent
from zengyi.councils.models.minutes import Minutes, Signature
from zengyi.councils.models.numbers import RunningNumber
from zengyi.councils.models.photos import TopicPhoto
from zengyi.councils.models.sessions import AgendaItem, Participant, Presence, Series, Session
from zengyi.councils.models.talking import Figure, Opinion, Option, Party, StageLabel, Survey, TopicOrder
from zengyi.councils.models.topics import Topic

__all__ = [
    "AgendaItem",
    "Ballot",
    "Decision",
    "DecisionOrder",
    "Dissent",
    "Elector",
    "Figure",
    "Mandate",
    "Minutes",
    "Opinion",
    "Option",
    "Participant",
    "Party",
    "Presence",
    "RunningNumber",
    "Series",
    "Session",
    "Signature",
    "StageLabel",
    "Stance",
    "Survey",
    "Topic",
    "TopicOrder",
    "TopicPhoto",
    "count_in",
]
