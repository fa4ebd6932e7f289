"""Addresses of the pages about orders, and of the member's home, which shows both orders and points."""

from django.urls import path, register_converter

from zengyi.orders.pages import account, desk, lists, moving, orders, placing


class OrderIdConverter:
    """The id of an order, within the database's range."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The digits."""
        return str(value)


class VerbConverter:
    """A move's name in an address."""

    regex = "[a-z]{1,12}"

    def to_python(self, value: str) -> str:
        """The name as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The name as it stands."""
        return str(value)


register_converter(OrderIdConverter, "order")
register_converter(VerbConverter, "verb")

urlpatterns = [
    path("bank/", account.account, name="account"),
    path("desk/", desk.desk, name="desk"),
    path("mine/", lists.my_orders, name="my-orders"),
    path("orders/", lists.orders, name="orders"),
    path("orders/new", placing.order_new, name="order-new"),
    path("orders/similar", placing.similar, name="similar"),
    path("orders/<order:order_id>/", orders.order, name="order"),
    path("orders/<order:order_id>/history", orders.order_history, name="order-history"),
    path("orders/<order:order_id>/<verb:verb>", moving.order_move, name="order-move"),
    path("photos/<uuid:photo_id>.jpg", orders.order_photo, name="order-photo"),
    path("photos/<uuid:photo_id>.preview.jpg", orders.order_photo, {"preview": True}, name="order-preview"),
]
