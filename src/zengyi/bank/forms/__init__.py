"""The forms of the bank's pages."""

from zengyi.bank.forms.books import CorrectionForm, DecideForm
from zengyi.bank.forms.closing import AnswerForm, ObjectionForm, PrepareForm, ReviewForm
from zengyi.bank.forms.deeds import AttestForm, DeedForForm, DeedForm, LinkForm, NoteForm, ReasonForm, SureForm, VouchForm
from zengyi.bank.forms.roll_calls import NOT_COUNTED, RollCallForm, RollSheetForm
from zengyi.bank.forms.rulebook import AdoptForm, RuleForm, TiersForm

__all__ = [
    "NOT_COUNTED",
    "AdoptForm",
    "AnswerForm",
    "AttestForm",
    "CorrectionForm",
    "DecideForm",
    "DeedForForm",
    "DeedForm",
    "LinkForm",
    "NoteForm",
    "ObjectionForm",
    "PrepareForm",
    "ReasonForm",
    "ReviewForm",
    "RollCallForm",
    "RollSheetForm",
    "RuleForm",
    "SureForm",
    "TiersForm",
    "VouchForm",
]
