"""Settings and wiring: starts everything, decides nothing."""
