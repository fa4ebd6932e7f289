"""A picture of a piece that was written freely says whether children are on it, and at which activity it was taken.

Both columns may be empty, so that no table is rebuilt and the triggers that guard it stay.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_search_patrols"), ("news", "0005_told")]

    operations = [
        migrations.AddField(
            "answer",
            "children",
            models.BooleanField(null=True, help_text="whether children are on the picture; nothing where nobody was asked"),
        ),
        migrations.AddField(
            "answer",
            "occasion",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.occasion",
                help_text="where it was taken: whose guardians agree",
            ),
        ),
    ]
