"""The forms of the bank's pages."""

from zengyi.bank.forms.books import CorrectionForm, DecideForm, RollCallForm
from zengyi.bank.forms.rulebook import RuleForm

__all__ = ["CorrectionForm", "DecideForm", "RollCallForm", "RuleForm"]
