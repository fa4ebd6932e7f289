"""Rules of activities and patrols: pure, without tables."""
