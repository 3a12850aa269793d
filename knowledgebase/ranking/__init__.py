"""Finds the replies that answer a customer's text. No Django in here."""
