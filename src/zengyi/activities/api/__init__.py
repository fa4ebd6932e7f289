"""Activities and patrols over HTTP."""

from zengyi.activities.api import activities, attending, patrols, records
from zengyi.activities.api.router import router

#: Operations with a limit on how often they may be called.
LIMITED = ("sign_up",)

__all__ = ["LIMITED", "activities", "attending", "patrols", "records", "router"]
