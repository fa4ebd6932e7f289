"""Reads of activities and patrols."""
