"""A week's difficulty is kept as a sum by a trigger, and added up here from the postings there are."""

import django.db.models.deletion
from django.db import migrations, models

from zengyi.core import sql


class Migration(migrations.Migration):
    dependencies = [("bank", "0007_filings"), ("people", "0003_opened_by")]

    operations = [
        migrations.CreateModel(
            "WeekSum",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("added", models.BigIntegerField()),
                ("reduced", models.BigIntegerField()),
                (
                    "community",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.place"),
                ),
            ],
            options={"indexes": [models.Index(fields=["community", "week"], name="sum_of_week")]},
        ),
        # The trigger first: on PostgreSQL it waits for postings under way, so that none is left out.
        sql.apply("zengyi.bank", "week_sums"),
        sql.apply("zengyi.bank", "week_sums_fill"),
    ]
