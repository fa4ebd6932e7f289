"""Every way to topics. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.cast import AT
from tests.trust.cases import LOGINS, READ, SENT, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground, jpeg
from zengyi.core.errors import NotThere
from zengyi.councils import actions, queries
from zengyi.councils.models import Topic, TopicPhoto
from zengyi.people.rules import COMMUNITY_ROLES

STAFF = {HERE: "worker2", AWAY: "far_worker"}
RAISERS = {HERE: "resident2", AWAY: "far_resident"}
OWNERS = ("resident", "member", "unit", "property", "supervisor")
RAISED = {"title": "摄像头坏了八成", "text": "丢了电瓶车，调监控，什么也没有。", "spot": "南区大门"}
STAGES = {"RAISE": "说", "TALK": "商", "DECIDE": "定", "DO": "干", "JUDGE": "看"}
SCREENED = {"urgency": "2", "tier": "DEEP", "answer": "收到了，下周三先去看现场。"}


@dataclass(frozen=True)
class Topics:
    """A topic that nobody has screened, and one that the community has taken on, both of a resident; and somebody's own, by login."""

    new: int
    taken: int
    own: dict[str, int]
    own_taken: dict[str, int]
    photo: str = ""


def lay_topics(ground: Ground, where: str) -> Topics:
    """Two topics of a resident."""
    by, staff = ground.actor(RAISERS[where]), ground.actor(STAFF[where])
    new = actions.raise_topic("楼下太吵", "广场舞跳到十点。", by=by, at=AT)
    taken = actions.raise_topic(RAISED["title"], RAISED["text"], spot=RAISED["spot"], by=by, at=AT)
    actions.screen_topic(taken.pk, urgency=2, answer="收到了。", by=staff, at=AT)
    actions.survey_topic(taken.pk, text="看过了", photos=[jpeg()], by=staff, at=AT)
    own = {who: actions.raise_topic("路灯不亮", "晚上看不清。", by=ground.actor(who), at=AT).pk for who in OWNERS if where == HERE}
    own_taken = {who: actions.raise_topic("路灯又不亮", "晚上看不清。", by=ground.actor(who), at=AT).pk for who in own}
    for pk in own_taken.values():
        actions.screen_topic(pk, urgency=3, by=staff, at=AT)
    return Topics(new.pk, taken.pk, own, own_taken, str(TopicPhoto.objects.get(topic=taken).pk))


def lies_topic(role: str, where: str, *, shown: bool, whose: str = "") -> frozenset[str]:
    """The scopes in which a topic lies for that role; a resident's unless it is said whose."""
    found = set(lies(role, where))
    if not shown:
        found -= {"public", "neighbour"}
    if LOGINS.get(role) == (whose or RAISERS[where]):
        found.add("own")
    return frozenset(found)


def topic_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages and operations, here and away, of one's own and of others."""
    yield from visits("topics", "/councils/topics/", READ)
    yield from visits("stages", "/councils/stages", READ, STAGES)
    yield Case("api:list_topics", "GET", "/api/v1/topics")
    yield from visits("topic-new", "/councils/topics/new", READ, RAISED | {"channel": "PHONE", "name": "", "phone": ""})
    yield Case("api:raise_topic", "POST", "/api/v1/topics", dict(RAISED), frozenset({201}))
    for where in (HERE, AWAY):
        laid: Topics = ground.of["councils"].topics[where]
        theirs = [(pk, False, who) for who, pk in laid.own.items()]
        for topic, shown, whose in ((laid.new, False, ""), (laid.taken, True, ""), *theirs):
            lie: dict[str, Any] = {"relations": lies_topic(role, where, shown=shown, whose=whose)}
            yield from visits("topic", f"/councils/topics/{topic}/", READ, **lie)
            yield Case("api:get_topic", "GET", f"/api/v1/topics/{topic}", **lie)
        lie = {"relations": lies_topic(role, where, shown=False)}
        yield from visits("topic-screen", f"/councils/topics/{laid.new}/screen", READ, SCREENED, **lie)
        yield Case("api:screen_topic", "POST", f"/api/v1/topics/{laid.new}/screen", {"urgency": 2, "answer": "收到了。"}, **lie)
        lie = {"relations": lies_topic(role, where, shown=True)}
        for way, more in (("topic-photo", ".jpg"), ("topic-preview", ".preview.jpg")):
            yield from visits(way, f"/councils/photos/{laid.photo}{more}", READ, **lie)
        yield from _talk_cases(role, where, laid)
    yield Case("api:label_stage", "POST", "/api/v1/stages", {"stage": "RAISE", "label": "说"})


#: What is sent to each verb of a topic that the community has taken on.
VERBS: dict[str, tuple[str, Any]] = {
    "survey_topic": ("survey", {"text": "看过了", "figures": [{"label": "摄像头", "number": 390}]}),
    "defer_topic": ("defer", {"reason": "等三标段收尾"}),
    "escalate_topic": ("escalate", {"reason": "报街道办"}),
}


#: What is sent from each of the pages of such a topic.
MOVES: dict[str, Any] = {
    "survey": {"held_on": "", "who": "物业", "figures": "灯 3 盏\n其中坏的 2 盏", "text": "看过了"},
    "party": {"party": "维修公司", "note": ""},
    "option": {"title": "先修主干道", "text": "", "cost": "32000", "fund": ""},
    "schedule": None,
    "defer": {"reason": "等三标段收尾", "until": ""},
    "escalate": {"reason": "报街道办"},
}


