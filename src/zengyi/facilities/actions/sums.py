"""Write what a step adds to the sums by day: once a step, as the last thing it writes."""

from typing import Any

from django.db import connection

from zengyi.core.steps import in_action
from zengyi.facilities.rules.sums import Steps

_BATCH = 500
_ADD = """
INSERT INTO facilities_daysum (community_id, kind, day, service, service_s, up, up_s, down, down_s) VALUES {rows}
ON CONFLICT (community_id, kind, day) DO UPDATE SET
  service = facilities_daysum.service + excluded.service, service_s = facilities_daysum.service_s + excluded.service_s,
  up = facilities_daysum.up + excluded.up, up_s = facilities_daysum.up_s + excluded.up_s,
  down = facilities_daysum.down + excluded.down, down_s = facilities_daysum.down_s + excluded.down_s
"""


@in_action
def write(steps: Steps) -> None:
    """Add them to what is kept. One statement for five hundred days and kinds; every step in the same order, after all else it locks,
    so that two steps wait for each other, and never in a circle."""
    rows = [[*key, *numbers] for key, numbers in steps.changed()]
    for first in range(0, len(rows), _BATCH):
        batch = rows[first : first + _BATCH]
        values: list[Any] = [value for row in batch for value in row]
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(rows=", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(batch))), values)
