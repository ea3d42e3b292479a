"""The doors of messengers."""
