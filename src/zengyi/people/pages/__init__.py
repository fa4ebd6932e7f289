"""Pages about people."""

from zengyi.people.pages.acting import acting

__all__ = ["acting"]
