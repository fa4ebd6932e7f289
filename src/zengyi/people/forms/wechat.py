"""The form of the service account's settings."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def _text(label: "StrOrPromise", hint: "StrOrPromise", most: int, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required, widget=forms.TextInput(attrs=_PLAIN))


class WeChatForm(PlainForm):
    """A service account, and the one template in which everything is told."""

    app_id = _text(_("AppID"), _("公众平台 → 设置与开发 → 基本配置。"), 40, required=True)
    secret = forms.CharField(
        label=_("AppSecret"),
        help_text=_("存下后谁也看不到；不改就空着。"),
        max_length=80,
        required=False,
        widget=forms.PasswordInput(attrs=_PLAIN | {"autocomplete": "new-password"}),
    )
    template = _text(_("消息模板的 ID"), _("只用微信登录、不发消息，就空着。"), 80)
    what_field = _text(_("模板里写“什么事”的一栏"), _("20 个字的那种，比如 thing1。"), 30)
    when_field = _text(_("模板里写“什么时候”的一栏"), _("比如 time2；没有就空着。"), 30)
