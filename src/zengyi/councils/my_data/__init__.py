"""What the councils hold about somebody: one module a subject."""

from zengyi.councils.my_data import topics

TABLES = topics.TABLES
LEFT_OUT = topics.LEFT_OUT
