"""The bank over HTTP."""

from zengyi.bank.api import duties, filings, roll_calls
from zengyi.bank.api.ledger import MAY_BE_MISSING, router

__all__ = ["MAY_BE_MISSING", "duties", "filings", "roll_calls", "router"]
