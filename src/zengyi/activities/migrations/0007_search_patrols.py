"""Everybody finds what was found on patrols, and the ledgers of what is eradicated, by what and where it is.

The columns may be empty, so that no table is rebuilt and the triggers that guard them stay.
"""

from django.db import migrations, models

from zengyi.core import search, sql

_AT_ONCE = 1000
_CALLED = {"GOLDENROD": "一枝黄花", "SEWAGE": "排污", "RUBBISH": "垃圾", "OTHER": "别的"}


def fill(apps, editor):
    """Make the words of the rows there are."""
    _fill(apps.get_model("activities", "Ledger").objects, lambda row: (row.spot,))
    _fill(apps.get_model("activities", "Finding").objects.exclude(what="NOTHING"), lambda row: (row.spot, row.note))


def _fill(rows, written):
    changed = []
    for row in rows.select_related("place").iterator(chunk_size=_AT_ONCE):
        row.search = search.public_words(_CALLED.get(row.what, ""), row.place.name if row.place else "", *written(row))
        changed.append(row)
        if len(changed) == _AT_ONCE:
            rows.model.objects.bulk_update(changed, ["search"])
            changed.clear()
    rows.model.objects.bulk_update(changed, ["search"])


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_search")]

    operations = [
        migrations.AddField(
            "ledger",
            "search",
            models.TextField(null=True, help_text="bigrams of what and where, without what is personal in them"),
        ),
        search.index("activities_ledger", "search"),
        migrations.AddField(
            "finding",
            "search",
            models.TextField(null=True, help_text="bigrams of what, where and the note, without what is personal; none where was nothing"),
        ),
        search.index("activities_finding", "search"),
        sql.Fill(fill, "activities_ledger", "activities_finding"),
    ]
