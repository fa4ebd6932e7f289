"""Postings can be added and read, and nothing else: a correction is a posting of its own."""

from django.db import migrations

from zengyi.core import sql


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial"), ("core", "0002_append_only")]

    operations = sql.append_only("bank_posting")
