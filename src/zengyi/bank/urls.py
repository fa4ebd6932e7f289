"""Addresses of the bank's pages. Every name stands in ``roles.toml``."""

from django.urls import path

from zengyi.bank import pages

urlpatterns = [
    path("bank/quarters/<row:community_id>/<slug:quarter>/", pages.quarter, name="quarter"),
    path("bank/quarters/<row:community_id>/<slug:quarter>/sheet.pdf", pages.quarter_sheet, name="quarter-sheet"),
    path("bank/quarters/<row:community_id>/<slug:quarter>/poster.png", pages.quarter_poster, name="quarter-poster"),
    path("bank/quarters/<row:community_id>/<slug:quarter>/text", pages.quarter_text, name="quarter-text"),
    path("bank/quarters/<row:community_id>/<slug:quarter>/file.json", pages.quarter_file, name="quarter-file"),
    path("bank/closing/", pages.closing, name="closing"),
    path("bank/closing/<slug:quarter>/", pages.closing, name="closing"),
    path("bank/closing/<slug:quarter>/tally", pages.closing_tally, name="closing-tally"),
    path("bank/closing/<slug:quarter>/prepare", pages.closing_prepare, name="closing-prepare"),
    path("bank/closing/<slug:quarter>/publish", pages.closing_publish, name="closing-publish"),
    path("bank/closing/<slug:quarter>/seal", pages.closing_seal, name="closing-seal"),
    path("bank/quarters/<row:community_id>/<slug:quarter>/objections/new", pages.objection_new, name="objection-new"),
    path("bank/objections/<row:objection_id>/", pages.objection, name="objection"),
    path("bank/objections/<row:objection_id>/answer", pages.objection_answer, name="objection-answer"),
    path("bank/objections/<row:objection_id>/contest", pages.objection_contest, name="objection-contest"),
    path("bank/objections/<row:objection_id>/review", pages.objection_review, name="objection-review"),
    path("bank/objections/<row:objection_id>/tell", pages.objection_tell, name="objection-tell"),
    path("bank/accounts/<row:account_id>/", pages.entries, name="entries"),
    path("bank/accounts/<row:account_id>/entries/<row:posting_id>/", pages.entry, name="entry"),
    path("bank/accounts/<row:account_id>/<slug:quarter>.pdf", pages.account_paper, name="account-paper"),
    path("bank/accounts/<row:account_id>/<slug:quarter>.xlsx", pages.account_table, name="account-table"),
    path("bank/rules/", pages.rules, name="rules"),
    path("bank/rules/proposals/", pages.rule_proposals, name="rule-proposals"),
    path("bank/rules/proposals/<row:version_id>/", pages.rule_proposal, name="rule-proposal"),
    path("bank/rules/proposals/<row:version_id>/decide", pages.rule_decide, name="rule-decide"),
    path("bank/rules/<slug:code>/change", pages.rule_change, name="rule-change"),
    path("bank/roll-calls/", pages.roll_calls, name="roll-calls"),
    path("bank/roll-calls/new", pages.roll_call_new, name="roll-call-new"),
    path("bank/roll-calls/sheet", pages.roll_call_sheet, name="roll-call-sheet"),
    path("bank/roll-calls/template.xlsx", pages.roll_call_template, name="roll-call-template"),
    path("bank/roll-calls/print", pages.roll_call_print, name="roll-call-print"),
    path("bank/roll-calls/print.pdf", pages.roll_call_paper, name="roll-call-paper"),
    path("bank/roll-calls/<row:roll_call_id>/", pages.roll_call, name="roll-call"),
    path("bank/corrections/", pages.corrections, name="corrections"),
    path("bank/postings/<row:posting_id>/correct", pages.correction_new, name="correction-new"),
    path("bank/corrections/<row:correction_id>/decide", pages.correction_decide, name="correction-decide"),
]
