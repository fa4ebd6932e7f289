"""News over HTTP."""

from zengyi.news.api import boards, pieces
from zengyi.news.api.router import router

#: Operations with a limit on how often they may be called.
LIMITED = ("propose_news",)

__all__ = ["LIMITED", "boards", "pieces", "router"]
