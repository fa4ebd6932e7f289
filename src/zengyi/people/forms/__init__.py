"""What people type about people: parsing and checking, no writing."""

from zengyi.people.forms.entry import CodeForm, NewFactorForm, PasswordForm, PhoneCodeForm, PhoneForm, SignInForm
from zengyi.people.forms.files import read_table
from zengyi.people.forms.staff import (
    GrantForm,
    LoginForm,
    MemberFilter,
    OrganisationFilter,
    OrganisationForm,
    ResidentFilter,
    StandInForm,
    UploadForm,
)
from zengyi.people.forms.templates import template

__all__ = [
    "CodeForm",
    "GrantForm",
    "LoginForm",
    "MemberFilter",
    "NewFactorForm",
    "OrganisationFilter",
    "OrganisationForm",
    "PasswordForm",
    "PhoneCodeForm",
    "PhoneForm",
    "ResidentFilter",
    "SignInForm",
    "StandInForm",
    "UploadForm",
    "read_table",
    "template",
]
