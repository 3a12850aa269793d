"""Pages and end points of intake."""
