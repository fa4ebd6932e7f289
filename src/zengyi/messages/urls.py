"""Addresses of messages."""

from django.urls import path

from zengyi.messages import pages

urlpatterns = [
    path("inbox/", pages.inbox, name="inbox"),
    path("inbox/read", pages.inbox_read, name="inbox-read"),
    path("inbox/quiet", pages.inbox_quiet, name="inbox-quiet"),
    path("inbox/stop/<str:token>", pages.inbox_stop, name="inbox-stop"),
    path("inbox/robots/", pages.robots, name="robots"),
    path("inbox/robots/<row:robot_id>/end", pages.robot_end, name="robot-end"),
]
