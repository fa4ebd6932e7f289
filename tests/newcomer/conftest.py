"""``greetings`` and ``checks`` are put into a copy of the house by test_newcomer.py, and collected there."""

collect_ignore = ["checks"]
