"""From end to end, with real processes."""
