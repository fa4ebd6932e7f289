"""Facilities and rounds over HTTP."""

from ninja import Router

from zengyi.facilities.api import register, rounds

#: Operations that may answer 404 although their address has no id, and 409 because the state has moved on.
MAY_BE_MISSING = ("get_availability",)
MAY_CLASH = ("put_check_photo",)

router = Router(tags=["facilities"])
register.add_to(router)
rounds.add_to(router)
