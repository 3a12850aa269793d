"""Pages and fragments of the knowledge base, one file per page."""
