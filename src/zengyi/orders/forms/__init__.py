"""What people type about orders."""

from zengyi.core.forms import PlainForm, contents
from zengyi.orders.forms.finding import Found, found, words
from zengyi.orders.forms.moving import (
    AssignForm,
    ConfirmForm,
    DeliverForm,
    MergeForm,
    NoteForm,
    ReasonForm,
    ReleaseForm,
    ReturnForm,
    SureForm,
    TriageForm,
)
from zengyi.orders.forms.placing import CATEGORY_ICONS, BehalfForm, OrderForm

__all__ = [
    "CATEGORY_ICONS",
    "AssignForm",
    "BehalfForm",
    "ConfirmForm",
    "DeliverForm",
    "Found",
    "MergeForm",
    "NoteForm",
    "OrderForm",
    "PlainForm",
    "ReasonForm",
    "ReleaseForm",
    "ReturnForm",
    "SureForm",
    "TriageForm",
    "contents",
    "found",
    "words",
]
