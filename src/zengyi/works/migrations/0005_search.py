"""Everybody finds projects by their words.

The column may be empty, so that no table is rebuilt and the triggers that guard it stay.
"""

from django.db import migrations, models

from zengyi.core import search, sql

_AT_ONCE = 1000


def fill(apps, editor):
    """Make the words of the rows there are."""
    _fill(apps.get_model("works", "Project").objects.select_related("place"), lambda row: (row.title, row.text, row.place.name if row.place else ""))


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
    dependencies = [("works", "0004_turns")]

    operations = [
        migrations.AddField(
            "project",
            "search",
            models.TextField(null=True, help_text="bigrams of title, text and place without what is personal in them"),
        ),
        search.index("works_project", "search"),
        sql.Fill(fill, "works_project"),
    ]
