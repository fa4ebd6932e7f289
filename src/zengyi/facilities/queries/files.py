"""Where photos of checks lie."""

from zengyi.core.photos import Album

ALBUM = Album("facilities")
path_of = ALBUM.path_of
