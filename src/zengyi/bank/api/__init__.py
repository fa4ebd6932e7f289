"""The bank over HTTP."""

from zengyi.bank.api import appraisals, duties, filings, roll_calls, rulebook
from zengyi.bank.api.ledger import MAY_BE_MISSING, MAY_CLASH, router

__all__ = ["MAY_BE_MISSING", "MAY_CLASH", "appraisals", "duties", "filings", "roll_calls", "router", "rulebook"]
