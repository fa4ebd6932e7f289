"""Pages about people."""

from zengyi.people.pages.acting import acting, layout_of

__all__ = ["acting", "layout_of"]
