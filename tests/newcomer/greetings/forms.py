"""What people type into greetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm


class GreetingForm(PlainForm):
    """What to say; how long it may be the action knows."""

    text = forms.CharField(label=_("说一句"), max_length=200)
