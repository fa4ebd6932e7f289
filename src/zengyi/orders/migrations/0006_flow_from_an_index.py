"""How far a quarter's orders have got is read off an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_search_characters")]

    operations = [
        migrations.RemoveIndex("order", "order_placed"),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["placed_at", "community", "state", "triaged_at", "published_at", "claimed_at", "delivered_at"], name="order_flow"
            ),
        ),
    ]
