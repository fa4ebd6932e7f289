"""Projects, demands, money and the alliance over HTTP."""

from zengyi.works.api import alliance, building, funds
from zengyi.works.api.operations import router

__all__ = ["alliance", "building", "funds", "router"]
