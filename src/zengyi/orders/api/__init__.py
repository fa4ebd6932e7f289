"""Orders over HTTP."""

from zengyi.orders.api.operations import LIMITED, router
from zengyi.orders.api.shapes import OrderDetailOut

__all__ = ["LIMITED", "OrderDetailOut", "router"]
