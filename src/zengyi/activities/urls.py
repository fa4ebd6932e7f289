"""Addresses of activities and patrols."""

from django.urls import path

from zengyi.activities.pages import programme, signing

_OCCASION = "activities/occasions/<row:occasion_id>/"
_SIGN_UP = "activities/sign-ups/<row:sign_up_id>/"

urlpatterns = [
    path("activities/", programme.activities, name="activities"),
    path("activities/calendar.ics", programme.activities_calendar, name="activities-calendar"),
    path("activities/new", programme.activity_new, name="activity-new"),
    path("activities/<row:activity_id>/occasions/new", programme.occasion_new, name="occasion-new"),
    path(_OCCASION, programme.occasion, name="occasion"),
    path(f"{_OCCASION}calendar.ics", programme.occasion_calendar, name="occasion-calendar"),
    path(f"{_OCCASION}move", programme.occasion_move, name="occasion-move"),
    path(f"{_OCCASION}cancel", programme.occasion_cancel, name="occasion-cancel"),
    path(f"{_OCCASION}sign-up", signing.sign_up, name="sign-up"),
    path(_SIGN_UP, signing.sign_up_card, name="sign-up-card"),
    path(f"{_SIGN_UP}accept", signing.sign_up_accept, name="sign-up-accept"),
    path(f"{_SIGN_UP}cancel", signing.sign_up_cancel, name="sign-up-cancel"),
    path(f"{_SIGN_UP}consent", signing.sign_up_consent, name="sign-up-consent"),
]
