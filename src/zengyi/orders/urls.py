"""Addresses of the pages about orders, and of the member's home, which shows both orders and points."""

from django.urls import path

from zengyi.orders.pages import account, checking, desk, difficulty, door, limits, lists, moving, orders, placing, signs

urlpatterns = [
    path("bank/", account.account, name="account"),
    path("desk/", desk.desk, name="desk"),
    path("desk/checks/", checking.checks, name="checks"),
    path("desk/time-limits/", limits.time_limits, name="time-limits"),
    path("desk/signs/", signs.signs, name="signs"),
    path("desk/signs.pdf", signs.sign_sheet, name="sign-sheet"),
    path("desk/signs/<row:sign_id>/end", signs.sign_end, name="sign-end"),
    path("desk/doorstep/", signs.doorstep, name="doorstep"),
    path("desk/doorstep/<row:pending_id>/call", signs.doorstep_call, name="doorstep-call"),
    path("desk/doorstep/<row:pending_id>/drop", signs.doorstep_drop, name="doorstep-drop"),
    path("desk/doorstep/<row:pending_id>/check", signs.doorstep_check, name="doorstep-check"),
    path("desk/doorstep/<row:pending_id>/photo.jpg", signs.door_photo, name="door-photo"),
    path("b/<slug:token>/", door.door, name="door"),
    path("b/<slug:token>/code", door.door_code, name="door-code"),
    path("mine/", lists.my_orders, name="my-orders"),
    path("orders/", lists.orders, name="orders"),
    path("orders/difficulty/", difficulty.difficulty, name="difficulty"),
    path("orders/new", placing.order_new, name="order-new"),
    path("orders/similar", placing.similar, name="similar"),
    path("orders/<row:order_id>/", orders.order, name="order"),
    path("orders/<row:order_id>/history", orders.order_history, name="order-history"),
    path("orders/<row:order_id>/contact", orders.order_contact, name="order-contact"),
    path("orders/<row:order_id>/<word:verb>", moving.order_move, name="order-move"),
    path("photos/<uuid:photo_id>.jpg", orders.order_photo, name="order-photo"),
    path("photos/<uuid:photo_id>.preview.jpg", orders.order_photo, {"preview": True}, name="order-preview"),
]
