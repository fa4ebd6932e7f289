"""Addresses of activities and patrols."""

from django.urls import path

from zengyi.activities.pages import attending, drills, hours, patrols, programme, records, signing

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
    path(f"{_OCCASION}sign-ups", signing.sign_ups, name="sign-ups"),
    path(_SIGN_UP, signing.sign_up_card, name="sign-up-card"),
    path(f"{_SIGN_UP}accept", signing.sign_up_accept, name="sign-up-accept"),
    path(f"{_SIGN_UP}cancel", signing.sign_up_cancel, name="sign-up-cancel"),
    path(f"{_SIGN_UP}consent", signing.sign_up_consent, name="sign-up-consent"),
    path(f"{_SIGN_UP}contest", attending.sign_up_contest, name="sign-up-contest"),
    path(f"{_SIGN_UP}record", records.record_new, name="record-new"),
    path(f"{_OCCASION}roll", attending.roll, name="roll"),
    path(f"{_OCCASION}roll/kept", attending.roll_kept, name="roll-kept"),
    path(f"{_OCCASION}roll.pdf", attending.roll_sheet, name="roll-sheet"),
    path(f"{_OCCASION}roll/mark", attending.roll_mark, name="roll-mark"),
    path(f"{_OCCASION}roll/paper", attending.roll_paper, name="roll-paper"),
    path(f"{_OCCASION}roll/close", attending.roll_close, name="roll-close"),
    path(f"{_OCCASION}drill", drills.drill_record, name="drill-record"),
    path("activities/drills/", drills.drills, name="drills"),
    path("activities/attendees/<row:attendee_id>/correct", attending.roll_correct, name="roll-correct"),
    path("activities/here/<str:token>", attending.here, name="here"),
    path("activities/hours/", hours.hours, name="hours"),
    path("activities/hours.xlsx", hours.hours_sheet, name="hours-sheet"),
    path("activities/records/", records.records, name="records"),
    path("activities/records/<row:record_id>.pdf", records.record_paper, name="record-paper"),
    path("activities/records/<row:record_id>/revoke", records.record_revoke, name="record-revoke"),
    path("activities/records/<str:number>/", records.record, name="record"),
    path("patrols/", patrols.patrols, name="patrols"),
    path("patrols/new", patrols.finding_new, name="finding-new"),
    path("patrols/nothing", patrols.finding_nothing, name="finding-nothing"),
    path("patrols/findings/<row:finding_id>/", patrols.finding, name="finding"),
    path("patrols/findings/<row:finding_id>/verify", patrols.finding_verify, name="finding-verify"),
    path("patrols/photos/<uuid:photo_id>.jpg", patrols.finding_photo, name="finding-photo"),
    path("patrols/photos/<uuid:photo_id>.preview.jpg", patrols.finding_photo, {"preview": True}, name="finding-preview"),
    path("patrols/eradications/<row:ledger_id>/", patrols.eradication, name="eradication"),
    path("patrols/eradications/<row:ledger_id>/visit", patrols.eradication_visit, name="eradication-visit"),
]
