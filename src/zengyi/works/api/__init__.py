"""Projects and demands over HTTP."""

from zengyi.works.api.operations import router

__all__ = ["router"]
