"""What the councils hold about somebody: one module a subject."""

from zengyi.councils.my_data import ballots, talking, topics

TABLES = (*ballots.TABLES, *topics.TABLES, *talking.TABLES)
LEFT_OUT = {**ballots.LEFT_OUT, **topics.LEFT_OUT, **talking.LEFT_OUT}
