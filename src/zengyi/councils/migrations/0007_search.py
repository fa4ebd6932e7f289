"""Everybody finds topics and decisions by their words.

The column may be empty, so that no table is rebuilt and the triggers that guard it stay.
"""

from django.db import migrations, models

from zengyi.core import search, sql

_AT_ONCE = 1000


def fill(apps, editor):
    """Make the words of the rows there are."""
    _fill(apps.get_model("councils", "Topic").objects.select_related("place"), lambda row: (row.title, row.text, row.spot, row.place.name if row.place else ""))
    _fill(apps.get_model("councils", "Decision").objects, lambda row: (row.text,))


def _fill(rows, written):
    changed = []
    for row in rows.iterator(chunk_size=_AT_ONCE):
        row.search = search.public_words(*written(row))
        changed.append(row)
        if len(changed) == _AT_ONCE:
            rows.model.objects.bulk_update(changed, ["search"])
            changed.clear()
    rows.model.objects.bulk_update(changed, ["search"])


class Migration(migrations.Migration):
    dependencies = [("councils", "0006_photos")]

    operations = [
        migrations.AddField(
            "topic",
            "search",
            models.TextField(null=True, help_text="bigrams of title, text and place without what is personal in them"),
        ),
        search.index("councils_topic", "search"),
        migrations.AddField(
            "decision",
            "search",
            models.TextField(null=True, help_text="bigrams of its text without what is personal in them"),
        ),
        search.index("councils_decision", "search"),
        sql.Fill(fill, "councils_topic", "councils_decision"),
    ]
