"""Projects, demands and money over HTTP."""

from zengyi.works.api import funds
from zengyi.works.api.operations import router

__all__ = ["funds", "router"]
