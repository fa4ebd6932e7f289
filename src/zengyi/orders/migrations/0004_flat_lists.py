"""A claim knows its order's community and whether it was done in time; indexes that lists and the desk are read off."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import BooleanField, Case, F, OuterRef, Q, Subquery, Value, When

from zengyi.core import sql


def fill(apps, editor):
    """From the orders."""
    orders = apps.get_model("orders", "Order").objects.filter(pk=OuterRef("order_id"))
    in_time = Case(
        When(Q(delivered_at__lte=F("due_at")), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    claims = apps.get_model("orders", "Claim").objects
    claims.exclude(state="DONE").update(community_id=Subquery(orders.values("community_id")))
    claims.filter(state="DONE").update(
        community_id=Subquery(orders.values("community_id")),
        on_time=Subquery(orders.annotate(in_time=in_time).values("in_time")),
    )
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for its foreign keys to be looked at can not be altered


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_placed_at"), ("people", "0003_opened_by")]

    operations = [
        migrations.AddField("claim", "on_time", models.BooleanField(help_text="set when it is done: the order was delivered before it was due", null=True)),
        migrations.AddField(
            "claim",
            "community",
            models.ForeignKey(
                db_index=False,
                help_text="the order's, so that it need not be looked up",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.place",
            ),
        ),
        sql.Fill(fill, "orders_claim"),
        migrations.AlterField(
            "claim",
            "community",
            models.ForeignKey(
                db_index=False,
                help_text="the order's, so that it need not be looked up",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.place",
            ),
        ),
        migrations.AddIndex(
            "claim",
            models.Index(fields=["community", "state", "claimed_at", "member", "organisation", "on_time"], name="claim_of_community"),
        ),
        migrations.RemoveIndex("order", "order_of_community"),
        migrations.AddIndex("order", models.Index(fields=["community", "-id", "state", "kind", "category"], name="order_of_community")),
        migrations.AddIndex("order", models.Index(fields=["placed_by", "-id"], name="order_of_placer")),
        migrations.AddIndex("order", models.Index(fields=["sequence", "year"], name="order_by_number")),
    ]
