"""Pages of activities and patrols."""
