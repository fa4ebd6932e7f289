"""The form of messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.messages.rules import Quiet


class QuietForm(PlainForm):
    """When somebody does not want to be disturbed."""

    quiet = forms.ChoiceField(label=_("什么时候别打扰"), choices=Quiet.choices, widget=forms.RadioSelect)
