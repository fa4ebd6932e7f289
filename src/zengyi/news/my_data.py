"""What news hold about somebody: nothing but the pieces and pictures they made themselves."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from zengyi.news.models import Picture, Piece
from zengyi.news.queries.files import ALBUM
from zengyi.people.queries.my_data import Held, Subject

TABLES = (
    Held(
        Piece,
        _("您写的稿"),
        _("社区的通知、简讯和典型事迹。"),
        by=("proposed_by",),
        columns={
            "kind": _("哪一种"),
            "title": _("标题"),
            "text": _("正文"),
            "state": _("到哪一步"),
            "proposed_at": _("何时写的"),
        },
    ),
    Held(
        Picture,
        _("您给稿子配的照片"),
        _("让人看见办成的样子。拍摄地点存下之前就去掉了。"),
        by=("by",),
        columns={"piece__title": _("哪一篇"), "added_at": _("何时传的"), "size": _("多少字节")},
        texts=frozenset({"piece__title"}),
    ),
)


def _pictures(subject: Subject) -> Iterator[tuple[str, Path]]:
    """Those that the subject added."""
    rows = Picture.objects.filter(by_id=subject.user_id) if subject.user_id is not None else Picture.objects.none()
    for picture_id in rows.order_by("added_at", "pk").values_list("pk", flat=True):
        yield f"news/{picture_id}.jpg", ALBUM.path_of(picture_id)


PICTURES = (_pictures,)

_HAND = "what somebody did to a piece stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        "news.Piece.edited_by",
        "news.Piece.checked_by",
        "news.Piece.approved_by",
        "news.Piece.withdrawn_by",
        "news.Answer.by",
        "news.Edition.published_by",
        "news.Hung.hung_by",
        "news.Hung.taken_by",
        "news.BoardPhoto.by",
    ),
    _HAND,
)
