"""What people type about activities and patrols."""
