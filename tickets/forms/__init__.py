"""Forms of the queue and the ticket page."""
