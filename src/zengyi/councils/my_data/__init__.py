"""What the councils hold about somebody: one module a subject."""

from zengyi.councils.my_data import talking, topics

TABLES = (*topics.TABLES, *talking.TABLES)
LEFT_OUT = {**topics.LEFT_OUT, **talking.LEFT_OUT}
