"""Facilities: the register of what a community keeps in order, rounds that look at it, defects, and how much of it works."""
