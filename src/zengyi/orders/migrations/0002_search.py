"""The full-text index over the search words of orders."""

from django.db import migrations

from zengyi.core import search


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [search.index_of_words("orders_order", "search")]
