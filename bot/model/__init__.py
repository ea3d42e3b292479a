"""Entities with their rules. No session, no query, no input or output."""
