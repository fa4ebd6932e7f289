"""Signed minutes and signatures can be added and read, and nothing else: what is put right is a row of its own."""

from django.db import migrations

from zengyi.core import sql


class Migration(migrations.Migration):
    dependencies = [("councils", "0002_talks"), ("core", "0002_append_only")]

    operations = sql.append_only("councils_minutes", "councils_signature")
