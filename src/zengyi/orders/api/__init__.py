"""Orders over HTTP, and the signs at buildings' doors."""

from zengyi.orders.api import signs
from zengyi.orders.api.operations import LIMITED, router
from zengyi.orders.api.shapes import OrderDetailOut

__all__ = ["LIMITED", "OrderDetailOut", "router", "signs"]
