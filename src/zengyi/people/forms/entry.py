"""Forms on the way in: password, code, a new password."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm

_PASSWORD_MOST = 256


class SignInForm(PlainForm):
    """User name or phone, and password."""

    username = forms.CharField(
        label=_("用户名或手机号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=_PASSWORD_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PhoneForm(PlainForm):
    """The phone to which a code is to be sent."""

    phone = forms.CharField(
        label=_("您的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel-national", "inputmode": "tel"}),
    )


class PhoneCodeForm(PlainForm):
    """The code that came by SMS; the phone's browser may fill it in."""

    code = forms.CharField(
        label=_("短信里的六位数"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class CodeForm(PlainForm):
    """The code of a second factor, or a backup code."""

    code = forms.CharField(
        label=_("验证码"),
        help_text=_("手机验证器上的六位数，或者一个备用码。"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}),
    )


class NewFactorForm(PlainForm):
    """The first code of a newly bound app, and the password."""

    code = forms.CharField(
        label=_("手机上显示的六位数"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("登录密码"),
        max_length=_PASSWORD_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(PlainForm):
    """The password now, and the new one."""

    old = forms.CharField(
        label=_("现在的密码"),
        max_length=_PASSWORD_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        help_text=_("至少 10 个字。几个不相干的词连起来，好记又难猜。"),
        max_length=_PASSWORD_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
