"""Addresses of messages."""

from django.urls import path

from zengyi.messages.pages import calendar, inbox, push, slips, wordings

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read", inbox.inbox_read, name="inbox-read"),
    path("inbox/quiet", inbox.inbox_quiet, name="inbox-quiet"),
    path("inbox/stop/<str:token>", inbox.inbox_stop, name="inbox-stop"),
    path("inbox/calendar/", calendar.calendar, name="calendar"),
    path("inbox/calendar/<str:token>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("inbox/slips/", slips.slips, name="slips"),
    path("inbox/slips.pdf", slips.slips_sheet, name="slips-sheet"),
    path("inbox/slips/<str:token>", slips.slips_list, name="slips-list"),
    path("wechat/push", push.wechat_push, name="wechat-push"),
    path("inbox/wordings/", wordings.wordings, name="wordings"),
    path("inbox/robots/", inbox.robots, name="robots"),
    path("inbox/robots/<row:robot_id>/end", inbox.robot_end, name="robot-end"),
]
