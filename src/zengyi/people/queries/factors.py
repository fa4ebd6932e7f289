"""The second factor of a login."""

from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice


def has_second_factor(user_id: int) -> bool:
    """Whether the login needs a code after its password."""
    return bool(TOTPDevice.objects.filter(user_id=user_id, confirmed=True).exists())


def backup_codes_left(user_id: int) -> int:
    """How many backup codes have not been used."""
    return int(StaticToken.objects.filter(device__user_id=user_id, device__confirmed=True).count())
