"""What people type about orders."""

from zengyi.core.forms import PlainForm, contents
from zengyi.orders.forms.finding import Filters, filters_of, words
from zengyi.orders.forms.moving import (
    AcceptForm,
    AssignForm,
    CallBackForm,
    ConfirmForm,
    DeliverForm,
    ExcludeForm,
    HeardForm,
    MergeForm,
    NoteForm,
    ReasonForm,
    RefuseForm,
    ReleaseForm,
    ReturnForm,
    SureForm,
    TriageForm,
)
from zengyi.orders.forms.placing import CATEGORY_ICONS, BehalfForm, OrderForm

__all__ = [
    "CATEGORY_ICONS",
    "AcceptForm",
    "AssignForm",
    "BehalfForm",
    "CallBackForm",
    "ConfirmForm",
    "DeliverForm",
    "ExcludeForm",
    "Filters",
    "HeardForm",
    "MergeForm",
    "NoteForm",
    "OrderForm",
    "PlainForm",
    "ReasonForm",
    "RefuseForm",
    "ReleaseForm",
    "ReturnForm",
    "SureForm",
    "TriageForm",
    "contents",
    "filters_of",
    "words",
]
