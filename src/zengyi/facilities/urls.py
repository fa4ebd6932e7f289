"""Addresses of the pages about facilities."""

from django.urls import path

from zengyi.facilities.pages import importing, labels, register, rounds, scanning, walking

urlpatterns = [
    path("f/<slug:token>/", scanning.facility_scan, name="facility-scan"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/routes/new", rounds.route_new, name="route-new"),
    path("rounds/routes/<row:route_id>/end", rounds.route_end, name="route-end"),
    path("rounds/checklists/<row:checklist_id>/", rounds.checklist, name="checklist"),
    path("rounds/<row:round_id>/", rounds.round_, name="round"),
    path("rounds/<row:round_id>/review", rounds.round_review, name="round-review"),
    path("rounds/<row:round_id>/start", rounds.round_start, name="round-start"),
    path("rounds/<row:round_id>/walk", walking.round_walk, name="round-walk"),
    path("rounds/<row:round_id>/typed", walking.round_typed, name="round-typed"),
    path("rounds/<row:round_id>/file", walking.round_file, name="round-file"),
    path("rounds/<row:round_id>/hand-in", rounds.round_hand_in, name="round-hand-in"),
    path("rounds/<row:round_id>/round.pdf", walking.round_paper, name="round-paper"),
    path("rounds/photos/<uuid:photo_id>.jpg", rounds.check_photo, name="check-photo"),
    path("rounds/photos/<uuid:photo_id>.preview.jpg", rounds.check_photo, {"preview": True}, name="check-preview"),
    path("defects/<row:defect_id>/recheck", rounds.defect_recheck, name="defect-recheck"),
    path("defects/<row:defect_id>/cause", rounds.defect_join, name="defect-join"),
    path("facilities/", register.facilities, name="facilities"),
    path("facilities/new", register.facility_new, name="facility-new"),
    path("facilities/import", importing.facility_import, name="facility-import"),
    path("facilities/template.xlsx", importing.facility_template, name="facility-template"),
    path("facilities/labels", labels.facility_labels, name="facility-labels"),
    path("facilities/labels.pdf", labels.facility_label_sheet, name="facility-label-sheet"),
    path("facilities/share", register.facility_share, name="facility-share"),
    path("facilities/<row:facility_id>/", register.facility, name="facility"),
    path("facilities/<row:facility_id>/clock", register.facility_clock, name="facility-clock"),
    path("facilities/<row:facility_id>/label", labels.facility_label_new, name="facility-label-new"),
    path("facilities/<row:facility_id>/reports", register.report_settle, name="report-settle"),
    path("facilities/<row:facility_id>/<word:verb>", register.facility_change, name="facility-change"),
]
