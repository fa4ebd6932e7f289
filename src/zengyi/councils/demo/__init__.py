"""The demo's councils: one module a story."""

CHAPTERS = ()
