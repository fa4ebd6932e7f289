"""Addresses of this package."""

from django.urls import path

from zengyi.works.pages import demands, funds, line, projects, public, shares, sheets

urlpatterns = [
    path("works/", projects.projects, name="projects"),
    path("works/new", projects.project_new, name="project-new"),
    path("works/line", line.project_line, name="project-line"),
    path("works/alliance/", funds.alliance, name="alliance"),
    path("works/alliance/name", funds.alliance_new, name="alliance-new"),
    path("works/alliance/meeting", funds.alliance_meeting, name="alliance-meeting"),
    path("works/alliance/join", funds.alliance_join, name="alliance-join"),
    path("works/<row:project_id>/money", funds.line_new, name="fund-line-new"),
    path("works/money/<row:line_id>/shares", shares.line_shares, name="fund-line-shares"),
    path("works/money/<row:line_id>/<word:verb>", funds.line_move, name="fund-line-move"),
    path("works/<row:project_id>/", projects.project, name="project"),
    path("works/<row:project_id>/sheet", sheets.project_sheet, name="project-sheet"),
    path("works/<row:project_id>/sheet.pdf", sheets.project_sheet_paper, name="project-sheet-paper"),
    path("works/<row:project_id>/demands/new", demands.demand_new, name="demand-new"),
    path("works/<row:project_id>/<word:verb>", projects.project_move, name="project-move"),
    path("works/lots/<row:lot_id>/milestone", projects.milestone_new, name="milestone-new"),
    path("works/milestones/<row:milestone_id>/move", projects.milestone_move, name="milestone-move"),
    path("works/milestones/<row:milestone_id>/report", projects.milestone_report, name="milestone-report"),
    path("works/demands/<row:demand_id>/", demands.demand, name="demand"),
    path("works/demands/<row:demand_id>/<word:verb>", demands.demand_move, name="demand-move"),
    path("sites/<row:project_id>/", public.site, name="site"),
    path("sites/photos/<uuid:photo_id>", public.site_photo, name="site-photo"),
    path("sites/photos/<uuid:photo_id>/preview", public.site_photo, {"preview": True}, name="site-preview"),
    path("works/photos/<uuid:photo_id>", demands.work_photo, name="work-photo"),
    path("works/photos/<uuid:photo_id>/preview", demands.work_photo, {"preview": True}, name="work-preview"),
]
