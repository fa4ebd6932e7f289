"""Addresses of the pages about facilities."""

from django.urls import path

from zengyi.facilities.pages import defects, entering, importing, labels, pictures, register, rounds, scanning, walking

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
    path("defects/<row:defect_id>/", defects.defect, name="defect"),
    path("defects/<row:defect_id>/recheck", defects.defect_recheck, name="defect-recheck"),
    path("defects/<row:defect_id>/cause", defects.defect_join, name="defect-join"),
    path("defects/<row:defect_id>/gather", defects.defect_gather, name="defect-gather"),
    path("defects/<row:defect_id>/part", defects.defect_part, name="defect-part"),
    path("facilities/", register.facilities, name="facilities"),
    path("facilities/new", entering.facility_new, name="facility-new"),
    path("facilities/import", importing.facility_import, name="facility-import"),
    path("facilities/template.xlsx", importing.facility_template, name="facility-template"),
    path("facilities/labels", labels.facility_labels, name="facility-labels"),
    path("facilities/labels.pdf", labels.facility_label_sheet, name="facility-label-sheet"),
    path("facilities/pictures/<uuid:picture_id>.jpg", pictures.facility_picture, name="facility-picture"),
    path(
        "facilities/pictures/<uuid:picture_id>.preview.jpg", pictures.facility_picture, {"preview": True}, name="facility-picture-preview"
    ),
    path("facilities/pictures/<uuid:picture_id>/drop", pictures.facility_picture_drop, name="facility-picture-drop"),
    path("facilities/plan", register.facility_plan, name="facility-plan"),
    path("facilities/share", register.facility_share, name="facility-share"),
    path("facilities/<row:facility_id>/", register.facility, name="facility"),
    path("facilities/<row:facility_id>/edit", entering.facility_edit, name="facility-edit"),
    path("facilities/<row:facility_id>/clock", register.facility_clock, name="facility-clock"),
    path("facilities/<row:facility_id>/pictures", pictures.facility_pictures, name="facility-pictures"),
    path("facilities/<row:facility_id>/label", labels.facility_label_new, name="facility-label-new"),
    path("facilities/<row:facility_id>/reports", register.report_settle, name="report-settle"),
    path("facilities/<row:facility_id>/<word:verb>", register.facility_change, name="facility-change"),
]
