"""Mailboxes that Redress looks into by itself: IMAP with IDLE, and a look from time to time."""
