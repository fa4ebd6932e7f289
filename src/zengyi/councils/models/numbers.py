"""Running numbers of topics and of whatever else of a council is numbered."""

from django.db import connection, models

from zengyi.councils.rules import Numbered


class RunningNumber(models.Model):
    """The last number given out, per community, year and kind of thing; raised by one conditional statement."""

    community = models.ForeignKey("people.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Numbered.choices)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "year", "kind"], name="one_council_counter")]


def next_number(community_id: int, year: int, kind: Numbered) -> int:
    """The next running number of that kind; one statement, so that two at once never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO councils_runningnumber (community_id, year, kind, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (community_id, year, kind) DO UPDATE SET last = councils_runningnumber.last + 1 RETURNING last",
            [community_id, year, str(kind)],
        )
        return int(cursor.fetchone()[0])
