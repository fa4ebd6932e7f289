"""Rules of the councils: one module a subject. Pure: no tables, no clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class Numbered(TextChoices):
    """What carries a running number."""

    TOPIC = "TOPIC", gettext_lazy("议题")
    BALLOT = "BALLOT", gettext_lazy("表决")


__all__ = ["Numbered"]
