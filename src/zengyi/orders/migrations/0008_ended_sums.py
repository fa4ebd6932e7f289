"""How far ended orders got is kept as sums by triggers; those under way have an index of their own."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from zengyi.core import sql

#: Each change as what leaves the sums and what enters them.
CHANGES = [
    {"what": "insert", "event": "INSERT", "row": "NEW", "sign": ""},
    {"what": "delete", "event": "DELETE", "row": "OLD", "sign": "-"},
    {"what": "leave", "event": "UPDATE", "row": "OLD", "sign": "-"},
    {"what": "enter", "event": "UPDATE", "row": "NEW", "sign": ""},
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_inner_search"), ("people", "0003_opened_by")]

    operations = [
        migrations.CreateModel(
            "EndedSum",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quarter", models.DateField()),
                *((name, models.BigIntegerField()) for name in ("placed", "triaged", "claimed", "delivered", "confirmed", "waits", "waited")),
                (
                    "community",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.place"),
                ),
            ],
            options={"indexes": [models.Index(fields=["quarter", "community"], name="sum_of_quarter")]},
        ),
        migrations.RemoveIndex("order", "order_flow"),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["community", "state", "due_at", "placed_at", "triaged_at", "published_at", "claimed_at", "delivered_at"],
                name="order_under_way",
                condition=Q(ended_at=None),
            ),
        ),
        migrations.AddIndex("order", models.Index(fields=["state", "-id"], name="order_of_state")),
        sql.apply("zengyi.orders", "ended_sums"),
        # The triggers first: on PostgreSQL they wait for orders that are just ending, so that none is left out.
        *(sql.apply("zengyi.orders", "ended_sums_on", **change) for change in CHANGES),
        sql.apply("zengyi.orders", "ended_sums_fill"),
    ]
