"""Reads of news: pieces for the desk, editions for everybody, and what a piece can be made of."""

from zengyi.news.queries.editions import EditionCard, Newest, draft_picture, edition, editions, hangs, newest, picture
from zengyi.news.queries.happenings import Happening, bound_figures, drafted, happenings
from zengyi.news.queries.pieces import (
    DeskRow,
    HungCard,
    MarkCard,
    PieceCard,
    StepCard,
    answers_to,
    content_of,
    content_with,
    desk,
    looked_at,
    marks,
    marks_of,
    piece,
    row_of,
)

__all__ = [
    "DeskRow",
    "EditionCard",
    "Happening",
    "HungCard",
    "MarkCard",
    "Newest",
    "PieceCard",
    "StepCard",
    "answers_to",
    "bound_figures",
    "content_of",
    "content_with",
    "desk",
    "draft_picture",
    "drafted",
    "edition",
    "editions",
    "hangs",
    "happenings",
    "looked_at",
    "marks",
    "marks_of",
    "newest",
    "picture",
    "piece",
    "row_of",
]
