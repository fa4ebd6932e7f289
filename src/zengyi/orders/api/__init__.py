"""Orders over HTTP, and the signs at buildings' doors."""

from zengyi.orders.api import signs
from zengyi.orders.api.operations import LIMITED, router
from zengyi.orders.api.shapes import OrderDetailOut

#: Answers 404 for a building that is not there, although its address has no id.
MAY_BE_MISSING = ("hang_signs",)

__all__ = ["LIMITED", "MAY_BE_MISSING", "OrderDetailOut", "router", "signs"]
