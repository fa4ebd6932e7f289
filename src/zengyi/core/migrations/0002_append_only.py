"""Events and their seals can be added and read, and nothing else."""

from django.db import migrations

from zengyi.core import sql


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = sql.append_only("core_event", "core_seal", "core_sealedevent")
