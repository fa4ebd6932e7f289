"""Tables of news: pieces, their pictures, the answers to their marks, their published editions, and where paper of them hangs."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zengyi.news import rules
from zengyi.people.queries import first_person, makers_of
from zengyi.people.rules import FirstPerson


class Pieces(models.QuerySet["Piece"]):
    """Look-up of pieces."""

    def with_facts(self) -> "Pieces":
        """With what :meth:`Piece.facts` needs, and the community's name and number."""
        shown = Edition.objects.filter(piece=models.OuterRef("pk"), shown=True)
        made = {f"{step}_made": makers_of(f"{step}_by_id") for step in ("proposed", "edited", "checked")}
        card = {"path": F("community__path"), "community_name": F("community__name"), "phone": F("community__phone")}
        return self.annotate(shown=models.Exists(shown), **made, **card)


class Piece(models.Model):
    """A piece as the desk works on it. What everybody reads is its published :class:`Edition`, which no edit changes."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=rules.PieceKind.choices)
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.TextField()
    place = models.CharField(max_length=rules.PLACE_MOST, default="")
    held_on = models.DateField(null=True, help_text="the day it is about, or the first one")
    until = models.DateField(null=True, help_text="the last day")
    organisers = models.CharField(max_length=rules.ORGANISERS_MOST, default="")
    figures = models.JSONField(default=list, help_text="pairs of a label and a figure")
    told = models.JSONField(default=list, help_text="pairs of id and name of the estates and buildings it is for; none: the community")
    source = models.CharField(max_length=10, default="", help_text="what it was made from; empty: written freely")
    source_ref = models.CharField(max_length=20, default="")
    bound = models.PositiveSmallIntegerField(default=0, help_text="so many of the figures, the first ones, come from the source")
    state = models.CharField(max_length=10, choices=rules.PieceState.choices, default=rules.PieceState.PROPOSED)
    digest = models.CharField(max_length=64, help_text="of the words as they are now")
    hands = models.JSONField(default=list, help_text="ids of the logins that wrote at it since it was last published")
    remark = models.CharField(max_length=rules.REASON_MOST, default="", help_text="why it was returned, or withdrawn")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = Pieces.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="PROPOSED", checked_by=None, checked_at=None, approved_by=None, approved_at=None)
                | Q(state="CHECKED", checked_by__isnull=False, checked_at__isnull=False, approved_by=None, approved_at=None)
                | Q(state__in=["APPROVED", "PUBLISHED"], checked_at__isnull=False, approved_by__isnull=False, approved_at__isnull=False)
                | Q(state="WITHDRAWN", withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="piece_steps_of_state",
            ),
            models.CheckConstraint(condition=Q(checked_by=None) | ~Q(checked_by=F("edited_by")), name="piece_checked_by_another"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | (~Q(approved_by=F("edited_by")) & ~Q(approved_by=F("checked_by"))),
                name="piece_approved_by_a_third",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-id"], name="piece_of_community"),
            models.Index(fields=["edited_by", "id"], name="piece_returned", condition=Q(state="PROPOSED") & ~Q(remark="")),
        ]

    def facts(self, at: datetime) -> rules.PieceFacts:
        """What the guards need to know at ``at``; the row was read ``with_facts()``."""
        read: Any = self

        def who(step: str) -> FirstPerson:
            return first_person(getattr(self, f"{step}_by_id"), getattr(read, f"{step}_made"), at)

        return rules.PieceFacts(
            community_id=self.community_id,
            path=read.path,
            state=rules.PieceState(self.state),
            hands=frozenset(self.hands),
            proposer=who("proposed"),
            writer=who("edited"),
            checker=who("checked"),
            shown=read.shown,
            returned=self.state == rules.PieceState.PROPOSED and bool(self.remark),
        )


class Picture(models.Model):
    """A picture of a piece, decoded and encoded anew, so that no place is kept in it."""

    id = models.UUIDField(primary_key=True)
    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="pictures")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    left_out = models.BooleanField(default=False, help_text="taken out of the piece again; older editions still show it")

    class Meta:
        indexes = [models.Index(fields=["piece", "rank"], name="picture_of_piece")]


class Answer(models.Model):
    """What somebody said of a mark, for the words that the piece had then."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="answers")
    digest = models.CharField(max_length=64, help_text="of the piece's words; other words ask again")
    mark = models.CharField(max_length=64, help_text="the mark's key")
    said = models.CharField(max_length=10, choices=rules.Said.choices)
    consent = models.CharField(max_length=rules.CONSENT_MOST, default="", help_text="where the consent is kept")
    children = models.BooleanField(null=True, help_text="whether children are on the picture; nothing where nobody was asked")
    occasion = models.ForeignKey(
        "activities.Occasion", null=True, on_delete=models.PROTECT, related_name="+", help_text="where it was taken: whose guardians agree"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "digest", "mark"], name="one_answer_per_mark"),
            models.CheckConstraint(condition=~Q(said="CONSENTED") | ~Q(consent=""), name="consent_is_somewhere"),
        ]


class Edition(models.Model):
    """A piece as it was approved and published, masked: what every outlet renders."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="editions")
    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="1 for the first, more for corrections")
    kind = models.CharField(max_length=8, choices=rules.PieceKind.choices)
    digest = models.CharField(max_length=64, help_text="of the words that were approved")
    content = models.TextField(help_text="JSON of the words as they are printed")
    occasion = models.ForeignKey(
        "activities.Occasion", null=True, on_delete=models.PROTECT, related_name="+", help_text="whose people are known on its pictures"
    )
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    shown = models.BooleanField(default=True, help_text="on public view")
    ended_at = models.DateTimeField(null=True, help_text="replaced by the next one, or withdrawn")
    search = models.TextField(help_text="search words (core.search)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "number"], name="one_edition_per_number"),
            models.UniqueConstraint(fields=["piece"], condition=Q(shown=True), name="one_edition_shown"),
            models.CheckConstraint(condition=Q(shown=True, ended_at=None) | Q(shown=False, ended_at__isnull=False), name="edition_end"),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="edition_of_community", condition=Q(shown=True)),
            models.Index(fields=["-id"], name="edition_shown", condition=Q(shown=True)),
        ]


class Hung(models.Model):
    """A sheet of paper on a board: where, since when, until when."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="hung")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=rules.SPOT_MOST)
    until = models.DateField(null=True, help_text="the last day on which it has to hang; nothing where no rule asks")
    hung_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hung_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False), name="taken_paired"
            ),
            models.UniqueConstraint(fields=["piece", "spot"], condition=Q(taken_at=None), name="one_sheet_per_spot"),
        ]


class BoardPhoto(models.Model):
    """A photo that shows a sheet hanging on its board that day. Nothing in the file says where or by whom it was taken."""

    id = models.UUIDField(primary_key=True)
    hung = models.ForeignKey(Hung, on_delete=models.PROTECT, related_name="photos", db_index=False)
    seen_on = models.DateField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hung", "seen_on"], name="one_board_photo_a_day")]
