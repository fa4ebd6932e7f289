"""Sums by day, added up once from the stretches of time that are there."""

import django.db.models.deletion
from django.db import migrations, models

from zengyi.core import sql

BATCH = 500
COLUMNS = ("service", "service_s", "up", "up_s", "down", "down_s")


def fill(apps, editor):
    """What :mod:`zengyi.facilities.rules.sums` says of everything that is there."""
    from zengyi.facilities.rules.sums import Steps

    steps = Steps()
    facilities = apps.get_model("facilities", "Facility").objects.exclude(in_service_at=None)
    for community, kind, since, until in facilities.values_list("community_id", "kind", "in_service_at", "retired_at").iterator():
        steps.add(community, kind, "SERVICE", int(since.timestamp()), int(until.timestamp()) if until else None)
    columns = ("facility__community_id", "facility__kind", "health", "from_s", "until_s", "good_s")
    for community, kind, health, start, *ends in apps.get_model("facilities", "Span").objects.values_list(*columns).iterator():
        there = [end for end in ends if end is not None]
        steps.add(community, kind, health, start, min(there) if there else None)
    sums = apps.get_model("facilities", "DaySum")
    rows = [
        sums(community_id=community, kind=kind, day=day, **dict(zip(COLUMNS, numbers, strict=True)))
        for (community, kind, day), numbers in steps.changed()
    ]
    sums.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0001_initial"), ("people", "0008_left")]

    operations = [
        migrations.CreateModel(
            name="DaySum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("day", models.IntegerField(help_text="in Shanghai, counted from 1970")),
                ("service", models.IntegerField()),
                ("service_s", models.BigIntegerField()),
                ("up", models.IntegerField()),
                ("up_s", models.BigIntegerField()),
                ("down", models.IntegerField()),
                ("down_s", models.BigIntegerField()),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.place"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("community", "kind", "day"), name="one_sum_a_day")]},
        ),
        migrations.AddIndex("check", models.Index(fields=["round"], name="check_late", condition=models.Q(late=True))),
        sql.Fill(fill, "facilities_facility", "facilities_span"),
    ]
