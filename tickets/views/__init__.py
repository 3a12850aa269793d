"""Pages and fragments of the desk: queue, ticket, actions."""
