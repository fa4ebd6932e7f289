"""Where photos of orders lie."""

from zengyi.core.photos import Album

ALBUM = Album("photos")
path_of = ALBUM.path_of
