"""A reversal keeps the kind of what it reverses, so that an index holds all that the sums of a quarter ask for."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery

from zengyi.core import sql

KINDS = [("TRIAGE", "登记困难"), ("CONFIRM", "居民确认"), ("BASE", "基础分入账"), ("REVERSAL", "冲销")]


def fill(apps, editor):
    """Reversals are few; nothing else is touched."""
    postings = apps.get_model("bank", "Posting").objects
    original = postings.filter(pk=OuterRef("reverses_id")).values("kind")
    postings.filter(kind="REVERSAL").update(reversed_kind=Subquery(original))


def check(apps, editor):
    """Nothing was forgotten, nor filled by mistake."""
    wrong = apps.get_model("bank", "Posting").objects.filter(kind="REVERSAL").exclude(reversed_kind=F("reverses__kind"))
    assert not wrong.exists()


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_append_only"), ("people", "0003_opened_by")]

    operations = [
        # The guards stand aside while the column is filled, and SQLite loses them with the table it rebuilds.
        sql.unguard("bank_posting"),
        migrations.AddField(
            "posting",
            "reversed_kind",
            models.CharField(
                choices=KINDS, default="", db_default="", help_text="of what it reverses, so that sums need not look it up", max_length=10
            ),
        ),
        sql.Fill(fill, "bank_posting"),
        sql.Fill(check, "bank_posting"),
        migrations.RemoveConstraint("posting", "reversal_paired"),
        migrations.AddConstraint(
            "posting",
            models.CheckConstraint(
                condition=Q(kind="REVERSAL", reverses__isnull=False) & ~Q(reversed_kind="")
                | ~Q(kind="REVERSAL") & Q(reverses=None, reversed_kind=""),
                name="reversal_paired",
            ),
        ),
        migrations.RemoveIndex("posting", "posting_of_quarter"),
        migrations.AddIndex(
            "posting",
            models.Index(
                condition=Q(kind__in=["TRIAGE", "CONFIRM", "REVERSAL"]),
                fields=["community", "occurred_on", "kind", "reversed_kind", "points"],
                name="posting_of_difficulty",
            ),
        ),
        *sql.append_only("bank_posting"),
        migrations.AddIndex("rollcall", models.Index(fields=["community", "-id"], name="roll_call_of_community")),
        migrations.AddIndex("correction", models.Index(fields=["community", "-id"], name="correction_of_community")),
    ]
