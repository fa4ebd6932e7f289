"""The demo's councils: one module a story."""

from zengyi.councils.demo import cameras

CHAPTERS = (cameras.tell,)
