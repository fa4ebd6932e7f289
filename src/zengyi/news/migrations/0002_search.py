"""The full-text index over the search words of published editions."""

from django.db import migrations

from zengyi.core import search


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial")]

    operations = [search.index("news_edition", "search")]
