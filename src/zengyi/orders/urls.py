"""Addresses of the pages about orders, and of the member's home, which shows both orders and points."""

from django.urls import path

from zengyi.orders.pages import account, checking, desk, lists, moving, orders, placing

urlpatterns = [
    path("bank/", account.account, name="account"),
    path("desk/", desk.desk, name="desk"),
    path("desk/checks/", checking.checks, name="checks"),
    path("mine/", lists.my_orders, name="my-orders"),
    path("orders/", lists.orders, name="orders"),
    path("orders/new", placing.order_new, name="order-new"),
    path("orders/similar", placing.similar, name="similar"),
    path("orders/<row:order_id>/", orders.order, name="order"),
    path("orders/<row:order_id>/history", orders.order_history, name="order-history"),
    path("orders/<row:order_id>/contact", orders.order_contact, name="order-contact"),
    path("orders/<row:order_id>/<word:verb>", moving.order_move, name="order-move"),
    path("photos/<uuid:photo_id>.jpg", orders.order_photo, name="order-photo"),
    path("photos/<uuid:photo_id>.preview.jpg", orders.order_photo, {"preview": True}, name="order-preview"),
]
