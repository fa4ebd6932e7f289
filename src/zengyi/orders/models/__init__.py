"""Tables of orders, their claims and photos; and of the signs at buildings' doors by which somebody without an account places one."""

from zengyi.orders.models.limits import TimeLimit
from zengyi.orders.models.orders import (
    ASKER,
    ASKER_FOR_MEMBER,
    ASKER_FOR_UNIT,
    Claim,
    Counter,
    EndedSum,
    Exclusion,
    Order,
    Orders,
    Origin,
    Photo,
    Sent,
    given_back,
    is_taken_back,
)
from zengyi.orders.models.signs import PendingOrder, Sign

__all__ = [
    "ASKER",
    "ASKER_FOR_MEMBER",
    "ASKER_FOR_UNIT",
    "Claim",
    "Counter",
    "EndedSum",
    "Exclusion",
    "Order",
    "Orders",
    "Origin",
    "PendingOrder",
    "Photo",
    "Sent",
    "Sign",
    "TimeLimit",
    "given_back",
    "is_taken_back",
]
