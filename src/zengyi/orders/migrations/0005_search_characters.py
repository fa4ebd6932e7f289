"""The search index finds single characters as well, and PostgreSQL knows how frequent its words are."""

from django.db import migrations

from zengyi.core import search


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_flat_lists")]

    operations = [search.index("orders_order", "search")]
