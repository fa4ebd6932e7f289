"""Roll-calls are listed by the day of the meeting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0008_week_sums")]

    operations = [
        migrations.RemoveIndex("rollcall", "roll_call_of_community"),
        migrations.AddIndex("rollcall", models.Index(fields=["community", "-held_on", "-id"], name="roll_call_by_day")),
    ]
