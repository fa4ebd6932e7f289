"""What of this package is told to whom: a notice to everybody in the community, to writers what became of their piece, to whoever hung
paper of it that it has to come down, to whoever published pictures what a guardian no longer agrees to. Briefs and deeds tell nobody:
they are there for whoever wants to read them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.news import queries
from zengyi.news.queries import concerned
from zengyi.news.rules import Verb
from zengyi.people.queries.inbox import GROUP, Subject, Template, Topic

READER, WRITER, HANGER, PUBLISHER = "reader", "writer", "hanger", "publisher"


def _pieces(piece_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {
        pk: Subject(
            {READER: one.readers, WRITER: one.writers, HANGER: one.hangers},
            {"title": one.title},
            group=True,
            persons={READER: one.alone},
            paper=one.text,
        )
        for pk, one in concerned.pieces(piece_ids).items()
    }


def _sign_ups(sign_up_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    """Sign-ups on which a guardian took back a consent that a published piece needs: its publisher is told to take it down."""
    found = queries.objected_by(sign_up_ids)
    return {pk: Subject({PUBLISHER: logins}, {"title": title}, stands_at=piece) for pk, (piece, title, logins) in found.items()}


def _refused(after: Mapping[str, Any]) -> bool:
    return after.get("given") is False


def _first(after: Mapping[str, Any]) -> bool:
    return after.get("edition") == 1


def _again(after: Mapping[str, Any]) -> bool:
    return not _first(after)


_TAKE_DOWN: dict[str, Any] = {"words": _("家长收回了同意，请撤下：%(title)s"), "more": _("撤下，或者去掉照片改发一版")}
_AWAY = (Verb.WITHDRAW,)

TOPICS = (
    Topic(
        object_type="piece",
        subjects=_pieces,
        url=lambda piece_id: reverse("piece", args=[piece_id]),
        templates=(
            Template(verb=Verb.PUBLISH, to=READER, words=_("社区通知：%(title)s"), fits=_first, settled_by=_AWAY),
            Template(verb=Verb.PUBLISH, to=READER, words=_("通知改过了：%(title)s"), case="again", fits=_again, settled_by=_AWAY),
            Template(verb=Verb.PUBLISH, to=GROUP, words=_("社区传真发了一篇：%(title)s"), settled_by=_AWAY),
            Template(verb=Verb.PUBLISH, to=WRITER, words=_("您写的稿子发出来了：%(title)s"), settled_by=_AWAY),
            Template(verb=Verb.RETURN, to=WRITER, words=_("稿子退回来了：%(title)s"), more=_("%(reason)s"), settled_by=(Verb.CHECK,)),
            Template(verb=Verb.WITHDRAW, to=WRITER, words=_("您写的稿子撤下来了：%(title)s"), more=_("%(reason)s")),
            Template(verb=Verb.WITHDRAW, to=HANGER, words=_("请把贴出去的揭下来：%(title)s"), more=_("还贴在哪，写在里面"), urgent=True),
        ),
    ),
    Topic(
        object_type="sign-up",
        subjects=_sign_ups,
        url=lambda piece_id: reverse("news-edit", args=[piece_id]),
        templates=(Template(verb="consent", to=PUBLISHER, urgent=True, fits=_refused, **_TAKE_DOWN),),
    ),
)
