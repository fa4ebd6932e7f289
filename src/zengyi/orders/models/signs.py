"""Tables of the signs at buildings' doors, and of what was asked there without an account and waits to be confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zengyi.core.secrets import EncryptedTextField
from zengyi.orders.rules.signs import ABOUT_MOST, NAME_MOST, TOKEN_LENGTH, PendingState


class Sign(models.Model):
    """The sign at a building's door: its code leads to the page on which anybody asks for help there. One is in force."""

    building = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building"], condition=Q(revoked_at=None), name="one_sign_a_building")]


class PendingOrder(models.Model):
    """What somebody without an account asked at a door: it becomes an order once a code, or a call back, has shown who it was.

    ``new_person``: nobody had that phone, so that an entry was made, which the desk looks at.
    """

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=PendingState.choices)
    about = models.CharField(max_length=ABOUT_MOST, help_text="what it is about, in the asker's words")
    private = models.BooleanField(help_text="help at home, kept off public lists")
    name = models.CharField(max_length=NAME_MOST)
    phone = EncryptedTextField()
    photo = models.UUIDField(null=True)
    photo_width = models.PositiveSmallIntegerField(default=0)
    photo_height = models.PositiveSmallIntegerField(default=0)
    photo_size = models.PositiveIntegerField(default=0)
    code = models.ForeignKey("people.PhoneCode", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    order = models.OneToOneField("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    new_person = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True, help_text="the desk looked at the new entry")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["CODE", "CALL"], ended_at=None) | ~Q(state__in=["CODE", "CALL"]) & Q(ended_at__isnull=False),
                name="pending_end_paired",
            ),
            models.CheckConstraint(condition=Q(order=None) | Q(state="PLACED"), name="pending_order_placed"),
        ]
        indexes = [
            models.Index(fields=["community", "made_at"], name="pending_call", condition=Q(state="CALL")),
            models.Index(
                fields=["community", "made_at"], name="pending_person", condition=Q(state="PLACED", new_person=True, checked_at=None)
            ),
            models.Index(fields=["state", "made_at"], name="pending_by_age"),
            models.Index(fields=["photo"], name="pending_photo", condition=Q(photo__isnull=False)),
        ]
