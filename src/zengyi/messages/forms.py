"""The forms of messages."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.messages.rules import Language, Pace, Quiet, Way


class QuietForm(PlainForm):
    """When somebody does not want to be disturbed, and by which way they are told besides: only those ``ways`` that are set up."""

    quiet = forms.ChoiceField(label=_("什么时候别打扰"), choices=Quiet.choices, widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("除了这里，还发到哪"), widget=forms.RadioSelect, required=False)
    pace = forms.ChoiceField(label=_("多久发一次"), choices=Pace.choices, widget=forms.RadioSelect, required=False)

    language = forms.ChoiceField(label=_("发的时候用"), choices=Language.choices, widget=forms.RadioSelect, required=False)

    def __init__(self, *given: Any, ways: Collection[Way] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        way: Any = self.fields["way"]
        way.choices = [(one.value, one.label) for one in (Way.HERE, *ways)]
        if not ways:
            del self.fields["way"], self.fields["pace"], self.fields["language"]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen; what was not asked for stays as it is."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class RobotForm(PlainForm):
    """A work group's robot."""

    name = forms.CharField(label=_("哪个群"), max_length=30, help_text=_("比如：网格长群"))
    hook = forms.CharField(
        label=_("机器人的 Webhook 地址"),
        max_length=200,
        help_text=_("在企业微信群里“添加群机器人”后复制。只有增一用它，存下后谁也看不到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
