"""Households may share a phone: one person for each phone and name."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0008_left")]

    operations = [
        migrations.RemoveConstraint(model_name="person", name="one_person_per_phone"),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=["community", "phone_index", "name"], name="one_person_per_phone_and_name"),
        ),
    ]
