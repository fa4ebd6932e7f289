"""Where pictures of pieces lie."""

from zengyi.core.photos import Album

ALBUM = Album("news")
