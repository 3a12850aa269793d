"""Finds replies and scenarios worth keeping in what was answered already. No Django."""
