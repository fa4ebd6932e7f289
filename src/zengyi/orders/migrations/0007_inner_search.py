"""The words by which everybody finds an order hold nothing personal; those of the community's own search stand in a column of their own."""

from django.db import migrations, models

from zengyi.core import search, sql
from zengyi.orders.rules import search_words

_AT_ONCE = 1000


def fill(apps, editor):
    """Take phones, doors and the like out of the words of the orders there are."""
    orders = apps.get_model("orders", "Order").objects
    read = orders.select_related("place").only("title", "text", "spot", "place__name")
    changed = []
    for order in read.iterator(chunk_size=_AT_ONCE):
        words = search_words(order.title, order.text, order.spot, order.place.name if order.place else "")
        if words["inner_search"] is not None:
            order.search, order.inner_search = words["search"], words["inner_search"]
            changed.append(order)
        if len(changed) == _AT_ONCE:
            orders.bulk_update(changed, ["search", "inner_search"])
            changed.clear()
    orders.bulk_update(changed, ["search", "inner_search"])


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_flow_from_an_index")]

    operations = [
        migrations.AddField(
            "order",
            "inner_search",
            models.TextField(
                null=True, help_text="all the bigrams, where something personal was among them; only for the community's own search"
            ),
        ),
        migrations.AlterField(
            "order",
            "search",
            models.TextField(default="", help_text="bigrams of title, text and place without what is personal in them"),
        ),
        search.index_of_words("orders_order", "inner_search"),  # undone, it takes the index away; the next one puts an older one back
        search.index("orders_order", "inner_search"),
        sql.Fill(fill, "orders_order"),
    ]
