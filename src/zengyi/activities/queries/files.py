"""Where photos of findings lie."""

from zengyi.core.photos import Album

ALBUM = Album("findings")
