"""Tables of activities and patrols."""

from zengyi.activities.models.programme import Activity, Host, Occasion, Slot
from zengyi.activities.models.signing import Attendee, Consent, SignUp

__all__ = ["Activity", "Attendee", "Consent", "Host", "Occasion", "SignUp", "Slot"]
