"""Everybody finds published sessions by what was on their agenda and what was decided.

The column may be empty, so that no table is rebuilt and the triggers that guard it stay.
"""

from django.db import migrations, models

from zengyi.core import search, sql


def fill(apps, editor):
    """Make the words of the sessions that are published."""
    items, decisions = apps.get_model("councils", "AgendaItem").objects, apps.get_model("councils", "Decision").objects
    rows = apps.get_model("councils", "Session").objects.filter(state="PUBLISHED")
    for row in rows.iterator(chunk_size=1000):
        told = [title or point for title, point in items.filter(session=row).order_by("pk").values_list("topic__title", "point")]
        told += decisions.filter(session=row).order_by("pk").values_list("text", flat=True)
        rows.filter(pk=row.pk).update(search=search.public_words(row.title, row.place, row.note, *told))


class Migration(migrations.Migration):
    dependencies = [("councils", "0007_search")]

    operations = [
        migrations.AddField(
            "session",
            "search",
            models.TextField(null=True, help_text="once published: bigrams of what its page says, without what is personal in it"),
        ),
        search.index("councils_session", "search"),
        sql.Fill(fill, "councils_session"),
    ]
