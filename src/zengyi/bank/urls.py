"""Addresses of the bank's pages, below ``/bank/``. Every name stands in ``people/roles.toml``."""

from django.urls import path

from zengyi.bank import pages

urlpatterns = [
    path("accounts/<row:account_id>/", pages.entries, name="entries"),
    path("roll-calls/", pages.roll_calls, name="roll-calls"),
    path("roll-calls/new", pages.roll_call_new, name="roll-call-new"),
    path("roll-calls/<row:roll_call_id>/", pages.roll_call, name="roll-call"),
    path("corrections/", pages.corrections, name="corrections"),
    path("postings/<row:posting_id>/correct", pages.correction_new, name="correction-new"),
    path("corrections/<row:correction_id>/decide", pages.correction_decide, name="correction-decide"),
]
