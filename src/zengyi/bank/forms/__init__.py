"""The forms of the bank's pages."""

from zengyi.bank.forms.books import CorrectionForm, DecideForm
from zengyi.bank.forms.closing import AnswerForm, ObjectionForm, PrepareForm, ReviewForm
from zengyi.bank.forms.roll_calls import NOT_COUNTED, RollCallForm, RollSheetForm
from zengyi.bank.forms.rulebook import RuleForm

__all__ = [
    "NOT_COUNTED",
    "AnswerForm",
    "CorrectionForm",
    "DecideForm",
    "ObjectionForm",
    "PrepareForm",
    "ReviewForm",
    "RollCallForm",
    "RollSheetForm",
    "RuleForm",
]
