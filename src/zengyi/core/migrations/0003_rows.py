"""Events say which rows their step changed, and events and seals carry the instance's mark.

The columns may be empty, for what was written before: so no table is rebuilt and the triggers that guard them stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]

    operations = [
        migrations.AddField("event", "rows", models.TextField(help_text="JSON: each row the step changed, with its digest before and after (core.tracking)", null=True)),
        migrations.AddField("event", "mark", models.BinaryField(help_text="the instance's own mark on all of the above, made with its key", max_length=32, null=True)),
        migrations.AddField("seal", "mark", models.BinaryField(help_text="the instance's own mark on the digest", max_length=32, null=True)),
        migrations.CreateModel(
            name="Kept",
            fields=[
                ("table", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=63)),
                ("head", models.TextField(help_text="the table's columns as core.tracking writes them")),
            ],
        ),
    ]
