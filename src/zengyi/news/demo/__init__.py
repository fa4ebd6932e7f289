"""The demo's community news: what the newspaper told, with the days of today."""

from zengyi.news.demo import pieces

CHAPTERS = (pieces.tell,)