def _talk_cases(role: str, where: str, laid: Topics) -> Iterator[Case]:
    lie: dict[str, Any] = {"relations": lies_topic(role, where, shown=True)}
    made = {**lie, "good": frozenset({201})}
    path = f"/api/v1/topics/{laid.taken}"
    for way, (verb, body) in VERBS.items():
        yield Case(f"api:{way}", "POST", f"{path}/{verb}", body, **lie)
    yield Case("api:keep_back_photos", "POST", f"{path}/photos", {"private": {laid.photo: True}}, **lie)
    yield Case("api:invite_party", "POST", f"{path}/parties", {"party": "维修公司"}, **made)
    yield Case("api:add_option", "POST", f"{path}/options", {"title": "先修主干道", "cost": "32000"}, **made)
    party = "物业" if role in ("property", "organisation") else "居民"
    words = {"party": party, "kind": "PROPOSAL", "text": "先修主干道", "support": "FOR"}
    yield Case("api:say_opinion", "POST", f"{path}/opinions", words, **made)
    back = {"shown": [laid.photo], "private": [laid.photo]}
    for verb, sent in {**MOVES, "photos": back}.items():
        action = "topic.defer" if verb == "escalate" else f"topic.{verb}" if verb in ("defer", "schedule") else "topic.prepare"
        yield Case("topic-move", "GET", f"/councils/topics/{laid.taken}/{verb}", None, READ, action, **lie)
        if sent is not None:
            yield Case("topic-move", "POST", f"/councils/topics/{laid.taken}/{verb}", sent, SENT, action, **lie)
    said = {"party": party, "kind": "PROPOSAL", "text": "先修主干道", "support": "FOR", "channel": "PHONE"}
    yield Case("topic-move", "GET", f"/councils/topics/{laid.taken}/say", None, READ, "topic.opine", **lie)
    yield Case("topic-move", "POST", f"/councils/topics/{laid.taken}/say", said, SENT, "topic.opine", **lie)
    yield Case("topic-move", "DELETE", f"/councils/topics/{laid.taken}/say", good=WRONG_METHOD)
    theirs = [(pk, who) for who, pk in laid.own_taken.items()]
    for topic, whose in ((laid.taken, ""), *theirs):
        own = lies_topic(role, where, shown=True, whose=whose) - {"public", "neighbour"}
        judged = {"verdict": "GOOD", "text": "", "channel": "PHONE"}
        yield Case("topic-move", "GET", f"/councils/topics/{topic}/evaluate", None, READ, "topic.evaluate", relations=own)
        yield Case("topic-move", "POST", f"/councils/topics/{topic}/evaluate", judged, SENT, "topic.evaluate", relations=own)
        yield Case("api:evaluate_topic", "POST", f"/api/v1/topics/{topic}/evaluate", {"verdict": "GOOD"}, relations=own)


FORMS = (
    "stages",
    "topic-new",
    "topic-screen",
    "topic-move",
    *(f"topic-move-{verb}" for verb in ("survey", "party", "option", "defer", "photos", "evaluate")),
)


def topic_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about topics."""
    laid: Topics = ground.of["councils"].topics[HERE]
    yield Filled("stages", "secretary", "/councils/stages", STAGES)
    yield Filled("topic-new", "resident", "/councils/topics/new", RAISED)
    yield Filled("topic-screen", "worker", f"/councils/topics/{laid.new}/screen", SCREENED)
    path = f"/councils/topics/{laid.taken}"
    said = {"party": "居民", "kind": "PROPOSAL", "text": "先修主干道", "support": "", "channel": "PHONE"}
    yield Filled("topic-move", "worker", f"{path}/say", said)
    for verb in ("survey", "party", "option", "defer"):
        yield Filled(f"topic-move-{verb}", "worker", f"{path}/{verb}", MOVES[verb])
    yield Filled("topic-move-photos", "worker", f"{path}/photos", {"shown": laid.photo, "private": laid.photo})
    yield Filled("topic-move-evaluate", "worker", f"{path}/evaluate", {"verdict": "GOOD", "text": "还行", "channel": "PHONE"})


def _topics(town: Any, by: Any, **more: Any) -> list[int]:
    rows = Topic.objects.filter(community_id=by.community_id, **more).order_by("pk").values_list("pk", flat=True)
    return [pk for pk in rows if _seen(pk, by)][:4]


def _seen(pk: int, by: Any) -> bool:
    try:
        queries.topic(pk, by=by)
    except NotThere:
        return False
    return True


VISITS = {
    "stages": lambda town, by: ["/councils/stages"],
    "topics": lambda town, by: ["/councils/topics/"],
    "topic-new": lambda town, by: ["/councils/topics/new"],
    "topic": lambda town, by: [f"/councils/topics/{pk}/" for pk in _topics(town, by)],
    "topic-move": lambda town, by: [
        f"/councils/topics/{pk}/{verb}"
        for pk in _topics(town, by, state="SCREENED")[:1]
        for verb in (
            *((*MOVES, "photos") if by.role in COMMUNITY_ROLES else ()),
            *(("say",) if by.role not in ("anonymous", "district") else ()),
        )
    ],
    "topic-screen": lambda town, by: [f"/councils/topics/{pk}/screen" for pk in _topics(town, by, state="COLLECTED")],
}
NO_PAGES = ("topic-photo", "topic-preview")
READ_ONLY = ("topics", "topic", *NO_PAGES)
